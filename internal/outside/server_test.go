package outside_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file is the vendor's server: strict about credentials, and otherwise in memory.

const (
	goodKey    = "key-1"
	appID      = "robot"
	appSecret  = "robot+secret/1"
	base       = "/tenant-7/api"
	maxPerPage = 40
)

type server struct {
	*fakeserver.Server

	mu      sync.Mutex
	apps    []map[string]any
	made    int
	secrets int
	tickets int // the newest one is good; 0: none
	tokens  map[string]bool
	revoked bool // the newest ticket is not good either
}

func newServer() *server {
	s := &server{tokens: map[string]bool{goodKey: true}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/outside", s.describe)
	mux.HandleFunc("POST /login", s.login)
	mux.HandleFunc("POST "+base+"/tickets", s.ticket)
	mux.HandleFunc("GET "+base+"/version", s.version)
	mux.HandleFunc("GET "+base+"/owner", s.owner)
	for pattern, handler := range map[string]func(http.ResponseWriter, *http.Request){
		"GET /apps": s.list, "POST /apps": s.create, "GET /apps/{id}": s.get, "PUT /apps/{id}": s.put,
		"DELETE /apps/{id}": s.remove, "POST /apps/{id}/app_secret": s.regenerate, "POST /apps/{id}/lock": s.lock,
	} {
		method, path, _ := strings.Cut(pattern, " ")
		mux.HandleFunc(method+" "+base+path, s.ticketed(handler))
	}
	// What is served by nobody is answered by the API as well: the text of package http says nothing.
	s.Server = fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern == "" {
			reply(w, http.StatusNotFound, map[string]any{})
			return
		}
		mux.ServeHTTP(w, r)
	}))
	return s
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Trace", "trace-1")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func problem(w http.ResponseWriter, status int, code, text string, parts map[string]string) {
	reply(w, status, map[string]any{"problem": map[string]any{"code": code, "text": text, "parts": parts}})
}

func (s *server) describe(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]string{"api": s.URL() + base, "token": s.URL() + "/login"})
}

// login takes client credentials in the Basic header alone.
func (s *server) login(w http.ResponseWriter, r *http.Request) {
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(appID+":robot%2Bsecret%2F1"))
	if r.Header.Get("Authorization") != want || r.PostFormValue("grant_type") != "client_credentials" {
		reply(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	token := "token-" + strconv.Itoa(len(s.tokens))
	s.tokens[token] = true
	reply(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 600})
}

func (s *server) held(r *http.Request) string {
	return strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
}

func (s *server) ticket(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.tokens[s.held(r)] {
		problem(w, http.StatusUnauthorized, "bad_key", "This key is not known.", nil)
		return
	}
	s.tickets++
	s.revoked = false
	reply(w, http.StatusOK, map[string]any{"ticket": fmt.Sprintf("ticket-%d", s.tickets), "seconds": 90})
}

// revoke ends the newest ticket, and the tokens if asked.
func (s *server) revoke(tokens bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = true
	if tokens {
		s.tokens = map[string]bool{"dead": false}
	}
}

func (s *server) ticketed(next func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		good := fmt.Sprintf("ticket-%d", s.tickets)
		if s.revoked || r.Header.Get("X-Ticket") != good || r.Header.Get("Authorization") != "" {
			problem(w, 419, "ticket_expired", "Get a new ticket.", nil)
			return
		}
		next(w, r)
	}
}

func (s *server) version(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization")+r.Header.Get("X-Ticket") != "" {
		problem(w, http.StatusBadRequest, "not_wanted", "Send no credential.", nil)
		return
	}
	reply(w, http.StatusOK, map[string]string{"version": "7.1"})
}

func (s *server) owner(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Ticket") != "" || s.held(r) == "" {
		problem(w, http.StatusForbidden, "no_key", "Send a key.", nil)
		return
	}
	reply(w, http.StatusOK, map[string]string{"owner": "owner of " + s.held(r)})
}

func decode(r *http.Request) map[string]any {
	body := map[string]any{}
	text, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(text, &body)
	return body
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	app := decode(r)
	if title, _ := app["title"].(string); len(title) > 100 {
		problem(w, http.StatusUnprocessableEntity, "too_long", "The title is too long.", map[string]string{"title": "at most 100"})
		return
	}
	s.made++
	s.secrets++
	app["key"], app["app_secret"] = fmt.Sprintf("app-%04d", s.made), fmt.Sprintf("app-secret-%d", s.secrets)
	app["revision"], app["made"], app["color"] = 1, "2024-05-01T10:00:00Z", "green"
	s.apps = append(s.apps, app)
	reply(w, http.StatusCreated, app)
}

func (s *server) list(w http.ResponseWriter, r *http.Request) {
	size, _ := strconv.Atoi(r.URL.Query().Get("count"))
	if size > maxPerPage {
		problem(w, http.StatusBadRequest, "too_many", "A page has at most 40.", nil)
		return
	}
	if size == 0 {
		size = maxPerPage
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("after"))
	end, more := min(start+size, len(s.apps)), ""
	if end < len(s.apps) {
		more = strconv.Itoa(end)
	}
	reply(w, http.StatusOK, map[string]any{"apps": s.apps[min(start, end):end], "more": more})
}

// find returns the index of the app in the path, and answers 404 if there is none.
func (s *server) find(w http.ResponseWriter, r *http.Request) int {
	index := slices.IndexFunc(s.apps, func(app map[string]any) bool { return app["key"] == r.PathValue("id") })
	if index < 0 {
		problem(w, http.StatusNotFound, "no_app", "There is no such app.", nil)
	}
	return index
}

func (s *server) get(w http.ResponseWriter, r *http.Request) {
	if i := s.find(w, r); i >= 0 {
		reply(w, http.StatusOK, s.apps[i])
	}
}

// put replaces everything: a member that is not sent is gone.
func (s *server) put(w http.ResponseWriter, r *http.Request) {
	if i := s.find(w, r); i >= 0 {
		app := decode(r)
		revision, _ := s.apps[i]["revision"].(int)
		app["revision"] = revision + 1
		s.apps[i] = app
		reply(w, http.StatusOK, app)
	}
}

func (s *server) remove(w http.ResponseWriter, r *http.Request) {
	if i := s.find(w, r); i >= 0 {
		s.apps = slices.Delete(s.apps, i, i+1)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *server) regenerate(w http.ResponseWriter, r *http.Request) {
	if i := s.find(w, r); i >= 0 {
		s.secrets++
		s.apps[i]["app_secret"] = fmt.Sprintf("app-secret-%d", s.secrets)
		reply(w, http.StatusOK, s.apps[i])
	}
}

func (s *server) lock(w http.ResponseWriter, r *http.Request) {
	if i := s.find(w, r); i >= 0 {
		s.apps[i]["locked"] = true
		reply(w, http.StatusOK, s.apps[i])
	}
}
