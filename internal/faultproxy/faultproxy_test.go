package faultproxy_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file tests the proxy with plain net/http: each fault is what its name says.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answer is what the server behind the proxy says.
const answer = `{"name":"a client"}`

// seen is what a program sees of one request.
type seen struct {
	status int
	body   string
	err    error
	took   time.Duration
}

func backend() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_, _ = io.Copy(w, io.MultiReader(strings.NewReader(answer), r.Body))
	})
}

func do(ctx context.Context, p *faultproxy.Proxy, method, body string) seen {
	start := time.Now()
	request, err := http.NewRequestWithContext(ctx, method, p.URL()+"/clients/a%2Fb", strings.NewReader(body))
	if err != nil {
		return seen{err: err}
	}
	client := p.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Timeout = time.Minute
	response, err := client.Do(request)
	if err != nil {
		return seen{err: err, took: time.Since(start)}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return seen{response.StatusCode, string(text), err, time.Since(start)}
}

// alone runs test over a proxy without a socket, in virtual time.
func alone(t *testing.T, test func(t *testing.T, p *faultproxy.Proxy)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := faultproxy.New(backend())
		defer p.Close()
		test(t, p)
	})
}

func TestWithoutAFaultNothingChanges(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		require.Equal(t, seen{status: http.StatusOK, body: answer + " and a body"}, do(t.Context(), p, http.MethodPut, " and a body"))
		require.Equal(t, []faultproxy.Exchange{{Method: http.MethodPut, Path: "/clients/a%2Fb", Status: http.StatusOK}}, p.Exchanges())
	})
}

func TestFaults(t *testing.T) {
	for name, test := range map[string]struct {
		fault    faultproxy.Fault
		err      error // what the program sees; nil: an answer
		status   int
		body     string
		requests int // that arrived
		executed int
		took     time.Duration
	}{
		"refuse":           {fault: faultproxy.Refuse(), err: syscall.ECONNREFUSED},
		"reset connection": {fault: faultproxy.ResetConnection(), err: syscall.ECONNRESET},
		"reset unread":     {fault: faultproxy.ResetUnread(), err: syscall.ECONNRESET, requests: 1},
		"reset executed":   {fault: faultproxy.ResetExecuted(), err: syscall.ECONNRESET, requests: 1, executed: 1},
		"close executed":   {fault: faultproxy.CloseExecuted(), err: io.EOF, requests: 1, executed: 1},
		"reset in body": {
			fault: faultproxy.ResetInBody(), err: syscall.ECONNRESET, status: http.StatusOK, body: answer[:len(answer)/2], requests: 1, executed: 1,
		},
		"close in body": {
			fault: faultproxy.CloseInBody(), err: io.ErrUnexpectedEOF, status: http.StatusOK, body: answer[:len(answer)/2], requests: 1, executed: 1,
		},
		"close afterwards": {fault: faultproxy.CloseAfterwards(), status: http.StatusOK, body: answer, requests: 1, executed: 1},

		"hang":          {fault: faultproxy.Hang(), err: context.DeadlineExceeded, requests: 1, took: time.Minute},
		"hang executed": {fault: faultproxy.HangExecuted(), err: context.DeadlineExceeded, requests: 1, executed: 1, took: time.Minute},
		"delay":         {fault: faultproxy.Delay(time.Second), status: http.StatusOK, body: answer, requests: 1, executed: 1, took: time.Second},
		"instead": {
			fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusBadGateway, Body: "<html>"}), status: http.StatusBadGateway, body: "<html>", requests: 1,
		},
		"instead executed": {
			fault:  faultproxy.InsteadExecuted(faultproxy.Answer{Status: http.StatusFound, Header: map[string]string{"Location": "/x"}}),
			status: http.StatusFound, requests: 1, executed: 1,
		},
		"truncate": {fault: faultproxy.Truncate(), status: http.StatusOK, body: answer[:len(answer)/2], requests: 1, executed: 1},
		"gzip":     {fault: faultproxy.Gzip(), status: http.StatusOK, body: answer, requests: 1, executed: 1},
		"1xx":      {fault: faultproxy.Informational(102, 103), status: http.StatusOK, body: answer, requests: 1, executed: 1},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t, func(t *testing.T, p *faultproxy.Proxy) {
				t.Helper()
				p.Break(test.fault, faultproxy.Rule{Times: 1})
				got := do(t.Context(), p, http.MethodPost, "")
				require.ErrorIs(t, got.err, test.err)
				require.Equal(t, seen{test.status, test.body, got.err, test.took}, got)
				requests, executed := p.Count(http.MethodPost, "")
				require.Equal(t, []int{test.requests, test.executed}, []int{requests, executed})
				require.Equal(t, seen{status: http.StatusOK, body: answer}, do(t.Context(), p, http.MethodPost, ""), "the next one is healthy")
			})
		})
	}
}

func TestAnAnswerWithoutABodyBreaksOffToo(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		p.Break(faultproxy.CloseInBody(), faultproxy.Rule{})
		require.ErrorIs(t, do(t.Context(), p, http.MethodDelete, "").err, io.ErrUnexpectedEOF)
	})
}

func TestInformationalAnswersAreSeen(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		p.Break(faultproxy.Informational(103, 103), faultproxy.Rule{})
		var statuses []int
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{Got1xxResponse: func(status int, _ textproto.MIMEHeader) error {
			statuses = append(statuses, status)
			return nil
		}})
		require.NoError(t, do(ctx, p, http.MethodGet, "").err)
		require.Equal(t, []int{103, 103}, statuses)
	})
}

