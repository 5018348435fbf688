package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds calls whose context ends: they stop at every stage, at once, and say why in
// the caller's own words.

var errShutdown = errors.New("the program is shutting down")

// hangingBody answers with a body that never ends.
func hangingBody(code int) answer {
	return func(r *http.Request) (*http.Response, error) {
		response := reply(r, code, "")
		response.Body = &slowBody{r.Context()}
		return response, nil
	}
}

// slowBody gives its first byte and then nothing until the request is given up.
type slowBody struct{ context context.Context } //nolint:containedctx // a body has no other way to learn it

func (b *slowBody) Read([]byte) (int, error) {
	<-b.context.Done()
	return 0, b.context.Err()
}

func (*slowBody) Close() error { return nil }

// stage is a place in which a call can be when its context ends.
type stage struct {
	request *transport.Request
	answers []answer
	change  func(*transport.Options)
	// prepare brings the transport into the state that makes the call stop there.
	prepare func(t *testing.T, tr *transport.Transport)
	// requests reach the server, attempts of them are of the call itself.
	requests, attempts int
	sent               bool
}

func stages() map[string]stage {
	useOnce := func(t *testing.T, tr *transport.Transport) {
		t.Helper()
		require.NoError(t, tr.Do(t.Context(), get()).Err)
	}
	return map[string]stage{
		"during headers":      {request: create(), answers: []answer{hangs}, requests: 1, attempts: 1, sent: true},
		"during a 2xx body":   {request: create(), answers: []answer{hangingBody(http.StatusCreated)}, requests: 1, attempts: 1, sent: true},
		"during a 404 body":   {request: create(), answers: []answer{hangingBody(http.StatusNotFound)}, requests: 1, attempts: 1},
		"during the backoff":  {request: get(), answers: []answer{status(http.StatusServiceUnavailable, "Retry-After", "60")}, requests: 1, attempts: 1, sent: true},
		"after no connection": {request: get(), answers: []answer{fails(io.ErrUnexpectedEOF)}, change: minWaitOf(time.Minute), requests: 1, attempts: 1, sent: true},
		"in the second attempt": {
			request: get(), answers: []answer{status(http.StatusServiceUnavailable, "Retry-After", "2"), hangs}, requests: 2, attempts: 2, sent: true,
		},
		"at the gate": {
			request: get(), answers: []answer{status(http.StatusTooManyRequests, "Retry-After", "60"), status(http.StatusOK)},
			change: attempts(1), prepare: useOnce, requests: 1,
		},
		"at the limiter": {
			request: get(), answers: []answer{status(http.StatusOK)},
			change:  limiter(rate.Every(time.Minute), 1),
			prepare: useOnce, requests: 1,
		},
	}
}

func minWaitOf(d time.Duration) func(*transport.Options) {
	return func(o *transport.Options) { o.Policy.MinWait = d }
}

func (s stage) transport(t *testing.T) (*transport.Transport, *server) {
	t.Helper()
	server := serve(s.answers...)
	tr := over(server, func(o *transport.Options) {
		if s.change != nil {
			s.change(o)
		}
	})
	if s.prepare != nil {
		s.prepare(t, tr)
	}
	return tr, server
}

func TestTheCauseOfTheEndIsKeptAtEveryStage(t *testing.T) {
	for name, stage := range stages() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, server := stage.transport(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				begin, outcome := time.Now(), start(ctx, tr, stage.request)
				pass(5 * time.Second)
				cancel(errShutdown)
				got := <-outcome

				require.Equal(t, 5*time.Second, time.Since(begin), "it ends with its context")
				require.ErrorIs(t, got.Err, errShutdown)
				require.Equal(t, stage.requests, server.count())
				require.Equal(t, stage.attempts, got.Attempts)
				require.Equal(t, stage.sent, got.Sent, "Sent")
				pass(10 * time.Minute)
				require.Equal(t, stage.requests, server.count(), "nothing is sent afterwards")
			})
		})
	}
}

// A deadline ends what cannot be foreseen; its cause is kept like that of any other end.
func TestTheCauseOfADeadlineIsKept(t *testing.T) {
	for _, name := range []string{"during headers", "during a 2xx body", "in the second attempt"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				stage := stages()[name]
				tr, server := stage.transport(t)
				ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errShutdown)
				defer cancel()
				got := tr.Do(ctx, stage.request)
				require.ErrorIs(t, got.Err, errShutdown)
				require.Equal(t, stage.requests, server.count())
			})
		})
	}
}

func TestAPlainEndIsTheContextsOwnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, over(serve(hangs)).Do(ctx, get()).Err, context.DeadlineExceeded)

		ctx, stop := context.WithCancel(t.Context())
		outcome := start(ctx, over(serve(hangs)), get())
		synctest.Wait()
		stop()
		require.ErrorIs(t, (<-outcome).Err, context.Canceled)
	})
}

func TestAContextThatHasEndedSendsNothing(t *testing.T) {
	canceled := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithCancelCause(ctx)
		cancel(errShutdown)
		return ctx
	}
	expired := func(ctx context.Context) context.Context {
		ctx, cancel := context.WithDeadlineCause(ctx, time.Now().Add(-time.Second), errShutdown)
		cancel()
		return ctx
	}
	for name, end := range map[string]func(context.Context) context.Context{"canceled": canceled, "expired": expired} {
		for ruleName, rule := range rules() {
			t.Run(name+"/"+ruleName, func(t *testing.T) {
				s := serve(status(http.StatusOK))
				outcome := over(s).Do(end(t.Context()), rule.request())
				require.ErrorIs(t, outcome.Err, errShutdown)
				require.Nil(t, outcome.Response)
				require.Zero(t, outcome.Attempts)
				require.False(t, outcome.Sent)
				require.Zero(t, s.count())
			})
		}
	}
}

// An answer that was read whole counts, also if the context ended a moment later.
func TestAnAnswerThatCameInTimeCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		s := serve(func(r *http.Request) (*http.Response, error) {
			cancel(errShutdown)
			return reply(r, http.StatusCreated, `{"id":"c-1"}`), nil
		})
		outcome := over(s).Do(ctx, create())
		require.NoError(t, outcome.Err)
		require.Equal(t, http.StatusCreated, outcome.Response.Status)
		require.JSONEq(t, `{"id":"c-1"}`, string(outcome.Response.Body))
	})
}

// A 429 or a 503 would be waited for, so that a context that has just ended is what stopped it. Its
// error is beside the answer, at whatever moment the context ended.
func TestAnEndedContextIsTheReasonForNoFurtherAttempt(t *testing.T) {
	for name, c := range map[string]struct {
		request *transport.Request
		status  int
		over    bool
	}{
		"429":           {get(), http.StatusTooManyRequests, true},
		"429, a create": {create(), http.StatusTooManyRequests, true},
		"503":           {get(), http.StatusServiceUnavailable, true},
		"404":           {get(), http.StatusNotFound, false},
		"500, a create": {create(), http.StatusInternalServerError, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				s := serve(func(r *http.Request) (*http.Response, error) {
					cancel(errShutdown)
					return reply(r, c.status, "{}", "Retry-After", "7"), nil
				})
				outcome := over(s).Do(ctx, c.request)
				require.Equal(t, c.status, outcome.Response.Status)
				require.Equal(t, 7*time.Second, outcome.RetryAfter)
				require.Equal(t, 1, s.count())
				if c.over {
					require.ErrorIs(t, outcome.Err, errShutdown)
				} else {
					require.NoError(t, outcome.Err, "the answer would have been the last one")
				}
			})
		})
	}
}
