package signin

import (
	"context"
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests the issuer of a callback (RFC 9207), and callbacks that a server has put together
// badly.

const theIssuer = "https://login.example.com"

// issuedBy is a provider whose metadata name the issuer.
func issuedBy(promised string) func(*oauthclients.Connection) {
	return func(c *oauthclients.Connection) {
		c.Endpoints.Others = map[string]string{"issuer": theIssuer}
		if promised != "" {
			c.Endpoints.Others["authorization_response_iss_parameter_supported"] = promised
		}
	}
}

func finishesAt(t *testing.T, server *world.MemServer, callback url.Values, edit func(*oauthclients.Connection)) error {
	t.Helper()
	_, err := world.WebLogin().Finish(t.Context(), world.Edited(server, []func(*oauthclients.Connection){edit}), world.TheLogin(), callback,
		oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	return err
}

func TestACallbackOfAnotherIssuerIsRefused(t *testing.T) {
	for _, promised := range []string{"", "true"} {
		for name, told := range map[string][]string{
			"another": {"https://evil.example.com"}, "a slash more": {theIssuer + "/"}, "another case": {"https://LOGIN.example.com"},
			"empty": {""}, "two": {theIssuer, "https://evil.example.com"}, "twice": {theIssuer, theIssuer},
		} {
			for kind, callback := range map[string]url.Values{"code": world.ComesBack("code", "c-0-d-e"), "error": world.ComesBack("error", "access_denied")} {
				t.Run(promised+name+kind, func(t *testing.T) {
					server := world.NewMemServer()
					callback["iss"] = told
					err := finishesAt(t, server, callback, issuedBy(promised))
					require.ErrorIs(t, err, oauthclients.ErrInvalid)
					require.Equal(t, "iss", world.Failure(t, err).Fields[0].Field)
					require.Empty(t, server.Requests(), "the code goes nowhere")
				})
			}
		}
	}
}

func TestTheRightIssuerIsTaken(t *testing.T) {
	for _, promised := range []string{"", "false", "true"} {
		require.NoError(t, finishesAt(t, world.NewMemServer(), world.ComesBack("code", "c-0-d-e", "iss", theIssuer), issuedBy(promised)))
	}
	require.NoError(t, finishesAt(t, world.NewMemServer(), world.ComesBack("code", "c-0-d-e"), issuedBy("")), "it was not promised")
	require.NoError(t, finishesAt(t, world.NewMemServer(), world.ComesBack("code", "c-0-d-e", "iss", "https://any.example.com"), func(*oauthclients.Connection) {}),
		"nobody knows the issuer")
}

func TestAPromisedIssuerMustBeThereWithACode(t *testing.T) {
	server := world.NewMemServer()
	err := finishesAt(t, server, world.ComesBack("code", "c-0-d-e"), issuedBy("true"))
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "iss", world.Failure(t, err).Fields[0].Field)
	require.Empty(t, server.Requests())
	err = finishesAt(t, server, world.ComesBack("error", "access_denied"), issuedBy("true"))
	require.ErrorIs(t, err, oauthclients.ErrPermission, "some servers leave it out of errors")
}

func TestAnErrorIsToldWhereTheIssuerCannotBeAskedFor(t *testing.T) {
	err := finishesAt(t, world.NewMemServer(), world.ComesBack("error", "access_denied", "iss", theIssuer), func(c *oauthclients.Connection) {
		c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) {
			return oauthclients.Endpoints{}, errors.New("no metadata")
		}
	})
	require.ErrorIs(t, err, oauthclients.ErrPermission)
}

// DocSpace puts "?code=" behind a redirect URI whatever is in it.
func TestACallbackWithTwoQuestionMarksIsRead(t *testing.T) {
	for redirect, query := range map[string]string{
		"https://app.example.com/cb?x=1":            "x=1?code=c-0-d-e&state=",
		"https://app.example.com/cb?a=b&x=1":        "a=b&x=1?code=c-0-d-e&state=",
		"https://app.example.com/cb?x=1&x=2":        "x=1&x=2?code=c-0-d-e&state=",
		"https://app.example.com/cb?x=a%20b%3D":     "x=a%20b%3D?code=c-0-d-e&state=",
		"https://app.example.com/cb?flag":           "flag?code=c-0-d-e&state=",
		"https://app.example.com/cb?flag=":          "flag=?code=c-0-d-e&state=",
		"https://app.example.com/cb?":               "?code=c-0-d-e&state=",
		"https://app.example.com/cb?next=/a?b=c":    "next=/a?b=c?code=c-0-d-e&state=",
		"https://app.example.com/cb?x=1&plain":      "x=1&plain=&code=c-0-d-e&state=",
		"https://app.example.com/cb?state_is=glued": "state_is=glued?code=c-0-d-e&state=",
	} {
		t.Run(redirect, func(t *testing.T) {
			callback, err := url.ParseQuery(query + world.TheLogin().State)
			require.NoError(t, err)
			server, auth := world.NewMemServer(), world.WebLogin()
			auth.RedirectURL = redirect
			_, err = world.FinishAt(t, server, auth, world.TheLogin(), callback)
			require.NoError(t, err)
			form := world.FormOf(t, server.Requests()[0].Body)
			require.Equal(t, []string{"c-0-d-e", redirect}, []string{form.Get("code"), form.Get("redirect_uri")})
		})
	}
	auth := world.WebLogin()
	auth.RedirectURL = "https://app.example.com/cb?x=1"
	_, err := world.FinishAt(t, world.NewMemServer(), auth, world.TheLogin(), world.ComesBack("x", "1?error=access_denied"))
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	state := world.TheLogin().State
	_, err = world.FinishAt(t, world.NewMemServer(), auth, world.TheLogin(), url.Values{"x": {"1?state=" + state}, "code": {"c-0-d-e"}})
	require.NoError(t, err)
}

// What is not glued to the redirect URI's own query is none of the sign-in's.
func TestOtherQuestionMarksAreNoCallback(t *testing.T) {
	for redirect, value := range map[string]string{
		"https://app.example.com/cb?x=1": "2?code=c-0-d-e", "https://app.example.com/cb?y=1": "1?code=c-0-d-e", "https://app.example.com/cb": "1?code=c-0-d-e",
	} {
		server, auth := world.NewMemServer(), world.WebLogin()
		auth.RedirectURL = redirect
		_, err := world.FinishAt(t, server, auth, world.TheLogin(), world.ComesBack("x", value))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, redirect)
		require.Empty(t, server.Requests())
	}
	auth := world.WebLogin()
	auth.RedirectURL = "https://app.example.com/cb?x=1"
	_, err := world.FinishAt(t, world.NewMemServer(), auth, world.TheLogin(), world.ComesBack("x", "1?code=other", "code", "c-0-d-e"))
	require.ErrorIs(t, err, oauthclients.ErrInvalid, "there are two codes")
	_, err = world.FinishAt(t, world.NewMemServer(), auth, world.TheLogin(), url.Values{"x": {}, "code": {"c-0-d-e"}, "state": {world.TheLogin().State}})
	require.NoError(t, err)
}

// Some servers send it back as it was, without encoding it.
func TestAStateNeedsNoEncoding(t *testing.T) {
	for range 100 {
		login, _ := world.BeginAt(t, world.NewMemServer(), world.WebLogin())
		require.Regexp(t, `^[A-Za-z0-9._~-]+$`, login.State)
	}
}
