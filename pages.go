package oauthclients

// This file turns the drivers' records into what users get, and walks over pages.

// clientOf is nil for a nil record, which drivers return beside most errors.
func clientOf(r *Record) *OAuthClient {
	if r == nil || r.Client == nil {
		return nil
	}
	r.Client.raw = rawOne(r.Raw)
	return r.Client
}

func pageOf(p *RecordPage) *Page {
	page := &Page{Clients: make([]*OAuthClient, len(p.Records)), NextCursor: p.NextCursor}
	document := rawPage(p.Body, p.Member)
	for i, record := range p.Records {
		page.Clients[i] = record.Client
		if record.Raw != nil {
			record.Client.raw = rawOne(record.Raw)
			continue
		}
		record.Client.raw = rawSource{doc: document, index: i}
	}
	return page
}

// pageWalk goes from page to page. It finds a cycle of cursors in constant memory with
// Brent's algorithm: it compares each cursor with one kept from a power of two pages ago.
type pageWalk struct {
	cursor  string
	kept    string
	steps   int
	limit   int
	before  map[string]bool // ids of the page before
	current map[string]bool
}

// fresh returns the page's clients without those whose id was already there.
func (w *pageWalk) fresh(page *Page) []*OAuthClient {
	w.before, w.current = w.current, make(map[string]bool, len(page.Clients))
	fresh := make([]*OAuthClient, 0, len(page.Clients))
	for _, client := range page.Clients {
		if w.before[client.ID] || w.current[client.ID] {
			w.current[client.ID] = true
			continue
		}
		w.current[client.ID] = true
		fresh = append(fresh, client)
	}
	return fresh
}

// next moves to the next page; false at the end, on an empty page, and in a cycle.
func (w *pageWalk) next(page *Page) bool {
	if page.NextCursor == "" || len(page.Clients) == 0 || page.NextCursor == w.cursor || page.NextCursor == w.kept {
		return false
	}
	if w.steps++; w.steps > w.limit {
		w.kept, w.steps, w.limit = w.cursor, 0, max(1, 2*w.limit)
	}
	w.cursor = page.NextCursor
	return true
}
