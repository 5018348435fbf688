package docspacetest_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds the consents: how they come about, their pages, and what ends with them.

const consents = clients + "/consents"

// listed are the entries of a page.
func listed(t *testing.T, r reply) []map[string]any {
	t.Helper()
	require.Equal(t, http.StatusOK, r.status, r.body)
	var entries []map[string]any
	for _, entry := range r.json(t)["data"].([]any) {
		entries = append(entries, entry.(map[string]any))
	}
	return entries
}

func TestAConsentIsWhatAPersonAllowed(t *testing.T) {
	portal := docspacetest.New()
	auth, c := portal.AuthCode(callbackURL), signed(t, portal)
	_, err := portal.SignInDenied(request(portal, auth))
	require.NoError(t, err)
	require.Empty(t, listed(t, c.send(http.MethodGet, consents+"?limit=50", "")), "a person who said no")

	code(t, portal, auth)
	first := listed(t, c.send(http.MethodGet, consents+"?limit=50", ""))
	require.Len(t, first, 1)
	require.Equal(t, auth.ClientID, first[0]["registered_client_id"])
	require.Equal(t, "accounts:read files:read", first[0]["scopes"], "one text")
	require.Len(t, first[0], 4)
	info := c.send(http.MethodGet, clients+"/"+auth.ClientID+"/info", "").json(t)
	require.Equal(t, info, first[0]["client"])

	code(t, portal, auth, "scope", "rooms:read files:read")
	again := listed(t, c.send(http.MethodGet, "/api/2.0/oauth2/clients/consents?limit=50", ""))
	require.Len(t, again, 1, "one for a client, however often a person consents")
	require.Equal(t, "accounts:read files:read rooms:read", again[0]["scopes"], "what was allowed stays so")
	require.True(t, instant(t, again[0], "modified_at").After(instant(t, first[0], "modified_at")))

	require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/"+auth.ClientID, "").status)
	require.Empty(t, listed(t, c.send(http.MethodGet, consents+"?limit=50", "")), "of a client that is gone")
}

func TestConsentPages(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for range 3 {
		code(t, portal, portal.AuthCode(callbackURL))
	}
	first := c.send(http.MethodGet, consents+"?limit=2", "").json(t)
	require.Len(t, first["data"], 2)
	require.InDelta(t, 2, first["limit"], 0)
	oldest := first["data"].([]any)[1].(map[string]any)
	require.Equal(t, oldest["modified_at"], first["last_modified_on"])
	second := c.send(http.MethodGet, consents+"?"+url.Values{"limit": {"2"}, "last_modified_on": {oldest["modified_at"].(string)}}.Encode(), "").json(t)
	require.Len(t, second["data"], 1)
	require.Contains(t, second, "last_modified_on")
	require.Nil(t, second["last_modified_on"], "the last page has data and a null cursor")
}

// The limit has no default here, and is bound before anybody's role is looked at.
func TestALimitIsDemanded(t *testing.T) {
	portal := docspacetest.New()
	for name, c := range map[string]caller{"admin": signed(t, portal), "guest": trade(t, portal, portal.GuestAuth())} {
		for _, path := range []string{consents, clients + "/info"} {
			missing := c.send(http.MethodGet, path, "")
			require.Equal(t, http.StatusBadRequest, missing.status, name)
			require.NotContains(t, missing.json(t), "errors")
			for _, limit := range []string{"0", "51", "-1"} {
				require.Equal(t, []string{"limit ErrorName"}, c.send(http.MethodGet, path+"?limit="+limit, "").codes(t), name)
			}
			require.Equal(t, http.StatusInternalServerError, c.send(http.MethodGet, path+"?limit=abc", "").status)
		}
		require.Equal(t, http.StatusInternalServerError, c.send(http.MethodGet, consents+"?limit=1&last_modified_on=yesterday", "").status)
	}
}