func TestRules(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		bad := faultproxy.Instead(faultproxy.Answer{Status: http.StatusTeapot})
		p.Break(bad, faultproxy.Rule{Method: http.MethodPut, Path: "a%2Fb", Skip: 1, Times: 2})
		p.Break(bad, faultproxy.Rule{Path: "/elsewhere"})
		var got []int
		for _, method := range []string{"GET", "PUT", "PUT", "GET", "PUT", "PUT"} {
			got = append(got, do(t.Context(), p, method, "").status)
		}
		require.Equal(t, []int{200, 200, 418, 200, 418, 200}, got)
		p.Break(bad, faultproxy.Rule{})
		require.Equal(t, 418, do(t.Context(), p, "GET", "").status)
		p.Heal()
		require.Equal(t, 200, do(t.Context(), p, "GET", "").status)
	})
}

func TestChosenFaults(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		refuse, bad := faultproxy.Refuse(), faultproxy.Instead(faultproxy.Answer{Status: http.StatusTeapot})
		p.Choose(func(r *http.Request, arrived bool) *faultproxy.Fault {
			switch {
			case r.Method == http.MethodPost && !arrived:
				return &refuse
			case r.Method == http.MethodPut && arrived:
				return &bad
			}
			return nil
		})
		require.ErrorIs(t, do(t.Context(), p, http.MethodPost, "").err, syscall.ECONNREFUSED)
		require.Equal(t, 418, do(t.Context(), p, http.MethodPut, "").status)
		require.Equal(t, 200, do(t.Context(), p, http.MethodGet, "").status)
	})
}

func TestTLS(t *testing.T) {
	for name, test := range map[string]struct {
		fault *faultproxy.Fault
		want  func(error) bool
	}{
		"healthy": {nil, func(err error) bool { return err == nil }},
		"unknown CA": {new(faultproxy.UnknownCA()), func(err error) bool {
			var refused *tls.CertificateVerificationError
			return errors.As(err, &refused)
		}},
		"reset in the handshake": {new(faultproxy.ResetConnection()), func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
		"reset":                  {new(faultproxy.ResetExecuted()), func(err error) bool { return errors.Is(err, syscall.ECONNRESET) }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, err := faultproxy.NewTLS(backend())
				require.NoError(t, err)
				defer p.Close()
				if test.fault != nil {
					p.Break(*test.fault, faultproxy.Rule{Times: 1})
				}
				got := do(t.Context(), p, http.MethodPost, "")
				require.True(t, test.want(got.err), got.err)
				require.NoError(t, do(t.Context(), p, http.MethodPost, "").err)
			})
		})
	}
}

// Over sockets the errors are the kernel's.
func TestSockets(t *testing.T) {
	for name, test := range map[string]struct {
		fault              faultproxy.Fault
		err                error
		requests, executed int
	}{
		"refuse":           {faultproxy.Refuse(), syscall.ECONNREFUSED, 0, 0},
		"reset connection": {faultproxy.ResetConnection(), syscall.ECONNRESET, 0, 0},
		"reset unread":     {faultproxy.ResetUnread(), syscall.ECONNRESET, 1, 0},
		"reset executed":   {faultproxy.ResetExecuted(), syscall.ECONNRESET, 1, 1},
		"close executed":   {faultproxy.CloseExecuted(), io.EOF, 1, 1},
		"close in body":    {faultproxy.CloseInBody(), io.ErrUnexpectedEOF, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := faultproxy.Start(backend())
			require.NoError(t, err)
			defer p.Close()
			p.Break(test.fault, faultproxy.Rule{Times: 1})
			require.ErrorIs(t, do(t.Context(), p, http.MethodPost, "").err, test.err)
			requests, executed := p.Count(http.MethodPost, "")
			require.Equal(t, []int{test.requests, test.executed}, []int{requests, executed})
			require.Equal(t, http.StatusOK, do(t.Context(), p, http.MethodPost, "").status, "the next one is healthy")
		})
	}
}

// An open connection does not lead past a fault of connections, and the next request has it again.
func TestFaultsOfConnectionsBesideAnIdleOne(t *testing.T) {
	p, err := faultproxy.Start(backend())
	require.NoError(t, err)
	defer p.Close()
	require.NoError(t, do(t.Context(), p, http.MethodGet, "").err)
	for _, fault := range []faultproxy.Fault{faultproxy.Refuse(), faultproxy.ResetConnection()} {
		p.Break(fault, faultproxy.Rule{Times: 1})
		require.Error(t, do(t.Context(), p, http.MethodGet, "").err)
	}
	require.NoError(t, do(t.Context(), p, http.MethodGet, "").err)
	open, peak := p.Connections()
	require.Equal(t, []int{1, 1}, []int{open, peak})
	p.Client().CloseIdleConnections()
	require.Eventually(t, func() bool { open, _ := p.Connections(); return open == 0 }, time.Minute, time.Millisecond)
}

func TestConnectionsAreCounted(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		p.Break(faultproxy.Delay(time.Second), faultproxy.Rule{})
		var both sync.WaitGroup
		both.Go(func() { do(t.Context(), p, http.MethodGet, "") })
		both.Go(func() { do(t.Context(), p, http.MethodGet, "") })
		synctest.Wait()
		open, peak := p.Connections()
		require.Equal(t, []int{2, 2}, []int{open, peak})
		both.Wait()
		synctest.Wait()
		open, peak = p.Connections()
		require.Equal(t, []int{0, 2}, []int{open, peak})
		p.Heal()
		p.Break(faultproxy.ResetExecuted(), faultproxy.Rule{})
		require.Error(t, do(t.Context(), p, http.MethodPost, "").err)
		synctest.Wait()
		open, _ = p.Connections()
		require.Zero(t, open, "a connection that was taken over is over")
	})
}
