package target

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file has the server in front of a fake: it answers itself what the attack wants, and hands
// everything else on.

// Protocol is how the front is spoken to.
type Protocol string

// The protocols of the fronts.
const (
	HTTP1 Protocol = "HTTP/1.1"
	HTTP2 Protocol = "HTTP/2"
)

// Attack answers a request, or reports that it leaves it to the fake.
type Attack func(w http.ResponseWriter, r *http.Request) (answered bool)

// Front is a server on the loopback before a target.
type Front struct {
	*Target
	URL      string
	Protocol Protocol
	// ID is a client that was made before any attack.
	ID string

	http   *http.Client
	attack atomic.Pointer[Attack]
}

// NewFront starts a server that leaves everything to the fake until [Front.Attack], with one
// client in the account.
func NewFront(t *testing.T, name string, protocol Protocol) *Front {
	t.Helper()
	return NewFrontOn(t, name, protocol, func(handler http.Handler) (string, *http.Client) {
		server := httptest.NewUnstartedServer(handler)
		if protocol == HTTP2 {
			server.EnableHTTP2 = true
			server.StartTLS()
		} else {
			server.Start()
		}
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
		return server.URL, server.Client()
	})
}

// NewFrontOn is [NewFront] with a server of the test's own.
func NewFrontOn(t *testing.T, name string, protocol Protocol, start func(http.Handler) (url string, client *http.Client)) *Front {
	t.Helper()
	f := &Front{Target: New(name), Protocol: protocol}
	f.URL, f.http = start(f)
	made, err := f.Client(t).Clients.Create(t.Context(), f.Sample)
	require.NoError(t, err)
	f.ID = made.ID
	f.Secrets = append(f.Secrets, f.sent()...)
	return f
}

// sent are the credentials that went out in headers.
func (f *Front) sent() (secrets []string) {
	for _, r := range f.Fake.Requests() {
		if _, credential, found := strings.Cut(r.Header.Get("Authorization"), " "); found && !slices.Contains(secrets, credential) {
			secrets = append(secrets, credential)
		}
	}
	return secrets
}

// Client makes a client that reaches the fake through the front.
func (f *Front) Client(t *testing.T, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	return f.ClientFor(t, f.Auth, opts...)
}

// ClientFor is a client with another credential.
func (f *Front) ClientFor(t *testing.T, auth oauthclients.Auth, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(f.At(f.URL), auth, f.Options(opts...)...)
	require.NoError(t, err)
	return client
}

// Options are what a client needs to trust the front. Over HTTP/1.1 it has connections of its own.
func (f *Front) Options(opts ...oauthclients.Option) []oauthclients.Option {
	if f.Protocol == HTTP2 {
		return append([]oauthclients.Option{oauthclients.WithHTTPClient(f.http)}, opts...)
	}
	return opts
}

// Plain is net/http's own client, to compare with.
func (f *Front) Plain() *http.Client { return f.http }

// Attack begins; nil ends it.
func (f *Front) Attack(attack Attack) {
	if attack == nil {
		f.attack.Store(nil)
		return
	}
	f.attack.Store(&attack)
}

// ServeHTTP implements [http.Handler].
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if attack := f.attack.Load(); attack != nil && (*attack)(w, r) {
		return
	}
	f.Execute(w, r)
}

// Execute lets the fake answer, with the front's address in place of its own.
func (f *Front) Execute(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	f.Fake.ServeHTTP(answer, r)
	body := bytes.ReplaceAll(answer.Body.Bytes(), []byte(f.Fake.URL()), []byte(f.URL))
	for name, values := range answer.Header() {
		for _, value := range values {
			w.Header().Add(name, strings.ReplaceAll(value, f.Fake.URL(), f.URL))
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if answer.Code == http.StatusNoContent {
		w.Header().Del("Content-Length")
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body) // a caller that left needs no answer
}

// Is reports whether a request is one for clients.
func (f *Front) Is(method, path string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return (method == "" || r.Method == method) && strings.HasPrefix(r.URL.Path, path)
	}
}
