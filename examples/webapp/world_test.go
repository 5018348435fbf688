package main

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds what the tests share: the app before a fake sipgate, browsers that use it, and
// everything that either of them let out. There is no socket, so that time can be a bubble's.

const localOrigin = "http://127.0.0.1:8080"

const (
	tokenPath  = "/auth/realms/third-party/protocol/openid-connect/token"
	logoutPath = "/auth/realms/third-party/protocol/openid-connect/logout"
)

type world struct {
	t      *testing.T
	fake   *sipgatetest.Server
	app    http.Handler
	origin string
	auth   oauthclients.AuthCode
	out    *record
}

// record is what others can see of the app: log, pages, headers, cookies.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// open starts the app for people on this machine.
func open(t *testing.T, opts ...sipgatetest.Option) *world {
	t.Helper()
	return openAt(t, localOrigin, opts...)
}

func openAt(t *testing.T, origin string, opts ...sipgatetest.Option) *world {
	t.Helper()
	fake := sipgatetest.New(opts...)
	auth := fake.AuthCode(origin + callbackPath)
	auth.Scopes = scopes()
	return openWith(t, fake, auth, origin)
}

func openWith(t *testing.T, fake *sipgatetest.Server, auth oauthclients.AuthCode, origin string) *world {
	t.Helper()
	out := &record{}
	log := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	app, err := newApp(fake.Provider(), auth, log,
		oauthclients.WithHTTPClient(fake.HTTPClient()), oauthclients.WithLogger(log),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return &world{t: t, fake: fake, app: app, origin: origin, auth: auth, out: out}
}

// browser is one browser with its cookies. It follows no redirect by itself.
type browser struct {
	world *world
	http  *http.Client
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	return &browser{w, &http.Client{
		Transport: w, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// RoundTrip brings a browser's request to the app.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	w.app.ServeHTTP(answer, r)
	response := answer.Result()
	response.Request = r
	return response, nil
}

// page is an answer, read whole.
type page struct {
	status   int
	header   http.Header
	location string
	body     string
	cookies  []*http.Cookie
}

func (b *browser) get(path string) page { return b.do(http.MethodGet, path, nil) }

// post sends a form of the app's own.
func (b *browser) post(path string) page {
	return b.do(http.MethodPost, path, http.Header{"Sec-Fetch-Site": {"same-origin"}})
}

func (b *browser) do(method, path string, header http.Header) page {
	t := b.world.t
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.world.origin+path, http.NoBody)
	require.NoError(t, err)
	for name, values := range header {
		request.Header[name] = values
	}
	response, err := b.http.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	b.world.keep(response, body)
	return page{response.StatusCode, response.Header, response.Header.Get("Location"), string(body), response.Cookies()}
}

// keep records an answer. The address of sipgate's page is left out: it must have the state.
func (w *world) keep(response *http.Response, body []byte) {
	header := response.Header.Clone()
	if strings.HasPrefix(header.Get("Location"), w.fake.URL()) {
		header.Del("Location")
	}
	_ = header.Write(w.out)
	_, _ = w.out.Write(body)
}

// login presses the button, and returns the address of sipgate's page.
func (b *browser) login() string {
	b.world.t.Helper()
	sent := b.post("/login")
	require.Equal(b.world.t, http.StatusSeeOther, sent.status, sent.body)
	require.True(b.world.t, strings.HasPrefix(sent.location, b.world.fake.URL()+"/auth/realms/third-party/"), sent.location)
	return sent.location
}

// allow does at sipgate's page what a person does, and returns the query of the callback.
func (b *browser) allow(loginURL string) url.Values {
	b.world.t.Helper()
	query, err := b.world.fake.SignIn(loginURL)
	require.NoError(b.world.t, err)
	require.NotEmpty(b.world.t, query.Get("code"))
	return query
}

func (b *browser) callback(query url.Values) page { return b.get(callbackPath + "?" + query.Encode()) }

// signIn goes the whole way, and returns the answer to the callback.
func (b *browser) signIn() page {
	b.world.t.Helper()
	back := b.callback(b.allow(b.login()))
	require.Equal(b.world.t, http.StatusSeeOther, back.status, back.body)
	require.Equal(b.world.t, "/", back.location)
	return back
}

// session is the session's id, as the browser would send it.
func (b *browser) session() string {
	own, err := url.Parse(b.world.origin)
	require.NoError(b.world.t, err)
	for _, cookie := range b.http.Jar.Cookies(own) {
		if strings.HasSuffix(cookie.Name, "webapp_session") {
			return cookie.Value
		}
	}
	return ""
}

const (
	signInButton  = "Sign in with sipgate</button>"
	againButton   = "Sign in again</button>"
	signOutButton = "Sign out</button>"
)

func requireSignedOut(t *testing.T, p page) {
	t.Helper()
	require.Equal(t, http.StatusOK, p.status)
	require.Contains(t, p.body, signInButton)
	require.NotContains(t, p.body, signOutButton)
}

func requireBalance(t *testing.T, p page, text string) {
	t.Helper()
	require.Equal(t, http.StatusOK, p.status)
	require.Contains(t, p.body, `id="balance">`+text+"<")
	require.Contains(t, p.body, signOutButton)
}
