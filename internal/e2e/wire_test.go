package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file watches what the library sends, and learns from it what must not be seen anywhere
// else.

// wire is an http.RoundTripper that keeps the requests it sends on.
type wire struct {
	mu   sync.Mutex
	sent []request
	// before, if set, is called for each request before it is sent.
	before func(r request)
}

type request struct {
	Line   string // method and path, such as "POST /token"
	Query  string
	Header http.Header
	Form   url.Values
}

func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// RoundTrip keeps and sends a request.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := read(r.Body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	kept, err := requestOf(r, body)
	if err != nil {
		return nil, err
	}
	learnRequest(kept)
	w.keep(kept)
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err = read(answer.Body)
	answer.Body = io.NopCloser(bytes.NewReader(body))
	learnAnswer(body)
	return answer, err
}

// requestOf is a request whose body was read.
func requestOf(r *http.Request, body []byte) (request, error) {
	form, err := url.ParseQuery(string(body))
	return request{r.Method + " " + r.URL.Path, r.URL.RawQuery, r.Header.Clone(), form}, err
}

func (w *wire) keep(r request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, r)
	if w.before != nil {
		w.before(r)
	}
}

// read returns nil for no body.
func read(body io.ReadCloser) ([]byte, error) {
	if body == nil || body == http.NoBody {
		return nil, nil
	}
	defer body.Close()
	return io.ReadAll(body)
}

// take returns the requests since the last take, those of discovery left out.
func (w *wire) take() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	var taken []request
	for _, r := range w.sent {
		if !strings.Contains(r.Line, "/.well-known/") {
			taken = append(taken, r)
		}
	}
	w.sent = nil
	return taken
}

// requireSent takes the requests and holds their lines against what is wanted.
func (w *wire) requireSent(t *testing.T, want ...string) []request {
	t.Helper()
	sent := w.take()
	lines := make([]string, len(sent))
	for i, r := range sent {
		lines[i] = r.Line
	}
	if len(want) == 0 {
		require.Empty(t, lines)
		return nil
	}
	require.Equal(t, want, lines)
	return sent
}

func learnRequest(r request) {
	for _, name := range []string{"client_secret", "code", "code_verifier", "refresh_token", "password", "token"} {
		everything.learn(name+" of a request", r.Form.Get(name))
	}
	kind, credential, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	everything.learn(kind+" credential", credential)
	if kind == "Basic" {
		decoded, _ := base64.StdEncoding.DecodeString(credential)
		_, secret, _ := strings.Cut(string(decoded), ":")
		everything.learn("secret of a Basic credential", secret)
	}
}

func learnAnswer(body []byte) {
	var tokens map[string]any
	if json.Unmarshal(body, &tokens) != nil {
		return
	}
	for _, name := range []string{"access_token", "refresh_token", "id_token", "client_secret", "registration_access_token"} {
		if value, ok := tokens[name].(string); ok {
			everything.learn(name+" of an answer", value)
		}
	}
}
