package e2e

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file uses every strategy at every place, in each way in which a client can say who it is.
// What must fail there is in strategiesrefused_test.go.

// strategyCase is one use of a strategy.
type strategyCase struct {
	name string
	// secret: it is for clients that have one.
	secret bool
	test   func(t *testing.T, c *consumer)
}

// atEveryPlace runs the cases at one server for each way, one after the other.
func atEveryPlace(t *testing.T, cases []strategyCase) {
	t.Helper()
	for _, o := range places() {
		for _, w := range []way{byForm, byBasic, byNobody} {
			t.Run(o.name+", "+string(w), func(t *testing.T) {
				c := newConsumer(t, o, w)
				for _, one := range cases {
					if one.secret && w == byNobody {
						continue
					}
					t.Run(one.name, func(t *testing.T) {
						c.seen.take()
						one.test(t, c)
						c.seen.requireSent(t) // the case has looked at everything that was sent
					})
				}
			})
		}
	}
}

func TestStrategies(t *testing.T) {
	atEveryPlace(t, []strategyCase{
		{"client credentials", true, useClientCredentials},
		{"client credentials, many at once", true, useClientCredentialsAtOnce},
		{"client credentials, rejected token", true, replaceClientCredentials},
		{"password", false, usePassword},
		{"password, rejected token", false, replacePassword},
		{"authorization code", false, useAuthorizationCode},
		{"authorization code, expired token", false, refreshExpired},
		{"authorization code, rejected token", false, refreshRejected},
		{"bearer token", false, useBearerToken},
		{"token source", false, useTokenSource},
		{"token source, rejected token", false, useTokenSourceThatHasAnother},
	})
}

func useClientCredentials(t *testing.T, c *consumer) {
	t.Helper()
	client := c.client(t, c.clientCredentials())
	c.seen.requireSent(t) // not before it is needed
	requireIs(t, client, c.full.id)
	sent := c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)
	c.requireAsked(t, sent[0], url.Values{"grant_type": {"client_credentials"}})
	first := requireUsed(t, sent[1])

	requireIs(t, client, c.full.id)
	sent = c.seen.requireSent(t, "GET "+whoamiPath)
	require.Equal(t, first, requireUsed(t, sent[0]))
}

func useClientCredentialsAtOnce(t *testing.T, c *consumer) {
	t.Helper()
	client := c.client(t, c.clientCredentials())
	const many = 20
	var calls sync.WaitGroup
	errs := make(chan error, many)
	for range many {
		calls.Go(func() {
			_, err := client.Clients.Get(t.Context(), c.full.id)
			errs <- err
		})
	}
	calls.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
	sent := c.seen.take()
	require.Len(t, sent, 1+many)
	c.requireAsked(t, sent[0], url.Values{"grant_type": {"client_credentials"}})
	token := requireUsed(t, sent[1])
	for _, r := range sent[1:] {
		require.Equal(t, token, requireUsed(t, r))
	}
}

func replaceClientCredentials(t *testing.T, c *consumer) {
	t.Helper()
	requireReplaced(t, c, c.clientCredentials(), c.full.id, url.Values{"grant_type": {"client_credentials"}})
}

func usePassword(t *testing.T, c *consumer) {
	t.Helper()
	store := &memStore{}
	client := c.client(t, c.passwordGrant(), oauthclients.WithTokenStore(store))
	requireIs(t, client, person)
	sent := c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)
	c.requireAsked(t, sent[0], c.passwordForm())
	first := requireUsed(t, sent[1])
	require.Equal(t, first, store.now().AccessToken)
	require.NotEmpty(t, store.now().RefreshToken, "it renews the token, and ends the session")

	requireIs(t, client, person)
	sent = c.seen.requireSent(t, "GET "+whoamiPath)
	require.Equal(t, first, requireUsed(t, sent[0]))
}

func (c *consumer) passwordForm() url.Values {
	return url.Values{
		"grant_type": {"password"}, "username": {person}, "password": {c.password}, "scope": {"openid offline_access"},
	}
}

// The refresh token that came with the token replaces it. Where the end of the access token was that of
// the session, the password is there.
func replacePassword(t *testing.T, c *consumer) {
	t.Helper()
	store := &memStore{}
	client := c.client(t, c.passwordGrant(), oauthclients.WithTokenStore(store))
	requireIs(t, client, person)
	first := requireUsed(t, c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)[1])
	refresh := store.now().RefreshToken
	c.revoke(t, first)

	requireIs(t, client, person)
	sent := c.seen.take()
	require.Equal(t, first, requireUsed(t, sent[0]))
	c.requireAsked(t, sent[1], url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
	if len(sent) > 3 {
		c.requireAsked(t, sent[2], c.passwordForm())
	}
	require.NotEqual(t, first, requireUsed(t, sent[len(sent)-1]))
}

// requireReplaced revokes the token that a client has: the client gets one other and repeats
// the call once.
func requireReplaced(t *testing.T, c *consumer, auth oauthclients.Auth, who string, form url.Values) {
	t.Helper()
	client := c.client(t, auth)
	requireIs(t, client, who)
	first := requireUsed(t, c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)[1])
	c.revoke(t, first)

	requireIs(t, client, who)
	sent := c.seen.requireSent(t, "GET "+whoamiPath, "POST "+c.token, "GET "+whoamiPath)
	require.Equal(t, first, requireUsed(t, sent[0]))
	c.requireAsked(t, sent[1], form)
	require.NotEqual(t, first, requireUsed(t, sent[2]))
}

