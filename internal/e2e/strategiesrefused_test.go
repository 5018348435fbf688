package e2e

import (
	"crypto/rand"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds what must fail at every place, and how often the server is asked for it: a
// credential that was refused is not sent again.

func TestStrategiesRefused(t *testing.T) {
	atEveryPlace(t, []strategyCase{
		{"wrong client secret", true, refuseClientSecret},
		{"wrong client secret, authorization code", true, refuseClientSecretOfCode},
		{"wrong client secret, token source", true, refuseClientSecretOfSource},
		{"unknown client", true, refuseUnknownClient},
		{"wrong password", false, refusePassword},
		{"wrong code verifier", false, refuseVerifier},
		{"code used twice", false, refuseCode},
		{"refresh token used twice", false, refuseRefreshToken},
		{"unknown bearer token", false, refuseBearerToken},
		{"no credential", false, refuseNobody},
		{"grant that the client has not", false, refuseGrant},
		{"grant without an endpoint", true, refuseUnsupported},
		{"resource that takes no token", true, refuseEveryToken},
	})
}

func refuseClientSecret(t *testing.T, c *consumer) {
	t.Helper()
	wrong := oauthclients.NewSecret(secretText("wrong client secret"))
	credentials, password := c.clientCredentials(), c.passwordGrant()
	credentials.ClientSecret, password.ClientSecret = wrong, wrong
	for _, auth := range []oauthclients.Auth{credentials, password} {
		client := c.client(t, auth)
		failed := requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_client")
		require.Equal(t, "Token", failed.Operation)
		require.Equal(t, 1, failed.Attempts)
		c.seen.requireSent(t, "POST "+c.token)
	}
}

// The code is not used up by it.
func refuseClientSecretOfCode(t *testing.T, c *consumer) {
	t.Helper()
	login := c.begin(t)
	back := c.enter(t, login.URL)
	auth := c.authCode(nil)
	auth.ClientSecret = oauthclients.NewSecret(secretText("wrong client secret"))
	_, err := auth.Finish(t.Context(), c.provider(), login, back, c.options()...)
	failed := requireError(t, err, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_client")
	require.NotErrorIs(t, failed, oauthclients.ErrLoginRequired)
	require.Equal(t, 1, failed.Attempts)
	c.seen.requireSent(t, "POST "+c.token)

	_, err = c.finish(t, login, back)
	require.NoError(t, err)
	c.seen.requireSent(t, "POST "+c.token)
}

func refuseClientSecretOfSource(t *testing.T, c *consumer) {
	t.Helper()
	wrong := *c
	wrong.full.secret = secretText("wrong client secret")
	token := &oauth2.Token{RefreshToken: secretText("refresh token")}
	client := c.client(t, oauthclients.FromTokenSource(wrong.source(t, token)))
	status, code := http.StatusUnauthorized, "invalid_client"
	if c.renewsForAnybody { // and then it is the refresh token that is wrong
		status, code = c.deadGrant, "invalid_grant"
	}
	requireFails(t, client, oauthclients.ErrUnauthenticated, status, code)
	c.seen.requireSent(t, "POST "+c.token)
}

// A server that says 500 to it is asked once more, as after every 500: nothing in the answer
// tells it from a server that is down.
func refuseUnknownClient(t *testing.T, c *consumer) {
	t.Helper()
	auth := c.clientCredentials()
	auth.ClientID = rand.Text()
	twice := oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 2, MinWait: time.Millisecond, MaxWait: time.Millisecond})
	want := c.unknownClient
	failed := requireFails(t, c.client(t, auth, twice), want.kind, want.status, want.code)
	sent := []string{"POST " + c.token}
	if want.status == http.StatusInternalServerError {
		sent = append(sent, "POST "+c.token)
	}
	require.Equal(t, len(sent), failed.Attempts)
	c.seen.requireSent(t, sent...)
}

// Each call asks anew: a password may be right tomorrow. One call asks once.
func refusePassword(t *testing.T, c *consumer) {
	t.Helper()
	auth := c.passwordGrant()
	auth.Password = oauthclients.NewSecret(secretText("wrong password"))
	client := c.client(t, auth)
	for range 2 {
		failed := requireFails(t, client, oauthclients.ErrUnauthenticated, c.deadGrant, "invalid_grant")
		require.NotErrorIs(t, failed, oauthclients.ErrLoginRequired)
		require.Equal(t, 1, failed.Attempts)
		c.seen.requireSent(t, "POST "+c.token)
	}
}

func refuseVerifier(t *testing.T, c *consumer) {
	t.Helper()
	login, other := c.begin(t), c.begin(t)
	back := c.enter(t, login.URL)
	login.Verifier = other.Verifier
	_, err := c.finish(t, login, back)
	requireError(t, err, oauthclients.ErrUnauthenticated, c.deadGrant, "invalid_grant")
	c.seen.requireSent(t, "POST "+c.token)
}

