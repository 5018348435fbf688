package docspace_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds which clients have the portal's own API, and what all of its calls have in
// common.

func native(t *testing.T, client *oauthclients.Client) *docspace.API {
	t.Helper()
	api, err := docspace.Of(client)
	require.NoError(t, err)
	require.NotNil(t, api)
	return api
}

func TestOnlyPortalsClientsHaveTheirAPI(t *testing.T) {
	other, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1}, oauthclients.BearerToken(apiKey()))
	require.NoError(t, err)
	for name, test := range map[string]struct {
		client *oauthclients.Client
		reason string
	}{
		"another provider's": {other, "genesys"},
		"none":               {nil, "oauthclients.New"},
		"not made by New":    {&oauthclients.Client{}, "oauthclients.New"},
	} {
		api, err := docspace.Of(test.client)
		require.Nil(t, api, name)
		require.ErrorIs(t, err, oauthclients.ErrInvalid, name)
		require.ErrorContains(t, err, "docspace: Of: ")
		require.ErrorContains(t, err, test.reason)
	}
}

// The guide has none of the calls.
func TestTheGuideHasNoAPIOfItsOwn(t *testing.T) {
	api, err := docspace.Of(newClient(t, guide()))
	require.Nil(t, api)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Equal(t, "docspace", unsupported.Provider)
	require.Equal(t, "Of", unsupported.Operation)
}

// nativeCall is one call of the API, and the request that it is.
type nativeCall struct {
	method, path string
	run          func(ctx context.Context, api *docspace.API, id string) error
	takesID      bool
}

func nativeCalls() map[string]nativeCall {
	const one = clientsPath + "/{id}"
	return map[string]nativeCall{
		"Scopes": {http.MethodGet, "/api/2.0/scopes", func(ctx context.Context, api *docspace.API, _ string) error {
			_, err := api.Scopes(ctx)
			return err
		}, false},
		"Info": {http.MethodGet, one + "/info", func(ctx context.Context, api *docspace.API, id string) error {
			_, err := api.Info(ctx, id)
			return err
		}, true},
		"PublicInfo": {http.MethodGet, one + "/public/info", func(ctx context.Context, api *docspace.API, id string) error {
			_, err := api.PublicInfo(ctx, id)
			return err
		}, true},
		"Infos": {http.MethodGet, clientsPath + "/info", func(ctx context.Context, api *docspace.API, _ string) error {
			for _, err := range api.Infos(ctx, oauthclients.ListOptions{}) {
				return err
			}
			return nil
		}, false},
		"Consents": {http.MethodGet, clientsPath + "/consents", func(ctx context.Context, api *docspace.API, _ string) error {
			for _, err := range api.Consents(ctx, oauthclients.ListOptions{}) {
				return err
			}
			return nil
		}, false},
		"SetEnabled": {http.MethodPatch, one + "/activation", func(ctx context.Context, api *docspace.API, id string) error {
			return api.SetEnabled(ctx, id, false)
		}, true},
		"RevokeConsent": {http.MethodDelete, one + "/revoke", func(ctx context.Context, api *docspace.API, id string) error {
			return api.RevokeConsent(ctx, id)
		}, true},
		"DeleteAllMine": {http.MethodDelete, clientsPath, func(ctx context.Context, api *docspace.API, _ string) error {
			return api.DeleteAllMine(ctx)
		}, false},
		"DeleteTenant": {http.MethodDelete, clientsPath + "/tenant", func(ctx context.Context, api *docspace.API, _ string) error {
			return api.DeleteTenant(ctx)
		}, false},
	}
}

func (c nativeCall) pathOf(id string) string { return strings.ReplaceAll(c.path, "{id}", id) }

// A portal with one client of the administrator's.
func portalWithClient(t *testing.T) (*docspacetest.Server, *oauthclients.Client, string) {
	t.Helper()
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	created, err := client.Clients.Create(t.Context(), portalSample(1))
	require.NoError(t, err)
	portal.Forget()
	return portal, client, created.ID
}

func TestEveryCallOfTheAPIIsTheVendors(t *testing.T) {
	for name, call := range nativeCalls() {
		portal, client, id := portalWithClient(t)
		require.NoError(t, call.run(t.Context(), native(t, client), id), name)
		first := portal.Requests()[0]
		require.Equal(t, call.method+" "+call.pathOf(id), first.Method+" "+first.Path, name)
	}
}

