package genesys

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the list and its next links. The vendor's operation takes no parameter, and
// no source shows a second page; but its envelope can name one, so it is followed.

// List returns the first page, or the one that a next link named. Pages without clients that lead on
// are passed, so that an empty one is the end of the list.
func (d *driver) List(ctx context.Context, opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	passed := passing{cursor: opts.Cursor}
	for {
		page, response, err := d.page(ctx, passed.cursor)
		if err != nil {
			return nil, err
		}
		next, err := d.next(page, &passed)
		switch {
		case err != nil:
			return nil, &oauthclients.Error{
				Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: "List", StatusCode: response.Status, Err: err,
			}
		case next == "" || len(page.records) > 0:
			return &oauthclients.RecordPage{Records: page.records, Body: response.Body, Member: "entities", NextCursor: next}, nil
		}
		passed.cursor = next
	}
}

func (d *driver) page(ctx context.Context, cursor string) (*page, *oauthclients.Response, error) {
	query, ok := d.query(cursor)
	if !ok {
		return nil, nil, providerkit.InvalidFields(providerName, "List", []oauthclients.FieldError{{
			Field: "Cursor", Code: "cursor", Message: "must be the NextCursor of a page of this provider",
		}})
	}
	var page page
	response, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "List", Method: http.MethodGet, Path: clientsPath, Query: query, Result: &page,
	})
	return &page, response, err
}

// passing is what a call of List has gone through.
type passing struct {
	cursor  string // of the page that comes now
	empty   int    // how many pages had no clients
	missing error  // by the numbers of those pages, if nothing is behind them
}

// errLeadsOn: D10 of the contract lets a list end where nothing new comes, but what is behind a link is
// not known before it is followed.
var errLeadsOn = fmt.Errorf("%d pages without a client lead on; the list may not be whole", maxEmpty)

// next is the cursor behind a page. The list ends without one, and on a page that leads to itself;
// then nothing may be missing.
func (d *driver) next(p *page, passed *passing) (string, error) {
	next, err := d.cursor(p.nextURI)
	if err != nil {
		return "", err
	}
	missing := p.missing(len(p.records), passed.cursor == "")
	if len(p.records) == 0 {
		missing = cmp.Or(passed.missing, missing)
		passed.missing = missing
		passed.empty++
	}
	switch {
	case next == "" || next == passed.cursor:
		return "", missing
	case passed.empty == maxEmpty:
		return "", errLeadsOn
	}
	return next, nil
}

// query is what a cursor adds to the first page's request.
func (d *driver) query(cursor string) (url.Values, bool) {
	if cursor == "" {
		return nil, true
	}
	u, ok := d.resolve(cursor)
	if !ok {
		return nil, false
	}
	query, err := url.ParseQuery(u.RawQuery)
	return query, err == nil
}

// errElsewhere: what is behind such a link is not known, and a list that ends there is not whole.
var errElsewhere = errors.New("nextUri leads to no page of this list at this host; it was not followed, and the list is not whole")

// cursor makes path and query of a next link into a cursor. A link that leads anywhere but to
// this list, on this host, is never followed.
func (d *driver) cursor(next string) (string, error) {
	if next == "" {
		return "", nil
	}
	u, ok := d.resolve(next)
	if !ok {
		return "", errElsewhere
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return "", errElsewhere
	}
	return clientsPath + "?" + u.RawQuery, nil
}

// resolve reads a link, relative or absolute, as the browser would on the list's own page. The
// path may lack what a gateway puts before it.
func (d *driver) resolve(link string) (*url.URL, bool) {
	u, err := d.list.Parse(link)
	if err != nil || !sameHost(u, d.list) {
		return nil, false
	}
	path := u.EscapedPath()
	return u, path == clientsPath || path == d.list.EscapedPath()
}

// sameHost leaves out the scheme: a link is only ever followed at the configured address, and
// a server behind a TLS proxy may call itself http.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// port is "" for the default of the scheme.
func port(u *url.URL) string {
	number, err := strconv.Atoi(u.Port())
	if err == nil && (u.Scheme == "https" && number == 443 || u.Scheme == "http" && number == 80) {
		return ""
	}
	return u.Port()
}
