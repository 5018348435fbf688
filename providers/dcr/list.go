package dcr

import (
	"context"
	"errors"
	"sync"

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
		ids, err := d.ids(ctx, page.NextCursor, size+1) // one more tells whether there is more
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

func (d *driver) ids(ctx context.Context, after string, limit int) ([]string, error) {
	if ctx.Err() != nil {
		return nil, failed(oauthclients.ErrUnavailable, opList, "", context.Cause(ctx))
	}
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	ids, err := d.handles.store.List(ctx, after, limit)
	if err != nil {
		return nil, failed(oauthclients.ErrUnavailable, opList, "the store could not list its handles", err)
	}
	return ids, nil
}

// readAll reads several clients at once and keeps their order. A client that was deleted meanwhile
// is left out.
func (d *driver) readAll(ctx context.Context, ids []string) ([]oauthclients.Record, error) {
	found, errs := make([]*oauthclients.Record, len(ids)), make([]error, len(ids))
	next := make(chan int)
	var group sync.WaitGroup
	for range min(readers, len(ids)) {
		group.Go(func() {
			for i := range next {
				found[i], errs[i] = d.entry(ctx, ids[i])
			}
		})
	}
	for i := range ids {
		next <- i
	}
	close(next)
	group.Wait()
	records := make([]oauthclients.Record, 0, len(ids))
	for i, record := range found {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if record != nil {
			records = append(records, *record)
		}
	}
	return records, nil
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
