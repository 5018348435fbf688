package oauthclients_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds a server at which one person is signed in. The stores that tests keep the
// person's token in are in memstore_test.go.

// realm has one session. Its tokens are numbered, access-1 with refresh-1 and so on, and only
// the newest are good. A refresh token that comes a second time ends the session, as RFC 9700
// section 4.14.2 wants it: who sends one twice signs the person out.
type realm struct {
	*fakeserver.Server

	mu      sync.Mutex
	n       int                                                  // the number of the tokens in force
	expires string                                               // the text of expires_in, "" leaves it out
	keeps   bool                                                 // answers have no new refresh token
	revoked bool                                                 // the access token is refused until there is a new one
	over    bool                                                 // the session has ended
	refuse  bool                                                 // the API refuses every token
	answers func(form url.Values) (status int, body string)      // instead of the realm's own
	before  func(*http.Request) (goOn bool)                      // holds a token request up
	after   func(*http.Request)                                  // holds its answer back
	journal []string                                             // what happened here and in the stores, in order
	logouts []url.Values                                         // what the hook below sent
	hooked  func(a oauthclients.AuthCode, t *oauth2.Token) error // before the hook sends
}

const realmSecret = "s3cret-of-the-client"

func newRealm() *realm {
	r := &realm{n: 1, expires: "3600"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", r.token)
	mux.HandleFunc("POST /oauth/logout", r.logout)
	mux.HandleFunc("GET /v1/clients", r.api)
	mux.HandleFunc("POST /v1/clients", r.api)
	r.Server = fakeserver.New(mux)
	return r
}

func (r *realm) token(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	form, _ := url.ParseQuery(string(body))
	if r.before != nil && !r.before(request) {
		return
	}
	status, text := r.grant(form)
	if r.after != nil {
		r.after(request)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func (r *realm) grant(form url.Values) (status int, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := form.Get("refresh_token")
	r.journal = append(r.journal, strings.TrimSpace(form.Get("grant_type")+" "+sent))
	switch {
	case r.answers != nil:
		return r.answers(form)
	case form.Get("grant_type") == "refresh_token" && (r.over || sent != r.refresh()):
		r.over = true
		return http.StatusBadRequest, `{"error":"invalid_grant","error_description":"Token is not active"}`
	}
	r.n++
	r.revoked = false
	return http.StatusOK, r.issue()
}

// refresh is the refresh token in force.
func (r *realm) refresh() string {
	if r.keeps {
		return "refresh-1"
	}
	return fmt.Sprintf("refresh-%d", r.n)
}

func (r *realm) issue() string {
	text := fmt.Sprintf(`{"access_token":"access-%d","token_type":"Bearer"`, r.n)
	if !r.keeps {
		text += fmt.Sprintf(`,"refresh_token":"refresh-%d"`, r.n)
	}
	if r.expires != "" {
		text += `,"expires_in":` + r.expires
	}
	return text + "}"
}

func (r *realm) api(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	r.journal = append(r.journal, strings.TrimSpace("call "+sent))
	if r.refuse || r.revoked || r.over || sent != fmt.Sprintf("access-%d", r.n) {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"id": "id-1", "name": "app", "client_secret": "of-app", "clients": []any{}})
}

func (r *realm) logout(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	form, _ := url.ParseQuery(string(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.logouts = append(r.logouts, form)
	r.journal = append(r.journal, "logout "+form.Get("refresh_token"))
	w.WriteHeader(http.StatusNoContent)
}

// change does something to the realm while it runs.
func (r *realm) change(edit func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edit()
}

func (r *realm) note(line string) { r.change(func() { r.journal = append(r.journal, line) }) }

// happened returns the journal so far and begins a new one.
func (r *realm) happened() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := r.journal
	r.journal = nil
	return lines
}

func (r *realm) refreshes() int { return r.Count(http.MethodPost, "/oauth/token") }

func (r *realm) calls() int { return r.Count("", "/v1/clients") }

// sessionUntil is the strategy of a program that has the realm's first token.
func sessionUntil(expiry time.Time) oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: "client-1", ClientSecret: oauthclients.NewSecret(realmSecret), Token: firstToken(expiry),
	}
}

func firstToken(expiry time.Time) *oauth2.Token {
	return &oauth2.Token{AccessToken: "access-1", TokenType: "Bearer", RefreshToken: "refresh-1", Expiry: expiry}
}

func anHourAgo() time.Time { return time.Now().Add(-time.Hour) }
func inAnHour() time.Time  { return time.Now().Add(time.Hour) }

// noSession is a strategy that depends on a store.
func noSession() oauthclients.AuthCode {
	auth := sessionUntil(time.Time{})
	auth.Token = nil
	return auth
}

// provider is the realm as a provider that has no logout.
func (r *realm) provider() memProvider { return memProvider{baseURL: r.URL()} }

// client makes a client of the realm with a logout; edits change its provider.
func (r *realm) client(t *testing.T, auth oauthclients.Auth, store oauthclients.TokenStore, edits ...func(*oauthclients.Connection)) *oauthclients.Client {
	t.Helper()
	provider := memProvider{baseURL: r.URL(), connect: func(c *oauthclients.Connection) {
		c.SignOut = r.signOut
		for _, edit := range edits {
			edit(c)
		}
	}}
	opts := []oauthclients.Option{oauthclients.WithHTTPClient(r.HTTPClient()), quickRetry()}
	if store != nil {
		opts = append(opts, oauthclients.WithTokenStore(store))
	}
	client, err := oauthclients.New(provider, auth, opts...)
	require.NoError(t, err)
	return client
}

// signOut is the hook: a form to another address of the provider.
func (r *realm) signOut(ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error {
	if r.hooked != nil {
		if err := r.hooked(a, t); err != nil {
			return err
		}
	}
	_, err := c.Call(ctx, &oauthclients.Call{
		Operation: "SignOut", Method: http.MethodPost, BaseURL: r.URL() + "/oauth", Path: "/logout",
		Body: url.Values{
			"client_id": {a.ClientID}, "client_secret": {a.ClientSecret.Reveal()},
			"token": {t.AccessToken}, "refresh_token": {t.RefreshToken},
		},
	})
	return err
}
