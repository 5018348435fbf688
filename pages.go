package oauthclients

import "slices"

// This file turns the drivers' records into what users get, and walks over pages.

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
