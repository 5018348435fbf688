package main

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the sign-out.

func TestSignOutEndsBothSessions(t *testing.T) {
	w := open(t)
	b := w.browser()
	b.signIn()
	old := b.session()
	requireBalance(t, b.get("/"), "123.45 EUR")

	sent := b.post("/logout")
	require.Equal(t, http.StatusSeeOther, sent.status)
	require.Equal(t, "/signed-out", sent.location)
	require.Empty(t, b.session())
	require.Equal(t, 1, w.fake.Count(http.MethodPost, logoutPath))
	form := formSentTo(t, w, logoutPath)
	require.Equal(t, w.auth.ClientID, form.Get("client_id"))
	require.Equal(t, w.auth.ClientSecret.Reveal(), form.Get("client_secret"))
	require.NotEmpty(t, form.Get("refresh_token"))

	p := b.get("/signed-out")
	requireSignedOut(t, p)
	require.Contains(t, p.body, "You are signed out.")
	requireSignedOut(t, b.get("/"))
	requireSignedOut(t, w.withSession(old).get("/"))
}

// formSentTo is the form of the one request to a path.
func formSentTo(t *testing.T, w *world, path string) url.Values {
	t.Helper()
	for _, request := range w.fake.Requests() {
		if request.Path == path {
			form, err := url.ParseQuery(string(request.Body))
			require.NoError(t, err)
			return form
		}
	}
	require.Fail(t, "no request to "+path)
	return nil
}

// withSession is somebody who has got hold of a session's id.
func (w *world) withSession(id string) *browser {
	b := w.browser()
	own, err := url.Parse(w.origin)
	require.NoError(w.t, err)
	b.http.Jar.SetCookies(own, []*http.Cookie{cookie{secure: own.Scheme == "https"}.with(id, 0)})
	return b
}

func TestSignOutWhenSipgateIsDown(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"unreachable": {Refuse: true}, "failing": {Status: 500}, "refusing": {Status: 401, Body: `{"error":"unauthorized_client"}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			b.signIn()
			old := b.session()
			fault.PathContains = logoutPath
			w.fake.Inject(fault)

			p := b.post("/logout")
			require.Equal(t, http.StatusBadGateway, p.status)
			require.Contains(t, p.body, "You are signed out here")
			require.Contains(t, p.body, "your session there may still be open")
			require.Empty(t, b.session())
			requireSignedOut(t, b.get("/"))
			requireSignedOut(t, w.withSession(old).get("/"))
		})
	}
}

func TestSignOutOfNobody(t *testing.T) {
	w := open(t)
	b := w.browser()
	for range 2 {
		p := b.post("/logout")
		require.Equal(t, http.StatusSeeOther, p.status)
		require.Equal(t, "/", p.location)
	}
	b.login() // begun, and given up
	require.Equal(t, "/", b.post("/logout").location)
	require.Empty(t, w.fake.Requests())
}

func TestTheSignedOutPageIsNotForThoseWhoAreSignedIn(t *testing.T) {
	b := open(t).browser()
	b.signIn()
	p := b.get("/signed-out")
	require.Equal(t, http.StatusSeeOther, p.status)
	require.Equal(t, "/", p.location)
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	w := open(t)
	b := w.browser()
	b.signIn()
	w.fake.Forget()
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}}, // another port of this machine
		{"Origin": {"https://evil.example.com"}},
		{"Origin": {"null"}},
	} {
		for _, path := range []string{"/login", "/logout"} {
			p := b.do(http.MethodPost, path, header)
			require.Equal(t, http.StatusForbidden, p.status, header)
			require.Contains(t, p.body, "This request did not come from here")
			require.Empty(t, p.cookies)
		}
	}
	require.Empty(t, w.fake.Requests())
	requireBalance(t, b.get("/"), "123.45 EUR")
}

// Behind a proxy the host that the app sees is not the one that the browser knows.
func TestOwnFormsComeThroughAProxy(t *testing.T) {
	w := openAt(t, "https://app.example.com")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://10.0.0.7:8080/login", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Origin", "https://app.example.com")
	answer, err := w.RoundTrip(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusSeeOther, answer.StatusCode)
}