func refuseCode(t *testing.T, c *consumer) {
	t.Helper()
	login := c.begin(t)
	back := c.enter(t, login.URL)
	_, err := c.finish(t, login, back)
	require.NoError(t, err)
	c.seen.requireSent(t, "POST "+c.token)
	_, err = c.finish(t, login, back)
	failed := requireError(t, err, oauthclients.ErrUnauthenticated, c.deadGrant, "invalid_grant")
	require.Equal(t, 1, failed.Attempts)
	c.seen.requireSent(t, "POST "+c.token)
}

func refuseRefreshToken(t *testing.T, c *consumer) {
	t.Helper()
	store := &memStore{}
	c.signedIn(t, oauthclients.WithTokenStore(store))
	old := expire(t, store)
	owner := c.client(t, c.authCode(nil), oauthclients.WithTokenStore(store))
	requireIs(t, owner, person)
	c.seen.take()

	thief := c.client(t, c.authCode(&oauth2.Token{RefreshToken: old.RefreshToken}))
	requireFails(t, thief, oauthclients.ErrLoginRequired, c.deadGrant, "invalid_grant")
	c.seen.requireSent(t, "POST "+c.token)
	requireFails(t, thief, oauthclients.ErrLoginRequired, c.deadGrant, "invalid_grant")
	c.seen.requireSent(t) // the answer is known

	if !c.reuseEndsSignIn {
		requireIs(t, owner, person)
		c.seen.requireSent(t, "GET "+whoamiPath)
		return
	}
	requireFails(t, owner, oauthclients.ErrLoginRequired, c.deadGrant, "invalid_grant")
	c.seen.requireSent(t, "GET "+whoamiPath, "POST "+c.token)
}

func refuseBearerToken(t *testing.T, c *consumer) {
	t.Helper()
	client := c.client(t, oauthclients.BearerToken("nobodys-token"))
	requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	require.Equal(t, "nobodys-token", requireUsed(t, c.seen.requireSent(t, "GET "+whoamiPath)[0]))
}

func refuseNobody(t *testing.T, c *consumer) {
	t.Helper()
	client := c.client(t, oauthclients.NoAuth{})
	requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	require.Empty(t, c.seen.requireSent(t, "GET "+whoamiPath)[0].Header["Authorization"])

	client = c.client(t, oauthclients.BasicAuth{Username: person, Password: oauthclients.NewSecret(c.password)})
	requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	name, password, found := (&http.Request{Header: c.seen.requireSent(t, "GET "+whoamiPath)[0].Header}).BasicAuth()
	require.True(t, found)
	require.Equal(t, []string{person, c.password}, []string{name, password})
}

// The servers do not agree about the code for it, and hence nor do the kinds.
func refuseGrant(t *testing.T, c *consumer) {
	t.Helper()
	password := c.passwordGrant()
	password.ClientID, password.ClientSecret = c.narrow.id, oauthclients.NewSecret(c.narrow.secret)
	want := c.notAllowed
	failed := requireFails(t, c.client(t, password), want.kind, want.status, want.code)
	require.Equal(t, 1, failed.Attempts)
	require.NotEmpty(t, failed.Message)
	c.seen.requireSent(t, "POST "+c.token)
}

// The grant is one that this server does not have for anybody.
func TestGrantThatTheServerHasNot(t *testing.T) {
	c := newConsumer(t, opening{oidcHabits(), startOIDCPlace}, byForm, func(c *consumer) {
		c.password, c.full.grants = "", c.narrow.grants
	})
	c.password = secretText("password")
	client := c.client(t, c.passwordGrant())
	failed := requireFails(t, client, oauthclients.ErrInvalid, http.StatusBadRequest, "unsupported_grant_type")
	require.Equal(t, 1, failed.Attempts)
	c.seen.requireSent(t, "POST "+c.token)
}

// Where there is nobody to ask nobody is asked.
func refuseUnsupported(t *testing.T, c *consumer) {
	t.Helper()
	p := c.provider()
	p.without = oauthclients.GrantClientCredentials
	_, err := c.at(t, p, c.clientCredentials()).Clients.Get(t.Context(), c.full.id)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Equal(t, &oauthclients.UnsupportedError{
		Provider: c.name, Operation: "Token", Fields: []string{"Auth"},
		Reason: "it has no endpoint for the grant client_credentials",
	}, unsupported)
}

// One other token is tried, not one after the other.
func refuseEveryToken(t *testing.T, c *consumer) {
	t.Helper()
	p := c.provider()
	p.resource = closedPath
	failed := requireFails(t, c.at(t, p, c.clientCredentials()),
		oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_token")
	require.Equal(t, 2, failed.Attempts)
	sent := c.seen.requireSent(t, "POST "+c.token, "GET "+closedPath, "POST "+c.token, "GET "+closedPath)
	require.NotEqual(t, sent[1].Header.Get("Authorization"), sent[3].Header.Get("Authorization"))
}
