package docspace_test

import (
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the trade of the key: how often it happens, and how it fails.

const signaturePath = "/api/2.0/security/oauth2/token"

func trades(portal *docspacetest.Server) int { return portal.Count(http.MethodGet, signaturePath) }

func listOnce(t *testing.T, client *oauthclients.Client) {
	t.Helper()
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
}

func TestSignatureIsTradedOnceInItsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		client := connect(t, portal, portal.Auth())
		var group sync.WaitGroup
		for range 20 {
			group.Go(func() { listOnce(t, client) })
		}
		group.Wait()
		require.Equal(t, 1, trades(portal), "however many goroutines ask")

		<-time.After(4*time.Minute + 29*time.Second)
		listOnce(t, client)
		require.Equal(t, 1, trades(portal), "it lives five minutes")

		<-time.After(2 * time.Second)
		listOnce(t, client)
		listOnce(t, client)
		require.Equal(t, 2, trades(portal), "it is renewed 30 seconds early, once")
	})
}

func TestSignatureIsRenewedOnceAfterAnEmpty403(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		client := connect(t, portal, portal.Auth())
		listOnce(t, client)
		portal.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/clients", Times: 1, Status: http.StatusForbidden})
		_, err := client.Clients.Create(t.Context(), portalSample(1))
		require.NoError(t, err)
		require.Equal(t, 2, trades(portal))
		require.Equal(t, 2, portal.Count(http.MethodPost, clientsPath), "the call is repeated once")
		require.NotEqual(t, signatureOf(portal, 0), signatureOf(portal, 1), "with the new signature")
	})
}

// signatureOf is the signature on the n-th POST.
func signatureOf(portal *docspacetest.Server, n int) string {
	for _, r := range portal.Requests() {
		if r.Method != http.MethodPost {
			continue
		}
		if n == 0 {
			return r.Header.Get("X-Signature")
		}
		n--
	}
	return ""
}

func TestTwoEmpty403AreUnauthenticated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		client := connect(t, portal, portal.Auth())
		portal.Inject(fakeserver.Fault{PathContains: "/clients", Status: http.StatusForbidden})
		_, err := client.Clients.Get(t.Context(), clientID)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.NotErrorIs(t, err, oauthclients.ErrPermission)
		require.Equal(t, 2, portal.Count(http.MethodGet, clientPath))
		require.Equal(t, 2, trades(portal))
	})
}

// A 403 with a problem in it is about the account, so that a new signature would not help.
func TestDeniedIsNotRepeated(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.GuestAuth())
	_, err := client.Clients.Create(t.Context(), portalSample(1))
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "Access denied")
	require.Equal(t, 1, portal.Count(http.MethodPost, clientsPath))
	require.Equal(t, 1, trades(portal))
}

func TestReadySignatureIsNotTraded(t *testing.T) {
	portal := docspacetest.New()
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: portal.AccessToken()})
	client := connect(t, portal, oauthclients.FromTokenSource(source))
	listOnce(t, client)
	require.Zero(t, trades(portal))
	require.Len(t, portal.Requests(), 1)
	require.Empty(t, portal.Requests()[0].Header.Get("Authorization"))
}

func TestWrongKey(t *testing.T) {
	client := newClient(t, docspace.Provider{}, unauthorizedTrade())
	_, err := client.Clients.Get(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.NotContains(t, err.Error(), apiKey())
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "Unauthorized", failed.Message)
	require.Equal(t, http.StatusUnauthorized, failed.StatusCode)
}

func unauthorizedTrade() providertest.Exchange {
	e := traded()
	e.Status, e.Response = http.StatusUnauthorized, "signature_unauthorized.json"
	return e
}

// A portal that gives no signature must not look like a client that is not there.
func TestTradeFails(t *testing.T) {
	for _, test := range []struct {
		status  int
		body    string
		kind    error
		message string
	}{
		{http.StatusForbidden, "", oauthclients.ErrPermission, "*:read"},
		{http.StatusForbidden, `{"error":{"message":"Access denied"}}`, oauthclients.ErrPermission, "Access denied"},
		{http.StatusNotFound, "", oauthclients.ErrUnavailable, signaturePath},
		{http.StatusNotFound, "<html>404</html>", oauthclients.ErrUnavailable, "HTML"},
		{http.StatusMethodNotAllowed, "", oauthclients.ErrUnavailable, signaturePath},
		{http.StatusOK, `{"response":""}`, oauthclients.ErrUnavailable, "no signature"},
		{http.StatusOK, `{}`, oauthclients.ErrUnavailable, "no signature"},
		{http.StatusOK, `{"response":{"token":"x"}}`, oauthclients.ErrUnavailable, ""},
		{http.StatusOK, ``, oauthclients.ErrUnavailable, "no body"},
	} {
		portal := docspacetest.New()
		client := connect(t, portal, portal.Auth())
		portal.Inject(fakeserver.Fault{PathContains: signaturePath, Status: test.status, Body: test.body})
		for verb, call := range map[string]func() error{
			"Get":    func() error { _, err := client.Clients.Get(t.Context(), clientID); return err },
			"Delete": func() error { return client.Clients.Delete(t.Context(), clientID) },
		} {
			err := call()
			require.ErrorIs(t, err, test.kind, "%s: %d %s", verb, test.status, test.body)
			require.NotErrorIs(t, err, oauthclients.ErrNotFound)
			require.ErrorContains(t, err, test.message)
		}
		require.Zero(t, portal.Count("", clientPath), "without a signature there is no call")
	}
}
