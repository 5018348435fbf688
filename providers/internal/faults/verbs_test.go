package faults

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the verbs: what is called, and how to find out past the proxy what came of it.

type verb struct {
	run func(t *testing.T, w *world) told
	// truth compares what the caller was told with what is at the server.
	truth func(t *testing.T, w *world, x told)
}

func get() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Get(t.Context(), w.subject.ID)
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			if x.err == nil {
				require.Equal(t, w.subject.Name, x.client.Name)
			}
		},
	}
}

func list() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			page, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
			if err != nil {
				return told{err: err}
			}
			require.Len(t, page.Clients, 1)
			return told{client: page.Clients[0]}
		},
		get().truth,
	}
}

const newName = "Another name"

func update() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Update(t.Context(), w.subject.ID, func(c *oauthclients.OAuthClient) { c.Name = newName })
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			require.NoError(t, err)
			switch {
			case x.err == nil:
				require.Equal(t, []string{newName, newName}, []string{there.Name, x.client.Name})
			case !x.unknown():
				require.Equal(t, w.subject.Name, there.Name)
			}
		},
	}
}

func remove() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			return told{err: w.client.Clients.Delete(t.Context(), w.subject.ID)}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			_, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			switch {
			case x.err == nil:
				require.ErrorIs(t, err, oauthclients.ErrNotFound)
			case !x.unknown():
				require.NoError(t, err)
			}
		},
	}
}

func create() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			client, err := w.client.Clients.Create(t.Context(), w.vendor.Sample(2))
			return told{client: client, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.FindByName(t.Context(), w.vendor.Sample(2).Name)
			require.NoError(t, err)
			if x.client == nil {
				require.Error(t, x.err)
				require.True(t, len(there) == 0 || x.unknown() && len(there) == 1, "%d clients, and the caller was told: %v", len(there), x.err)
				return
			}
			require.Len(t, there, 1)
			require.Equal(t, there[0].ID, x.client.ID)
			require.Equal(t, x.err == nil, !x.client.Secret.IsZero(), "a secret, or an error that says that there is none")
		},
	}
}

func regenerate() verb {
	return verb{
		func(t *testing.T, w *world) told {
			t.Helper()
			secret, err := w.client.Clients.RegenerateSecret(t.Context(), w.subject.ID)
			return told{secret: secret, err: err}
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			there, err := w.direct.Clients.Get(t.Context(), w.subject.ID)
			require.NoError(t, err)
			require.Equal(t, x.err == nil, !x.secret.IsZero())
			if there.Secret.IsZero() { // Genesys Cloud shows a secret once
				return
			}
			switch {
			case x.err == nil:
				require.Equal(t, there.Secret.Reveal(), x.secret.Reveal())
			case !x.unknown():
				require.Equal(t, w.subject.Secret.Reveal(), there.Secret.Reveal())
			}
		},
	}
}

// column is a request of a verb, which a fault befalls.
type column struct {
	name string
	// like is the column of the table that says what must come out; failed replaces the outcome
	// there of a call that fails.
	like, failed string
	verb         verb
	// request chooses it; a method of "" says that the vendor's verb has no such request.
	request func(v vendors.Vendor) (method, path string)
	skip    int // so many requests that look the same come before it
	after   int // and so many after it, if it succeeds
	cold    bool
	writes  bool // it changes something
	once    bool // it must not be executed twice
}

// others are the requests of the verb that look the same.
func (c column) others(x told) int {
	if x.err == nil {
		return c.skip + c.after
	}
	return c.skip
}

// bare is a sipgate that answers a create without the secret, so that it must be read.
const bare = "sipgate without secrets in creates"

func everybody() []vendors.Vendor {
	other := vendors.Sipgate(sipgatetest.WithoutCreateSecret())
	other.Name = bare
	return append(vendors.All(), other)
}

// columns lists every request of every verb.
func columns() []column {
	// of is a request of the clients API at some vendors.
	of := func(method string, names ...string) func(vendors.Vendor) (string, string) {
		return func(v vendors.Vendor) (string, string) {
			if !slices.Contains(names, v.Name) {
				return "", ""
			}
			return cmp.Or(method, v.RegenerateMethod), v.ClientsPath
		}
	}
	credential := func(names ...string) func(vendors.Vendor) (string, string) {
		return func(v vendors.Vendor) (string, string) {
			if !slices.Contains(names, v.Name) {
				return "", ""
			}
			return v.TokenMethod, v.TokenPath
		}
	}
	const sipgate, docspace, genesys = "sipgate", "docspace", "genesys"
	return []column{
		{name: "Get", verb: get(), request: of(http.MethodGet, sipgate, docspace, genesys)},
		{name: "List", like: "Get", verb: list(), request: of(http.MethodGet, sipgate, docspace, genesys)},
		{name: "Update", verb: update(), writes: true, request: of(http.MethodPut, sipgate, docspace, genesys)},
		{name: "Delete", verb: remove(), writes: true, request: of(http.MethodDelete, sipgate, docspace, genesys)},
		{name: "Create", verb: create(), writes: true, once: true, request: of(http.MethodPost, sipgate, docspace, genesys)},
		{name: "RegenerateSecret", like: "Create", verb: regenerate(), writes: true, once: true, request: of("", docspace, genesys)},
		{name: "Token", verb: get(), cold: true, request: credential(sipgate, genesys)},
		{name: "Trade", like: "Get", verb: get(), cold: true, request: credential(docspace)},

		{name: "Update: its read", like: "Get", verb: update(), request: of(http.MethodGet, sipgate, genesys)},
		{name: "Update: the read before the write", like: "Get", verb: update(), after: 1, request: of(http.MethodGet, docspace)},
		{name: "Update: the read after the write", like: "Get", failed: "outcome unknown", verb: update(), skip: 1, request: of(http.MethodGet, docspace)},
		{name: "Delete: its read", like: "Get", verb: remove(), request: of(http.MethodGet, genesys)},
		{name: "Delete: its deactivation", like: "Update", verb: remove(), writes: true, request: of(http.MethodPut, genesys)},
		{name: "Create: the read of the secret", like: "Get", failed: "not applied", verb: create(), request: of(http.MethodGet, bare)},
	}
}

// withFailure puts the column's own word for a failure into a cell.
func (c column) withFailure(cell string) string {
	requests, outcome, _ := strings.Cut(cell, " ")
	if c.failed == "" || outcome == "ok" {
		return cell
	}
	return requests + " " + c.failed
}
