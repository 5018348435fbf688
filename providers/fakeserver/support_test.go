package fakeserver_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what the tests of this package share: a server that is reached over a socket
// or inside the process, since both must behave alike.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// reached is a server together with one way to it.
type reached struct {
	*fakeserver.Server
	client *http.Client
}

// ways are both ways to a server over handler.
func ways() map[string]func(t *testing.T, handler http.Handler) reached {
	return map[string]func(*testing.T, http.Handler) reached{"in process": inProcess, "socket": overSocket}
}

func inProcess(_ *testing.T, handler http.Handler) reached {
	server := fakeserver.New(handler)
	return reached{server, server.HTTPClient()}
}

func overSocket(t *testing.T, handler http.Handler) reached {
	t.Helper()
	server := fakeserver.New(handler)
	require.NoError(t, server.Start())
	t.Cleanup(server.Close)
	transport := &http.Transport{DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return reached{server, &http.Client{Transport: transport}}
}

// got is an answer, read whole.
type got struct {
	status int
	header http.Header
	body   string
}

// do sends a request; body "" is none.
func (r reached) do(ctx context.Context, method, path, body string) (got, error) {
	var reader io.Reader = http.NoBody
	if body != "" {
		reader = strings.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, r.URL()+path, reader)
	if err != nil {
		return got{}, err
	}
	return r.send(request)
}

func (r reached) send(request *http.Request) (got, error) {
	response, err := r.client.Do(request)
	if err != nil {
		return got{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return got{response.StatusCode, response.Header, string(text)}, err
}

// status of one request; 0 without an answer.
func (r reached) status(ctx context.Context, method, path string) int {
	answer, err := r.do(ctx, method, path, "")
	if err != nil {
		return 0
	}
	return answer.status
}

// statuses of n GET requests, one after another.
func (r reached) statuses(ctx context.Context, n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = r.status(ctx, http.MethodGet, "/clients")
	}
	return all
}

// echo answers 200 with the body that it got, and counts its calls.
type echo struct{ calls atomic.Int32 }

func (e *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.calls.Add(1)
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("X-Handler", "echo")
	_, _ = w.Write(body)
}
