package providertest

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file signs a person in, for tests that need one who has done so.

// SignIn returns auth with the token of a person who signed in at p. person goes from the
// address of the login page to the query of the callback, as the SignIn of a fake does.
func SignIn(
	t *testing.T, auth oauthclients.AuthCode, p oauthclients.Provider,
	person func(loginURL string) (url.Values, error), opts ...oauthclients.Option,
) oauthclients.AuthCode {
	t.Helper()
	login, err := auth.Begin(t.Context(), p, opts...)
	require.NoError(t, err)
	callback, err := person(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), p, login, callback, opts...)
	require.NoError(t, err)
	return auth
}
