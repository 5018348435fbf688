package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the sign-in, as it should go and as it should not.

func TestTheSignInAsksForTheBalanceOnly(t *testing.T) {
	w := open(t)
	page, err := url.Parse(w.browser().login())
	require.NoError(t, err)
	query := page.Query()
	require.Equal(t, "/auth/realms/third-party/protocol/openid-connect/auth", page.Path)
	require.Equal(t, "code", query.Get("response_type"))
	require.Equal(t, w.auth.ClientID, query.Get("client_id"))
	require.Equal(t, "http://127.0.0.1:8080/callback", query.Get("redirect_uri"))
	require.Equal(t, "balance:read", query.Get("scope"))
	require.Equal(t, "S256", query.Get("code_challenge_method"))
	require.NotEmpty(t, query.Get("code_challenge"))
	require.NotEmpty(t, query.Get("state"))
	require.NotContains(t, page.String(), w.auth.ClientSecret.Reveal())
	require.NotEqual(t, w.browser().login(), page.String(), "state and challenge are new each time")
}

// requireFailed: the page says it, offers to try again, and that works.
func requireFailed(t *testing.T, b *browser, p page, status int, title string) {
	t.Helper()
	require.Equal(t, status, p.status, p.body)
	require.Contains(t, p.body, "<h1>"+title+"</h1>")
	require.Contains(t, p.body, againButton)
	requireSignedOut(t, b.get("/"))
	b.world.fake.Heal()
	b.signIn()
	require.Equal(t, http.StatusOK, b.get("/").status)
}

// refuse does at sipgate's pages what a person does who signs in and then says no.
func (b *browser) refuse(loginURL string) url.Values {
	t := b.world.t
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	atSipgate := b.world.fake.HTTPClient()
	atSipgate.Jar = jar
	atSipgate.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), b.world.origin) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	response, err := atSipgate.Get(loginURL)
	require.NoError(t, err)
	for _, form := range []url.Values{
		{"username": {sipgatetest.Username}, "password": {sipgatetest.Password}}, {"cancel": {""}},
	} {
		response, err = atSipgate.PostForm(formOf(t, response), form)
		require.NoError(t, err)
	}
	back, err := response.Location()
	require.NoError(t, err)
	return back.Query()
}

// formOf is the address of the form on a page.
func formOf(t *testing.T, response *http.Response) string {
	t.Helper()
	require.Equal(t, http.StatusOK, response.StatusCode)
	text := readAll(t, response)
	action := regexp.MustCompile(`<form method="post" action="([^"]*)"`).FindStringSubmatch(text)
	require.Len(t, action, 2, text)
	target, err := response.Request.URL.Parse(strings.ReplaceAll(action[1], "&amp;", "&"))
	require.NoError(t, err)
	return target.String()
}

func TestDeniedConsent(t *testing.T) {
	w := open(t)
	b := w.browser()
	query := b.refuse(b.login())
	require.Equal(t, "access_denied", query.Get("error"))
	p := b.callback(query)
	require.Contains(t, p.body, "access_denied")
	require.Zero(t, w.fake.Count(http.MethodPost, tokenPath))
	requireFailed(t, b, p, http.StatusForbidden, "You did not give access")
}

func TestACallbackWorksOnce(t *testing.T) {
	w := open(t)
	b := w.browser()
	query := b.allow(b.login())
	require.Equal(t, http.StatusSeeOther, b.callback(query).status)
	stale := b.callback(query) // reload, or the back button
	require.Equal(t, http.StatusBadRequest, stale.status)
	require.Contains(t, stale.body, "This sign-in cannot be finished")
	require.Equal(t, 1, w.fake.Count(http.MethodPost, tokenPath), "the code was not sent again")
	requireBalance(t, b.get("/"), "123.45 EUR")
}

// Signing somebody in to a stranger's account is what state is against (RFC 6749 section 10.12).
func TestACallbackOfAnotherBrowser(t *testing.T) {
	w := open(t)
	mine, theirs := w.browser(), w.browser()
	query := mine.allow(mine.login())
	before := w.fake.Count(http.MethodPost, tokenPath)

	withoutSignIn := theirs.callback(query)
	require.Equal(t, before, w.fake.Count(http.MethodPost, tokenPath))
	requireFailed(t, theirs, withoutSignIn, http.StatusBadRequest, "This sign-in cannot be finished")

	third := w.browser()
	third.login()
	before = w.fake.Count(http.MethodPost, tokenPath)
	withTheirOwn := third.callback(query)
	require.Equal(t, before, w.fake.Count(http.MethodPost, tokenPath))
	requireFailed(t, third, withTheirOwn, http.StatusBadRequest, "This sign-in cannot be finished")
}

func TestCallbacksThatDoNotBelong(t *testing.T) {
	cases := map[string]func(url.Values){
		"wrong state":       func(q url.Values) { q.Set("state", "wrong") },
		"empty state":       func(q url.Values) { q.Set("state", "") },
		"no state":          func(q url.Values) { q.Del("state") },
		"two states":        func(q url.Values) { q.Add("state", q.Get("state")) },
		"nothing":           func(q url.Values) { clear(q) },
		"a forged denial":   func(q url.Values) { clear(q); q.Set("error", "access_denied") },
		"with wrong denial": func(q url.Values) { q.Set("error", "access_denied"); q.Set("state", "wrong") },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			query := b.allow(b.login())
			change(query)
			p := b.callback(query)
			require.Zero(t, w.fake.Count(http.MethodPost, tokenPath), "the code was not sent")
			requireFailed(t, b, p, http.StatusBadRequest, "This sign-in cannot be finished")
		})
	}
}

