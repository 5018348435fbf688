package main

import (
	"math"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the page with the balance.

const balancePath = "/v2/balance"

func TestSignInShowsTheBalance(t *testing.T) {
	w := open(t)
	b := w.browser()
	requireSignedOut(t, b.get("/"))
	require.Empty(t, w.fake.Requests(), "nobody has asked for anything yet")

	b.signIn()
	requireBalance(t, b.get("/"), "123.45 EUR")
	require.Equal(t, 1, w.fake.Count(http.MethodPost, tokenPath))
	require.Equal(t, 1, w.fake.Count(http.MethodGet, balancePath))
}

func TestBalancesAreExact(t *testing.T) {
	w := open(t)
	b := w.browser()
	b.signIn()
	for amount, text := range map[int64]string{
		0: "0.00 EUR", -1234500: "-123.45 EUR", 50: "0.005 EUR", math.MaxInt32: "214748.3647 EUR",
	} {
		w.fake.SetBalance(amount, "EUR")
		requireBalance(t, b.get("/"), text)
	}
	w.fake.SetBalance(1, `<b>&`)
	requireBalance(t, b.get("/"), "0.0001 &lt;b&gt;&amp;")
}

func TestBrowsersDoNotShareASession(t *testing.T) {
	w := open(t)
	w.browser().signIn()
	requireSignedOut(t, w.browser().get("/"))
}

func TestABalanceThatCannotBeHadIsSaidCalmly(t *testing.T) {
	cases := map[string]struct {
		fault  fakeserver.Fault
		status int
		text   string
	}{
		"no scope":    {fakeserver.Fault{Status: 403}, http.StatusForbidden, "does not include the permission"},
		"down":        {fakeserver.Fault{Status: 503}, http.StatusServiceUnavailable, "try again in a moment"},
		"unreachable": {fakeserver.Fault{Refuse: true}, http.StatusServiceUnavailable, "try again in a moment"},
		"no sense":    {fakeserver.Fault{Status: 200, Body: `{"currency":"EUR"}`}, http.StatusServiceUnavailable, "try again in a moment"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			b.signIn()
			c.fault.PathContains = balancePath
			w.fake.Inject(c.fault)
			p := b.get("/")
			require.Equal(t, c.status, p.status)
			require.Contains(t, p.body, c.text)
			require.Contains(t, p.body, signOutButton)
			require.NotContains(t, p.body, `id="balance"`)

			w.fake.Heal() // and the person is still signed in
			requireBalance(t, b.get("/"), "123.45 EUR")
		})
	}
}

func TestARevokedAccessTokenIsRenewedUnnoticed(t *testing.T) {
	w := open(t)
	b := w.browser()
	b.signIn()
	for range 2 { // the second one needs the rotated refresh token of the first
		w.fake.RevokeTokens()
		w.fake.Forget()
		requireBalance(t, b.get("/"), "123.45 EUR")
		require.Equal(t, 1, w.fake.Count(http.MethodPost, tokenPath))
	}
}

func TestAnExpiredAccessTokenIsRenewedUnnoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, sipgatetest.WithTokenLifetime(5*time.Minute))
		b := w.browser()
		b.signIn()
		for range 3 {
			<-time.After(20 * time.Minute) // the bubble's clock; each visit keeps the session alive
			w.fake.Forget()
			requireBalance(t, b.get("/"), "123.45 EUR")
			require.Equal(t, 1, w.fake.Count(http.MethodPost, tokenPath))
			require.Equal(t, 1, w.fake.Count(http.MethodGet, balancePath), "the old token was not even tried")
		}
	})
}

func TestAnEndedSessionAtSipgateEndsTheOneHere(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"the refresh token is dead":    {PathContains: tokenPath, Status: 400, Body: `{"error":"invalid_grant","error_description":"Session not active"}`},
		"even new tokens are rejected": {PathContains: balancePath, Status: 401},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			b.signIn()
			w.fake.RevokeTokens()
			w.fake.Inject(fault)
			p := b.get("/")
			requireSignedOut(t, p)
			require.Contains(t, p.body, "Your session at sipgate has ended")
			require.Empty(t, b.session())

			w.fake.Heal()
			p = b.get("/")
			requireSignedOut(t, p)
			require.NotContains(t, p.body, "has ended", "it is said once")
			b.signIn()
			requireBalance(t, b.get("/"), "123.45 EUR")
		})
	}
}

