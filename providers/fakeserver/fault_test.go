package fakeserver_test

import (
	"context"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what each fault does. Which requests a fault is for is in faultmatch_test.go.

func TestAFaultAnswersInsteadOfTheServer(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			handler := &echo{}
			s := way(t, handler)
			s.Inject(fakeserver.Fault{
				Status: http.StatusTooManyRequests, Header: http.Header{"retry-after": {"7"}, "X-Two": {"a", "b"}}, Body: "slow down",
			})
			answer, err := s.do(t.Context(), http.MethodPost, "/clients", "{}")
			require.NoError(t, err)
			require.Equal(t, http.StatusTooManyRequests, answer.status)
			require.Equal(t, "7", answer.header.Get("Retry-After"))
			require.Equal(t, []string{"a", "b"}, answer.header["X-Two"])
			require.Equal(t, "slow down", answer.body)
			require.Empty(t, answer.header.Get("X-Handler"))
			require.Zero(t, handler.calls.Load())
			require.Equal(t, 1, s.Count(http.MethodPost, "/clients"))
		})
	}
}

func TestAFaultMayComeAfterTheServerDidWhatWasAsked(t *testing.T) {
	cases := map[string]struct {
		fault  fakeserver.Fault
		status int // 0: no answer
		body   string
	}{
		"status":    {fakeserver.Fault{Execute: true, Status: http.StatusGatewayTimeout, Body: "late"}, http.StatusGatewayTimeout, "late"},
		"no answer": {fakeserver.Fault{Execute: true, Drop: true}, 0, ""},
		"nothing":   {fakeserver.Fault{Execute: true}, http.StatusOK, "{}"},
	}
	for name, way := range ways() {
		for fault, c := range cases {
			t.Run(name+" "+fault, func(t *testing.T) {
				handler := &echo{}
				s := way(t, handler)
				s.Inject(c.fault)
				answer, err := s.do(t.Context(), http.MethodPost, "/clients", "{}")
				require.Equal(t, c.status == 0, err != nil)
				require.Equal(t, c.status, answer.status)
				require.Equal(t, c.body, answer.body)
				require.EqualValues(t, 1, handler.calls.Load(), "executed once")
				require.Equal(t, 1, s.Count("", ""))
			})
		}
	}
}

func TestADroppedConnection(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			handler := &echo{}
			s := way(t, handler)
			s.Inject(fakeserver.Fault{Drop: true})
			_, err := s.do(t.Context(), http.MethodPost, "/clients", "{}")
			require.Error(t, err)
			var dial *net.OpError
			require.NotErrorAs(t, err, &dial, "the connection was open")
			require.Zero(t, handler.calls.Load())
			require.Equal(t, 1, s.Count("", ""), "the request was read")
		})
	}
}

func TestARefusedConnectionInsideTheProcess(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Refuse: true, Times: 2})
	for range 2 {
		_, err := s.do(t.Context(), http.MethodPost, "/clients", "{}")
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		var dial *net.OpError
		require.ErrorAs(t, err, &dial)
		require.Equal(t, "dial", dial.Op)
	}
	require.Zero(t, s.Count("", ""), "nothing reached the server")
	require.Equal(t, http.StatusOK, s.status(t.Context(), http.MethodGet, "/clients"))
}

func TestARefusedConnectionOverASocketIsClosed(t *testing.T) {
	handler := &echo{}
	s := overSocket(t, handler)
	s.Inject(fakeserver.Fault{Refuse: true, Times: 1})
	_, err := s.do(t.Context(), http.MethodPost, "/clients", "{}")
	require.Error(t, err)
	require.Zero(t, handler.calls.Load())
	require.Equal(t, http.StatusOK, s.status(t.Context(), http.MethodGet, "/clients"))
}

func TestADelayComesBeforeAnythingElse(t *testing.T) {
	faults := map[string]struct {
		fault  fakeserver.Fault
		status int // 0: no answer
	}{
		"alone":       {fakeserver.Fault{}, http.StatusOK},
		"status":      {fakeserver.Fault{Status: http.StatusBadGateway}, http.StatusBadGateway},
		"execution":   {fakeserver.Fault{Status: http.StatusBadGateway, Execute: true}, http.StatusBadGateway},
		"no answer":   {fakeserver.Fault{Drop: true}, 0},
		"no listener": {fakeserver.Fault{Refuse: true}, 0},
	}
	for name, c := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler := &echo{}
				s := inProcess(t, handler)
				c.fault.Delay = 5 * time.Second
				s.Inject(c.fault)
				begin, done := time.Now(), make(chan int)
				go func() { done <- s.status(t.Context(), http.MethodGet, "/clients") }()
				<-time.After(5*time.Second - time.Nanosecond)
				synctest.Wait()
				require.Zero(t, handler.calls.Load())
				require.Equal(t, c.status, <-done)
				require.Equal(t, 5*time.Second, time.Since(begin))
			})
		})
	}
}

func TestADelayEndsWhenTheCallerLeaves(t *testing.T) {
	for _, execute := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			handler := &echo{}
			s := inProcess(t, handler)
			s.Inject(fakeserver.Fault{Delay: time.Hour, Execute: execute, Status: http.StatusOK})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begin := time.Now()
			_, err := s.do(ctx, http.MethodGet, "/clients", "")
			require.ErrorIs(t, err, context.DeadlineExceeded)
			require.Equal(t, time.Second, time.Since(begin))
			synctest.Wait()
			require.Zero(t, handler.calls.Load(), "nobody was there any more")
		})
	}
}

// Over a socket, a body that is shorter than its length is cut off in its middle.
func TestABodyThatIsCutOff(t *testing.T) {
	s := overSocket(t, &echo{})
	s.Inject(fakeserver.Fault{Status: http.StatusOK, Header: http.Header{"Content-Length": {"100"}}, Body: `{"id":`})
	answer, err := s.do(t.Context(), http.MethodGet, "/clients", "")
	require.ErrorContains(t, err, "unexpected EOF")
	require.Equal(t, http.StatusOK, answer.status)
	require.JSONEq(t, `{"id":1}`, answer.body+"1}")
}