// It is not the person who has forgotten the code.
func TestACallbackWithoutACode(t *testing.T) {
	w := open(t)
	b := w.browser()
	query := b.allow(b.login())
	query.Del("code")
	p := b.callback(query)
	require.Zero(t, w.fake.Count(http.MethodPost, tokenPath))
	requireFailed(t, b, p, http.StatusServiceUnavailable, "sipgate could not finish the sign-in")
}

func TestWhatSipgateReports(t *testing.T) {
	cases := map[string]struct {
		status int
		title  string
	}{
		"temporarily_unavailable": {http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"server_error":            {http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"invalid_scope":           {http.StatusInternalServerError, "This app is not set up correctly"},
		"login_required":          {http.StatusBadRequest, "The sign-in has expired"},
		"a_new_code":              {http.StatusBadGateway, "sipgate refused the sign-in"},
	}
	for code, c := range cases {
		t.Run(code, func(t *testing.T) {
			b := open(t).browser()
			query := b.allow(b.login())
			p := b.callback(url.Values{"error": {code}, "state": query["state"]})
			require.Contains(t, p.body, "<code>"+code+"</code>")
			requireFailed(t, b, p, c.status, c.title)
		})
	}
}

func TestWhatStandsInTheAddressIsNotShown(t *testing.T) {
	b := open(t).browser()
	query := b.allow(b.login())
	p := b.callback(url.Values{
		"error": {`<script>alert(1)</script>`}, "error_description": {"call 0800-123 and give your password"}, "state": query["state"],
	})
	require.NotContains(t, p.body, "<script>")
	require.Contains(t, p.body, "&lt;script&gt;")
	require.NotContains(t, p.body, "0800-123", "a text that anybody can put into a link")

	query = b.allow(b.login())
	p = b.callback(url.Values{"error": {strings.Repeat("call_0800_123_", 9)}, "state": query["state"]})
	require.NotContains(t, p.body, "0800", "no code is that long")
}

// blocked is what a firewall or a proxy answers in sipgate's place.
const blocked = `<html><body>Request blocked</body></html>`

func TestWhatTheTokenEndpointRefuses(t *testing.T) {
	cases := map[string]struct {
		fault  fakeserver.Fault
		status int
		title  string
	}{
		"expired code": {
			fakeserver.Fault{Status: 400, Body: `{"error":"invalid_grant","error_description":"Code not valid"}`},
			http.StatusBadRequest, "The sign-in has expired",
		},
		"wrong secret": {
			fakeserver.Fault{Status: 401, Body: `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`},
			http.StatusInternalServerError, "This app is not set up correctly",
		},
		"unknown client": {
			fakeserver.Fault{Status: 401, Body: `{"error":"invalid_client"}`},
			http.StatusInternalServerError, "This app is not set up correctly",
		},
		"no such realm": {
			fakeserver.Fault{Status: 404, Body: `{"error":"Realm does not exist"}`},
			http.StatusInternalServerError, "This app is not set up correctly",
		},
		"no such page":       {fakeserver.Fault{Status: 404}, http.StatusInternalServerError, "This app is not set up correctly"},
		"a wall in between":  {fakeserver.Fault{Status: 403, Body: blocked}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"a proxy in between": {fakeserver.Fault{Status: 400, Body: blocked}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"a fault of its own": {
			fakeserver.Fault{Status: 400, Body: `{"errors":[{"title":"invalid","source":{"pointer":"/state"}}]}`},
			http.StatusServiceUnavailable, "sipgate could not finish the sign-in",
		},
		"refused without why": {fakeserver.Fault{Status: 401}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"down":                {fakeserver.Fault{Status: 503}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"busy":                {fakeserver.Fault{Status: 429}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"unreachable":         {fakeserver.Fault{Refuse: true}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
		"dropped":             {fakeserver.Fault{Drop: true}, http.StatusServiceUnavailable, "sipgate could not finish the sign-in"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			w := open(t)
			b := w.browser()
			query := b.allow(b.login())
			c.fault.PathContains = tokenPath
			w.fake.Inject(c.fault)
			requireFailed(t, b, b.callback(query), c.status, c.title)
		})
	}
}

func TestARealWrongSecret(t *testing.T) {
	fake := sipgatetest.New()
	auth := fake.AuthCode(localOrigin + callbackPath)
	auth.ClientSecret = oauthclients.NewSecret("not-the-secret-of-this-client")
	w := openWith(t, fake, auth, localOrigin)
	b := w.browser()
	p := b.callback(b.allow(b.login()))
	require.Equal(t, http.StatusInternalServerError, p.status)
	require.Contains(t, p.body, "This app is not set up correctly")
	require.Equal(t, 1, fake.Count(http.MethodPost, tokenPath), "a wrong secret is sent once")
}

func TestAWrongConfigurationIsToldAtTheStart(t *testing.T) {
	fake := sipgatetest.New()
	auth := fake.AuthCode(localOrigin + callbackPath)
	auth.ClientID = ""
	_, err := newApp(fake.Provider(), auth, discardLog())
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "AuthCode.ClientID")
}
