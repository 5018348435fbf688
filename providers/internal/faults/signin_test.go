package faults

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file holds what a person's sign-in needs: the code, the renewal of the token, and its end.

// login is a sign-in that is under way.
type login struct {
	auth     oauthclients.AuthCode
	begun    *oauthclients.Login
	callback url.Values
}

// tokenRequest is the request for a person's token.
func tokenRequest(v vendors.Vendor) (method, path string) {
	return http.MethodPost, map[string]string{
		sipgate: "/protocol/openid-connect/token", docspace: "/oauth2/token", genesys: "/oauth/token", registrar: "/token",
	}[v.Name]
}

// logoutRequest is the one that ends it.
func logoutRequest(v vendors.Vendor) (method, path string) {
	switch v.Name {
	case sipgate:
		return http.MethodPost, "/logout"
	case docspace:
		return http.MethodPost, "/oauth2/revoke"
	}
	return http.MethodDelete, "/tokens/me"
}

// atThePage brings a person to the program's callback, past the proxy. The client itself has the
// account's credential.
func atThePage(t *testing.T, w *world) oauthclients.Auth {
	t.Helper()
	const callback = "https://app.example.com/callback"
	auth := w.fake.AuthCode(callback)
	auth.Token = nil
	begun, err := auth.Begin(t.Context(), w.fake.At(w.proxy.URL()), w.past())
	require.NoError(t, err)
	query, err := w.fake.SignIn(begun.URL)
	require.NoError(t, err)
	w.login = login{auth, begun, query}
	return w.fake.Auth
}

// signedIn is a person whose token is new.
func signedIn(t *testing.T, w *world) oauthclients.Auth {
	t.Helper()
	atThePage(t, w)
	token, err := w.login.auth.Finish(t.Context(), w.fake.At(w.proxy.URL()), w.login.begun, w.login.callback, w.past())
	require.NoError(t, err)
	w.login.auth.Token = token
	return w.login.auth
}

// expired is one whose token must be renewed.
func expired(t *testing.T, w *world) oauthclients.Auth {
	t.Helper()
	signedIn(t, w)
	w.login.auth.Token = &oauth2.Token{RefreshToken: w.login.auth.Token.RefreshToken}
	return w.login.auth
}

// refresh is a call whose token is renewed before it: at a server with dynamic registration it is
// the registration that needs one.
func refresh() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			if w.vendor.Name == registrar {
				_, err := w.client.Clients.Create(ctx, w.sample)
				return told{err: err}
			}
			_, err := w.client.Clients.Get(ctx, w.subject.ID)
			return told{err: err}
		},
		func(*testing.T, *world, told) {},
	}
}

func finish() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			token, err := w.login.auth.Finish(ctx, w.fake.At(w.proxy.URL()), w.login.begun, w.login.callback, w.opts...)
			require.Equal(t, err == nil, token != nil)
			return told{err: err}
		},
		func(*testing.T, *world, told) {},
	}
}

func signOut() verb {
	return verb{
		func(ctx context.Context, t *testing.T, w *world) told {
			t.Helper()
			err := w.client.SignOut(ctx)
			return told{err: err, left: ctx.Err() != nil} // what has begun goes on
		},
		func(t *testing.T, w *world, x told) {
			t.Helper()
			_, err := w.client.Clients.Get(t.Context(), w.subject.ID)
			require.ErrorIs(t, err, oauthclients.ErrLoginRequired, "it is forgotten here in any case")
			auth := w.login.auth
			auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken}
			other, err := oauthclients.New(w.fake.At(w.proxy.URL()), auth, w.past())
			require.NoError(t, err)
			_, path := logoutRequest(w.vendor)
			if _, err = other.Clients.Get(t.Context(), w.subject.ID); x.err == nil && w.executed(path) {
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
			}
		},
	}
}
