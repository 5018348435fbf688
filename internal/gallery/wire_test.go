package gallery

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
)

// This file keeps what went to a server and what came back, byte for byte.

// exchange is a request and its answer, whose status is 0 if none came.
type exchange struct {
	method, path  string
	scheme        string
	sent, answer  string
	authorization string
	status        int
}

// isForToken: a form that asks the token endpoint.
func (e exchange) isForToken() bool {
	return e.method == http.MethodPost && strings.Contains(e.sent, "grant_type=")
}

// wire is the way to a server while somebody looks at it.
type wire struct {
	below     http.RoundTripper // nil: that of net/http
	mu        sync.Mutex
	exchanges []exchange
}

func (w *wire) option() oauthclients.Option {
	return oauthclients.WithHTTPClient(&http.Client{Transport: w})
}

// seen are the exchanges so far that somebody asks for.
func (w *wire) seen(wanted func(exchange) bool) (found []exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.exchanges {
		if wanted(e) {
			found = append(found, e)
		}
	}
	return found
}

// has are the steps with a text in them: method, scheme, path, and the status that came of it.
func (w *wire) has(part string) (steps []string) {
	for _, e := range w.seen(func(exchange) bool { return true }) {
		if step := fmt.Sprintf("%s %s %s %d", e.method, e.scheme, e.path, e.status); strings.Contains(step, part) {
			steps = append(steps, step)
		}
	}
	return steps
}

func (w *wire) keep(e exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.exchanges = append(w.exchanges, e)
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	e := exchange{method: r.Method, scheme: r.URL.Scheme, path: r.URL.Path, authorization: r.Header.Get("Authorization")}
	sent := r
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		e.sent, sent = string(text), r.Clone(r.Context())
		sent.Body = io.NopCloser(bytes.NewReader(text))
	}
	below := w.below
	if below == nil {
		below = http.DefaultTransport
	}
	answer, err := below.RoundTrip(sent)
	if err != nil {
		w.keep(e)
		return nil, err
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close() // it was read to its end, or is of no use
	answer.Body = io.NopCloser(bytes.NewReader(text))
	e.status, e.answer = answer.StatusCode, string(text)
	w.keep(e)
	return answer, err
}
