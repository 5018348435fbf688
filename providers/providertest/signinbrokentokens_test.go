package providertest_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what can be wrong from the token to its end.

func brokenTokens() []signInBreakage {
	return []signInBreakage{
		{"a token is good for one call", callsPerToken(1), []string{"one renewal for all", "renewal after expiry", "renewal after revocation", "sign in and call", "token store"}},
		{"a token is good for twenty calls", callsPerToken(20), []string{"one renewal for all"}},
		{"a token is bound to a connection", boundTokens, []string{"token store"}},
		{"one token for everybody", oneToken, []string{"many sign-ins"}},
		{"ten people and no more", tenPeople, []string{"many sign-ins"}},

		{"a rejection that is none", func(w *loginWorld) {
			w.connect = func(c *oauthclients.Connection) {
				c.Rejected = func(*oauthclients.Response) bool { return false }
			}
		}, []string{"renewal after revocation", "renewal after renewal", "one renewal for all", "token store", "ended session", "sign out", "wrong client secret"}},
		{"refresh tokens end with the access tokens", func(w *loginWorld) { w.server.rules.RefreshToken = w.server.rules.AccessToken }, []string{"renewal after expiry"}},
		{"refresh tokens end with a revocation", func(w *loginWorld) { w.server.rules.revokeAll = (*signin.Ledger).EndAll }, []string{"renewal after revocation", "renewal after renewal", "one renewal for all", "token store"}},
		{"a revocation that does not end all", told(func(x *providertest.SignInTarget) { x.RevokesAll = true }), []string{"renewal after revocation"}},
		{"the second refresh token is not good", refreshing(func(got *reply) { got.members["refresh_token"] = "made-up" }), []string{"renewal after renewal"}},
		{"a renewed token is no good", refreshing(func(got *reply) { got.members["access_token"] = "made-up" }), []string{"renewal after revocation", "renewal after renewal", "one renewal for all", "token store", "renewal after expiry"}},

		{"sessions do not end", func(w *loginWorld) { w.server.rules.endAll = func(*signin.Ledger) {} }, []string{"ended session"}},
		{"only the access tokens end", func(w *loginWorld) { w.server.rules.endAll = (*signin.Ledger).RevokeAll }, []string{"ended session"}},
		{"an ended session is an invalid request", refreshRefused(refused(http.StatusBadRequest, "invalid_request")), []string{"ended session", "sign out"}},
		{"BadRefresh, and an ended session is an invalid grant", told(func(x *providertest.SignInTarget) { x.BadRefresh = oauthclients.ErrInvalid }), []string{"ended session", "sign out", "wrong client secret"}},
		{"an ended session is a server error", refreshRefused(refused(http.StatusInternalServerError, "server_error")), []string{"ended session", "sign out"}},

		{"a sign-out ends nothing", revoking(func(*signin.Ledger, string) {}), []string{"sign out"}},
		{"a sign-out ends the access token alone", revoking((*signin.Ledger).Revoke), []string{"sign out"}},
		{"a sign-out ends the refresh token alone", signOutLeavesAccess, []string{"sign out"}},
		{"a sign-out that there is not", func(w *loginWorld) { w.connect = func(c *oauthclients.Connection) { c.SignOut = nil } }, []string{"sign out"}},
		{"a sign-out that shows the token", signOutShows, []string{"tokens do not show"}},
		{"a sign-out that nobody was told of", told(func(x *providertest.SignInTarget) { x.NoSignOut = true }), []string{"sign out"}},
	}
}

func callsPerToken(most int32) func(*loginWorld) {
	return func(w *loginWorld) {
		var counts sync.Map
		w.server.rules.call = func(_ *http.Request, token string, _ signin.Grant) int {
			count, _ := counts.LoadOrStore(token, new(atomic.Int32))
			if count.(*atomic.Int32).Add(1) > most {
				return http.StatusUnauthorized
			}
			return 0
		}
	}
}

// boundTokens are good for whoever uses them first (RFC 9449 does it with a proof).
func boundTokens(w *loginWorld) {
	w.connect = func(c *oauthclients.Connection) {
		key := rand.Text()
		c.Authorize = func(h http.Header, t *oauth2.Token) {
			h.Set("Authorization", "Bearer "+t.AccessToken)
			h.Set("X-Key", key)
		}
	}
	var keys sync.Map
	w.server.rules.call = func(r *http.Request, token string, _ signin.Grant) int {
		if key, _ := keys.LoadOrStore(token, r.Header.Get("X-Key")); key != r.Header.Get("X-Key") {
			return http.StatusUnauthorized
		}
		return 0
	}
}

// oneToken is the same for everybody until it is revoked.
func oneToken(w *loginWorld) {
	var revocations atomic.Int32
	revokeAll := w.server.rules.revokeAll
	w.server.rules.revokeAll = func(l *signin.Ledger) {
		revocations.Add(1)
		revokeAll(l)
	}
	w.server.rules.Mint = func(kind signin.Kind, _ signin.Grant) string {
		if kind == signin.AccessToken {
			return fmt.Sprintf("access-%d", revocations.Load())
		}
		return rand.Text()
	}
}

func tenPeople(w *loginWorld) {
	var people atomic.Int32
	w.server.rules.accept = func(form url.Values, g signin.Grant) error {
		if people.Add(1) > 10 {
			return errExchange
		}
		return rightExchange(form, g)
	}
}

// refreshing edits the answers to refresh tokens that are good.
func refreshing(edit func(*reply)) func(*loginWorld) {
	return answering(func(form url.Values, got *reply) {
		if form.Get("grant_type") == "refresh_token" && got.status == http.StatusOK {
			edit(got)
		}
	})
}

// refreshRefused answers something else for refresh tokens that are not good.
func refreshRefused(instead reply) func(*loginWorld) {
	return answering(func(form url.Values, got *reply) {
		if form.Get("grant_type") == "refresh_token" && got.members["error"] == "invalid_grant" {
			*got = instead
		}
	})
}

func revoking(revoke func(*signin.Ledger, string)) func(*loginWorld) {
	return func(w *loginWorld) { w.server.rules.revoke = revoke }
}

func signOutLeavesAccess(w *loginWorld) {
	var over sync.Map // grants by their ids
	w.server.rules.revoke = func(l *signin.Ledger, token string) {
		g, _ := l.Bearer(token)
		over.Store(g.ID, true)
	}
	w.server.rules.token = func(form url.Values, right func(url.Values) reply) reply {
		g, _ := w.server.ledger.Holder(form.Get("refresh_token"))
		if _, ended := over.Load(g.ID); ended {
			return refused(http.StatusBadRequest, "invalid_grant")
		}
		return right(form)
	}
}

// signOutShows hides the token from the text, which the core cleans, but not from %#v.
func signOutShows(w *loginWorld) {
	w.connect = func(c *oauthclients.Connection) {
		right := c.SignOut
		c.SignOut = func(ctx context.Context, caller *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token) error {
			if err := right(ctx, caller, a, t); err != nil {
				return tokenError{err, t.RefreshToken}
			}
			return nil
		}
	}
}

type tokenError struct {
	error

	token string
}
