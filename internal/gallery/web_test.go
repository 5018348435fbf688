package gallery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file is the way to a server: it counts, knows which tokens came, and loses answers.

type web struct {
	turn       sync.Locker // of requests that must not meet at the server; nil where they may
	mu         sync.Mutex
	sent       int
	forTokens  int
	faults     []fakeserver.Fault
	accesses   []string // tokens that came
	refreshing []string
}

func (w *web) client() *http.Client { return &http.Client{Transport: w} }

func (w *web) requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent
}

func (w *web) tokenRequests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.forTokens
}

// inject loses the answer to a request that the server has executed.
func (w *web) inject(f fakeserver.Fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.faults = append(w.faults, f)
}

// RoundTrip implements http.RoundTripper.
func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	var form bytes.Buffer
	sent := r
	if r.Body != nil {
		sent = r.Clone(r.Context())
		sent.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, &form), r.Body}
	}
	answer, err := w.pass(sent)
	forTokens := strings.Contains(form.String(), "grant_type=") && strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent++
	if forTokens {
		w.forTokens++
	}
	if err != nil {
		return nil, err
	}
	if w.isLost(r) {
		return nil, errors.Join(errors.New("the connection broke"), answer.Body.Close())
	}
	if forTokens {
		return answer, w.remember(answer)
	}
	return answer, nil
}

func (w *web) pass(r *http.Request) (*http.Response, error) {
	if w.turn != nil {
		w.turn.Lock()
		defer w.turn.Unlock()
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (w *web) isLost(r *http.Request) bool {
	for i := range w.faults {
		f := &w.faults[i]
		if f.Times > 0 && (f.Method == "" || f.Method == r.Method) && strings.Contains(r.URL.Path, f.PathContains) {
			f.Times--
			return true
		}
	}
	return false
}

// remember keeps the tokens of an answer.
func (w *web) remember(answer *http.Response) error {
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	var token struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	_ = json.Unmarshal(text, &token) // what is no token is for the library to judge
	if token.Access != "" {
		w.accesses = append(w.accesses, token.Access)
	}
	if token.Refresh != "" {
		w.refreshing = append(w.refreshing, token.Refresh)
	}
	return nil
}

// revoke ends the tokens that came, one after the other.
func (w *web) revoke(ctx context.Context, p dcr.Provider, auth oauthclients.AuthCode, all bool) error {
	w.mu.Lock()
	var tokens []*oauth2.Token
	for _, access := range w.accesses {
		tokens = append(tokens, &oauth2.Token{AccessToken: access})
	}
	for _, refresh := range w.refreshing {
		if all {
			tokens = append(tokens, &oauth2.Token{RefreshToken: refresh})
		}
	}
	w.mu.Unlock()
	for _, token := range tokens {
		auth.Token = token
		client, err := oauthclients.New(p, auth)
		if err != nil {
			return err
		}
		if err := client.SignOut(ctx); err != nil {
			return err
		}
	}
	return nil
}
