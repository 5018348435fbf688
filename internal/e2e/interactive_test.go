package e2e

import (
	"crypto/rand"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file signs in the user of a tool: the library's own server on 127.0.0.1 takes the
// browser's way back (RFC 8252 section 7.3).

// newTool is a public client that is registered as RFC 8252 has it: any port of the loopback
// address.
func newTool(t *testing.T) *app {
	t.Helper()
	a := &app{way: byNobody, wire: &wire{}, auth: oauthclients.AuthCode{ClientID: "tool", Scopes: []string{"openid"}}}
	a.server = startServer(t, settings{PKCERequired: true, RotateRefreshToken: true, Clients: []metadata{{
		"client_id": "tool", "application_type": "native", "token_endpoint_auth_method": byNobody,
		"redirect_uris": []string{"http://127.0.0.1/callback"}, "response_types": []string{"code"},
		"grant_types": []string{"authorization_code", "refresh_token"},
	}}})
	return a
}

type signedIn struct {
	token *oauth2.Token
	err   error
}

// interactive runs the sign-in beside the test, which is the person.
func (a *app) interactive(t *testing.T, more ...oauthclients.Option) (address *url.URL, done chan signedIn) {
	t.Helper()
	opened, done := make(chan string, 1), make(chan signedIn, 1)
	go func() {
		token, err := a.auth.Interactive(t.Context(), a.provider(), func(address string) error {
			opened <- address
			return nil
		}, a.options(more...)...)
		done <- signedIn{token, err}
	}()
	select {
	case text := <-opened:
		address, err := url.Parse(text)
		require.NoError(t, err)
		return address, done
	case early := <-done:
		require.NoError(t, early.err)
	case <-time.After(patience):
	}
	require.Fail(t, "no page was opened")
	return nil, nil
}

func outcome(t *testing.T, done chan signedIn) signedIn {
	t.Helper()
	select {
	case result := <-done:
		return result
	case <-time.After(patience):
		require.Fail(t, "the sign-in does not end")
		return signedIn{}
	}
}

// loopbackOf is where the tool listens, by the address of the server's page.
func loopbackOf(t *testing.T, address *url.URL) *url.URL {
	t.Helper()
	back, err := url.Parse(address.Query().Get("redirect_uri"))
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", back.Hostname())
	require.NotEmpty(t, back.Port())
	return back
}

func requireClosed(t *testing.T, host string) {
	t.Helper()
	connection, err := (&net.Dialer{Timeout: patience}).DialContext(t.Context(), "tcp", host)
	if err == nil {
		_ = connection.Close()
	}
	require.Error(t, err, "somebody still listens")
}

func TestInteractive(t *testing.T) {
	a := newTool(t)
	store := &memStore{}
	address, done := a.interactive(t, oauthclients.WithTokenStore(store))
	back := loopbackOf(t, address)

	p := enter(t, address.String())
	p.click("button[type=submit]")
	p.waitFor("main h1")
	require.Equal(t, back.Host, p.address().Host)
	p.collect()
	require.Equal(t, "You are signed in", p.text("main h1"))
	require.Contains(t, p.text("main p"), "close this tab")
	p.screenshot("loopback-signed-in")

	result := outcome(t, done)
	require.NoError(t, result.err)
	require.Equal(t, result.token.RefreshToken, store.now().RefreshToken)
	requireClosed(t, back.Host)
	a.wire.requireSent(t, "POST /token")
	requireWorks(t, a.client(t, nil, oauthclients.WithTokenStore(store)))
}

func TestInteractiveDenied(t *testing.T) {
	a := newTool(t)
	address, done := a.interactive(t)
	back := loopbackOf(t, address)

	p := enter(t, address.String())
	p.click(`a[href$="/abort"]`)
	p.waitFor("main h1")
	p.collect()
	require.Equal(t, "You did not give access", p.text("main h1"))
	require.Contains(t, p.text("main p"), "close this tab")
	p.screenshot("loopback-denied")

	failed := failure(t, outcome(t, done).err)
	require.ErrorIs(t, failed, oauthclients.ErrPermission)
	require.Equal(t, "access_denied", failed.Code)
	require.Contains(t, failed.Message, "End-User aborted interaction")
	requireClosed(t, back.Host)
	a.wire.requireSent(t)
}

// What another page in the browser sends to the tool's port does not end the sign-in.
func TestInteractiveIgnoresStrayRequests(t *testing.T) {
	a := newTool(t)
	address, done := a.interactive(t)
	back := loopbackOf(t, address)

	p := openPage(t, back.String()+"?error=access_denied&state="+rand.Text())
	require.Equal(t, "Not this sign-in", p.text("main h1"))
	p.open("http://" + back.Host + "/elsewhere")
	require.Equal(t, "Nothing here", p.text("main h1"))

	p = enter(t, address.String())
	p.click("button[type=submit]")
	p.waitFor("main h1")
	require.Equal(t, "You are signed in", p.text("main h1"))
	require.NoError(t, outcome(t, done).err)
	a.wire.requireSent(t, "POST /token")
}