// Signing in again would not help where it is the app that sipgate does not know any more.
func TestASecretThatIsNoLongerTakenSignsNobodyOut(t *testing.T) {
	w := open(t)
	b := w.browser()
	b.signIn()
	w.fake.RevokeTokens()
	w.fake.Inject(fakeserver.Fault{PathContains: tokenPath, Status: 401, Body: `{"error":"unauthorized_client"}`})
	p := b.get("/")
	require.Equal(t, http.StatusInternalServerError, p.status)
	require.Contains(t, p.body, "This app is not set up correctly")
	require.Contains(t, p.body, "<code>unauthorized_client</code>")

	w.fake.Heal()
	requireBalance(t, b.get("/"), "123.45 EUR")
}

func TestATokenEndpointThatDoesNotSayWhySignsNobodyOut(t *testing.T) {
	for _, fault := range []fakeserver.Fault{{Status: 400, Body: blocked}, {Status: 401}, {Status: 403, Body: blocked}, {Status: 404}} {
		w := open(t)
		b := w.browser()
		b.signIn()
		w.fake.RevokeTokens()
		fault.PathContains = tokenPath
		w.fake.Inject(fault)
		p := b.get("/")
		require.Equal(t, http.StatusServiceUnavailable, p.status, fault.Status)
		require.Contains(t, p.body, "The balance is not available")

		w.fake.Heal()
		requireBalance(t, b.get("/"), "123.45 EUR")
	}
}

func TestAddressesThatAreNoPages(t *testing.T) {
	w := open(t)
	b := w.browser()
	for _, path := range []string{"/nowhere", "/static/", "/static/none.css", "/templates/base.html"} {
		require.Equal(t, http.StatusNotFound, b.get(path).status, path)
	}
	require.Contains(t, b.get("/nowhere").body, "There is no such page")
	for _, path := range []string{"/login", "/logout"} { // what was a form's target is opened again
		p := b.get(path)
		require.Equal(t, http.StatusSeeOther, p.status)
		require.Equal(t, "/", p.location)
	}
	require.Empty(t, w.fake.Requests())
}

// Who opens the app under another name of this machine would lose the sign-in: the cookie is not
// sent to the name that sipgate sends the browser back to.
func TestThisMachineHasOneName(t *testing.T) {
	cases := map[string]struct{ origin, method, asked, location string }{
		"localhost":      {localOrigin, http.MethodGet, "http://localhost:8080/", localOrigin + "/"},
		"with a query":   {localOrigin, http.MethodGet, "http://[::1]:8080/a%2Fb?c=d%20e", localOrigin + "/a%2Fb?c=d%20e"},
		"two slashes":    {localOrigin, http.MethodGet, "http://localhost:8080//app.example.com/", localOrigin + "//app.example.com/"},
		"the other way":  {"http://localhost:8080", http.MethodGet, "http://127.0.0.1:8080/", "http://localhost:8080/"},
		"its own":        {localOrigin, http.MethodGet, "http://127.0.0.1:8080/", ""},
		"another port":   {"http://localhost:3000", http.MethodGet, "http://127.0.0.1:8080/", ""}, // a proxy
		"another host":   {localOrigin, http.MethodGet, "http://app.example.com:8080/", ""},
		"not a page":     {localOrigin, http.MethodPost, "http://localhost:8080/logout", "/"},
		"a public app":   {"https://app.example.com", http.MethodGet, "http://localhost/", ""},
		"TLS by a proxy": {"https://localhost", http.MethodGet, "http://127.0.0.1/", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			answer := httptest.NewRecorder()
			openAt(t, c.origin).app.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), c.method, c.asked, http.NoBody))
			require.Equal(t, c.location, answer.Header().Get("Location"))
			require.Equal(t, c.location == "", answer.Code == http.StatusOK, answer.Code)
		})
	}
}