func TestErrorsOfEveryCallOfTheAPI(t *testing.T) {
	for _, test := range []struct {
		status  int
		body    string
		kind    error
		message string
	}{
		{http.StatusForbidden, fixture(t, "problem_denied.json"), oauthclients.ErrPermission, "Access denied"},
		{http.StatusForbidden, "", oauthclients.ErrUnauthenticated, "signature"},
		{http.StatusNotFound, fixture(t, "problem_not_found.json"), oauthclients.ErrNotFound, "was not found"},
		{http.StatusBadRequest, fixture(t, "problem_conflict.json"), oauthclients.ErrConflict, "concurrent access"},
		{http.StatusBadRequest, fixture(t, "problem_validation.json"), oauthclients.ErrInvalid, "Validation failed"},
		{http.StatusTooManyRequests, "", oauthclients.ErrRateLimited, "429"},
		{http.StatusInternalServerError, fixture(t, "problem_unhandled.json"), oauthclients.ErrUnavailable, "Something went wrong"},
		{http.StatusServiceUnavailable, "", oauthclients.ErrUnavailable, "503"},
		{http.StatusBadGateway, "<html>502</html>", oauthclients.ErrUnavailable, "HTML"},
		{http.StatusFound, "", oauthclients.ErrUnavailable, "redirects are not followed"},
	} {
		for name, call := range nativeCalls() {
			err := call.run(t.Context(), native(t, answered(t, docspace.Provider{}, test.status, test.body)), clientID)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed, "%s: %d", name, test.status)
			require.Equal(t, test.kind, failed.Kind, "%s: %d %s", name, test.status, test.body)
			require.Equal(t, name, failed.Operation)
			require.Equal(t, test.status, failed.StatusCode)
			require.ErrorContains(t, err, test.message, name)
			if call.method == http.MethodGet {
				require.False(t, failed.OutcomeUnknown(), "%s: a read changes nothing", name)
			}
		}
	}
}

// Something on the way answered, and not the portal.
func TestAPageIsNoAnswerOfTheAPI(t *testing.T) {
	for name, call := range nativeCalls() {
		client := answered(t, docspace.Provider{}, http.StatusOK, "<html>sign in to this network</html>")
		err := call.run(t.Context(), native(t, client), clientID)
		require.Error(t, err, name)
		require.Equal(t, call.method != http.MethodGet, errors.Is(err, oauthclients.ErrOutcomeUnknown), name)
		if call.method == http.MethodGet {
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, name)
		}
	}
}

func TestEveryCallOfTheAPIWaitsAfter429(t *testing.T) {
	for name, call := range nativeCalls() {
		synctest.Test(t, func(t *testing.T) {
			portal, client, id := portalWithClient(t)
			portal.Inject(fakeserver.Fault{
				Method: call.method, PathContains: call.pathOf(id), Times: 1, Status: http.StatusTooManyRequests,
				Header: http.Header{"X-Ratelimit-Reset": {"5900000000"}},
			})
			start := time.Now()
			require.NoError(t, call.run(t.Context(), native(t, client), id), name)
			require.Equal(t, 5900*time.Millisecond, time.Since(start), name)
			require.Equal(t, 2, portal.Count(call.method, call.pathOf(id)), name)
		})
	}
}

func TestReadsOfTheAPIAreRepeated(t *testing.T) {
	for name, call := range nativeCalls() {
		if call.method != http.MethodGet {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			portal, client, id := portalWithClient(t)
			portal.Inject(fakeserver.Fault{PathContains: call.pathOf(id), Times: 1, Status: http.StatusServiceUnavailable})
			portal.Inject(fakeserver.Fault{PathContains: call.pathOf(id), Times: 1, Drop: true})
			require.NoError(t, call.run(t.Context(), native(t, client), id), name)
			require.Equal(t, 3, portal.Count(http.MethodGet, call.pathOf(id)), name)
		})
	}
}

func TestAnEndedContextSendsNothing(t *testing.T) {
	portal, client, id := portalWithClient(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("the user left")
	cancel(reason)
	for name, call := range nativeCalls() {
		err := call.run(ctx, native(t, client), id)
		require.ErrorIs(t, err, reason, name)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, name)
		require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, name)
		require.Empty(t, portal.Requests(), name)
	}
}

// What was sent does not come back in an error, and neither does a secret of the answer.
func TestErrorsOfTheAPIShowNoSecret(t *testing.T) {
	body := `{"detail":"` + signature(t) + `","client_secret":"` + secret + `","key":"` + apiKey() + `"}`
	for _, status := range []int{http.StatusBadRequest, http.StatusInternalServerError, http.StatusOK} {
		for name, call := range nativeCalls() {
			hc := &http.Client{Transport: roundTripper(func(r *http.Request) *http.Response {
				if strings.HasSuffix(r.URL.Path, "/security/oauth2/token") {
					return response(r, http.StatusOK, fixture(t, "signature_response.json"))
				}
				return response(r, status, body)
			})}
			client, err := oauthclients.New(docspace.Provider{Portal: "https://portal.example.com"}, oauthclients.BearerToken(apiKey()),
				oauthclients.WithHTTPClient(hc), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			err = call.run(t.Context(), native(t, client), clientID)
			if status != http.StatusOK {
				require.Error(t, err, name)
			}
			providertest.RequireHidden(t, err, secret, apiKey())
			if name != "PublicInfo" { // it sends none, so that nobody knows what it looks like
				providertest.RequireHidden(t, err, signature(t))
			}
		}
	}
}
