package soak

import (
	"context"

	"github.com/oauthclients/oauthclients"
)

// This file holds the verbs that list clients. Others come and go meanwhile, one's own do not.

func (w *worker) find(ctx context.Context, c *own) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	found, err := w.client.Clients.FindByName(call, c.want.Name)
	if w.judge(call, "FindByName", err) == done {
		w.compare("FindByName", found, []*own{c}, true)
	}
}

func (w *worker) all(ctx context.Context) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	var found []*oauthclients.OAuthClient
	var failure error
	for client, err := range w.client.Clients.All(call, oauthclients.ListOptions{PageSize: w.random.IntN(60)}) {
		if err != nil {
			failure = err
			break
		}
		found = append(found, client)
	}
	if w.judge(call, "All", failure) == done {
		w.compare("All", found, w.own, true)
	}
}

// list reads two pages.
func (w *worker) list(ctx context.Context) {
	call, cancel := w.hurried(ctx)
	defer cancel()
	opts := oauthclients.ListOptions{PageSize: w.random.IntN(60)}
	page, err := w.client.Clients.List(call, opts)
	if w.judge(call, "List", err) != done {
		return
	}
	found := page.Clients
	if page.NextCursor != "" {
		opts.Cursor = page.NextCursor
		page, err = w.client.Clients.List(call, opts)
		if w.judge(call, "List", err) != done {
			return
		}
		found = append(found, page.Clients...)
	}
	w.compare("List", found, w.own, page.NextCursor == "")
}

// compare holds a list against the clients that one has: each is in there once. In a whole list
// none is missing.
func (w *worker) compare(how string, found []*oauthclients.OAuthClient, clients []*own, whole bool) {
	for _, c := range clients {
		times := 0
		for _, got := range found {
			if got.Name == c.want.Name {
				times++
				w.check(how, got, c)
			}
		}
		if times > 1 || times == 0 && whole && !c.doubtful {
			w.violate("%s: %s is in it %d times", how, c.want.Name, times)
		}
	}
}
