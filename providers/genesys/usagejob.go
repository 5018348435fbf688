package genesys

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/google/go-querystring/query"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file runs a usage job: start it, look at it until it has ended, and go through its pages.

// defaultUsageWait is far longer than the vendor's answers for years of usage should take; it
// is there so that nothing waits for ever.
const defaultUsageWait = time.Hour

// usageJob is one job, of either operation that starts one.
type usageJob struct {
	driver    *driver
	operation string
	clientID  string
	start     *oauthclients.Call // answered by a usageExecution
	wait      WaitOptions
	progress  func(UsageProgress)
}

// all yields the rows of the job, or what is wrong with it.
func (j *usageJob) all(ctx context.Context, faults []oauthclients.FieldError) iter.Seq2[*UsageRow, error] {
	return func(yield func(*UsageRow, error) bool) {
		err := providerkit.InvalidFields(providerName, j.operation, faults)
		if err == nil {
			err = j.run(ctx, yield)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// run returns nil when all is told, or when nobody listens any more.
func (j *usageJob) run(ctx context.Context, yield func(*UsageRow, error) bool) error {
	var execution usageExecution
	start := *j.start // which is there for the next time
	start.Result = &execution
	if _, err := j.driver.caller.Call(ctx, &start); err != nil {
		return err
	}
	page, err := j.await(ctx, execution.id)
	if err != nil {
		return err
	}
	return j.pages(ctx, execution.id, page, yield)
}

// maxEmpty pages in a row that lead on to further ones are no accident.
const maxEmpty = 3

// pages goes on from the first page. An empty page may stand before one with rows; it is the end
// if it leads to itself.
func (j *usageJob) pages(ctx context.Context, id string, page *usageResult, yield func(*UsageRow, error) bool) error {
	var walk cursorWalk
	for empty := 0; page.tell(yield) && page.after != ""; {
		walk.move(page.after)
		var err error
		if page, err = j.page(ctx, id, page.after); err != nil {
			return err
		}
		if empty++; len(page.rows) > 0 {
			empty = 0
		}
		switch {
		case empty > 0 && page.after == walk.now:
			return nil
		case walk.knows(page.after), empty == maxEmpty && page.after != "":
			return unavailable(j.operation, "rows are missing: the job has more than the server gives out")
		}
	}
	return nil
}

// tell is false when nobody listens any more.
func (r *usageResult) tell(yield func(*UsageRow, error) bool) bool {
	for i := range r.rows {
		if !yield(&r.rows[i], nil) {
			return false
		}
	}
	return true
}

// await looks at the job until it has ended, and returns its first page.
func (j *usageJob) await(ctx context.Context, id string) (*usageResult, error) {
	begin, longest := time.Now(), cmp.Or(j.wait.MaxWait, defaultUsageWait)
	ctx, cancel := context.WithTimeoutCause(ctx, longest, fmt.Errorf("the usage job has not ended in %v", longest))
	defer cancel()
	for polls := 1; ; polls++ {
		result, err := j.look(ctx, id, "")
		if err != nil {
			return nil, err
		}
		if j.progress != nil {
			j.progress(UsageProgress{ExecutionID: id, Status: result.status, Elapsed: time.Since(begin), Polls: polls})
		}
		if result.status != UsageRunning {
			return result, j.checkStatus(result.status)
		}
		if err := pause(ctx, cmp.Or(j.wait.PollInterval, defaultPoll)); err != nil {
			return nil, &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: j.operation, Err: err}
		}
	}
}

// page is a further page; the job has ended before.
func (j *usageJob) page(ctx context.Context, id, after string) (*usageResult, error) {
	result, err := j.look(ctx, id, after)
	if err != nil {
		return nil, err
	}
	return result, j.checkStatus(result.status)
}

func (j *usageJob) checkStatus(status UsageStatus) error {
	if status == UsageComplete {
		return nil
	}
	if status == UsageFailed {
		return unavailable(j.operation, "the usage job failed at the vendor")
	}
	return unavailable(j.operation, "the usage job has the unexpected status %s", word(status))
}

// unavailable is the error of a call that was answered without an answer of any use.
func unavailable(operation, format string, args ...any) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: operation, Message: fmt.Sprintf(format, args...),
	}
}

// resultsQuery is the query of a further page.
type resultsQuery struct {
	After string `url:"after,omitempty"`
}

func (j *usageJob) look(ctx context.Context, id, after string) (*usageResult, error) {
	values, err := query.Values(resultsQuery{After: after})
	if err != nil {
		return nil, err // out of reach: it is a text
	}
	var result usageResult
	_, err = j.driver.caller.Call(ctx, &oauthclients.Call{
		Operation: j.operation, Method: http.MethodGet, Path: resultsPath(j.clientID, id), Query: values, Result: &result,
	})
	if err != nil {
		return nil, err
	}
	return &result, nil
}

// cursorWalk remembers the cursor in use, and one from a power of two pages ago: with the two a
// circle is found in constant memory (Brent's algorithm).
type cursorWalk struct {
	now, kept string
	left      int // pages until another one is kept
	span      int
}

func (w *cursorWalk) move(cursor string) {
	if w.left == 0 {
		w.span = max(1, 2*w.span)
		w.kept, w.left = w.now, w.span
	}
	w.left--
	w.now = cursor
}

// knows is true for a cursor that leads back.
func (w *cursorWalk) knows(cursor string) bool {
	return cursor != "" && (cursor == w.now || cursor == w.kept)
}
