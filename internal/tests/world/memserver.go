package world

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the server that MemProvider speaks to, in memory and without a socket, and
// the ways to make a client for it.

// MemServer keeps clients, issues tokens "t-token-1", "t-token-2" and so on, and takes the newest
// one. Without a token request it takes anything.
type MemServer struct {
	*fakeserver.Server

	mu      sync.Mutex
	Clients []map[string]any
	created int
	Tokens  int
	revoked bool
	// issue replaces the answer of the token endpoint; n counts the requests from 1.
	Issue func(n int, form url.Values) (status int, body string)
	// refuse adds a rule for API requests; true answers 401.
	Refuse func(*http.Request) bool
}

// NewMemServer is one without clients.
func NewMemServer() *MemServer {
	s := &MemServer{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /v1/clients", s.list)
	mux.HandleFunc("POST /v1/clients", s.create)
	mux.HandleFunc("GET /v1/clients/{id}", s.get)
	mux.HandleFunc("PUT /v1/clients/{id}", s.put)
	mux.HandleFunc("DELETE /v1/clients/{id}", s.remove)
	mux.HandleFunc("POST /v1/clients/{id}/secret", s.regenerate)
	s.Server = fakeserver.New(s.guard(mux))
	return s
}

// Provider is the provider of this server.
func (s *MemServer) Provider() MemProvider { return MemProvider{BaseURL: s.URL()} }

// TokenRequests counts what reached the token endpoint.
func (s *MemServer) TokenRequests() int { return s.Count(http.MethodPost, "/oauth/token") }

// APIRequests counts the rest.
func (s *MemServer) APIRequests() int { return s.Count("", "") - s.TokenRequests() }

// Revoke makes the newest token worthless.
func (s *MemServer) Revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

func (s *MemServer) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") && s.refuses(r) {
			Answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *MemServer) refuses(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Refuse != nil && s.Refuse(r) {
		return true
	}
	newest := "Bearer t-token-" + strconv.Itoa(s.Tokens)
	return s.Tokens > 0 && (s.revoked || r.Header.Get("Authorization") != newest)
}

func (s *MemServer) token(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.mu.Lock()
	s.Tokens++
	s.revoked = false
	n, issue := s.Tokens, s.Issue
	s.mu.Unlock()
	status, text := http.StatusOK, fmt.Sprintf(`{"access_token":"t-token-%d","token_type":"bearer","expires_in":3600}`, n)
	if issue != nil {
		status, text = issue(n, form)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// Answer writes an answer as JSON.
func Answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *MemServer) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	start, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	size, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	end, next := len(s.Clients), ""
	if size > 0 && start+size < end {
		end, next = start+size, strconv.Itoa(start+size)
	}
	Answer(w, http.StatusOK, map[string]any{"clients": s.Clients[min(start, end):end], "next": next})
}

func (s *MemServer) create(w http.ResponseWriter, r *http.Request) {
	client := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&client)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	client["id"] = fmt.Sprintf("id-%d", s.created)
	client["client_secret"] = fmt.Sprintf("secret-of-%d", s.created)
	s.Clients = append(s.Clients, client)
	Answer(w, http.StatusCreated, client)
}

// find returns the index of the client in the path, and answers 404 if there is none.
func (s *MemServer) find(w http.ResponseWriter, r *http.Request) int {
	index := slices.IndexFunc(s.Clients, func(c map[string]any) bool { return c["id"] == r.PathValue("id") })
	if index < 0 {
		Answer(w, http.StatusNotFound, map[string]string{"error": "unknown_client"})
	}
	return index
}

func (s *MemServer) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		Answer(w, http.StatusOK, s.Clients[i])
	}
}

func (s *MemServer) put(w http.ResponseWriter, r *http.Request) {
	client := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&client)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.Clients[i] = client
		Answer(w, http.StatusOK, client)
	}
}

func (s *MemServer) remove(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.Clients = slices.Delete(s.Clients, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *MemServer) regenerate(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.Clients[i]["client_secret"] = "fresh-secret"
		Answer(w, http.StatusOK, s.Clients[i])
	}
}

// Client makes a client for the server; edits change its provider.
func (s *MemServer) Client(t *testing.T, auth oauthclients.Auth, edits ...func(*oauthclients.Connection)) *oauthclients.Client {
	t.Helper()
	provider := s.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		for _, edit := range edits {
			edit(c)
		}
	}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(s.HTTPClient()), QuickRetry())
	require.NoError(t, err)
	return client
}

// QuickRetry repeats as usual, with waits that a test does not feel.
func QuickRetry() oauthclients.Option {
	return oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond})
}

// CallerOf gives the caller of a client, for calls that no verb makes.
func CallerOf(t *testing.T, client *oauthclients.Client) *oauthclients.Caller {
	t.Helper()
	driver, ok := oauthclients.DriverOf[*MemDriver](client)
	require.True(t, ok)
	return driver.caller
}

// Serve makes a client without auth whose API is a single handler.
func Serve(t *testing.T, handler http.HandlerFunc) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	server := fakeserver.New(handler)
	client, err := oauthclients.New(MemProvider{BaseURL: server.URL()}, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(server.HTTPClient()), QuickRetry())
	require.NoError(t, err)
	return client, server
}

// Failure asserts that err is an *Error and returns it.
func Failure(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

// Together runs call n times at once and returns the errors by index.
func Together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = call(i) })
	}
	all.Wait()
	return errs
}

// WithOptions makes a client for the server without the quick waits of other tests.
func (s *MemServer) WithOptions(t *testing.T, auth oauthclients.Auth, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(s.Provider(), auth, append(opts, oauthclients.WithHTTPClient(s.HTTPClient()))...)
	require.NoError(t, err)
	return client
}
