package dcr

import (
	"context"
	"errors"
	"runtime/debug"
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
// is left out.
func (d *driver) readAll(ctx context.Context, ids []string) ([]oauthclients.Record, error) {
	found, errs := make([]*oauthclients.Record, len(ids)), make([]error, len(ids))
	for i := range errs {
		errs[i] = errUnread
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(readers, len(ids)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(ids)); i = next.Add(1) - 1 {
				found[i], errs[i] = d.guarded(ctx, ids[i])
			}
		})
	}
	group.Wait()
	records := make([]oauthclients.Record, 0, len(ids))
	for i, record := range found {
		var panicked *oauthclients.PanicError
		if errors.As(errs[i], &panicked) {
			panic(panicked) //nolint:forbidigo // it is the panic of the user's own code, back where the user can recover it
		}
		if errs[i] != nil {
			return nil, errs[i]
		}
		if record != nil {
			records = append(records, *record)
		}
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

// entry is a client of a list: nil if its handle is gone, and StatusDead if the server refuses it.
func (d *driver) entry(ctx context.Context, id string) (*oauthclients.Record, error) {
	record, err := d.read(ctx, opList, id)
	switch {
	case isRefused(err):
		return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: id, Status: StatusDead, Extra: &Extra{}}}, nil
	case errors.Is(err, oauthclients.ErrNotFound):
		return nil, nil //nolint:nilnil // it has no entry
	}
	return record, err
}
