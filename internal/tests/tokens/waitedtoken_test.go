package tokens

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests calls that wait for longer than their token lives: between two attempts, for
// the rate limit, or behind a 429. A token is looked at when a request goes, not when its call
// began; otherwise it would be refused, and wait as long for its next chance.

// shortLived issues tokens that live for a minute, which are renewed after half of it.
func shortLived() *world.MemServer {
	server := world.NewMemServer()
	server.Issue = func(n int, _ url.Values) (int, string) {
		return http.StatusOK, fmt.Sprintf(`{"access_token":"t-token-%d","token_type":"bearer","expires_in":60}`, n)
	}
	return server
}

// busy is an answer that asks for 50 s of patience.
func busy(status int) fakeserver.Fault {
	return fakeserver.Fault{PathContains: "/clients", Times: 1, Status: status, Header: http.Header{"Retry-After": {"50"}}}
}

// tokensSent are the tokens of the API requests, in their order.
func tokensSent(server *world.MemServer) (tokens []string) {
	for _, r := range server.Requests() {
		if r.Path != "/oauth/token" {
			tokens = append(tokens, r.Header.Get("Authorization"))
		}
	}
	return tokens
}

func TestAnAttemptGoesWithATokenThatIsGoodByThen(t *testing.T) {
	create := func(t *testing.T, client *oauthclients.Client) error {
		t.Helper()
		_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
		return err
	}
	for name, test := range map[string]struct {
		fault fakeserver.Fault
		call  func(*testing.T, *oauthclients.Client) error
	}{"read": {busy(http.StatusServiceUnavailable), world.List}, "create": {busy(http.StatusTooManyRequests), create}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := shortLived()
				server.Inject(test.fault)
				begin := time.Now()
				require.NoError(t, test.call(t, server.WithOptions(t, world.PasswordGrant())))
				require.Equal(t, 50*time.Second, time.Since(begin))
				require.Equal(t, []string{"Bearer t-token-1", "Bearer t-token-2"}, tokensSent(server))
			})
		})
	}
}

func TestACallWaitsForTheRateLimitLongerThanItsTokenLives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := shortLived()
		client := server.WithOptions(t, world.PasswordGrant(), oauthclients.WithRateLimit(1.0/20, 1))
		begin := time.Now()
		for _, err := range world.Together(7, func(int) error { return world.List(t, client) }) {
			require.NoError(t, err)
		}
		require.Equal(t, 2*time.Minute, time.Since(begin))
		require.Equal(t, []string{ // at 0, 20, 40 and so on; a token is renewed when half a minute of it is left
			"Bearer t-token-1", "Bearer t-token-1", "Bearer t-token-2", "Bearer t-token-2", "Bearer t-token-3", "Bearer t-token-3", "Bearer t-token-4",
		}, tokensSent(server))
	})
}

// The trade is a GET as well. It must not wait behind the call that waits for it.
func TestACallAtTheGateTradesForANewToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, trades := world.NewMemServer(), 0
		provider := server.Provider()
		provider.Edit = func(c *oauthclients.Connection) {
			c.Trade = func(ctx context.Context, anon *oauthclients.Caller, _ oauthclients.Secret) (*oauth2.Token, error) {
				_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Token", Method: http.MethodGet, Path: "/trade"})
				require.ErrorIs(t, err, oauthclients.ErrUnavailable, "nobody serves that address")
				trades++
				return &oauth2.Token{AccessToken: "traded", Expiry: time.Now().Add(45 * time.Second)}, nil
			}
		}
		server.Inject(busy(http.StatusTooManyRequests))
		client, err := oauthclients.New(provider, oauthclients.BearerToken("held"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		begin := time.Now()
		for _, err := range world.Together(5, func(int) error { return world.List(t, client) }) {
			require.NoError(t, err)
		}
		require.Equal(t, 50*time.Second, time.Since(begin))
		require.Equal(t, 2, trades)
	})
}

// There is no token for the next attempt. The error says so, and what is known of the earlier one.
func TestNoTokenForTheNextAttempt(t *testing.T) {
	put := func(t *testing.T, client *oauthclients.Client) error {
		t.Helper()
		_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Operation: "Update", Method: http.MethodPut, Path: "/clients/id-1", Body: struct{}{}})
		return err
	}
	for name, test := range map[string]struct {
		status  int
		call    func(*testing.T, *oauthclients.Client) error
		unknown bool
	}{
		"read":                              {http.StatusServiceUnavailable, world.List, false},
		"write that was not executed":       {http.StatusTooManyRequests, put, false},
		"write that may have been executed": {http.StatusServiceUnavailable, put, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := shortLived()
				server.Inject(busy(test.status))
				server.Inject(fakeserver.Fault{PathContains: "/oauth/token", Skip: 1, Status: http.StatusBadRequest, Body: `{"error":"invalid_grant"}`})
				begin := time.Now()
				err := test.call(t, server.WithOptions(t, world.PasswordGrant()))
				require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
				require.Equal(t, test.unknown, world.Failure(t, err).OutcomeUnknown())
				require.ErrorContains(t, err, "invalid_grant")
				require.Equal(t, 50*time.Second, time.Since(begin))
				require.Equal(t, 1, server.APIRequests())
				require.Equal(t, 2, server.TokenRequests(), "a refused credential is not sent again with every attempt")
			})
		})
	}
}

// A source is asked once for every call. One whose token ends while the call waits is asked again.
func TestATokenSourceIsAskedAgainWhenItsTokenIsOver(t *testing.T) {
	for name, test := range map[string]struct {
		lives time.Duration
		asked int
	}{"no end": {0, 1}, "long": {time.Hour, 1}, "over": {40 * time.Second, 2}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				server.Inject(busy(http.StatusServiceUnavailable))
				asked := 0
				client := server.WithOptions(t, oauthclients.FromTokenSource(sourceFunc(func() (*oauth2.Token, error) {
					asked++
					token := &oauth2.Token{AccessToken: fmt.Sprintf("sourced-%d", asked)}
					if test.lives > 0 {
						token.Expiry = time.Now().Add(test.lives)
					}
					return token, nil
				})))
				require.NoError(t, world.List(t, client))
				require.Equal(t, test.asked, asked)
				require.Equal(t, fmt.Sprintf("Bearer sourced-%d", asked), tokensSent(server)[1])
			})
		})
	}
}

// What a later token shows in an error is scrubbed as well.
func TestTheTokenOfALaterAttemptIsScrubbed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := shortLived()
		server.Inject(busy(http.StatusServiceUnavailable))
		server.Inject(fakeserver.Fault{PathContains: "/clients", Status: http.StatusConflict, Body: `{"sent":"t-token-2"}`})
		err := world.List(t, server.WithOptions(t, world.PasswordGrant()))
		require.ErrorIs(t, err, oauthclients.ErrConflict)
		require.Equal(t, "Bearer t-token-2", tokensSent(server)[1])
		require.NotContains(t, string(world.Failure(t, err).Body()), "t-token-2")
	})
}

type sourceFunc func() (*oauth2.Token, error)

func (f sourceFunc) Token() (*oauth2.Token, error) { return f() }
