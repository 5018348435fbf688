package faults

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file holds the server of one row's cells in one column, and the ways to it.

// world is a server. Every cell has a client, a token and a subject of its own.
type world struct {
	vendor vendors.Vendor
	fake   *vendors.Fake
	front  *renamed
	proxy  *faultproxy.Proxy
	opts   []oauthclients.Option
	direct *oauthclients.Client // past the proxy
	client *oauthclients.Client // through it
	// subject is a client that is there before the verb, and sample what a create makes.
	subject, sample *oauthclients.OAuthClient
	samples         int
	login           login
}

// past is the way past the proxy.
func (w *world) past() oauthclients.Option {
	return oauthclients.WithHTTPClient(&http.Client{Transport: w.front})
}

type protocol func(http.Handler) (*faultproxy.Proxy, error)

func newWorld(t *testing.T, vendor vendors.Vendor, speak protocol, opts ...oauthclients.Option) *world {
	t.Helper()
	fake := vendor.New()
	front := &renamed{fake: fake}
	proxy, err := speak(front)
	require.NoError(t, err)
	front.to = proxy.URL()
	w := &world{vendor: vendor, fake: fake, front: front, proxy: proxy, opts: append(opts, oauthclients.WithHTTPClient(proxy.Client()))}
	w.direct, err = oauthclients.New(fake.At(proxy.URL()), fake.Auth, w.past())
	require.NoError(t, err)
	return w
}

// http1 gives each request a connection of its own.
func http1(fake http.Handler) (*faultproxy.Proxy, error) { return faultproxy.New(fake), nil }

// begin makes what a cell starts with.
func (w *world) begin(t *testing.T, at column) {
	t.Helper()
	var err error
	w.subject, err = w.direct.Clients.Create(t.Context(), w.next())
	require.NoError(t, err)
	w.sample = w.next()
	auth := w.fake.Auth
	if at.prepare != nil {
		auth = at.prepare(t, w)
	}
	w.client, err = oauthclients.New(w.fake.At(w.proxy.URL()), auth, w.opts...)
	require.NoError(t, err)
	if !at.cold {
		_, err = w.client.Clients.Get(t.Context(), w.subject.ID) // there is a token now
		require.NoError(t, err)
	}
	w.proxy.Forget()
}

func (w *world) next() *oauthclients.OAuthClient {
	w.samples++
	return w.vendor.Sample(w.samples)
}

// end leaves nothing to the next cell.
func (w *world) end(t *testing.T) {
	t.Helper()
	w.proxy.Heal()
	for client, err := range w.direct.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		if client.Status == dcr.StatusDead {
			registrations, err := dcr.Of(w.direct)
			require.NoError(t, err)
			require.NoError(t, registrations.Forget(t.Context(), client.ID))
			continue
		}
		require.NoError(t, w.direct.Clients.Delete(t.Context(), client.ID))
	}
}

// hurry is how long the caller waits who has little time, and late how much longer it may take
// until it hears of it.
const (
	hurry = 5 * time.Second
	late  = 100 * time.Millisecond
)

// fill runs a verb through a fault.
func (w *world) fill(t *testing.T, at column, fault fault) cell {
	t.Helper()
	w.begin(t, at)
	method, path := at.request(w.vendor)
	w.proxy.Break(fault.fault, faultproxy.Rule{Method: method, Path: path, Skip: at.skip, Times: fault.times})
	ctx, cancel := t.Context(), func() {}
	if fault.hurried {
		ctx, cancel = context.WithTimeout(ctx, hurry)
	}
	defer cancel()
	start := time.Now()
	told := at.verb.run(ctx, t, w)
	took := time.Since(start)
	if ctx.Err() != nil {
		require.LessOrEqual(t, took, hurry+late, "the call outlived its context")
		<-time.After(3 * time.Minute) // the server, and what the call has left behind, are done by then
	}
	filled := w.count(method, path, at, told)
	at.verb.truth(t, w, told)
	honest(t, filled, told, at, fault)
	if !fault.hurried {
		require.GreaterOrEqual(t, took, fault.waits(filled), "the wait that the server asked for")
	}
	w.end(t)
	return filled
}

// executed says whether the server has done what was asked for at a path.
func (w *world) executed(path string) bool {
	return slices.ContainsFunc(w.proxy.Exchanges(), func(e faultproxy.Exchange) bool {
		return e.Executed() && strings.HasSuffix(e.Path, path)
	})
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
