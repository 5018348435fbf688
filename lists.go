package oauthclients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file holds the verbs that list clients: what a driver's pages become, how a walk over them ends, and
// the provider's own JSON, which is cut out of a page only when somebody asks. Decoding every entry twice would
// nearly double the cost of List.

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

// clientOf is nil for a nil record, which drivers return beside most errors.
func clientOf(r *Record) *OAuthClient {
	if r == nil || r.Client == nil {
		return nil
	}
	r.Client.raw = rawOne(r.Raw)
	return r.Client
}

// complete says that every record of a page has a client.
func complete(p *RecordPage) bool {
	return p != nil && !slices.ContainsFunc(p.Records, func(r Record) bool { return r.Client == nil })
}

// pageOf leaves out a client that is on the page already.
func pageOf(p *RecordPage) *Page {
	page := &Page{Clients: make([]*OAuthClient, 0, len(p.Records)), NextCursor: p.NextCursor}
	document := rawPage(p.Body, p.Member)
	seen := make(map[string]bool, len(p.Records))
	for i, record := range p.Records {
		if seen[record.Client.ID] {
			continue
		}
		seen[record.Client.ID] = record.Client.ID != "" // without an id nothing tells two apart
		record.Client.raw = rawSource{doc: document, index: i}
		if record.Raw != nil {
			record.Client.raw = rawOne(record.Raw)
		}
		page.Clients = append(page.Clients, record.Client)
	}
	return page
}

// pageWalk goes from page to page. It finds a cycle of cursors in constant memory with
// Brent's algorithm: it compares each cursor with one kept from a power of two pages ago.
type pageWalk struct {
	cursor string
	kept   string
	steps  int
	limit  int
	seen   map[string]bool // ids of the latest page
	stale  int             // how many pages in a row brought nothing new
}

// maxStale pages with nothing new are no accident: a server that always gives the same page,
// with another cursor each time, would be asked for ever.
const maxStale = 3

// fresh returns the page's clients without those that were on the page before.
func (w *pageWalk) fresh(page *Page) []*OAuthClient {
	before := w.seen
	w.seen = make(map[string]bool, len(page.Clients))
	fresh := make([]*OAuthClient, 0, len(page.Clients))
	for _, client := range page.Clients {
		w.seen[client.ID] = client.ID != ""
		if !before[client.ID] {
			fresh = append(fresh, client)
		}
	}
	w.stale++
	if len(fresh) > 0 {
		w.stale = 0
	}
	return fresh
}

// next moves to the next page; false at the end, on an empty page, in a cycle, and where
// nothing new comes.
func (w *pageWalk) next(page *Page) bool {
	if w.stale >= maxStale || page.NextCursor == "" || len(page.Clients) == 0 || page.NextCursor == w.cursor || page.NextCursor == w.kept {
		return false
	}
	if w.steps++; w.steps > w.limit {
		w.kept, w.steps, w.limit = w.cursor, 0, max(1, 2*w.limit)
	}
	w.cursor = page.NextCursor
	return true
}

// rawSource points at a provider's JSON. What it points at holds secrets, so the text is two
// pointers away: fmt follows one. The text is the driver's own, and not changed by anybody.
type rawSource struct {
	doc   *rawDocument
	index int // position in the list under member; unused for a single client
}

type rawDocument struct {
	body   *json.RawMessage
	member string // the list's member in body, "" when body itself is the list
	single bool   // body is one client
}

func rawOne(body json.RawMessage) rawSource {
	if body == nil {
		return rawSource{}
	}
	return rawSource{doc: &rawDocument{body: &body, single: true}}
}

func rawPage(body json.RawMessage, member string) *rawDocument {
	if body == nil {
		return nil
	}
	return &rawDocument{body: &body, member: member}
}

func (r rawSource) cut() json.RawMessage { return redact.WithoutSecrets(r.Whole()) }

// Whole has the secrets.
func (r rawSource) Whole() json.RawMessage {
	if r.doc == nil {
		return nil
	}
	if !r.doc.single {
		return r.doc.entry(r.index)
	}
	return *r.doc.body
}

// entry is nil only for a document that the driver could not have decoded either.
func (d *rawDocument) entry(index int) json.RawMessage {
	list := *d.body
	if d.member != "" {
		var envelope map[string]json.RawMessage
		if json.Unmarshal(list, &envelope) != nil {
			return nil
		}
		list = envelope[d.member]
	}
	var entries []json.RawMessage
	if json.Unmarshal(bytes.TrimSpace(list), &entries) != nil || index >= len(entries) {
		return nil
	}
	return entries[index]
}
