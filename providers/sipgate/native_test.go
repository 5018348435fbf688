package sipgate_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds which clients have sipgate's own API, and what is the same for all its calls.

// native is the API of a client that plays exchanges.
func native(t *testing.T, client *oauthclients.Client) *sipgate.API {
	t.Helper()
	api, err := sipgate.Of(client)
	require.NoError(t, err)
	require.NotNil(t, api)
	return api
}

func TestOnlySipgatesClientsHaveItsAPI(t *testing.T) {
	other, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1}, oauthclients.BearerToken(bearer))
	require.NoError(t, err)
	cases := map[string]struct {
		client *oauthclients.Client
		reason string
	}{
		"another provider's": {other, "genesys"},
		"none":               {nil, "oauthclients.New"},
		"not made by New":    {&oauthclients.Client{}, "oauthclients.New"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			api, err := sipgate.Of(c.client)
			require.Nil(t, api)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "sipgate: Of: ")
			require.ErrorContains(t, err, c.reason)
		})
	}
}

// inside is a client that reaches the fake without a socket.
func inside(t *testing.T, server *sipgatetest.Server) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(server.Provider(), server.PersonalAccessToken(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return client
}

// nativeCall is one call of the API on the client deskID.
type nativeCall struct {
	path      string
	call      func(ctx context.Context, api *sipgate.API, clientID string) (any, error)
	forbidden string // what a 403 means
}

func nativeCalls() map[string]nativeCall {
	return map[string]nativeCall{
		"Balance": {
			balancePath, func(ctx context.Context, api *sipgate.API, _ string) (any, error) { return api.Balance(ctx) },
			"the scope balance:read or a feature of the account is missing",
		},
		"UserInfo": {
			userInfoPath, func(ctx context.Context, api *sipgate.API, _ string) (any, error) { return api.UserInfo(ctx) },
			"a scope or a feature of the account is missing",
		},
		"GDPR": {
			gdprPath, func(ctx context.Context, api *sipgate.API, id string) (any, error) { return api.GDPR(ctx, id) },
			"a scope or a feature of the account is missing",
		},
	}
}

// failNative makes the call, which is answered with body, and returns the error.
func failNative(t *testing.T, operation string, status int, body string) *oauthclients.Error {
	t.Helper()
	c := nativeCalls()[operation]
	client := play(t, answeringText(t, exchange(http.MethodGet, c.path), status, body))
	result, err := c.call(t.Context(), native(t, client), deskID)
	require.Nil(t, result)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "sipgate", failed.Provider)
	require.Equal(t, operation, failed.Operation)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, "a read changes nothing")
	providertest.RequireHidden(t, failed, bearer)
	return failed
}

// requireUnusable answers the call with bodies from which nothing can be had, and wants the
// reason in the error. Those that no call can use are among them.
func requireUnusable(t *testing.T, operation string, reasons map[string]string) {
	t.Helper()
	for body, reason := range map[string]string{`[]`: "array", `"text"`: "string", `<html>`: "invalid character", ``: "no body"} {
		reasons[body] = reason
	}
	for body, reason := range reasons {
		failed := failNative(t, operation, http.StatusOK, body)
		require.ErrorIs(t, failed, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, failed, reason, body)
	}
}

func TestNativeErrors(t *testing.T) {
	for operation, c := range nativeCalls() {
		for _, refusal := range []struct {
			status        int
			body, message string
			kind          error
		}{
			{http.StatusUnauthorized, "", "the token was refused", oauthclients.ErrUnauthenticated},
			{http.StatusForbidden, "", c.forbidden, oauthclients.ErrPermission},
			{http.StatusNotFound, `{"errors":[{"detail":"unknown client"}]}`, "unknown client", oauthclients.ErrNotFound},
			{http.StatusTooManyRequests, "", "429", oauthclients.ErrRateLimited},
			{http.StatusServiceUnavailable, "", "503", oauthclients.ErrUnavailable},
			{http.StatusBadRequest, "no good: Bearer " + bearer, "no good", oauthclients.ErrInvalid},
		} {
			failed := failNative(t, operation, refusal.status, refusal.body)
			require.ErrorIs(t, failed, refusal.kind)
			require.ErrorContains(t, failed, refusal.message)
			require.Equal(t, refusal.status, failed.StatusCode)
		}
	}
}

// A read is repeated whatever happened to it, and waits as long as it is told to.
func TestNativeCallsAreRepeated(t *testing.T) {
	faults := map[string]fakeserver.Fault{
		"dropped": {Drop: true, Execute: true}, "down": {Status: http.StatusServiceUnavailable},
		"busy": {Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"40"}}},
	}
	for operation, c := range nativeCalls() {
		for name, fault := range faults {
			t.Run(operation+" "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := sipgatetest.New()
					client := inside(t, server)
					created, err := client.Clients.Create(t.Context(), desk())
					require.NoError(t, err)
					server.Forget()
					fault.Times = 1
					server.Inject(fault)

					start := time.Now()
					result, err := c.call(t.Context(), native(t, client), created.ID)
					require.NoError(t, err)
					require.NotNil(t, result)
					require.Len(t, server.Requests(), 2)
					if name == "busy" {
						require.GreaterOrEqual(t, time.Since(start), 40*time.Second)
					}
				})
			})
		}
	}
}

func TestNativeCallsOfAnEndedContextSendNothing(t *testing.T) {
	for operation, c := range nativeCalls() {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		result, err := c.call(ctx, native(t, play(t)), deskID)
		require.Nil(t, result)
		require.ErrorIs(t, err, context.Canceled)
		require.ErrorContains(t, err, operation)
	}
}