func useAuthorizationCode(t *testing.T, c *consumer) {
	t.Helper()
	login := c.begin(t)
	c.seen.requireSent(t)
	c.requireAuthorizeURL(t, login)
	back := c.enter(t, login.URL)
	require.Equal(t, login.State, back.Get("state"))
	require.Equal(t, "north&south", back.Get("tenant"))

	token, err := c.finish(t, login, back)
	require.NoError(t, err)
	require.Equal(t, "Bearer", token.TokenType) // however the server spells it
	require.NotEmpty(t, token.RefreshToken)
	require.Greater(t, time.Until(token.Expiry), 30*time.Minute)
	sent := c.seen.requireSent(t, "POST "+c.token)
	c.requireAsked(t, sent[0], url.Values{
		"grant_type": {"authorization_code"}, "code": {back.Get("code")}, "redirect_uri": {c.redirect},
		"code_verifier": {login.Verifier},
	})

	requireIs(t, c.client(t, c.authCode(token)), person)
	sent = c.seen.requireSent(t, "GET "+whoamiPath)
	require.Equal(t, token.AccessToken, requireUsed(t, sent[0]))
}

// requireAuthorizeURL holds RFC 6749 section 4.1.1 and RFC 7636 section 4.3.
func (c *consumer) requireAuthorizeURL(t *testing.T, login *oauthclients.Login) {
	t.Helper()
	address, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, c.address+c.authorize, address.Scheme+"://"+address.Host+address.Path)
	require.Equal(t, url.Values{
		"response_type": {"code"}, "client_id": {c.full.id}, "redirect_uri": {c.redirect}, "scope": {"openid"},
		"state":          {login.State},
		"code_challenge": {oauth2.S256ChallengeFromVerifier(login.Verifier)}, "code_challenge_method": {"S256"},
	}, address.Query())
}

func refreshExpired(t *testing.T, c *consumer) {
	t.Helper()
	store := &memStore{}
	c.signedIn(t, oauthclients.WithTokenStore(store))
	old := expire(t, store)
	requireIs(t, c.client(t, c.authCode(nil), oauthclients.WithTokenStore(store)), person)
	sent := c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)
	c.requireRefreshed(t, store, old, sent[0], sent[1])
}

func refreshRejected(t *testing.T, c *consumer) {
	t.Helper()
	store := &memStore{}
	old := c.signedIn(t, oauthclients.WithTokenStore(store))
	c.revoke(t, old.AccessToken)
	requireIs(t, c.client(t, c.authCode(nil), oauthclients.WithTokenStore(store)), person)
	sent := c.seen.requireSent(t, "GET "+whoamiPath, "POST "+c.token, "GET "+whoamiPath)
	require.Equal(t, old.AccessToken, requireUsed(t, sent[0]))
	c.requireRefreshed(t, store, *old, sent[1], sent[2])
}

// requireRefreshed: the server has rotated both tokens, and the store has what came.
func (c *consumer) requireRefreshed(t *testing.T, store *memStore, old oauth2.Token, asked, used request) {
	t.Helper()
	c.requireAsked(t, asked, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.RefreshToken}})
	saved := store.now()
	require.Equal(t, saved.AccessToken, requireUsed(t, used))
	require.NotEqual(t, old.AccessToken, saved.AccessToken)
	require.NotEqual(t, old.RefreshToken, saved.RefreshToken)
}

func useBearerToken(t *testing.T, c *consumer) {
	t.Helper()
	token := c.signedIn(t)
	client := c.client(t, oauthclients.BearerToken(token.AccessToken))
	requireIs(t, client, person)
	require.Equal(t, token.AccessToken, requireUsed(t, c.seen.requireSent(t, "GET "+whoamiPath)[0]))

	c.revoke(t, token.AccessToken)
	requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	c.seen.requireSent(t, "GET "+whoamiPath)
}

// The source is that of golang.org/x/oauth2, which asks the server itself: what it sends is what
// this library sends.
func useTokenSource(t *testing.T, c *consumer) {
	t.Helper()
	old := c.signedIn(t)
	client := c.client(t, oauthclients.FromTokenSource(c.source(t, old)))
	requireIs(t, client, person)
	sent := c.seen.requireSent(t, "POST "+c.token, "GET "+whoamiPath)
	c.requireAsked(t, sent[0], url.Values{"grant_type": {"refresh_token"}, "refresh_token": {old.RefreshToken}})
	token := requireUsed(t, sent[1])

	c.revoke(t, token) // and the source has no other: it believes in the token
	requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	c.seen.requireSent(t, "GET "+whoamiPath)
}

// source renews a token at its first use.
func (c *consumer) source(t *testing.T, old *oauth2.Token) oauth2.TokenSource {
	t.Helper()
	config := oauth2.Config{ClientID: c.full.id, ClientSecret: c.full.secret, Endpoint: oauth2.Endpoint{
		TokenURL: c.address + c.token, AuthStyle: c.provider().style,
	}}
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, c.wire.client())
	return config.TokenSource(ctx, &oauth2.Token{RefreshToken: old.RefreshToken})
}

// A source that has another token after a rejection is asked once more.
func useTokenSourceThatHasAnother(t *testing.T, c *consumer) {
	t.Helper()
	first, second := c.signedIn(t), c.signedIn(t)
	c.revoke(t, first.AccessToken)
	tokens := sequence{first, second}
	requireIs(t, c.client(t, oauthclients.FromTokenSource(&tokens)), person)
	sent := c.seen.requireSent(t, "GET "+whoamiPath, "GET "+whoamiPath)
	require.Equal(t, first.AccessToken, requireUsed(t, sent[0]))
	require.Equal(t, second.AccessToken, requireUsed(t, sent[1]))
}

// sequence is a source that gives each of its tokens once.
type sequence []*oauth2.Token

func (s *sequence) Token() (*oauth2.Token, error) {
	first := (*s)[0]
	*s = (*s)[1:]
	return first, nil
}
