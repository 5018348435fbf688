package providertest_test

import (
	"errors"
	"net/http"
	"net/url"
	"sync"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what can be wrong from the login page to the token.

func brokenLogins() []signInBreakage {
	return []signInBreakage{
		{"nothing", func(*loginWorld) {}, nil},
		{"a refresh token that nobody was told of", told(func(x *providertest.SignInTarget) { x.NoRefresh = true }), []string{"ended session", "renewal after expiry", "renewal after revocation", "sign in and call"}},

		{"a second question mark", authorizing(func(u *url.URL) { u.RawQuery += "&ui=a?b" }), []string{"authorize URL"}},
		{"a parameter twice", authorizing(func(u *url.URL) { u.RawQuery += "&response_type=code" }), []string{"authorize URL"}},
		{"a scope less", authorizing(editQuery(func(q url.Values) { q.Set("scope", "read") })), []string{"authorize URL"}},
		{"the method plain", authorizing(editQuery(func(q url.Values) { q.Set("code_challenge_method", "plain") })), []string{"authorize URL"}},
		{"the secret in the login URL", authorizing(editQuery(func(q url.Values) { q.Set("client_secret", loginSecret) })), []string{"authorize URL"}},
		{"a query that does not parse", authorizing(func(u *url.URL) { u.RawQuery += "&ui=%zz" }), []string{"authorize URL"}},

		{"a code is good twice", goodTwice(), []string{"code is good once"}},
		{"a used code is an invalid request", replacing("invalid_grant", refused(http.StatusBadRequest, "invalid_request")), []string{"code is good once", "ended session", "sign out", "wrong verifier"}},
		{"BadCode, and a used code is an invalid grant", told(func(x *providertest.SignInTarget) { x.BadCode = oauthclients.ErrPermission }), []string{"code is good once", "wrong verifier"}},
		{"a used code is a server error", onReplay(refused(http.StatusInternalServerError, "server_error")), []string{"code is good once"}},
		{"a new sign-in ends the one before", newestOnly(), []string{"many sign-ins", "wrong state"}},

		{"any verifier will do", accepting(func(form url.Values, _ signin.Grant) error {
			if form.Get("code_verifier") == "" {
				return errExchange
			}
			return nil
		}), []string{"wrong verifier"}},
		{"no verifier will do", accepting(func(form url.Values, g signin.Grant) error {
			if form.Get("code_verifier") == "" {
				return nil
			}
			return rightExchange(form, g)
		}), []string{"wrong verifier"}},

		{"any client secret will do", withSecret("authorization_code", "refresh_token"), []string{"wrong client secret"}},
		{"any client secret will do for a code", withSecret("authorization_code"), []string{"wrong client secret"}},
		{"any client secret will do for a refresh", withSecret("refresh_token"), []string{"wrong client secret"}},
		{"a wrong client secret is a wrong code", replacing("invalid_client", refused(http.StatusBadRequest, "invalid_grant")), []string{"wrong client secret"}},
		{"a wrong client secret is asked for again", replacing("invalid_client", refused(http.StatusTooManyRequests, "invalid_client")), []string{"wrong client secret"}},
		{"a wrong client secret has no code", replacing("invalid_client", refused(http.StatusUnauthorized, "")), []string{"wrong client secret"}},

		{"a no is an invalid request", denying(url.Values{"error": {"invalid_request"}}), []string{"denied"}},
		{"a no is a permission of its own", denying(url.Values{"error": {"refused"}}), []string{"denied"}},
		{"a no is a yes", denying(nil), []string{"denied"}},
	}
}

func told(tell func(*providertest.SignInTarget)) func(*loginWorld) {
	return func(w *loginWorld) { w.tell = tell }
}

func authorizing(edit func(*url.URL)) func(*loginWorld) {
	return func(w *loginWorld) { w.connect = func(c *oauthclients.Connection) { c.AuthorizeURL = edit } }
}

func editQuery(edit func(url.Values)) func(*url.URL) {
	return func(u *url.URL) {
		query := u.Query()
		edit(query)
		u.RawQuery = query.Encode()
	}
}

func accepting(accept func(url.Values, signin.Grant) error) func(*loginWorld) {
	return func(w *loginWorld) { w.server.rules.accept = accept }
}

// answering edits the answers of the token endpoint.
func answering(edit func(form url.Values, got *reply)) func(*loginWorld) {
	return func(w *loginWorld) {
		w.server.rules.token = func(form url.Values, right func(url.Values) reply) reply {
			got := right(form)
			edit(form, &got)
			return got
		}
	}
}

// replacing answers something else where a code of an error is due.
func replacing(code string, instead reply) func(*loginWorld) {
	return answering(func(_ url.Values, got *reply) {
		if got.members["error"] == code {
			*got = instead
		}
	})
}

// goodTwice gives the same tokens for a code each time.
func goodTwice() func(*loginWorld) {
	return func(w *loginWorld) {
		var given sync.Map
		w.server.rules.token = func(form url.Values, right func(url.Values) reply) reply {
			if form.Get("grant_type") != "authorization_code" {
				return right(form)
			}
			if again, ok := given.Load(form.Get("code")); ok {
				return again.(reply)
			}
			got := right(form)
			if got.status == http.StatusOK {
				given.Store(form.Get("code"), got)
			}
			return got
		}
	}
}

// onReplay answers something of its own for a code that was used.
func onReplay(instead reply) func(*loginWorld) {
	return func(w *loginWorld) {
		var seen sync.Map
		answering(func(form url.Values, got *reply) {
			if _, again := seen.LoadOrStore(form.Get("code"), true); again && form.Has("code") {
				*got = instead
			}
		})(w)
	}
}

// newestOnly knows one code at a time.
func newestOnly() func(*loginWorld) {
	return func(w *loginWorld) {
		var mu sync.Mutex
		var newest string
		w.server.rules.authorize = func(_, callback url.Values) {
			mu.Lock()
			defer mu.Unlock()
			newest = callback.Get("code")
		}
		w.server.rules.accept = func(form url.Values, g signin.Grant) error {
			mu.Lock()
			defer mu.Unlock()
			if form.Get("code") != newest {
				return errors.New("another code was given out")
			}
			return rightExchange(form, g)
		}
	}
}

// withSecret lends programs the right secret for some grants.
func withSecret(grants ...string) func(*loginWorld) {
	return func(w *loginWorld) {
		w.server.rules.token = func(form url.Values, right func(url.Values) reply) reply {
			for _, grant := range grants {
				if form.Get("grant_type") == grant {
					form.Set("client_secret", loginSecret)
				}
			}
			return right(form)
		}
	}
}

// denying answers a person's no in another way; nil lets the program in.
func denying(with url.Values) func(*loginWorld) {
	return func(w *loginWorld) {
		w.tell = func(x *providertest.SignInTarget) {
			deny := x.Deny
			x.Deny = func(loginURL string) (url.Values, error) {
				if with == nil {
					return x.SignIn(loginURL)
				}
				callback, err := deny(loginURL)
				callback["error"] = with["error"]
				return callback, err
			}
		}
	}
}
