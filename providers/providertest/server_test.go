package providertest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the server that the suite is tested with: OAuth2 clients in memory, in plain
// JSON with the members of RFC 7591. It follows rules, and a test can bend each of them.

type client = map[string]any

type server struct {
	*fakeserver.Server
	rules rules

	mu          sync.Mutex
	clients     []client
	created     int
	generations map[any]int // of secrets, by client id
}

// rules are called one at a time.
type rules struct {
	// refuse returns the status of a refusal, 0 for none.
	refuse func(verb string, r *http.Request, body client) int
	// unknown answers for an id that no client has.
	unknown func(w http.ResponseWriter, r *http.Request)
	id      func(n int) string
	secret  func(id string, generation int) string
	// issued may change a client when it gets a secret.
	issued func(c client, generation int)
	// store turns what was sent into what is kept; old is empty for a new client.
	store func(sent, old client) client
	// read may change a client when it is read alone.
	read func(client)
	// show edits a copy of what an answer shows; sent is empty for reading verbs.
	show func(verb string, sent, shown client)
	// pages returns the bounds of a page of a list of total clients, and the next cursor.
	pages func(start, size, total int) (from, to int, next string)
	// longest is the largest page that may be asked for, 0 for any.
	longest int
	// entries are those of a page, by its bounds.
	entries func(all []client, from, to int) []client
	remove  func(all []client, i int) []client
}

func rightRules() rules {
	return rules{
		refuse: func(string, *http.Request, client) int { return 0 },
		unknown: func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusNotFound, client{"error": "unknown_client"})
		},
		id:      func(n int) string { return fmt.Sprintf("id-%d", n) },
		secret:  func(id string, generation int) string { return fmt.Sprintf("s3cret-%s-%d", id, generation) },
		issued:  func(client, int) {},
		store:   func(sent, _ client) client { return maps.Clone(sent) },
		read:    func(client) {},
		show:    func(string, client, client) {},
		pages:   rightPages,
		longest: 50,
		entries: func(all []client, from, to int) []client { return all[from:to] },
		remove:  func(all []client, i int) []client { return slices.Delete(all, i, i+1) },
	}
}

// rightPages is a rule for lists without a gap, a repetition, or an empty page at the end.
func rightPages(start, size, total int) (from, to int, next string) {
	end := total
	if size > 0 {
		end = min(start+size, total)
	}
	if end < total {
		next = strconv.Itoa(end)
	}
	return min(start, total), end, next
}

func newServer() *server {
	s := &server{rules: rightRules(), generations: map[any]int{}}
	mux := http.NewServeMux()
	for pattern, serve := range map[string]func(http.ResponseWriter, *http.Request, client){
		"GET /v1/clients":              s.list,
		"POST /v1/clients":             s.create,
		"GET /v1/clients/{id}":         s.get,
		"PUT /v1/clients/{id}":         s.put,
		"DELETE /v1/clients/{id}":      s.delete,
		"POST /v1/clients/{id}/secret": s.regenerate,
	} {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			body := client{}
			_ = json.NewDecoder(r.Body).Decode(&body) // GET and DELETE have none
			s.mu.Lock()
			defer s.mu.Unlock()
			serve(w, r, body)
		})
	}
	s.Server = fakeserver.New(jsonErrors(mux))
	return s
}

// jsonErrors answers as an API where nothing is served: the text of package http is that of something
// on the way, and says nothing about a client.
func jsonErrors(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		nothing := httptest.NewRecorder()
		handler.ServeHTTP(nothing, r)
		answer(w, nothing.Code, client{"error": "not_served"})
	})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// refused answers a refusal, if there is one.
func (s *server) refused(w http.ResponseWriter, verb string, r *http.Request, body client) bool {
	status := s.rules.refuse(verb, r, body)
	if status != 0 {
		answer(w, status, client{"error": "invalid_client_metadata"})
	}
	return status != 0
}

// shown is the copy of a client that an answer shows.
func (s *server) shown(verb string, sent, c client) client {
	c = maps.Clone(c)
	s.rules.show(verb, sent, c)
	return c
}

func (s *server) list(w http.ResponseWriter, r *http.Request, _ client) {
	if s.refused(w, "List", r, nil) {
		return
	}
	start, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	size, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	if size < 0 || s.rules.longest > 0 && size > s.rules.longest {
		answer(w, http.StatusBadRequest, client{"error": "invalid_limit"})
		return
	}
	from, to, next := s.rules.pages(start, size, len(s.clients))
	page := []client{}
	for _, c := range s.rules.entries(s.clients, from, to) {
		page = append(page, s.shown("List", nil, c))
	}
	answer(w, http.StatusOK, map[string]any{"clients": page, "next": next})
}

func (s *server) create(w http.ResponseWriter, r *http.Request, body client) {
	if s.refused(w, "Create", r, body) {
		return
	}
	s.created++
	id := s.rules.id(s.created)
	c := s.rules.store(body, client{})
	c["id"], c["status"] = id, "active"
	c["created_at"] = time.Unix(1_700_000_000, 0).UTC()
	s.issue(c)
	s.clients = append(s.clients, c)
	answer(w, http.StatusCreated, s.shown("Create", body, c))
}

// issue gives a client a new secret.
func (s *server) issue(c client) {
	s.generations[c["id"]]++
	c["client_secret"] = s.rules.secret(c["id"].(string), s.generations[c["id"]])
	s.rules.issued(c, s.generations[c["id"]])
}

// find returns the index of the client in the path; below 0 it has answered.
func (s *server) find(w http.ResponseWriter, r *http.Request) int {
	index := slices.IndexFunc(s.clients, func(c client) bool { return c["id"] == r.PathValue("id") })
	if index < 0 {
		s.rules.unknown(w, r)
	}
	return index
}

func (s *server) get(w http.ResponseWriter, r *http.Request, _ client) {
	if i := s.find(w, r); i >= 0 {
		s.rules.read(s.clients[i])
		answer(w, http.StatusOK, s.shown("Get", nil, s.clients[i]))
	}
}

func (s *server) put(w http.ResponseWriter, r *http.Request, body client) {
	if i := s.find(w, r); i >= 0 && !s.refused(w, "Update", r, body) {
		old := s.clients[i]
		s.clients[i] = s.rules.store(body, old)
		for _, member := range []string{"id", "client_secret", "status", "created_at"} {
			s.clients[i][member] = old[member]
		}
		answer(w, http.StatusOK, s.shown("Update", body, s.clients[i]))
	}
}

func (s *server) delete(w http.ResponseWriter, r *http.Request, _ client) {
	if i := s.find(w, r); i >= 0 {
		s.clients = s.rules.remove(s.clients, i)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *server) regenerate(w http.ResponseWriter, r *http.Request, _ client) {
	if i := s.find(w, r); i >= 0 {
		s.issue(s.clients[i])
		answer(w, http.StatusOK, s.shown("RegenerateSecret", nil, s.clients[i]))
	}
}
