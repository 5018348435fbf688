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

// This file holds the manners of servers that the sign-in suite has to know about.

// revokesAll is a server where a refresh token ends with its access token.
func revokesAll(w *loginWorld) {
	w.server.rules.revokeAll = (*signin.Ledger).EndAll
	w.tell = func(x *providertest.SignInTarget) { x.RevokesAll = true }
}

func revokesAllWithoutExpiry(w *loginWorld) {
	answering(func(_ url.Values, got *reply) { delete(got.members, "expires_in") })(w)
	revokesAll(w)
}

// missingVerifierIsInvalid is a server that takes it for a part of the request.
func missingVerifierIsInvalid(w *loginWorld) {
	answering(func(form url.Values, got *reply) {
		if form.Get("grant_type") == "authorization_code" && got.members["error"] == "invalid_grant" && !form.Has("code_verifier") {
			*got = refused(http.StatusBadRequest, "invalid_request")
		}
	})(w)
}

// ownWords is a server that refuses a bad code in a word of its own, and a refresh in none.
func ownWords(w *loginWorld) {
	answering(func(form url.Values, got *reply) {
		switch {
		case got.status == http.StatusOK:
		case form.Get("grant_type") == "refresh_token":
			*got = refused(http.StatusBadRequest, "")
		case got.members["error"] == "invalid_grant":
			*got = refused(http.StatusForbidden, "invalid_code")
		}
	})(w)
	w.tell = func(x *providertest.SignInTarget) {
		x.BadCode, x.BadRefresh = oauthclients.ErrPermission, oauthclients.ErrInvalid
	}
}

// oneSignInEach is a server at which the second sign-in of a person ends the first.
func oneSignInEach(w *loginWorld) {
	var mu sync.Mutex
	newest, owner := map[int]string{}, map[string]int{}
	w.tell = func(x *providertest.SignInTarget) {
		signIn := x.SignIn
		x.SignInAs = func(person int, loginURL string) (url.Values, error) {
			callback, err := signIn(loginURL)
			mu.Lock()
			defer mu.Unlock()
			newest[person], owner[callback.Get("code")] = callback.Get("code"), person
			return callback, err
		}
		as := x.SignInAs
		x.SignIn = func(loginURL string) (url.Values, error) { return as(0, loginURL) }
	}
	w.server.rules.accept = func(form url.Values, g signin.Grant) error {
		mu.Lock()
		defer mu.Unlock()
		if code := form.Get("code"); newest[owner[code]] != code {
			return errors.New("the person has begun another sign-in")
		}
		return rightExchange(form, g)
	}
}
