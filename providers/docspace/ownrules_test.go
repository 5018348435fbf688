package docspace_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what a portal cannot take though other servers do, and what it says by saying nothing.

// A portal fails at every write with some User-Agents, and does not say that they are the reason.
func TestUserAgentsThatAPortalCannotTake(t *testing.T) {
	for agent, word := range map[string]string{
		"inventory/2.1": "", "conversion/1": "", "safari/1": "", "inventory/2.1 (Linux; x64)": "",
		"my-operator/1.0": "opera", "operations": "opera", "chromebot/2": "chrome", "CHROME/1": "chrome", "firefox/1": "firefox",
		"msie": "msie", "MSIE": "", "xOPRx": "", "opr/1": "opr", "safari version/1": "safari and version", "Safari Version": "safari and version",
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36": "",
		"Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15":         "",
		"Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0":                                "",
		"Opera/9.80 (X11; Linux) Presto/2.12 Version/12.16":                                                     "", "Opera/9.80 (X11)": "opera",
	} {
		portal := docspacetest.New()
		client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()), oauthclients.WithUserAgent(agent))
		if word == "" {
			require.NoError(t, err, agent)
			_, err = client.Clients.Create(t.Context(), portalSample(1))
			require.NoError(t, err, "what New takes the portal takes too: %s", agent)
			continue
		}
		require.Nil(t, client)
		require.ErrorIs(t, err, oauthclients.ErrInvalid, agent)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "WithUserAgent", failed.Fields[0].Field)
		require.Contains(t, failed.Fields[0].Message, `"`+word+`"`)
	}
}

// The wire of the guide has no such rule.
func TestAnyUserAgentForTheGuide(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	_, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithUserAgent("my-operator/1.0"))
	require.NoError(t, err)
}

// Such a sign-in would begin, and could not be finished.
func TestARedirectURLWithAQueryIsRefused(t *testing.T) {
	for _, wire := range bothWires() {
		p := docspace.Provider{Portal: "https://portal.example.com", Wire: wire}
		auth := portalLogin()
		auth.RedirectURL = "https://app.example.com/callback?tenant=1"
		login, err := auth.Begin(t.Context(), p)
		require.Nil(t, login)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "AuthCode.RedirectURL", failed.Fields[0].Field)
		require.NotContains(t, err.Error(), "tenant=1")

		auth.RedirectURL = "https://app.example.com/callback"
		_, err = auth.Begin(t.Context(), p)
		require.NoError(t, err)
		auth.RedirectURL = "https://app.example.com/callback?tenant=1"
		_, err = oauthclients.New(p, auth)
		require.NoError(t, err, "a program with a token needs no way back")
	}
}

func TestAPersonHasOneSignInAtAClient(t *testing.T) {
	for _, wire := range bothWires() {
		require.True(t, docspace.Provider{Wire: wire}.Capabilities().OneSignIn)
	}
}

// An empty 403 that the portal counted is not about the signature, and a new one does not help.
func TestAnEmpty403ThatWasCounted(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	portal.Inject(fakeserver.Fault{PathContains: "/clients", Status: http.StatusForbidden, Header: http.Header{"X-Ratelimit-Remaining": {"199"}}})
	_, err := client.Clients.Get(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "there is no such path at the portal (see Provider.PathPrefix)")
	require.Equal(t, 2, trades(portal), "one new signature, to be sure")
}

// A wrong prefix looks like this at a portal.
func TestAWrongPathPrefix(t *testing.T) {
	portal := docspacetest.New()
	p := portal.Provider()
	p.PathPrefix = "/api/3.0"
	client, err := oauthclients.New(p, portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), portalSample(1))
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, "PathPrefix")
}
