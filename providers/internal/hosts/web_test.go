package hosts

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
)

// This file holds the network between a client and a fake: it knows which credential went where,
// and lets a test tamper with the answers.

// web is an http.RoundTripper that reaches one fake under every name. It is safe for concurrent
// use.
type web struct {
	fake http.RoundTripper // nil: everything is answered with 404

	mu     sync.Mutex
	seen   map[string]map[string]bool // kinds of credentials, by origin
	sent   int
	tamper func(r *http.Request, answer *http.Response)
}

func (w *web) option() oauthclients.Option {
	// CheckRedirect would follow, and a jar takes every cookie.
	return oauthclients.WithHTTPClient(&http.Client{Transport: w, CheckRedirect: func(*http.Request, []*http.Request) error { return nil }})
}

// RoundTrip implements http.RoundTripper.
func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	w.note(r, body)
	inner := r.Clone(r.Context())
	inner.Body = io.NopCloser(bytes.NewReader(body))
	answer := &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: r}
	if w.fake != nil {
		var err error
		if answer, err = w.fake.RoundTrip(inner); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	tamper := w.tamper
	w.mu.Unlock()
	if tamper != nil {
		tamper(r, answer)
	}
	return answer, nil
}

// note keeps which kinds of credentials a request has.
func (w *web) note(r *http.Request, body []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[string]map[string]bool{}
	}
	w.sent++
	origin := r.URL.Scheme + "://" + r.URL.Host
	if w.seen[origin] == nil {
		w.seen[origin] = map[string]bool{}
	}
	if scheme, _, found := strings.Cut(r.Header.Get("Authorization"), " "); found {
		w.seen[origin][scheme] = true
	}
	if r.Header.Get("X-Signature") != "" {
		w.seen[origin]["signature"] = true
	}
	form, _ := url.ParseQuery(string(body))
	for _, name := range []string{"password", "client_secret", "code", "code_verifier", "refresh_token", "token"} {
		if form.Has(name) {
			w.seen[origin][name] = true
		}
	}
}

// origins are where requests went.
func (w *web) origins() []string { return slices.Sorted(maps.Keys(w.credentials())) }

// credentials are the kinds that went to each origin.
func (w *web) credentials() map[string][]string {
	w.mu.Lock()
	defer w.mu.Unlock()
	kinds := map[string][]string{}
	for origin, seen := range w.seen {
		kinds[origin] = slices.Sorted(maps.Keys(seen))
	}
	return kinds
}

// requests counts what was sent since the last time.
func (w *web) requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.sent
	w.sent = 0
	return sent
}

func (w *web) tampers(tamper func(r *http.Request, answer *http.Response)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tamper = tamper
}

// redirects makes an answer a redirect.
func redirects(status int, location string) func(*http.Request, *http.Response) {
	return func(_ *http.Request, answer *http.Response) {
		answer.StatusCode, answer.Body = status, http.NoBody
		answer.Header = http.Header{"Location": {location}}
	}
}

// pointsElsewhere leaves an answer as it is and adds everything that names another address.
func pointsElsewhere(_ *http.Request, answer *http.Response) {
	for name, value := range map[string]string{
		"Location": elsewhere + "/x", "Content-Location": elsewhere + "/x", "Link": "<" + elsewhere + `/x>; rel="next"`, "Refresh": "0;url=" + elsewhere,
		"Alt-Svc": `h2="elsewhere.example.com:443"`, "Www-Authenticate": `Bearer realm="` + elsewhere + `", authorization_uri="` + elsewhere + `"`,
	} {
		answer.Header.Set(name, value)
	}
	body, _ := io.ReadAll(answer.Body)
	var document map[string]any
	if json.Unmarshal(body, &document) == nil {
		for _, name := range []string{"nextUri", "next", "selfUri", "firstUri", "lastUri", "next_page", "registration_client_uri", "token_endpoint", "links", "_links"} {
			document[name] = elsewhere + "/api/v2/oauth/clients?pageNumber=2"
		}
		body, _ = json.Marshal(document)
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
}
