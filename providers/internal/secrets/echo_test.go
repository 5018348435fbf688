package secrets

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tests that servers which repeat the request cannot get it into an error or the log.

// This file tests that servers which repeat the request cannot get it into an error or the log.

// statuses are those that are read in different ways.
func statuses() []int {
	return []int{
		http.StatusOK, http.StatusFound, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
		http.StatusTooManyRequests, http.StatusInternalServerError,
	}
}

func TestAnEchoDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for style, repeat := range echoes() {
				read := statuses()
				if style != "JSON" && style != "header" {
					read = []int{http.StatusOK, http.StatusBadRequest}
				}
				for _, status := range read {
					p.fails(t, p.main(), list, with(toAPI, status, repeat), style, status)
				}
			}
			p.requireCleanLog(t)
		})
	}
}

func TestAnEchoDoesNotShowWhateverTheVerb(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for name, verb := range p.verbs() {
				for _, style := range []string{"JSON", "header"} {
					for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusForbidden, http.StatusInternalServerError} {
						// What is read before a write must come for the write to be made.
						repeats := func(r *http.Request) bool {
							return toAPI(r) && (r.Method != http.MethodGet || name != "Update" && name != "Delete")
						}
						p.fails(t, p.main(), verb, with(repeats, status, echoes()[style]), name, style, status)
					}
				}
			}
			p.requireCleanLog(t)
		})
	}
}

func TestAnEchoDoesNotShowWhateverTheStrategy(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for kind, auth := range p.auths {
				for _, style := range []string{"JSON", "base64", "header"} {
					p.fails(t, auth, list, with(toAPI, http.StatusUnauthorized, echoes()[style]), kind, style)
				}
			}
			p.requireCleanLog(t)
		})
	}
}

// fails makes a call that is answered by a, and looks at the error.
func (p *place) fails(t *testing.T, auth oauthclients.Auth, call verb, a answer, about ...any) {
	t.Helper()
	client := p.client(t, auth)
	p.wire.answers(a)
	err := call(t.Context(), client)
	p.wire.answers(nil)
	p.check(t, err, about...)
}

// check looks at an error. Some odd answers are none for some calls.
func (p *place) check(t *testing.T, err error, about ...any) {
	t.Helper()
	p.calls++
	if err != nil {
		p.failed++
		p.wire.requireCleanError(t, err, about...)
	}
}

// requireCleanLog ends a test, which must have seen errors.
func (p *place) requireCleanLog(t *testing.T) {
	t.Helper()
	require.Greater(t, p.failed, p.calls/4, "of %d calls", p.calls)
	p.wire.requireCleanLog(t)
}

// A token endpoint is sent the most.
func TestAnEchoOfTheTokenEndpointDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for style, repeat := range echoes() {
				for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
					p.fails(t, p.main(), list, with(toToken, status, repeat), "token", style, status)
				}
				p.failsToFinish(t, with(toToken, http.StatusBadRequest, repeat), "code", style)
				p.fails(t, p.expired(t), list, with(toToken, http.StatusUnauthorized, repeat), "renewal", style)
			}
			p.requireCleanLog(t)
		})
	}
}

// expired is a person's token that has to be renewed.
func (p *place) expired(t *testing.T) oauthclients.AuthCode {
	t.Helper()
	auth := p.signedIn(t)
	auth.Token = &oauth2.Token{AccessToken: auth.Token.AccessToken, RefreshToken: "r3fresh+t0ken/of=a&person", Expiry: time.Unix(1, 0)}
	return auth
}

func (p *place) signedIn(t *testing.T) oauthclients.AuthCode {
	t.Helper()
	auth, ok := p.auths[oauthclients.AuthKindAuthorizationCode].(oauthclients.AuthCode)
	require.True(t, ok)
	return auth
}

func (p *place) failsToFinish(t *testing.T, a answer, about ...any) {
	t.Helper()
	login, err := p.login.Begin(t.Context(), p.provider, p.options()...)
	require.NoError(t, err)
	p.wire.note(login.State, login.Verifier)
	p.wire.answers(a)
	defer p.wire.answers(nil)
	_, err = p.login.Finish(t.Context(), p.provider, login, map[string][]string{"state": {login.State}, "code": {"c-0-d-e+of/the=callback&x"}}, p.options()...)
	require.Error(t, err)
	p.check(t, err, about...)
}

func TestAnEchoOfASignOutDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			anything := func(*http.Request) bool { return true }
			signOut := func(ctx context.Context, c *oauthclients.Client) error { return c.SignOut(ctx) }
			for _, style := range []string{"JSON", "form", "header"} {
				for _, status := range []int{http.StatusFound, http.StatusBadRequest, http.StatusInternalServerError} {
					for _, matches := range []func(*http.Request) bool{anything, toAPI} { // with a renewal before it, and without
						p.fails(t, p.signedIn(t), signOut, with(matches, status, echoes()[style]), style, status)
						p.fails(t, p.expired(t), signOut, with(matches, status, echoes()[style]), "expired", style, status)
						p.failsToSignOut(t, with(matches, status, echoes()[style]), style, status)
					}
				}
			}
			p.requireCleanLog(t)
		})
	}
}

// failsToSignOut has its token in a store: the strategy does not know it.
func (p *place) failsToSignOut(t *testing.T, a answer, about ...any) {
	t.Helper()
	client := p.client(t, p.login, oauthclients.WithTokenStore(&store{p.signedIn(t).Token}))
	p.wire.answers(a)
	defer p.wire.answers(nil)
	p.check(t, client.SignOut(t.Context()), about...)
}

// store keeps a token in memory.
type store struct{ token *oauth2.Token }

func (s *store) Load(context.Context) (*oauth2.Token, error) { return s.token, nil }

func (s *store) Save(_ context.Context, token *oauth2.Token) error { s.token = token; return nil }