// Consents are one account's own, whatever its role is.
func TestConsentsOfEveryRole(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode(callbackURL)
	code(t, portal, auth)
	for _, c := range []caller{trade(t, portal, portal.UserAuth()), trade(t, portal, portal.GuestAuth())} {
		require.Empty(t, listed(t, c.send(http.MethodGet, consents+"?limit=50", "")))
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/"+auth.ClientID+"/revoke", "").status)
	}
	require.Len(t, listed(t, signed(t, portal).send(http.MethodGet, consents+"?limit=50", "")), 1, "nobody takes back what another allowed")
	for _, request := range [][2]string{{http.MethodGet, consents + "?limit=1"}, {http.MethodDelete, clients + "/" + auth.ClientID + "/revoke"}} {
		refused := caller{t, portal, nil}.send(request[0], request[1], "")
		require.Equal(t, http.StatusForbidden, refused.status)
		require.Empty(t, refused.body)
	}
}

func TestRevokedConsent(t *testing.T) {
	portal := docspacetest.New()
	auth, other, c := portal.AuthCode(callbackURL), portal.AuthCode(callbackURL), signed(t, portal)
	first := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	second := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	unused := code(t, portal, auth)
	kept := exchange(t, portal, codeForm(other, code(t, portal, other)))
	for range 2 { // the second time there is nothing to revoke
		answer := c.send(http.MethodDelete, clients+"/"+auth.ClientID+"/revoke", "")
		require.Equal(t, http.StatusOK, answer.status)
		require.Empty(t, answer.body)
	}
	for _, got := range []tokens{first, second} {
		require.Equal(t, http.StatusUnauthorized, traded(t, portal, got.access).status)
		requireRefused(t, portalToken(t, portal, refreshForm(auth, got.refresh)), 400, `{"error":"invalid_grant"}`)
	}
	requireRefused(t, portalToken(t, portal, codeForm(auth, unused)), 400, `{"error":"invalid_grant"}`)
	require.Equal(t, http.StatusOK, traded(t, portal, kept.access).status, "another client's consent")

	again := exchange(t, portal, codeForm(auth, code(t, portal, auth)))
	require.Equal(t, http.StatusOK, traded(t, portal, again.access).status, "a person may change their mind")
	requireRefused(t, portalToken(t, portal, refreshForm(auth, second.refresh)), 400, `{"error":"invalid_grant"}`)
	for _, id := range []string{"00000000-0000-4000-8000-000000000000", "x"} {
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/"+id+"/revoke", "").status, "an unknown client")
	}
}

// The guide has none of it.
func TestTheGuideHasNoConsents(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	auth := portal.AuthCode(callbackURL)
	exchange(t, portal, codeForm(auth, code(t, portal, auth, "scope", "")))
	c := caller{t, portal, http.Header{"Authorization": {"Bearer " + portal.AccessToken()}}}
	for _, path := range []string{"/consents?limit=1", "/info?limit=1", "/" + auth.ClientID + "/info", "/" + auth.ClientID + "/public/info"} {
		require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, clients+path, "").status, path)
	}
	require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, "/api/2.0/scopes", "").status)
}

// Whoever has no signature is counted by the address, apart from every account.
func TestRateLimitsOfPublicInfo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithRateLimits())
		path := clients + "/" + portal.RegisterElsewhere("Foreign") + "/public/info"
		for range 200 {
			require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, path, "").status)
		}
		refused := caller{t, portal, nil}.send(http.MethodGet, path, "")
		require.Equal(t, http.StatusTooManyRequests, refused.status)
		require.Equal(t, "300000000", refused.header.Get("X-Ratelimit-Reset"))
		require.Empty(t, refused.body)
		c := signed(t, portal)
		require.Equal(t, http.StatusOK, c.send(http.MethodGet, consents+"?limit=1", "").status)
		<-time.After(300 * time.Millisecond)
		require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, path, "").status)

		for range 15 {
			require.Equal(t, http.StatusOK, c.send(http.MethodDelete, clients+"/x/revoke", "").status)
		}
		require.Equal(t, http.StatusTooManyRequests, c.send(http.MethodDelete, clients+"/x/revoke", "").status)
	})
}
