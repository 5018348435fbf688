package tokens

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what an error of a token endpoint means, whatever status it has.

func TestAnErrorWithTheStatusOfASuccessIsThatError(t *testing.T) {
	for body, kind := range map[string]error{
		`{"error":"invalid_grant","error_description":"Token is not active"}`:           oauthclients.ErrUnauthenticated,
		`{"error":"invalid_client","error_description":"Token is not active"}`:          oauthclients.ErrUnauthenticated,
		`{"error":"invalid_scope","error_description":"Token is not active"}`:           oauthclients.ErrInvalid,
		`{"error":"access_denied","error_description":"Token is not active"}`:           oauthclients.ErrPermission,
		`{"error":"temporarily_unavailable","error_description":"Token is not active"}`: oauthclients.ErrUnavailable,
	} {
		server := world.Issuing(http.StatusOK, body)
		err := world.List(t, server.Client(t, world.ClientCredentials()))
		require.ErrorIs(t, err, kind, body)
		failed := world.Failure(t, err)
		require.Contains(t, body, `"`+failed.Code+`"`)
		require.Equal(t, []any{"Token is not active", http.StatusOK}, []any{failed.Message, failed.StatusCode})
		require.Equal(t, 1, server.TokenRequests())
	}
}

func TestADeadRefreshTokenIsNotSentAgainWhateverTheStatus(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden} {
		server := world.Issuing(status, `{"error":"invalid_grant","error_description":"expired"}`)
		client := server.Client(t, oauthclients.AuthCode{ClientID: "client-1", Token: &oauth2.Token{RefreshToken: "refresh-1"}})
		for range 3 {
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired, status)
		}
		require.Equal(t, 1, server.TokenRequests(), status)
	}
}

func TestATokenBesideAnEmptyErrorIsAToken(t *testing.T) {
	for _, text := range []string{`null`, `""`, `false`, `{}`} {
		server := world.Issuing(http.StatusOK, `{"access_token":"t-token-1","error":`+text+`}`)
		require.NoError(t, world.List(t, server.Client(t, world.ClientCredentials())), text)
	}
}

func TestTheCodeCountsWhereTheStatusSaysNothing(t *testing.T) {
	for _, c := range []struct {
		status int
		code   string
		kind   error
	}{
		{400, "access_denied", oauthclients.ErrPermission}, {400, "invalid_token", oauthclients.ErrUnauthenticated},
		{400, "temporarily_unavailable", oauthclients.ErrUnavailable}, {400, "server_error", oauthclients.ErrUnavailable},
		{401, "access_denied", oauthclients.ErrUnauthenticated}, {403, "invalid_request", oauthclients.ErrPermission}, {400, "invalid_scope", oauthclients.ErrInvalid},
	} {
		err := world.List(t, world.Issuing(c.status, `{"error":"`+c.code+`"}`).Client(t, world.ClientCredentials()))
		require.ErrorIs(t, err, c.kind, c.code)
	}
}

// Servers that keep their clients in memory forget them, and their refresh tokens, when they start again.
func TestAServerThatHasForgottenTheClientWantsANewOne(t *testing.T) {
	for text, forgotten := range map[string]bool{
		"Invalid client_id": true, "unknown client_id": true, "The client_id was not found": true,
		"The client does not exist on this server.": true, "Client not found.": true,
		"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).": false,
		"client authentication failed": false, "the secret of the client does not exist": false,
		// Others speak of the client, not of its id.
		"Client not found": true, "unknown client": true, "Unknown client: app": true, "Client app was not found.": false, "unknown client authentication method": false,
		"Client authentication failed (e.g., unknown client, or unsupported authentication method). The requested OAuth 2.0 Client does not exist.": true,
		"invalid client": false, "client is not registered for this grant": false, "Client not found or wrong secret": false,
		"Missing client_id": false, "bad credentials": false, "invalid client or invalid client credentials": false, "": false,
	} {
		server := world.Issuing(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"`+text+`"}`)
		err := world.List(t, server.Client(t, world.SessionUntil(world.AnHourAgo())))
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, text)
		require.Equal(t, forgotten, world.Failure(t, err).Is(oauthclients.ErrLoginRequired), text)
		if forgotten {
			require.ErrorContains(t, err, "register anew")
		}
	}
}

func TestScopesOfATokenAreOneText(t *testing.T) {
	for text, want := range map[string]any{`"a b"`: "a b", `["a","b"]`: "a b", `[]`: "", `["a"]`: "a", `null`: nil} {
		server := world.Issuing(http.StatusOK, `{"access_token":"t-token-1","expires_in":"3600","scope":`+text+`}`)
		token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
		require.NoError(t, err)
		require.Equal(t, want, token.Extra("scope"), text)
		require.Equal(t, int64(3600), token.ExpiresIn)
	}
}

// What an answer means is decided on it as it came: cleaning could take away the word that decides.
func TestASecretDoesNotHideThatTheClientIsForgotten(t *testing.T) {
	long := strings.Repeat("The server has started again. ", 300)
	for text, c := range map[string]struct {
		secret    string
		forgotten bool
	}{
		"Unknown client_id":                       {"client_id", true},
		"The client_id was not found":             {"not found", true},
		"Invalid client_id or secret":             {"or secret", false},
		"invalid client_id or credential":         {"credential", false},
		long + "Unknown client_id":                {world.RealmSecret, true},
		"Unknown client_id or " + long + "secret": {world.RealmSecret, false},
	} {
		server := world.Issuing(http.StatusUnauthorized, `{"error":"invalid_client","error_description":"`+text+`"}`)
		auth := world.SessionUntil(world.AnHourAgo())
		auth.ClientSecret = oauthclients.NewSecret(c.secret)
		err := world.List(t, server.Client(t, auth))
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.Equal(t, c.forgotten, world.Failure(t, err).Is(oauthclients.ErrLoginRequired), text)
		require.Equal(t, c.forgotten, strings.Contains(err.Error(), "register anew"), err.Error())
	}
}
