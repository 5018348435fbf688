package faults

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file lists the requests of all verbs at all vendors.

// column is a request of a verb, which a fault befalls.
type column struct {
	name string
	// like is the column of the table that says what must come out; failed replaces the outcome
	// there of a call that fails.
	like, failed string
	verb         verb
	// request chooses it; a method of "" says that the vendor's verb has no such request.
	request func(v vendors.Vendor) (method, path string)
	// prepare returns the strategy of the client that calls; nil: the account's credential.
	prepare    func(t *testing.T, w *world) oauthclients.Auth
	skip       int // so many requests that look the same come before it
	after      int // and so many after it, if it succeeds
	cold       bool
	writes     bool // it changes something
	once       bool // it must not be executed twice
	credential bool // nor this, unless an answer says that it was not
	two        bool // its error is about two places, and counts no attempts
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

const sipgate, docspace, genesys = "sipgate", "docspace", "genesys"

func everybody() []vendors.Vendor {
	other := vendors.Sipgate(sipgatetest.WithoutCreateSecret())
	other.Name = bare
	return append(vendors.All(), other, registry())
}

// among is a request of some vendors.
func among(request func(vendors.Vendor) (method, path string), names ...string) func(vendors.Vendor) (string, string) {
	return func(v vendors.Vendor) (string, string) {
		if !slices.Contains(names, v.Name) {
			return "", ""
		}
		return request(v)
	}
}

// of is a request of the clients API, by default that for a new secret.
func of(method string, names ...string) func(vendors.Vendor) (string, string) {
	return among(func(v vendors.Vendor) (string, string) { return cmp.Or(method, v.RegenerateMethod), v.ClientsPath }, names...)
}

// credential is what authorizes the calls.
func credential(names ...string) func(vendors.Vendor) (string, string) {
	return among(func(v vendors.Vendor) (string, string) { return v.TokenMethod, v.TokenPath }, names...)
}

// columns lists every request of every verb.
func columns() []column { return append(mainColumns(), otherColumns()...) }

// mainColumns are the requests that make up a verb.
func mainColumns() []column {
	return []column{
		{name: "Get", verb: get(), request: of(http.MethodGet, sipgate, docspace, genesys, registrar)},
		{name: "List", like: "Get", verb: list(), request: of(http.MethodGet, sipgate, docspace, genesys, registrar)},
		{name: "Update", verb: update(), writes: true, request: of(http.MethodPut, sipgate, docspace, genesys)},
		{name: "Delete", verb: remove(), writes: true, request: of(http.MethodDelete, sipgate, docspace, genesys, registrar)},
		{name: "Create", verb: create(), writes: true, once: true, request: of(http.MethodPost, sipgate, docspace, genesys, registrar)},
		{name: "RegenerateSecret", like: "Create", verb: regenerate(), writes: true, once: true, request: of("", docspace, genesys)},
		{name: "Token", like: "Get", verb: get(), cold: true, request: credential(sipgate, genesys)},
		{name: "Trade", like: "Get", verb: get(), cold: true, request: credential(docspace)},
		{name: "Refresh", verb: refresh(), cold: true, credential: true, prepare: expired, request: among(tokenRequest, sipgate, docspace, genesys, registrar)},
		{name: "Code", like: "Refresh", verb: finish(), cold: true, credential: true, prepare: atThePage, request: among(tokenRequest, sipgate, docspace, genesys, registrar)},
		{name: "SignOut", like: "Delete", verb: signOut(), cold: true, writes: true, prepare: signedIn, request: among(logoutRequest, sipgate, docspace, genesys)},
	}
}

const (
	updateOnce = "Update: a write that is not sent twice"
	addresses  = "Get: the read of the server's addresses"
)

// otherColumns are the requests that come before or after one.
func otherColumns() []column {
	return []column{
		{name: "Update: its read", like: "Get", verb: update(), request: of(http.MethodGet, sipgate, genesys, registrar)},
		{name: "Update: the read before the write", like: "Get", verb: update(), after: 1, request: of(http.MethodGet, docspace)},
		{name: "Update: the read after the write", like: "Get", failed: "outcome unknown", verb: update(), skip: 1, request: of(http.MethodGet, docspace)},
		{name: updateOnce, like: "Create", verb: update(), writes: true, once: true, request: of(http.MethodPut, registrar)},
		{name: "Delete: its read", like: "Get", verb: remove(), request: of(http.MethodGet, genesys)},
		{name: "Delete: its deactivation", like: "Update", verb: remove(), writes: true, request: of(http.MethodPut, genesys)},
		{name: "Create: the read of the secret", like: "Get", failed: "not applied", verb: create(), request: of(http.MethodGet, bare)},
		{name: addresses, like: "Get", verb: get(), cold: true, two: true, request: discovery},
	}
}

// isMain says whether the request makes up a verb.
func (c column) isMain() bool { return !strings.Contains(c.name, ":") }

// withFailure puts the column's own word for a failure into a cell.
func (c column) withFailure(cell string) string {
	requests, outcome, _ := strings.Cut(cell, " ")
	if c.failed == "" || outcome == "ok" {
		return cell
	}
	return requests + " " + c.failed
}
