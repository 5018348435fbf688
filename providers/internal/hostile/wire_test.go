package hostile

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// This file holds the server: it answers what is right, except where a test wants something
// else, and keeps what reached it. It works without a socket and streams, so that a body may
// have no end.

// step is one kind of request.
type step string

const (
	stepToken      step = "token"
	stepCreate     step = "create"
	stepList       step = "list"
	stepRead       step = "read"
	stepWrite      step = "write"
	stepRemove     step = "remove"
	stepRegenerate step = "regenerate"
	stepOther      step = "a place that nobody may ask"
)

// answer is what the server gives back.
type answer struct {
	status int
	header http.Header
	body   io.Reader
}

func text(status int, body string) *answer {
	return &answer{status: status, body: strings.NewReader(body)}
}

// request is what reached the server.
type request struct {
	step         step
	method, path string // as it was sent, escapes included
	query, body  string
	header       http.Header
}

// wire is the server of one vendor. Who may choose the answer to the n-th request of a step,
// from 0, sets instead; nil stands for the right one.
type wire struct {
	vendor  *vendor
	instead func(s step, n int, r *http.Request) *answer
	again   bool // the same answer to every repetition

	mu   sync.Mutex
	seen []request
}

func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// RoundTrip implements [http.RoundTripper].
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	s := w.stepOf(r)
	n := w.keep(request{s, r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header.Clone()})
	var a *answer
	if w.instead != nil {
		a = w.instead(s, n, r)
	}
	if a == nil {
		a = w.right(s)
	}
	if a.header == nil {
		a.header = http.Header{}
	}
	return &http.Response{
		StatusCode: a.status, Header: a.header, Body: io.NopCloser(a.body), ContentLength: -1, Request: r,
	}, nil
}

// keep tells how many requests of the same step came before.
func (w *wire) keep(r request) (before int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, earlier := range w.seen {
		if earlier.step == r.step {
			before++
		}
	}
	w.seen = append(w.seen, r)
	return before
}

func (w *wire) count(s step) (n int) {
	for _, r := range w.requests() {
		if r.step == s {
			n++
		}
	}
	return n
}

// forget returns what has been seen, and begins anew.
func (w *wire) forget() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

func (w *wire) requests() []request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]request(nil), w.seen...)
}

// stepOf knows the places that a client of the vendor may ask, and the client that is asked for.
func (w *wire) stepOf(r *http.Request) step {
	v, path := w.vendor, r.URL.EscapedPath()
	own := v.clients + "/" + id
	known := map[string]step{
		http.MethodGet + v.clients: stepList, http.MethodPost + v.clients: stepCreate,
		http.MethodGet + own: stepRead, http.MethodPut + own: stepWrite, http.MethodDelete + own: stepRemove,
		http.MethodPost + own + "/secret": stepRegenerate, http.MethodPatch + own + "/regenerate": stepRegenerate,
	}
	s, found := known[r.Method+path]
	switch {
	case "https://"+r.URL.Host != host:
		return stepOther
	case v.token != "" && path == v.token:
		return stepToken
	case found:
		return s
	}
	return stepOther
}

func (w *wire) right(s step) *answer {
	v := w.vendor
	switch s {
	case stepToken:
		return text(http.StatusOK, v.tokenAnswer)
	case stepCreate:
		return text(http.StatusCreated, v.client)
	case stepList:
		return text(http.StatusOK, v.list(v.client))
	case stepRead:
		return text(http.StatusOK, w.present())
	case stepWrite:
		if !v.writeAnswers {
			return text(http.StatusOK, "")
		}
		return text(http.StatusOK, w.present())
	case stepRegenerate:
		return text(http.StatusOK, v.secretAnswer)
	case stepRemove:
		return text(http.StatusNoContent, "")
	case stepOther:
	}
	return text(http.StatusNotFound, "")
}

// present is the client after what was written so far.
func (w *wire) present() string {
	if w.count(stepWrite) == 0 {
		return w.vendor.client
	}
	return strings.Replace(w.vendor.client, `"desk"`, `"front desk"`, 1)
}

// rightBody is what the right answer says. A step without content is told about the client.
func (w *wire) rightBody(s step) string {
	body, _ := io.ReadAll(w.right(s).body)
	if len(body) == 0 {
		return w.present()
	}
	return string(body)
}
