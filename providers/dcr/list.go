package dcr

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/oauthclients/oauthclients"
)

// This file lists clients: the standard has no list, so that it goes over the handles of the store
// and reads each client.

// readers is how many clients of a page are read at once.
const readers = 8

// List reads the next clients in the order of their ids. The cursor is the last id of the page
// before, so that clients that come and go do not move the others.
func (d *driver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	size := opts.PageSize
	if size == 0 {
		size = pageSize
	}
	page := &oauthclients.RecordPage{NextCursor: opts.Cursor}
	for {
		ids, err := d.handles.list(ctx, page.NextCursor, size+1) // one more tells whether there is more
		if err != nil {
			return nil, err
		}
		page.NextCursor = ""
		if len(ids) > size {
			ids, page.NextCursor = ids[:size], ids[size-1]
		}
		page.Records, err = d.readAll(ctx, ids)
		if err != nil || len(page.Records) > 0 || page.NextCursor == "" {
			return page, err
		}
		// All of these were deleted meanwhile; an empty page would end the list.
	}
}

// readAll reads several clients at once and keeps their order. A client that was deleted meanwhile
// is left out. A failure that is not about one client ends it: no other is begun then, and those that
// are on their way are waited for, since their answers may bring tokens.
func (d *driver) readAll(ctx context.Context, ids []string) ([]oauthclients.Record, error) {
	found, errs := make([]*oauthclients.Record, len(ids)), make([]error, len(ids))
	for i := range errs {
		errs[i] = errUnread
	}
	var next atomic.Int64
	var over atomic.Bool
	var group sync.WaitGroup
	for range min(readers, len(ids)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(ids)) && !over.Load(); i = next.Add(1) - 1 {
				if found[i], errs[i] = d.guarded(ctx, ids[i]); errs[i] != nil {
					over.Store(true)
				}
			}
		})
	}
	group.Wait()
	return recordsOf(found, errs)
}

// recordsOf tells the first failure. That of a client that was not begun is none.
func recordsOf(found []*oauthclients.Record, errs []error) ([]oauthclients.Record, error) {
	records := make([]oauthclients.Record, 0, len(found))
	var failure error
	for i, record := range found {
		var panicked *oauthclients.PanicError
		if errors.As(errs[i], &panicked) {
			panic(panicked) //nolint:forbidigo // it is the panic of the user's own code, back where the user can recover it
		}
		if failure == nil || errors.Is(failure, errUnread) {
			failure = errorOr(errs[i], failure)
		}
		if record != nil {
			records = append(records, *record)
		}
	}
	if failure != nil {
		return nil, failure
	}
	return records, nil
}

var errUnread = errors.New("the reading of a client ended without a result")

// guarded gives a panic of what the user wrote to the goroutine of the call.
func (d *driver) guarded(ctx context.Context, id string) (record *oauthclients.Record, err error) {
	defer func() {
		value := recover()
		panicked, known := value.(*oauthclients.PanicError)
		if value != nil && !known {
			panicked = &oauthclients.PanicError{Value: value, Stack: debug.Stack()}
		}
		if value != nil {
			err = panicked
		}
	}()
	return d.entry(ctx, id)
}

// entry is a client of a list: nil if its handle is gone, StatusDead if the server refuses it, and
// StatusUnreadable if something else is wrong with this one.
func (d *driver) entry(ctx context.Context, id string) (*oauthclients.Record, error) {
	record, err := d.read(ctx, opList, id)
	switch {
	case isRefused(err):
		return d.unread(ctx, id, StatusDead, err)
	case errors.Is(err, oauthclients.ErrNotFound):
		return nil, nil //nolint:nilnil // it has no entry
	case isAboutOne(err):
		return d.unread(ctx, id, StatusUnreadable, err)
	}
	return record, err
}

// isAboutOne: the server has answered for this client, or nothing was asked since the handle cannot be
// used. What says that the server is busy, away, or behind something that answers in its place is about
// all of its clients, and so is a store that fails.
func isAboutOne(err error) bool {
	var e *oauthclients.Error
	var unsaved *HandleError
	if !errors.As(err, &e) || errors.As(err, &unsaved) || e.Operation != opList {
		return false
	}
	switch e.StatusCode {
	case 0:
		return isFaultyHandle(e)
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
		http.StatusUnauthorized, http.StatusNotFound, http.StatusGone: // the last three are not the server's own words here
		return false
	}
	return e.StatusCode >= http.StatusBadRequest || e.StatusCode/100 == 2 && isNoClient(err)
}

// isNoClient: the answer came whole, and has something else than the client.
func isNoClient(err error) bool {
	var e *oauthclients.Error
	return errors.As(err, &e) && e.Code != "" || isOther(err) || errors.Is(err, errNoID) || errors.Is(err, errNoObject)
}

// isFaultyHandle: the faults are those that check finds.
func isFaultyHandle(e *oauthclients.Error) bool {
	return len(e.Fields) > 0 && strings.HasPrefix(e.Fields[0].Field, "Handle.")
}

// unread is an entry with what the store has of the client: its name, so that a program that looks for it
// by its name does not register it once more.
func (d *driver) unread(ctx context.Context, id string, status oauthclients.Status, reason error) (*oauthclients.Record, error) {
	handle, err := d.handles.find(ctx, opList, id)
	if err != nil {
		return nil, err
	}
	if handle == nil { // it was removed meanwhile
		handle = &Handle{ClientID: id}
	}
	record, err := d.registered(handle)
	if err != nil {
		return nil, err
	}
	extra := ExtraOf(record.Client)
	extra.Manageable, extra.Trouble = true, troubleOf(reason)
	record.Client.Status = status
	return record, nil
}
