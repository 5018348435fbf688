package providertest

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases of the sign-in suite from the login page to the token.

func signInAndCall(t *testing.T, x SignInTarget) {
	login, callback := x.arrive(t, x.SignIn)
	callback.Set("unasked", "x") // what is not known is ignored (RFC 6749 section 4.1.2)
	auth := x.Auth
	require.NoError(t, x.sends(t, 1, func() (err error) {
		auth.Token, err = auth.Finish(t.Context(), x.Provider, login, callback, x.Options...)
		return err
	}))
	require.Equal(t, x.NoRefresh, auth.Token.RefreshToken == "", "a refresh token comes with the access token")
	client := x.client(t, auth)
	for range 2 {
		require.NoError(t, x.calls(t, 0, client))
	}
}

func authorizeURL(t *testing.T, x SignInTarget) {
	plain := x.Auth
	plain.DisablePKCE = true
	seen := map[string]bool{}
	for _, auth := range []*oauthclients.AuthCode{&x.Auth, &x.Auth, &plain} {
		login, err := auth.Begin(t.Context(), x.Provider, x.Options...)
		require.NoError(t, err)
		requireAuthorizeURL(t, *auth, login)
		require.False(t, seen[login.State] || seen[login.Verifier], "each sign-in has its own")
		seen[login.State], seen[login.Verifier] = true, login.Verifier != ""
	}
	require.Zero(t, x.TokenRequests())
}

// requireAuthorizeURL: RFC 6749 section 4.1.1, with each parameter once (section 3.1), and RFC
// 7636 section 4.3.
func requireAuthorizeURL(t *testing.T, auth oauthclients.AuthCode, login *oauthclients.Login) {
	t.Helper()
	require.Equal(t, 1, strings.Count(login.URL, "?"), "question marks")
	_, text, _ := strings.Cut(login.URL, "?")
	query, err := url.ParseQuery(text)
	require.NoError(t, err)
	want := url.Values{
		"response_type": {"code"}, "client_id": {auth.ClientID}, "redirect_uri": {auth.RedirectURL}, "state": {login.State},
		"code_challenge": {challengeOf(login.Verifier)}, "code_challenge_method": {"S256"},
	}
	if auth.DisablePKCE {
		want["code_challenge"], want["code_challenge_method"] = nil, nil
		require.Empty(t, login.Verifier)
	}
	for name, values := range want {
		require.Equal(t, values, query[name], name)
	}
	require.Subset(t, strings.Fields(query.Get("scope")), auth.Scopes)
	RequireHidden(t, login.URL, login.Verifier, auth.ClientSecret.Reveal())
}

// challengeOf is the S256 code challenge (RFC 7636 section 4.2).
func challengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func codeIsGoodOnce(t *testing.T, x SignInTarget) {
	login, callback := x.arrive(t, x.SignIn)
	require.NoError(t, x.finish(t, 1, x.Auth, login, callback))
	require.ErrorIs(t, x.finish(t, 1, x.Auth, login, callback), x.badCode())
}

// wrongState has two sign-ins at once, as in two tabs of a browser.
func wrongState(t *testing.T, x SignInTarget) {
	first, callback := x.arrive(t, x.as(0))
	second, other := x.arrive(t, x.as(1))
	for _, wrong := range []url.Values{
		other, with(callback, "state"), with(callback, "state", ""), with(callback, "state", second.State),
		with(callback, "state", first.State, first.State),
	} {
		require.ErrorIs(t, x.finish(t, 0, x.Auth, first, wrong), oauthclients.ErrInvalid)
	}
	require.NoError(t, x.finish(t, 1, x.Auth, first, callback), "nothing was lost")
	require.NoError(t, x.finish(t, 1, x.Auth, second, other))
}

// with is a callback with other values of one parameter.
func with(callback url.Values, name string, values ...string) url.Values {
	changed := maps.Clone(callback)
	changed[name] = values
	return changed
}

func wrongVerifier(t *testing.T, x SignInTarget) {
	if x.Auth.DisablePKCE {
		return
	}
	login, callback := x.arrive(t, x.SignIn)
	login.Verifier = oauth2.GenerateVerifier()
	require.ErrorIs(t, x.finish(t, 1, x.Auth, login, callback), x.badCode())

	// A code that was asked for with a challenge is nothing without the verifier.
	login, callback = x.arrive(t, x.SignIn)
	login.Verifier = ""
	without := x.Auth
	without.DisablePKCE = true
	err := x.finish(t, 1, without, login, callback)
	if codeOf(t, err) != "invalid_request" { // RFC 7636 section 4.6 has no word for what is not there
		require.ErrorIs(t, err, x.badCode())
	}
}

// wrongClientSecret is a fault of the program, which a new sign-in would not mend.
func wrongClientSecret(t *testing.T, x SignInTarget) {
	if x.Auth.ClientSecret.IsZero() {
		return
	}
	wrong := x.Auth
	wrong.ClientSecret = oauthclients.NewSecret("wr0ng-s3cret")
	login, callback := x.arrive(t, x.SignIn)
	refused := x.finish(t, 1, wrong, login, callback)
	require.ErrorIs(t, refused, oauthclients.ErrUnauthenticated)
	login, callback = x.arrive(t, x.SignIn)
	badCode := x.finish(t, 1, x.Auth, login, with(callback, "code", "made-up"))
	require.NotEmpty(t, codeOf(t, refused))
	require.NotEqual(t, codeOf(t, badCode), codeOf(t, refused), "a wrong secret and a wrong code differ")

	if x.NoRefresh {
		return
	}
	wrong.Token = x.signedIn(t).Token
	client := x.client(t, wrong)
	x.RevokeTokens()
	refused = x.calls(t, 1, client)
	require.ErrorIs(t, refused, x.badRefresh(oauthclients.ErrUnauthenticated))
	require.NotErrorIs(t, refused, oauthclients.ErrLoginRequired)
}

func codeOf(t *testing.T, err error) string {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	return failed.Code
}

func denied(t *testing.T, x SignInTarget) {
	if x.Deny == nil {
		return
	}
	login, callback := x.arrive(t, x.Deny)
	err := x.finish(t, 0, x.Auth, login, callback)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.Equal(t, "access_denied", codeOf(t, err))
	x.signedIn(t) // the person may think better of it
}
