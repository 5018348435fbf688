package transport

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file holds the connections that all clients without an http.Client of their own share.

// counting is a server that counts its connections.
type counting struct {
	*httptest.Server

	open, ever atomic.Int64
}

func countingServer(t *testing.T, handler http.HandlerFunc) *counting {
	t.Helper()
	s := &counting{Server: httptest.NewUnstartedServer(handler)}
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			s.open.Add(1)
			s.ever.Add(1)
		case http.StateClosed, http.StateHijacked:
			s.open.Add(-1)
		case http.StateActive, http.StateIdle:
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func (s *counting) client(t *testing.T) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(world.MemProvider{BaseURL: s.URL}, oauthclients.NoAuth{})
	require.NoError(t, err)
	return client
}

func answerEmpty(w http.ResponseWriter, _ *http.Request) {
	world.Answer(w, http.StatusOK, map[string]any{"clients": []any{}})
}

func TestManyClientsShareTheirConnections(t *testing.T) {
	const accounts = 300
	server := countingServer(t, answerEmpty)
	clients := make([]*oauthclients.Client, accounts)
	for i := range clients {
		clients[i] = server.client(t)
		require.NoError(t, world.List(t, clients[i]))
	}
	require.LessOrEqual(t, server.ever.Load(), int64(2), "one after the other over the same connection")
	for _, err := range world.Together(accounts, func(i int) error { return world.List(t, clients[i]) }) {
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { return server.open.Load() <= 70 }, 10*time.Second, time.Millisecond, "what all at once opened is not kept")
}

// The slow calls of one account hold up nobody else.
func TestAClientHasSixtyFourRequestsUnderWay(t *testing.T) {
	const most = 64
	var mu sync.Mutex
	var under, highest int
	step := func(by int) {
		mu.Lock()
		defer mu.Unlock()
		under += by
		highest = max(highest, under)
	}
	release := make(chan struct{})
	server := countingServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("limit") == "7" {
			step(1)
			<-release
			step(-1)
		}
		answerEmpty(w, r)
	})
	slow, quick := server.client(t), server.client(t)
	list := func(ctx context.Context) error {
		_, err := slow.Clients.List(ctx, oauthclients.ListOptions{PageSize: 7})
		return err
	}
	var all sync.WaitGroup
	errs := make(chan error, most+10)
	for range most + 10 {
		all.Go(func() { errs <- list(t.Context()) })
	}
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return under == most }, 10*time.Second, time.Millisecond)
	require.NoError(t, world.List(t, quick))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := list(ctx)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Zero(t, world.Failure(t, err).Attempts, "it was not sent")
	close(release)
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	require.Equal(t, most, highest)
}
