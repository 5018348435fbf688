package main

import (
	"encoding/base64"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what nobody may see, and the headers that see to it.

func discardLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func readAll(t *testing.T, response *http.Response) string {
	t.Helper()
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

// Everything that can happen happens, with the log at its most talkative; then all that came out
// is searched for all that went in.
func TestNothingSecretIsShownOrLogged(t *testing.T) {
	w := open(t)
	b := w.browser()
	var states []string
	begin := func() url.Values {
		page := b.login()
		query := b.allow(page)
		states = append(states, query.Get("state"))
		return query
	}
	query := begin()
	b.callback(query)
	sessions := []string{b.session()}
	b.get("/")
	b.callback(query) // stale
	w.fake.RevokeTokens()
	b.get("/") // renewed
	w.fake.Inject(fakeserver.Fault{PathContains: balancePath, Status: 403, Body: "no: " + sent(t, w)[0]})
	b.get("/")
	w.fake.Inject(fakeserver.Fault{PathContains: logoutPath, Refuse: true})
	b.post("/logout")
	w.fake.Heal()
	for _, fault := range []fakeserver.Fault{{Status: 400, Body: `{"error":"invalid_grant"}`}, {Refuse: true}, {Status: 503}} {
		query = begin()
		fault.PathContains = tokenPath
		w.fake.Inject(fault)
		b.callback(query)
		w.fake.Heal()
	}
	query = begin()
	query.Set("state", "wrong")
	b.callback(query)
	query = begin()
	b.callback(url.Values{"error": {query.Get("code")}, "state": query["state"], "code": query["code"]})
	b.signIn()
	sessions = append(sessions, b.session())
	b.get("/")
	b.post("/logout")

	requireUnseen(t, w, append(sent(t, w), states...), sessions)
}

// sent is every secret that reached sipgate, the last one first.
func sent(t *testing.T, w *world) []string {
	t.Helper()
	var secrets []string
	found := map[string]int{}
	for _, request := range w.fake.Requests() {
		if token, ok := strings.CutPrefix(request.Header.Get("Authorization"), "Bearer "); ok {
			secrets = append(secrets, token)
			found["access token"]++
		}
		form, err := url.ParseQuery(string(request.Body))
		require.NoError(t, err)
		for _, name := range []string{"client_secret", "code", "code_verifier", "refresh_token"} {
			if value := form.Get(name); value != "" {
				secrets = append(secrets, value)
				found[name]++
			}
		}
	}
	for _, name := range []string{"access token", "client_secret", "code", "code_verifier", "refresh_token"} {
		require.NotZero(t, found[name], "the test has seen no "+name)
	}
	slices.Reverse(secrets)
	return secrets
}

// requireUnseen: the ids of sessions may stand in cookies, and nowhere else.
func requireUnseen(t *testing.T, w *world, secrets, sessions []string) {
	t.Helper()
	seen := w.out.String()
	require.Contains(t, seen, "Set-Cookie", "cookies were recorded")
	require.Contains(t, seen, `"path":"/callback"`, "the log was recorded")
	require.Contains(t, seen, `"operation":"Balance"`, "the library's log was recorded")
	for _, secret := range secrets {
		for _, form := range []string{secret, url.QueryEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret))} {
			requireNoMatch(t, seen, form)
		}
	}
	for line := range strings.Lines(seen) {
		if strings.HasPrefix(line, "Set-Cookie: ") {
			continue
		}
		for _, id := range sessions {
			require.NotEmpty(t, id)
			requireNoMatch(t, line, id)
		}
		requireNoMatch(t, line, "?code=")
		requireNoMatch(t, line, "state=")
	}
}

// requireNoMatch does not print the whole text, which is long.
func requireNoMatch(t *testing.T, text, part string) {
	t.Helper()
	if at := strings.Index(text, part); at >= 0 {
		require.Fail(t, "came out: "+part, "after: %s", text[max(0, at-200):at])
	}
}

func TestHeadersOfEveryPage(t *testing.T) {
	w := open(t)
	b := w.browser()
	pages := map[string]page{
		"signed out": b.get("/"), "begun": b.post("/login"), "problem": b.get("/callback"), "unknown": b.get("/nowhere"),
		"foreign form": b.do(http.MethodPost, "/logout", http.Header{"Sec-Fetch-Site": {"cross-site"}}),
		"callback":     b.signIn(), "balance": b.get("/"), "sign-out": b.post("/logout"),
	}
	for name, p := range pages {
		require.Equal(t, "no-store", p.header.Get("Cache-Control"), name)
		requireSafe(t, p, name)
	}
	for file, kind := range map[string]string{"style.css": "text/css", "icon.svg": "image/svg+xml"} {
		p := b.get("/static/" + file)
		require.Equal(t, http.StatusOK, p.status)
		require.True(t, strings.HasPrefix(p.header.Get("Content-Type"), kind), p.header.Get("Content-Type"))
		require.Contains(t, p.header.Get("Cache-Control"), "max-age")
		require.Empty(t, p.cookies)
		requireSafe(t, p, file)
	}
}

func requireSafe(t *testing.T, p page, name string) {
	t.Helper()
	policy := p.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'", name)
	require.Contains(t, policy, "frame-ancestors 'none'", name)
	require.NotContains(t, policy, "script-src", name)
	require.NotContains(t, policy, "unsafe", name)
	require.NotContains(t, policy, "form-action", "Chromium would stop the redirect to sipgate")
	require.Equal(t, "no-referrer", p.header.Get("Referrer-Policy"), name)
	require.Equal(t, "nosniff", p.header.Get("X-Content-Type-Options"), name)
	for _, other := range []string{"<script", "style=", "src=\"http", "href=\"http"} {
		require.NotContains(t, p.body, other, name)
	}
}
