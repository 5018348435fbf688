package fakeserver_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds a server that many use at once; it is of use under the race detector.

// storm sends n requests at once and counts the statuses, 0 for no answer.
func storm(t *testing.T, s reached, n int) map[int]int {
	t.Helper()
	var mu sync.Mutex
	var requests sync.WaitGroup
	codes := map[int]int{}
	for range n {
		requests.Go(func() {
			code := s.status(t.Context(), http.MethodGet, "/clients")
			mu.Lock()
			defer mu.Unlock()
			codes[code]++
		})
	}
	requests.Wait()
	return codes
}

func TestFaultsAreCountedExactlyUnderLoad(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, &echo{})
			s.Inject(fakeserver.Fault{Skip: 20, Times: 30, Status: http.StatusServiceUnavailable})
			s.Inject(fakeserver.Fault{Skip: 10, Times: 5, Drop: true})
			require.Equal(t, map[int]int{200: 65, 503: 30, 0: 5}, storm(t, s, 100))
			require.Equal(t, 100, s.Count(http.MethodGet, "/clients"))
		})
	}
}

func TestRefusalsAreCountedExactlyUnderLoad(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Times: 30, Refuse: true})
	require.Equal(t, map[int]int{200: 70, 0: 30}, storm(t, s, 100))
	require.Equal(t, 70, s.Count("", ""))
}

func TestEverythingAtOnce(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, &echo{})
			var users sync.WaitGroup
			for range 8 {
				users.Go(func() {
					for range 10 {
						s.Inject(fakeserver.Fault{Times: 1, Status: http.StatusBadGateway})
						s.status(t.Context(), http.MethodGet, "/clients")
						s.Count("", "")
						s.Requests()
						s.Heal()
					}
				})
			}
			users.Wait()
			require.Equal(t, 80, s.Count("", ""))
		})
	}
}

// gated is a body that is sent when the gate opens.
type gated struct {
	io.Reader
	gate <-chan struct{}
}

func (g gated) Read(p []byte) (int, error) {
	<-g.gate
	return g.Reader.Read(p)
}

// Two requests are under way when the first of them uses up the Skip: the second is refused as
// if nobody listened, and not as if a connection broke.
func TestARefusalAfterASkipIsARefusalUnderLoadToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := inProcess(t, &echo{})
		s.Inject(fakeserver.Fault{Skip: 1, Refuse: true})
		gate, failures := make(chan struct{}), make(chan error, 2)
		for range 2 {
			go func() {
				request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/clients", gated{strings.NewReader("{}"), gate})
				if err == nil {
					_, err = s.send(request)
				}
				failures <- err
			}()
		}
		synctest.Wait()
		close(gate)
		first, second := <-failures, <-failures
		if first != nil {
			first, second = second, first
		}
		require.NoError(t, first)
		require.ErrorIs(t, second, syscall.ECONNREFUSED)
		require.Equal(t, 1, s.Count("", ""))
	})
}
