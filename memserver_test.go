package oauthclients_test

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

// This file holds the server that memProvider speaks to, in memory and without a socket, and
// the ways to make a client for it.

// memServer keeps clients, issues tokens "t-token-1", "t-token-2" and so on, and takes the newest
// one. Without a token request it takes anything.
type memServer struct {
	*fakeserver.Server

	mu      sync.Mutex
	clients []map[string]any
	created int
	tokens  int
	revoked bool
	// issue replaces the answer of the token endpoint; n counts the requests from 1.
	issue func(n int, form url.Values) (status int, body string)
	// refuse adds a rule for API requests; true answers 401.
	refuse func(*http.Request) bool
}

func newMemServer() *memServer {
	s := &memServer{}
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

func (s *memServer) provider() memProvider { return memProvider{baseURL: s.URL()} }

// tokenRequests counts what reached the token endpoint.
func (s *memServer) tokenRequests() int { return s.Count(http.MethodPost, "/oauth/token") }

// apiRequests counts the rest.
func (s *memServer) apiRequests() int { return s.Count("", "") - s.tokenRequests() }

// revoke makes the newest token worthless.
func (s *memServer) revoke() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
}

func (s *memServer) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v1/") && s.refuses(r) {
			answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (s *memServer) refuses(r *http.Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil && s.refuse(r) {
		return true
	}
	newest := "Bearer t-token-" + strconv.Itoa(s.tokens)
	return s.tokens > 0 && (s.revoked || r.Header.Get("Authorization") != newest)
}

func (s *memServer) token(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	s.mu.Lock()
	s.tokens++
	s.revoked = false
	n, issue := s.tokens, s.issue
	s.mu.Unlock()
	status, text := http.StatusOK, fmt.Sprintf(`{"access_token":"t-token-%d","token_type":"bearer","expires_in":3600}`, n)
	if issue != nil {
		status, text = issue(n, form)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *memServer) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	start, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	size, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	end, next := len(s.clients), ""
	if size > 0 && start+size < end {
		end, next = start+size, strconv.Itoa(start+size)
	}
	answer(w, http.StatusOK, map[string]any{"clients": s.clients[min(start, end):end], "next": next})
}

func (s *memServer) create(w http.ResponseWriter, r *http.Request) {
	client := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&client)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created++
	client["id"] = fmt.Sprintf("id-%d", s.created)
	client["client_secret"] = fmt.Sprintf("secret-of-%d", s.created)
	s.clients = append(s.clients, client)
	answer(w, http.StatusCreated, client)
}

// find returns the index of the client in the path, and answers 404 if there is none.
func (s *memServer) find(w http.ResponseWriter, r *http.Request) int {
	index := slices.IndexFunc(s.clients, func(c map[string]any) bool { return c["id"] == r.PathValue("id") })
	if index < 0 {
		answer(w, http.StatusNotFound, map[string]string{"error": "unknown_client"})
	}
	return index
}

func (s *memServer) get(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		answer(w, http.StatusOK, s.clients[i])
	}
}

func (s *memServer) put(w http.ResponseWriter, r *http.Request) {
	client := map[string]any{}
	_ = json.NewDecoder(r.Body).Decode(&client)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.clients[i] = client
		answer(w, http.StatusOK, client)
	}
}

func (s *memServer) remove(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.clients = slices.Delete(s.clients, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *memServer) regenerate(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(w, r); i >= 0 {
		s.clients[i]["client_secret"] = "fresh-secret"
		answer(w, http.StatusOK, s.clients[i])
	}
}

// client makes a client for the server; edits change its provider.
func (s *memServer) client(t *testing.T, auth oauthclients.Auth, edits ...func(*oauthclients.Connection)) *oauthclients.Client {
	t.Helper()
	provider := s.provider()
	provider.connect = func(c *oauthclients.Connection) {
		for _, edit := range edits {
			edit(c)
		}
	}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(s.HTTPClient()), quickRetry())
	require.NoError(t, err)
	return client
}

// quickRetry repeats as usual, with waits that a test does not feel.
func quickRetry() oauthclients.Option {
	return oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond})
}

// callerOf gives the caller of a client, for calls that no verb makes.
func callerOf(t *testing.T, client *oauthclients.Client) *oauthclients.Caller {
	t.Helper()
	driver, ok := oauthclients.DriverOf[*memDriver](client)
	require.True(t, ok)
	return driver.caller
}

// serve makes a client without auth whose API is a single handler.
func serve(t *testing.T, handler http.HandlerFunc) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	server := fakeserver.New(handler)
	client, err := oauthclients.New(memProvider{baseURL: server.URL()}, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(server.HTTPClient()), quickRetry())
	require.NoError(t, err)
	return client, server
}

// failure asserts that err is an *Error and returns it.
func failure(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

// together runs call n times at once and returns the errors by index.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = call(i) })
	}
	all.Wait()
	return errs
}

// badRequest refuses one request with a text.
func badRequest(body string) fakeserver.Fault {
	return fakeserver.Fault{Status: http.StatusBadRequest, Body: body, Times: 1}
}

// refusing answers every request for a token so.
func refusing(status int, body string) func(int, url.Values) (int, string) {
	return func(int, url.Values) (int, string) { return status, body }
}
