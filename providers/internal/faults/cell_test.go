package faults

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file fills one cell of the matrix: one fault at one request of one verb at one provider,
// with a server of its own and in virtual time.

// cell is what came of a call.
type cell struct {
	requests int // that reached the server, of the kind that the fault befell
	effects  int // how many of them the server executed
	counts   bool
	outcome  string
}

// String is "requests outcome" for what only reads, and "requests/effects outcome" for a write.
func (c cell) String() string {
	if !c.counts {
		return strconv.Itoa(c.requests) + " " + c.outcome
	}
	return fmt.Sprintf("%d/%d %s", c.requests, c.effects, c.outcome)
}

// world is the server of one cell, and the ways to it.
type world struct {
	vendor vendors.Vendor
	proxy  *faultproxy.Proxy
	direct *oauthclients.Client // past the proxy
	client *oauthclients.Client // through it
	// subject is a client that is there before the verb.
	subject *oauthclients.OAuthClient
}

func newWorld(t *testing.T, vendor vendors.Vendor, proxyOf func(http.Handler) (*faultproxy.Proxy, error), opts ...oauthclients.Option) *world {
	t.Helper()
	fake := vendor.New()
	proxy, err := proxyOf(fake)
	require.NoError(t, err)
	direct, err := fake.Connect()
	require.NoError(t, err)
	client, err := oauthclients.New(fake.At(proxy.URL()), fake.Auth, append(opts, oauthclients.WithHTTPClient(proxy.Client()))...)
	require.NoError(t, err)
	subject, err := direct.Clients.Create(t.Context(), vendor.Sample(1))
	require.NoError(t, err)
	return &world{vendor, proxy, direct, client, subject}
}

// fill runs a verb through a fault in virtual time: the retries have their defaults, and minutes
// take none.
func fill(t *testing.T, vendor vendors.Vendor, at column, fault fault) cell {
	t.Helper()
	proxyOf := func(fake http.Handler) (*faultproxy.Proxy, error) { return faultproxy.New(fake), nil }
	if fault.tls {
		proxyOf = faultproxy.NewTLS
	}
	var filled cell
	synctest.Test(t, func(t *testing.T) {
		filled = newWorld(t, vendor, proxyOf).fill(t, at, fault)
	})
	return filled
}

func (w *world) fill(t *testing.T, at column, fault fault) cell {
	t.Helper()
	defer w.proxy.Close()
	if !at.cold {
		_, err := w.client.Clients.Get(t.Context(), w.subject.ID) // there is a token now
		require.NoError(t, err)
	}
	w.proxy.Forget()
	method, path := at.request(w.vendor)
	w.proxy.Break(fault.fault, faultproxy.Rule{Method: method, Path: path, Skip: at.skip, Times: fault.times})
	start := time.Now()
	told := at.verb.run(t, w)
	filled := w.count(method, path, at, told)
	at.verb.truth(t, w, told)
	honest(t, filled, told, at)
	require.GreaterOrEqual(t, time.Since(start), fault.waits(filled), "the wait that the server asked for")
	return filled
}

func (w *world) count(method, path string, at column, told told) cell {
	filled := cell{counts: at.writes, outcome: told.outcome()}
	for _, e := range w.proxy.Exchanges() {
		if (faultproxy.Rule{Method: method, Path: path}).Matches(e.Method, e.Path) {
			filled.requests++
			if e.Executed() {
				filled.effects++
			}
		}
	}
	filled.requests -= at.others(told)
	return filled
}

// honest checks what holds in every cell, whatever the table says.
func honest(t *testing.T, filled cell, told told, at column) {
	t.Helper()
	if at.once {
		require.LessOrEqual(t, filled.effects, 1, "executed twice")
	}
	if told.err == nil || told.unknown() {
		return
	}
	var failed *oauthclients.Error
	require.ErrorAs(t, told.err, &failed)
	if at.writes && failed.Kind != oauthclients.ErrNotApplied { //nolint:errorlint // Kind is a sentinel itself
		require.Zero(t, filled.effects, "executed, and the caller was told that it was not")
	}
}

// told is what the caller of a verb got.
type told struct {
	client *oauthclients.OAuthClient
	secret oauthclients.Secret
	err    error
}

// unknown says that the caller was told to look.
func (x told) unknown() bool { return errors.Is(x.err, oauthclients.ErrOutcomeUnknown) }

// outcome is the error in a word; "?" behind it says that the write may have been executed.
func (x told) outcome() string {
	if x.err == nil {
		return "ok"
	}
	var failed *oauthclients.Error
	if !errors.As(x.err, &failed) {
		return "another error: " + x.err.Error()
	}
	word := failed.Kind.Error()
	if failed.OutcomeUnknown() && failed.Kind != oauthclients.ErrOutcomeUnknown { //nolint:errorlint // Kind is a sentinel itself
		word += "?"
	}
	return word
}
