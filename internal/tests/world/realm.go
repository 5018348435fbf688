package world

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
// person's token in are in memstore.go.

// Realm has one session. Its tokens are numbered, access-1 with refresh-1 and so on, and only
// the newest are good. A refresh token that comes a second time ends the session, as RFC 9700
// section 4.14.2 wants it: who sends one twice signs the person out.
type Realm struct {
	*fakeserver.Server

	mu      sync.Mutex
	Newest  int                                                  // the number of the tokens in force
	Expires string                                               // the text of expires_in, "" leaves it out
	Keeps   bool                                                 // answers have no new refresh token
	Revoked bool                                                 // the access token is refused until there is a new one
	Over    bool                                                 // the session has ended
	Refuse  bool                                                 // the API refuses every token
	Answers func(form url.Values) (status int, body string)      // instead of the realm's own
	Before  func(*http.Request) (goOn bool)                      // holds a token request up
	after   func(*http.Request)                                  // holds its answer back
	journal []string                                             // what happened here and in the stores, in order
	Logouts []url.Values                                         // what the hook below sent
	Hooked  func(a oauthclients.AuthCode, t *oauth2.Token) error // before the hook sends
}

// RealmSecret is the secret of the client that people sign in with.
const RealmSecret = "s3cret-of-the-client"

// NewRealm has the session of FirstToken.
func NewRealm() *Realm {
	r := &Realm{Newest: 1, Expires: "3600"}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", r.token)
	mux.HandleFunc("POST /oauth/logout", r.logout)
	mux.HandleFunc("GET /v1/clients", r.api)
	mux.HandleFunc("POST /v1/clients", r.api)
	r.Server = fakeserver.New(mux)
	return r
}

func (r *Realm) token(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	form, _ := url.ParseQuery(string(body))
	if r.Before != nil && !r.Before(request) {
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

func (r *Realm) grant(form url.Values) (status int, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := form.Get("refresh_token")
	r.journal = append(r.journal, strings.TrimSpace(form.Get("grant_type")+" "+sent))
	switch {
	case r.Answers != nil:
		return r.Answers(form)
	case form.Get("grant_type") == "refresh_token" && (r.Over || sent != r.refresh()):
		r.Over = true
		return http.StatusBadRequest, `{"error":"invalid_grant","error_description":"Token is not active"}`
	}
	r.Newest++
	r.Revoked = false
	return http.StatusOK, r.Issue()
}

// refresh is the refresh token in force.
func (r *Realm) refresh() string {
	if r.Keeps {
		return "refresh-1"
	}
	return fmt.Sprintf("refresh-%d", r.Newest)
}

// Issue is the answer with the tokens in force.
func (r *Realm) Issue() string {
	text := fmt.Sprintf(`{"access_token":"access-%d","token_type":"Bearer"`, r.Newest)
	if !r.Keeps {
		text += fmt.Sprintf(`,"refresh_token":"refresh-%d"`, r.Newest)
	}
	if r.Expires != "" {
		text += `,"expires_in":` + r.Expires
	}
	return text + "}"
}

func (r *Realm) api(w http.ResponseWriter, request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	r.journal = append(r.journal, strings.TrimSpace("call "+sent))
	if r.Refuse || r.Revoked || r.Over || sent != fmt.Sprintf("access-%d", r.Newest) {
		Answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	Answer(w, http.StatusOK, map[string]any{"id": "id-1", "name": "app", "client_secret": "of-app", "clients": []any{}})
}

func (r *Realm) logout(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	form, _ := url.ParseQuery(string(body))
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Over = true
	r.Logouts = append(r.Logouts, form)
	r.journal = append(r.journal, "logout "+form.Get("refresh_token"))
	w.WriteHeader(http.StatusNoContent)
}

// Change does something to the realm while it runs.
func (r *Realm) Change(edit func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edit()
}

// Note writes a line into the journal.
func (r *Realm) Note(line string) { r.Change(func() { r.journal = append(r.journal, line) }) }

// Happened returns the journal so far and begins a new one.
func (r *Realm) Happened() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	lines := r.journal
	r.journal = nil
	return lines
}

// Refreshes counts the token requests.
func (r *Realm) Refreshes() int { return r.Count(http.MethodPost, "/oauth/token") }

// Calls counts the requests to the API.
func (r *Realm) Calls() int { return r.Count("", "/v1/clients") }

// SessionUntil is the strategy of a program that has the realm's first token.
func SessionUntil(expiry time.Time) oauthclients.AuthCode {
	return oauthclients.AuthCode{
		ClientID: "client-1", ClientSecret: oauthclients.NewSecret(RealmSecret), Token: FirstToken(expiry),
	}
}

// FirstToken is the one in force at a new realm.
func FirstToken(expiry time.Time) *oauth2.Token {
	return &oauth2.Token{AccessToken: "access-1", TokenType: "Bearer", RefreshToken: "refresh-1", Expiry: expiry}
}

// AnHourAgo is when an access token ended.
func AnHourAgo() time.Time { return time.Now().Add(-time.Hour) }

// InAnHour is when an access token will end.
func InAnHour() time.Time { return time.Now().Add(time.Hour) }

// NoSession is a strategy that depends on a store.
func NoSession() oauthclients.AuthCode {
	auth := SessionUntil(time.Time{})
	auth.Token = nil
	return auth
}

// Provider is the realm as a provider that has no logout.
func (r *Realm) Provider() MemProvider { return MemProvider{BaseURL: r.URL()} }

// Client makes a client of the realm with a logout; edits change its provider.
func (r *Realm) Client(t *testing.T, auth oauthclients.Auth, store oauthclients.TokenStore, edits ...func(*oauthclients.Connection)) *oauthclients.Client {
	t.Helper()
	provider := MemProvider{BaseURL: r.URL(), Edit: func(c *oauthclients.Connection) {
		c.SignOut = r.SignOut
		for _, edit := range edits {
			edit(c)
		}
	}}
	opts := []oauthclients.Option{oauthclients.WithHTTPClient(r.HTTPClient()), QuickRetry()}
	if store != nil {
		opts = append(opts, oauthclients.WithTokenStore(store))
	}
	client, err := oauthclients.New(provider, auth, opts...)
	require.NoError(t, err)
	return client
}

// SignOut is the hook: a form to another address of the provider.
func (r *Realm) SignOut(ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error {
	if r.Hooked != nil {
		if err := r.Hooked(a, t); err != nil {
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

// HoldFirst lets the first token request wait until its caller is gone, after or before the realm
// does its part, and tells when it is there.
func (r *Realm) HoldFirst(after bool) (arrived <-chan struct{}) {
	there := make(chan struct{})
	var once sync.Once
	hold := func(request *http.Request) (goOn bool) {
		goOn = true
		once.Do(func() {
			close(there)
			<-request.Context().Done()
			goOn = false
		})
		return goOn
	}
	if after {
		r.after = func(request *http.Request) { hold(request) }
	} else {
		r.Before = hold
	}
	return there
}

// Refuses makes the token endpoint answer with an OAuth error (RFC 6749 section 5.2).
func (r *Realm) Refuses(status int, code string) {
	r.Change(func() {
		r.Answers = func(url.Values) (int, string) {
			return status, fmt.Sprintf(`{"error":%q,"error_description":"It says why."}`, code)
		}
	})
}

// SlowTokens makes the token endpoint take its time.
func (r *Realm) SlowTokens(d time.Duration) {
	r.Inject(fakeserver.Fault{PathContains: "/oauth/token", Delay: d})
}
