package faultproxy_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file tests the proxy over HTTP/2 with plain net/http, which repeats some requests by itself.

// alone2 runs test over a proxy of HTTP/2, in virtual time.
func alone2(t *testing.T, test func(t *testing.T, p *faultproxy.Proxy)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p, err := faultproxy.NewHTTP2(backend())
		require.NoError(t, err)
		defer p.Close()
		test(t, p)
	})
}

// counted is how many requests reached the proxy, and how many the server executed.
func counted(p *faultproxy.Proxy) []int {
	requests, executed := p.Count(http.MethodPost, "")
	return []int{requests, executed}
}

// anotherIs is true of an error that only a text tells from others: net/http's HTTP/2 is not
// exported.
func anotherIs(text string) func(error) bool {
	return func(err error) bool { return err != nil && strings.Contains(err.Error(), text) }
}

func isIt(targets ...error) func(error) bool {
	return func(err error) bool {
		return slices.ContainsFunc(targets, func(target error) bool { return errors.Is(err, target) })
	}
}

func TestHTTP2(t *testing.T) {
	alone2(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL(), http.NoBody)
		require.NoError(t, err)
		response, err := p.Client().Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, 2, response.ProtoMajor)
		require.Equal(t, seen{status: http.StatusOK, body: answer + " and a body"}, do(t.Context(), p, http.MethodPut, " and a body"))
		require.Equal(t, faultproxy.Exchange{Method: http.MethodPut, Path: "/clients/a%2Fb", Status: http.StatusOK}, p.Exchanges()[1])
		open, peak := p.Connections()
		require.Equal(t, []int{1, 1}, []int{open, peak}, "one connection for both")
	})
}

// What net/http repeats by itself is sent twice, what it does not is an error with the code.
func TestStreamsAreResetWithEveryCode(t *testing.T) {
	require.Len(t, faultproxy.Codes(), 14)
	for when, executed := range []int{0, 0, 1, 1} {
		moment := faultproxy.Moment(when)
		for _, code := range faultproxy.Codes() {
			alone2(t, func(t *testing.T, p *faultproxy.Proxy) {
				t.Helper()
				p.Break(faultproxy.ResetStream(moment, code), faultproxy.Rule{Times: 1})
				got := do(t.Context(), p, http.MethodPost, " and a body")
				repeated := code == http2.ErrCodeProtocol || code == http2.ErrCodeRefusedStream
				if repeated && moment != faultproxy.HalfAnswered {
					require.NoError(t, got.err)
					require.Equal(t, []int{2, executed + 1}, counted(p), "%d %s", when, code)
					return
				}
				require.ErrorContains(t, got.err, code.String())
				require.Equal(t, moment == faultproxy.HalfAnswered, got.status == http.StatusOK)
				require.Equal(t, []int{1, executed}, counted(p), "%d %s", when, code)
				require.Equal(t, http.StatusOK, do(t.Context(), p, http.MethodPost, "").status, "the next one is healthy")
			})
		}
	}
}

