package fakeserver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the client that needs no socket: it must look like a connection to whoever
// uses it.

func TestBothWaysAnswerAlike(t *testing.T) {
	handlers := map[string]http.HandlerFunc{
		"nothing": func(http.ResponseWriter, *http.Request) {},
		"a body":  func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "text") },
		"created": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, "{}")
		},
		"no content": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"written in parts": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("te"))
			_, _ = w.Write([]byte("xt"))
		},
		"two statuses": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = io.WriteString(w, "first counts")
		},
		"a header too late": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Early", "yes")
			w.WriteHeader(http.StatusOK)
			w.Header().Set("X-Late", "yes")
			_, _ = io.WriteString(w, "text")
		},
		"an error": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadRequest) },
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			inside, err := inProcess(t, handler).do(t.Context(), http.MethodGet, "/clients", "")
			require.NoError(t, err)
			outside, err := overSocket(t, handler).do(t.Context(), http.MethodGet, "/clients", "")
			require.NoError(t, err)
			require.Equal(t, outside.status, inside.status)
			require.Equal(t, outside.body, inside.body)
			for _, header := range []string{"X-Early", "X-Late", "X-Content-Type-Options"} {
				require.Equal(t, outside.header.Get(header), inside.header.Get(header), header)
			}
		})
	}
}

func TestAContextThatHasEndedReachesNobody(t *testing.T) {
	s := inProcess(t, &echo{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL(), http.NoBody)
	require.NoError(t, err)
	_, err = s.client.Transport.RoundTrip(request)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, s.Count("", ""))
}

func TestTheCallerLeavesAHandlerThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := make(chan time.Duration, 1)
		begin := time.Now()
		s := inProcess(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			told <- time.Since(begin)
		}))
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		_, err := s.do(ctx, http.MethodGet, "/clients", "")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 3*time.Second, time.Since(begin))
		require.Equal(t, 3*time.Second, <-told, "the handler learns it, as over a socket")
	})
}

func TestTheClientsTimeoutHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := inProcess(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		s.client.Timeout = 2 * time.Second
		begin := time.Now()
		_, err := s.do(t.Context(), http.MethodGet, "/clients", "")
		require.Error(t, err)
		require.Equal(t, 2*time.Second, time.Since(begin))
	})
}

func TestTheTraceTellsWhetherThereWasAConnection(t *testing.T) {
	faults := map[string]struct {
		fault fakeserver.Fault
		want  []string
	}{
		"answered": {fakeserver.Fault{Status: http.StatusOK}, []string{"get", "got"}},
		"dropped":  {fakeserver.Fault{Drop: true}, []string{"get", "got"}},
		"refused":  {fakeserver.Fault{Refuse: true}, []string{"get"}},
	}
	for name, c := range faults {
		t.Run(name, func(t *testing.T) {
			s := inProcess(t, &echo{})
			s.Inject(c.fault)
			var told []string
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GetConn: func(string) { told = append(told, "get") },
				GotConn: func(httptrace.GotConnInfo) { told = append(told, "got") },
			})
			_, _ = s.do(ctx, http.MethodGet, "/clients", "")
			require.Equal(t, c.want, told)
		})
	}
}

func TestAnIncompleteTraceIsNoProblem(t *testing.T) {
	s := inProcess(t, &echo{})
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{})
	require.Equal(t, http.StatusOK, s.status(ctx, http.MethodGet, "/clients"))
}

// closer tells whether it was closed: a RoundTripper must close the body, also on errors.
type closer struct {
	io.Reader
	closed bool
}

func (c *closer) Close() error {
	c.closed = true
	return nil
}

func TestTheRequestsBodyIsClosed(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	cases := map[string]struct {
		ctx   context.Context //nolint:containedctx // a row of a table
		fault fakeserver.Fault
	}{
		"answered": {t.Context(), fakeserver.Fault{Status: http.StatusOK}},
		"dropped":  {t.Context(), fakeserver.Fault{Drop: true}},
		"refused":  {t.Context(), fakeserver.Fault{Refuse: true}},
		"ended":    {ended, fakeserver.Fault{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := inProcess(t, &echo{})
			s.Inject(c.fault)
			body := &closer{Reader: strings.NewReader("{}")}
			request, err := http.NewRequestWithContext(c.ctx, http.MethodPost, s.URL()+"/clients", body)
			require.NoError(t, err)
			if response, err := s.client.Transport.RoundTrip(request); err == nil {
				require.NoError(t, response.Body.Close())
			}
			require.True(t, body.closed)
		})
	}
}

// The answer to HEAD has no body, whatever the handler writes.
func TestHeadHasNoBody(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "text") })
	inside, err := inProcess(t, handler).do(t.Context(), http.MethodHead, "/clients", "")
	require.NoError(t, err)
	outside, err := overSocket(t, handler).do(t.Context(), http.MethodHead, "/clients", "")
	require.NoError(t, err)
	require.Equal(t, outside.status, inside.status)
	require.Empty(t, outside.body)
	require.Empty(t, inside.body)
}
