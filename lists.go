package oauthclients

import (
	"context"
	"errors"
	"iter"
)

// This file holds the verbs that list clients.

// ListOptions choose a page.
type ListOptions struct {
	// PageSize is how many clients a page should have, 0 for the provider's own choice. It is
	// cut to the provider's range, and ignored where there is no paging.
	PageSize int
	// Cursor is the NextCursor of the page before; "" starts at the beginning.
	Cursor string
}

// Page is one page of clients.
type Page struct {
	// Clients are in the provider's order.
	Clients []*OAuthClient
	// NextCursor leads to the next page; "" means that this is the last one.
	NextCursor string
}

// List returns one page of the account's clients. Clients in a list may lack their Secret
// where the provider does not give a usable one there.
func (s *ClientsService) List(ctx context.Context, opts ListOptions) (*Page, error) {
	ctx, verb := s.core.verb(ctx)
	page, err := s.driver.List(ctx, s.clamp(opts))
	if err == nil && !complete(page) {
		err = &Error{Kind: ErrUnavailable, Provider: s.provider, Message: "the driver gave no clients"}
	}
	if err != nil {
		return nil, verb.failed("List", "", noList(err))
	}
	return pageOf(page), nil
}

func (s *ClientsService) clamp(opts ListOptions) ListOptions {
	if !s.capabilities.Paging || opts.PageSize < 0 {
		opts.PageSize = 0
	}
	if limit := s.capabilities.MaxPageSize; limit > 0 {
		opts.PageSize = min(opts.PageSize, limit)
	}
	return opts
}

// All ranges over all clients of the account, page by page, in the provider's order; memory
// stays that of two pages. A client whose id was on this page or the one before is skipped. It
// ends after the first error, which comes with a nil client.
func (s *ClientsService) All(ctx context.Context, opts ListOptions) iter.Seq2[*OAuthClient, error] {
	return func(yield func(*OAuthClient, error) bool) {
		walk := pageWalk{cursor: opts.Cursor}
		for {
			page, err := s.List(ctx, ListOptions{PageSize: opts.PageSize, Cursor: walk.cursor})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, client := range walk.fresh(page) {
				if !yield(client, nil) {
					return
				}
			}
			if !walk.next(page) {
				return
			}
		}
	}
}

// FindByName returns every client whose name is exactly name, since names are not unique at
// any provider; none is an empty result and no error. Where none was found and a client could not be
// read ([StatusUnreadable]) it is ErrUnavailable: who took that for "none" would create a second one.
func (s *ClientsService) FindByName(ctx context.Context, name string) ([]*OAuthClient, error) {
	var found []*OAuthClient
	unreadable := ""
	for client, err := range s.All(ctx, ListOptions{}) {
		if err != nil {
			return nil, named("FindByName", err)
		}
		switch {
		case client.Name == name:
			found = append(found, client)
		case client.Status == StatusUnreadable:
			unreadable = client.ID
		}
	}
	if len(found) == 0 && unreadable != "" {
		return nil, &Error{
			Kind: ErrUnavailable, Provider: s.provider, Operation: "FindByName", ClientID: unreadable,
			Message: "a client of the account cannot be read, and may have this name",
		}
	}
	return found, nil
}

// noList: a list cannot be missing, as a client can. Its address is wrong.
func noList(err error) error {
	var failed *Error
	if errors.As(err, &failed) && !failed.shared && failed.Kind == ErrNotFound { //nolint:errorlint // Kind is a sentinel itself
		failed.Kind = ErrUnavailable
		failed.Message = first(failed.Message, "there is no list at this address")
	}
	return err
}