func TestFaultsOfHTTP2(t *testing.T) {
	leave := faultproxy.GoAway
	for name, test := range map[string]struct {
		fault              faultproxy.Fault
		err                func(error) bool // nil: an answer
		requests, executed int              // net/http's own repetitions among them
	}{
		"GOAWAY 0":                 {leave(faultproxy.Leave{}), nil, 2, 1},
		"GOAWAY 0, executed":       {leave(faultproxy.Leave{Executed: true}), nil, 2, 2},
		"GOAWAY before, executed":  {leave(faultproxy.Leave{Last: faultproxy.LastBefore, Executed: true}), nil, 2, 2},
		"GOAWAY before with error": {leave(faultproxy.Leave{Code: http2.ErrCodeInternal, Last: faultproxy.LastBefore}), nil, 2, 1},
		"GOAWAY, answer":           {leave(faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenAnswer}), nil, 1, 1},
		"GOAWAY, close":            {leave(faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenClose}), anotherIs("GOAWAY"), 1, 0},
		"GOAWAY, reset, executed":  {leave(faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenReset, Executed: true}), anotherIs("GOAWAY"), 1, 1},

		"refused":                {faultproxy.Refuse(), isIt(syscall.ECONNREFUSED), 0, 0},
		"reset in the handshake": {faultproxy.ResetConnection(), isIt(syscall.ECONNRESET), 0, 0},
		"reset unasked":          {faultproxy.DieUnasked(true), isIt(syscall.ECONNRESET), 0, 0},
		// The end is met by who reads, or by who writes the request at the same moment.
		"closed unasked":      {faultproxy.DieUnasked(false), isIt(io.ErrUnexpectedEOF, io.ErrClosedPipe), 0, 0},
		"reset after headers": {faultproxy.CutStream(faultproxy.HeadersRead, true), isIt(syscall.ECONNRESET), 1, 0},
		"closed unread":       {faultproxy.CutStream(faultproxy.RequestRead, false), isIt(io.ErrUnexpectedEOF), 1, 0},
		"reset executed":      {faultproxy.CutStream(faultproxy.RequestExecuted, true), isIt(syscall.ECONNRESET), 1, 1},
		"closed executed":     {faultproxy.CloseExecuted(), isIt(io.ErrUnexpectedEOF), 1, 1},
		"reset in body":       {faultproxy.ResetInBody(), isIt(syscall.ECONNRESET), 1, 1},
		"closed in body":      {faultproxy.CutStream(faultproxy.HalfAnswered, false), isIt(io.ErrUnexpectedEOF), 1, 1},

		"hang":          {faultproxy.Hang(), isIt(context.DeadlineExceeded), 1, 0},
		"hang executed": {faultproxy.HangExecuted(), isIt(context.DeadlineExceeded), 1, 1},
		"101":           {faultproxy.Interim(http.StatusSwitchingProtocols, true), isIt(context.DeadlineExceeded), 1, 1},
		"endless":       {faultproxy.Endless(true), isIt(context.DeadlineExceeded), 1, 1},
		"trickle":       {faultproxy.Trickle(false), isIt(context.DeadlineExceeded), 1, 0},
		"trickle, gzip": {faultproxy.TrickleGzip(true), isIt(context.DeadlineExceeded), 1, 1},
		"delay":         {faultproxy.Delay(time.Second), nil, 1, 1},
		"gzip":          {faultproxy.Gzip(), nil, 1, 1},
		"1xx":           {faultproxy.Informational(102, 103), nil, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			alone2(t, func(t *testing.T, p *faultproxy.Proxy) {
				t.Helper()
				require.NoError(t, do(t.Context(), p, http.MethodGet, "").err, "the stream is not the connection's first")
				p.Break(test.fault, faultproxy.Rule{Method: http.MethodPost, Times: 1})
				got := do(t.Context(), p, http.MethodPost, "")
				require.True(t, test.err == nil && got.err == nil || test.err != nil && test.err(got.err), "%v", got.err)
				require.Equal(t, []int{test.requests, test.executed}, counted(p))
				require.Equal(t, http.StatusOK, do(t.Context(), p, http.MethodPost, "").status, "the next one is healthy")
			})
		})
	}
}

// A server that executes and resets each time is asked again and again by net/http, without a
// limit of its own.
func TestAServerThatResetsEachTime(t *testing.T) {
	p, err := faultproxy.StartHTTP2(backend())
	require.NoError(t, err)
	defer p.Close()
	p.Break(faultproxy.ResetStream(faultproxy.RequestExecuted, http2.ErrCodeProtocol), faultproxy.Rule{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ended sync.WaitGroup
	ended.Go(func() { do(ctx, p, http.MethodPost, "") })
	const many = 10
	require.Eventually(t, func() bool { return counted(p)[1] > many }, time.Minute, time.Millisecond)
	cancel()
	ended.Wait()
}

// Requests at the same time share a connection, and one of them breaks alone.
func TestOneStreamOfMany(t *testing.T) {
	alone2(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		require.NoError(t, do(t.Context(), p, http.MethodGet, "").err)
		p.Break(faultproxy.ResetStream(faultproxy.RequestRead, http2.ErrCodeCancel), faultproxy.Rule{Method: http.MethodPost})
		p.Break(faultproxy.Delay(time.Second), faultproxy.Rule{Method: http.MethodGet})
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() { require.NoError(t, do(t.Context(), p, http.MethodGet, "").err) })
			all.Go(func() { require.Error(t, do(t.Context(), p, http.MethodPost, "").err) })
		}
		all.Wait()
		_, peak := p.Connections()
		require.Equal(t, 1, peak)
	})
}

func TestHTTP2OverSockets(t *testing.T) {
	p, err := faultproxy.StartHTTP2(backend())
	require.NoError(t, err)
	defer p.Close()
	for name, test := range map[string]struct {
		fault    faultproxy.Fault
		requests int
	}{
		"refused":   {faultproxy.Refuse(), 0},
		"handshake": {faultproxy.ResetConnection(), 0},
		"stream":    {faultproxy.ResetStream(faultproxy.RequestExecuted, http2.ErrCodeInternal), 1},
		"reset":     {faultproxy.CutStream(faultproxy.RequestExecuted, true), 1},
		"closed":    {faultproxy.CutStream(faultproxy.HalfAnswered, false), 1},
		"GOAWAY":    {faultproxy.GoAway(faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenReset, Executed: true}), 1},
	} {
		t.Run(name, func(t *testing.T) {
			p.Forget()
			p.Break(test.fault, faultproxy.Rule{Times: 1})
			require.Error(t, do(t.Context(), p, http.MethodPost, "").err)
			require.Equal(t, []int{test.requests, test.requests}, counted(p))
			require.Equal(t, http.StatusOK, do(t.Context(), p, http.MethodPost, "").status, "the next one is healthy")
		})
	}
}
