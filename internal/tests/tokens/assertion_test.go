package tokens

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests the assertions with which a client proves itself (RFC 7523 section 2.2).

func TestAnAssertionIsSent(t *testing.T) {
	server := world.NewMemServer()
	var audiences []string
	sign := func(_ context.Context, audience string) (string, error) {
		audiences = append(audiences, audience)
		return "ey.signed.by-me", nil
	}
	for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", sign) {
		server.Forget()
		require.NoError(t, world.List(t, server.Client(t, auth, world.InHeader)), strategy)
		form := world.FormOf(t, server.Requests()[0].Body)
		require.Equal(t, "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", form.Get("client_assertion_type"))
		require.Equal(t, "ey.signed.by-me", form.Get("client_assertion"))
		require.Equal(t, "client 1", form.Get("client_id"))
		require.False(t, form.Has("client_secret"))
		require.Empty(t, server.Requests()[0].Header.Get("Authorization"))
	}
	require.Equal(t, []string{server.URL() + "/oauth/token", server.URL() + "/oauth/token", server.URL() + "/oauth/token"}, audiences)
}

// A server takes an assertion once (RFC 7523 section 3), so that one which came through trouble needs
// another.
func TestAUsedAssertionIsSignedAnew(t *testing.T) {
	server, signed, seen := world.NewMemServer(), 0, map[string]bool{}
	server.Issue = func(int, url.Values) (int, string) {
		assertion := world.FormOf(t, server.Requests()[len(server.Requests())-1].Body).Get("client_assertion")
		if first := len(seen) == 0; !first && !seen[assertion] {
			return http.StatusOK, `{"access_token":"t-token-3"}`
		} else if !first {
			return http.StatusUnauthorized, `{"error":"invalid_client","error_description":"jti was used"}`
		}
		seen[assertion] = true
		return http.StatusInternalServerError, ""
	}
	auth := oauthclients.ClientCredentials{ClientID: "client-1", AuthMethod: oauthclients.PrivateKeyJWT, Assertion: func(context.Context, string) (string, error) {
		signed++
		return fmt.Sprint("assertion-", signed), nil
	}}
	require.NoError(t, world.List(t, server.Client(t, auth)))
	require.Equal(t, []int{2, 3}, []int{signed, server.TokenRequests()})
}

func TestAnAssertionThatCannotBeMadeSendsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		sign signer
		kind error
		text string
	}{
		"an error": {func(context.Context, string) (string, error) { return "", errors.New("the key is locked") }, oauthclients.ErrUnauthenticated, "the key is locked"},
		"nothing":  {signs(" "), oauthclients.ErrUnauthenticated, "client assertion"},
		"no network": {func(context.Context, string) (string, error) {
			return "", &url.Error{Op: "Post", URL: "https://kms/?key=h1dden", Err: errors.New("down")}
		}, oauthclients.ErrUnavailable, "down"},
		"it is ended": {func(ctx context.Context, _ string) (string, error) { <-ctx.Done(); return "", ctx.Err() }, oauthclients.ErrUnavailable, "assertion"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", c.sign) {
					err := world.List(t, server.Client(t, auth))
					require.ErrorIs(t, err, c.kind, strategy)
					require.ErrorContains(t, err, c.text)
					require.NotContains(t, err.Error(), "h1dden")
				}
				require.Empty(t, server.Requests())
			})
		})
	}
}

func TestAnAssertionThatHangsHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, free := world.NewMemServer(), make(chan struct{})
		hangs := func(context.Context, string) (string, error) { <-free; return "x", nil }
		start := time.Now()
		for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", hangs) {
			client := server.Client(t, auth)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
			require.ErrorIs(t, err, context.DeadlineExceeded, strategy)
			cancel()
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable, strategy)
		}
		require.Less(t, time.Since(start), 4*time.Minute)
		require.Empty(t, server.Requests())
		close(free)
	})
}

func TestAnAssertionsPanicComesBack(t *testing.T) {
	server := world.NewMemServer()
	for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", func(context.Context, string) (string, error) {
		panic("the key is gone") //nolint:forbidigo // that is the user's code
	}) {
		client := server.Client(t, auth)
		for range 2 {
			require.Panics(t, func() { _ = world.List(t, client) }, strategy)
		}
	}
}

func TestAnAssertionIsNotSeen(t *testing.T) {
	const assertion = "eyJhbGciOiJSUzI1NiJ9.s1gned.by-me"
	for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", signs(assertion)) {
		server := world.Issuing(http.StatusBadRequest, `{"error":"invalid_request","error_description":"no `+assertion+`"}`)
		err := world.List(t, server.Client(t, auth))
		require.Error(t, err, strategy)
		world.RequireHidden(t, err, assertion)
	}
}

// The one of an earlier request is not seen either.
func TestAUsedAssertionIsNotSeen(t *testing.T) {
	server, signed, assertions := world.NewMemServer(), 0, []string{"4f1c-9a77-e0b2-d5", "n0p3-k8x6-v1y7-zq"}
	server.Issue = func(n int, _ url.Values) (int, string) {
		if n == 1 {
			return http.StatusInternalServerError, ""
		}
		return http.StatusUnauthorized, `{"error":"invalid_client","error_description":"` + strings.Join(assertions, " was used, ") + `"}`
	}
	auth := oauthclients.ClientCredentials{ClientID: "client-1", AuthMethod: oauthclients.PrivateKeyJWT, Assertion: func(context.Context, string) (string, error) {
		signed++
		return assertions[signed-1], nil
	}}
	err := world.List(t, server.Client(t, auth))
	require.Equal(t, 2, signed)
	world.RequireHidden(t, err, assertions...)
}

// Who signs is code, and no encoder can write it.
func TestEncodersLeaveAnAssertionOut(t *testing.T) {
	for strategy, auth := range askers(oauthclients.PrivateKeyJWT, "", signs("x")) {
		text, err := json.Marshal(auth)
		require.NoError(t, err, strategy)
		require.NotContains(t, string(text), "Assertion")
	}
}
