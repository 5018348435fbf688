package soak

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file holds the witness: it stands between the proxy and the fake and writes down what
// was executed and must not be executed twice.

// keptMember is a member that the server adds to every new client and the library does not
// know. An update must leave it there.
const keptMember = "keptByTheServer"

// witness counts creates by the clients' names and secrets by their ids.
type witness struct {
	http.Handler
	vendor vendors.Vendor

	mu     sync.Mutex
	made   map[string]int
	issued map[string]issue
	stray  []string
}

// issue is how many secrets a client has had, and the present one.
type issue struct {
	count  int
	secret string
}

func newWitness(vendor vendors.Vendor, fake *vendors.Fake) *witness {
	return &witness{Handler: fake.Handler(), vendor: vendor, made: map[string]int{}, issued: map[string]issue{}}
}

func (w *witness) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	below, isClient := strings.CutPrefix(path, w.vendor.ClientsPath+"/")
	seen := &copying{ResponseWriter: answer}
	switch {
	case path == w.vendor.ClientsPath && r.Method == http.MethodPost:
		name := marked(r)
		w.Handler.ServeHTTP(seen, r)
		w.create(name, seen)
	case isClient && r.Method == w.vendor.RegenerateMethod:
		id, _, _ := strings.Cut(below, "/")
		w.Handler.ServeHTTP(seen, r)
		w.issue(id, seen)
	case isClient || path == w.vendor.ClientsPath || path == w.vendor.TokenPath:
		w.Handler.ServeHTTP(answer, r)
	default:
		w.astray(r.Method + " " + path)
		w.Handler.ServeHTTP(answer, r)
	}
}

// marked adds the server's own member to the body of a create, and returns the client's name.
func marked(r *http.Request) (name string) {
	var client map[string]json.RawMessage
	body, _ := io.ReadAll(r.Body) // from memory
	if json.Unmarshal(body, &client) == nil {
		_ = json.Unmarshal(client["name"], &name)
		client[keptMember] = json.RawMessage(`{"since":"ever"}`)
		body, _ = json.Marshal(client)
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return name
}

func (w *witness) create(name string, answer *copying) {
	if answer.status/100 != 2 {
		return
	}
	w.mu.Lock()
	w.made[name]++
	w.mu.Unlock()
	w.issue(answer.client().id(), answer)
}

func (w *witness) issue(id string, answer *copying) {
	if answer.status/100 != 2 {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.issued[id] = issue{w.issued[id].count + 1, answer.client().secret()}
}

func (w *witness) astray(request string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stray = append(w.stray, request)
}

// creates returns how many clients of a name were made.
func (w *witness) creates(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.made[name]
}

func (w *witness) secrets(id string) issue {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.issued[id]
}

// forget is for clients that are gone.
func (w *witness) forget(name, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.made, name)
	delete(w.issued, id)
}

// wire is a client in the words of every vendor.
type wire struct {
	ClientID     string `json:"clientId"`
	SnakeID      string `json:"client_id"`
	ID           string `json:"id"`
	ClientSecret string `json:"clientSecret"`
	SnakeSecret  string `json:"client_secret"`
	Secret       string `json:"secret"`
}

func (w wire) id() string     { return cmp.Or(w.ClientID, w.SnakeID, w.ID) }
func (w wire) secret() string { return cmp.Or(w.ClientSecret, w.SnakeSecret, w.Secret) }

// copying keeps a copy of an answer.
type copying struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (c *copying) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *copying) Write(p []byte) (int, error) {
	c.status = cmp.Or(c.status, http.StatusOK)
	_, _ = c.body.Write(p) // into memory
	return c.ResponseWriter.Write(p)
}

func (c *copying) client() (client wire) {
	_ = json.Unmarshal(c.body.Bytes(), &client) // an answer without one has no id
	return client
}

// strays returns the requests to other places than the clients and their tokens.
func (w *witness) strays() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.stray
}
