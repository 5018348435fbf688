package tokens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests token sources of the caller: how often they are asked, and what becomes of
// their failures.

func TestATokenSourceIsAskedForEveryCallAndNeverTraded(t *testing.T) {
	server := world.NewMemServer()
	source := &world.CountingSource{}
	client := server.Client(t, oauthclients.FromTokenSource(source), func(c *oauthclients.Connection) {
		c.Trade = neverTrade(t)
	})
	for range 3 {
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
	}
	require.Equal(t, 3, source.Asked)
	for i, r := range server.Requests() {
		require.Equal(t, "Bearer sourced-"+strings.Repeat("1", i+1), r.Header.Get("Authorization"))
	}
}

func TestATokenSourceThatFails(t *testing.T) {
	broken := errors.New("the keyring is locked")
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.FromTokenSource(&world.CountingSource{Err: broken}))
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, broken)
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)
	require.Empty(t, server.Requests())

	client = server.Client(t, oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{})))
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.Empty(t, server.Requests())
}

// Errors hold no URL with a query, whoever wrote the source.
func TestATokenSourceThatFailsDoesNotShowItsURL(t *testing.T) {
	broken := &url.Error{Op: "Get", URL: "https://login.example.com/token?key=pa55", Err: errors.New("refused")}
	server := world.NewMemServer()
	_, err := server.Client(t, oauthclients.FromTokenSource(&world.CountingSource{Err: broken})).Clients.Get(t.Context(), "id-1")
	require.ErrorContains(t, err, "refused")
	require.NotContains(t, err.Error(), "pa55")
}

func TestACallLeavesATokenSourceThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		source := &world.HangingSource{Release: make(chan struct{})}
		client := server.Client(t, oauthclients.FromTokenSource(source))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := client.Clients.Get(ctx, "id-1")
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, server.Requests())

		close(source.Release)
		synctest.Wait()
		_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, 2, source.Asked, "what nobody waited for is not kept")
	})
}

// x/oauth2 puts the whole answer of a token endpoint into its text.
func TestATokenSourceThatIsRefused(t *testing.T) {
	bad, down := &http.Response{StatusCode: http.StatusBadRequest}, &http.Response{StatusCode: http.StatusServiceUnavailable}
	for name, test := range map[string]struct {
		err  *oauth2.RetrieveError
		kind error
	}{
		"invalid grant": {
			&oauth2.RetrieveError{Response: bad, Body: []byte("h1dden"), ErrorCode: "invalid_grant", ErrorDescription: "It is\nover."},
			oauthclients.ErrUnauthenticated,
		},
		"other code": {
			&oauth2.RetrieveError{Response: bad, Body: []byte("h1dden"), ErrorCode: "invalid_scope"},
			oauthclients.ErrInvalid,
		},
		"no code":     {&oauth2.RetrieveError{Response: down, Body: []byte("h1dden")}, oauthclients.ErrUnavailable},
		"no response": {&oauth2.RetrieveError{Body: []byte("h1dden"), ErrorCode: "invalid_client"}, oauthclients.ErrUnauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			failed := world.Failure(t, world.Get(t, server.Client(t, oauthclients.FromTokenSource(&world.CountingSource{Err: test.err}))))
			require.Equal(t, test.kind, failed.Kind)
			require.Equal(t, test.err.ErrorCode, failed.Code)
			require.Equal(t, "Token", failed.Operation)
			require.NotContains(t, failed.Error(), "h1dden")
			require.NotContains(t, failed.Error(), "\n")
			require.Empty(t, server.Requests())
		})
	}
}

// What a source sent is not known here, but what it is called.
func TestATokenSourceThatIsRefusedRepeatsNoForm(t *testing.T) {
	const form = "grant_type=refresh_token&refresh_token=h1dden-1&client_secret=h1dden%2B2"
	echo := &http.Response{StatusCode: http.StatusBadRequest}
	for name, err := range map[string]error{
		"description": &oauth2.RetrieveError{Response: echo, ErrorCode: "invalid_request", ErrorDescription: "you sent " + form},
		"code":        &oauth2.RetrieveError{Response: echo, ErrorCode: form},
		"text":        errors.New("token endpoint: 400: " + form),
		"JSON":        fmt.Errorf("token endpoint: %w", errors.New(`{"refresh_token":"h1dden-1","client_secret":"h1dden+2"}`)),
		"URL":         &url.Error{Op: "Post", URL: "https://x.example.com/?" + form, Err: errors.New("proxy http://desk:h1dden@proxy.example.com: refused")},
		"header":      errors.New("sent:\nAuthorization: Basic ZGVzazpoMWRkZW4=\nHost: x"),
	} {
		t.Run(name, func(t *testing.T) {
			err := world.Get(t, world.NewMemServer().Client(t, oauthclients.FromTokenSource(&world.CountingSource{Err: err})))
			world.RequireHidden(t, world.Failure(t, err), "h1dden")
			require.ErrorContains(t, err, "[REDACTED]")
		})
	}
}

func TestATokenSourceThatCannotReachItsServerIsUnavailable(t *testing.T) {
	broken := &url.Error{Op: "Post", URL: "https://login.example.com/token", Err: errors.New("connection refused")}
	server := world.NewMemServer()
	err := world.Get(t, server.Client(t, oauthclients.FromTokenSource(&world.CountingSource{Err: broken})))
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
}

// A token that no header can carry is refused before the request, and not shown.
func TestATokenOfASourceThatNoHeaderCanCarry(t *testing.T) {
	server := world.NewMemServer()
	require.NoError(t, server.Start())
	t.Cleanup(server.Close)
	client, err := oauthclients.New(server.Provider(), oauthclients.FromTokenSource(oauth2.StaticTokenSource(
		&oauth2.Token{AccessToken: "h1dden\r\nX-Injected: 1"})), world.QuickRetry())
	require.NoError(t, err)
	err = world.Get(t, client)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "characters that no header can carry")
	require.NotContains(t, err.Error(), "h1dden")
	require.Empty(t, server.Requests())
}
