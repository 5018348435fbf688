package docspace_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the consents: the pages, what stands in them, and their end.

const consentsPath = clientsPath + "/consents"

func consentsOf(t *testing.T, api *docspace.API, opts oauthclients.ListOptions) []*docspace.Consent {
	t.Helper()
	var consents []*docspace.Consent
	for consent, err := range api.Consents(t.Context(), opts) {
		require.NoError(t, err)
		consents = append(consents, consent)
	}
	return consents
}

// The cursor goes back as it came, its plus sign escaped; the last page is the contract's example.
func TestConsents(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: consentsPath, Query: url.Values{"limit": {"1"}}, Response: "consents_more_response.json",
		}),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: consentsPath, Response: "consents_response.json",
			Query: url.Values{"limit": {"1"}, "last_modified_on": {"2026-06-30T13:10:00.4829+02:00"}},
		}))
	require.Equal(t, []*docspace.Consent{
		{
			ClientID: "0d3f1f0a-5b0e-4f43-8f3e-0c9a7f4e2b11", Scopes: []string{"files:read", "files:write"},
			ModifiedAt: time.Date(2026, 6, 30, 11, 10, 0, 482900000, time.UTC),
		},
		{
			ClientID: clientID, Scopes: []string{"files:read", "openid"},
			ModifiedAt: time.Date(2026, 6, 30, 11, 0, 0, 0, time.UTC),
			Client:     &docspace.Info{ID: clientID, Name: "Invoice Importer"},
		},
	}, consentsOf(t, native(t, client), oauthclients.ListOptions{PageSize: 1}))
}

func TestConsentsInEveryForm(t *testing.T) {
	for body, want := range map[string]docspace.Consent{
		`{"registered_client_id":"x"}`:                                           {ClientID: "x"},
		`{"registered_client_id":"x","scopes":null,"client":null}`:               {ClientID: "x"},
		`{"registered_client_id":"x","scopes":""}`:                               {ClientID: "x", Scopes: []string{}},
		`{"registered_client_id":"x","scopes":" a  b "}`:                         {ClientID: "x", Scopes: []string{"a", "b"}},
		`{"registered_client_id":"x","scopes":[]}`:                               {ClientID: "x", Scopes: []string{}},
		`{"registered_client_id":"x","modified_at":"soon"}`:                      {ClientID: "x"},
		`{"registered_client_id":"x","modified_at":null}`:                        {ClientID: "x"},
		`{"registeredClientId":"x","modifiedAt":"2026-06-30T11:00:00Z[UTC]"}`:    {ClientID: "x", ModifiedAt: time.Date(2026, 6, 30, 11, 0, 0, 0, time.UTC)},
		`{"registered_client_id":"x","client":{"client_id":"y","name":"other"}}`: {ClientID: "x", Client: &docspace.Info{ID: "y", Name: "other"}},
	} {
		for _, page := range []string{`{"data":[` + body + `]}`, `{"response":{"data":[` + body + `]}}`, `[` + body + `]`} {
			api := native(t, answered(t, docspace.Provider{}, http.StatusOK, page))
			require.Equal(t, []*docspace.Consent{&want}, consentsOf(t, api, oauthclients.ListOptions{}), page)
		}
	}
}

// No consent at all comes in more than one form, too.
func TestNoConsents(t *testing.T) {
	for _, body := range []string{`{"data":[]}`, `{"data":null}`, `[]`, `{"response":[]}`, `{"response":{"data":null}}`, `{"data":[],"last_modified_on":"x"}`} {
		api := native(t, answered(t, docspace.Provider{}, http.StatusOK, body))
		require.Empty(t, consentsOf(t, api, oauthclients.ListOptions{}), body)
	}
}

func TestAnswersThatAreNoConsents(t *testing.T) {
	for body, reason := range map[string]string{
		`{"data":[{"scopes":"a"}]}`:                             "lacks registered_client_id",
		`{"data":[{"registered_client_id":{}}]}`:                "lacks registered_client_id",
		`{"data":["x"]}`:                                        "string",
		`{"data":[null]}`:                                       "lacks registered_client_id",
		`{"response":[{"registered_client_id":"x"}],"total":2}`: "its total is 2, and it ends after 1",
		`{"data":{}}`:                                           "data",
		`{}`:                                                    "no list",
		`{"response":{"response":[]}}`:                          "no list",
		`{"response":"x"}`:                                      "string",
		`null`:                                                  "no list",
		``:                                                      "no body",
	} {
		api := native(t, answered(t, docspace.Provider{}, http.StatusOK, body))
		requireOneError(t, api.Consents(t.Context(), oauthclients.ListOptions{}), "Consents", oauthclients.ErrUnavailable, reason)
	}
}

func TestConsentsTakeATimeForACursor(t *testing.T) {
	api := native(t, newClient(t, docspace.Provider{}))
	for _, cursor := range []string{"yesterday", "id=x&on=y", "2026-06-30", " "} {
		requireOneError(t, api.Consents(t.Context(), oauthclients.ListOptions{Cursor: cursor}), "Consents", oauthclients.ErrInvalid, "Cursor")
	}
}

// signInTo lets the administrator sign in to n applications, one after the other.
func signInTo(t *testing.T, portal *docspacetest.Server, n int) []oauthclients.AuthCode {
	t.Helper()
	apps := make([]oauthclients.AuthCode, n)
	for i := range apps {
		apps[i] = providertest.SignIn(t, portal.AuthCode("https://app.example.com/callback"), portal.Provider(), portal.SignIn,
			oauthclients.WithHTTPClient(portal.HTTPClient()))
	}
	return apps
}

func TestConsentsComeFromSignIns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		admin := native(t, connect(t, portal, portal.Auth()))
		require.Empty(t, consentsOf(t, admin, oauthclients.ListOptions{}))
		start := time.Now()
		apps := signInTo(t, portal, 5)
		for _, size := range []int{1, 2, 5, 50} {
			portal.Forget()
			consents := consentsOf(t, admin, oauthclients.ListOptions{PageSize: size})
			require.Len(t, consents, 5)
			for i, consent := range consents {
				app := apps[len(apps)-1-i]
				require.Equal(t, app.ClientID, consent.ClientID, "the latest first")
				require.ElementsMatch(t, app.Scopes, consent.Scopes)
				require.WithinDuration(t, start, consent.ModifiedAt, time.Second)
				require.Equal(t, "Example application", consent.Client.Name)
			}
			require.Equal(t, (5+size-1)/size, portal.Count(http.MethodGet, consentsPath))
		}
		older := consentsOf(t, admin, oauthclients.ListOptions{
			Cursor: consentsOf(t, admin, oauthclients.ListOptions{})[2].ModifiedAt.Format(time.RFC3339Nano),
		})
		require.Len(t, older, 2, "those before a time")

		// They are one account's own, and every account may ask.
		require.Empty(t, consentsOf(t, native(t, connect(t, portal, portal.UserAuth())), oauthclients.ListOptions{}))
		require.Empty(t, consentsOf(t, native(t, connect(t, portal, portal.GuestAuth())), oauthclients.ListOptions{}))
		require.Len(t, consentsOf(t, native(t, connect(t, portal, apps[0])), oauthclients.ListOptions{}), 5, "also with a person's token")
	})
}

func TestRevokeConsent(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodDelete, Path: clientPath + "/revoke",
	}))
	require.NoError(t, native(t, client).RevokeConsent(t.Context(), clientID))
}

// What was allowed is over for this client alone: no new token, no new signature.
func TestRevokeConsentEndsTheTokens(t *testing.T) {
	portal := docspacetest.New()
	admin := native(t, connect(t, portal, portal.Auth()))
	apps := signInTo(t, portal, 2)
	require.NoError(t, admin.RevokeConsent(t.Context(), apps[0].ClientID))
	consents := consentsOf(t, admin, oauthclients.ListOptions{})
	require.Len(t, consents, 1)
	require.Equal(t, apps[1].ClientID, consents[0].ClientID)
	_, err := connect(t, portal, apps[0]).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	_, err = connect(t, portal, apps[1]).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
}

// The portal answers alike: nothing to revoke, no such client, another's consent.
func TestRevokeConsentThatIsNotThere(t *testing.T) {
	portal, admin, id := portalWithClient(t)
	app := signInTo(t, portal, 1)[0]
	guest := native(t, connect(t, portal, portal.GuestAuth()))
	for _, id := range []string{id, unknownID, "no-uuid", app.ClientID} {
		require.NoError(t, guest.RevokeConsent(t.Context(), id), id)
	}
	require.Len(t, consentsOf(t, native(t, admin), oauthclients.ListOptions{}), 1, "nobody revokes another's")
}

// 503 without a body is what the portal says when its authorization service is gone.
func TestRevokeConsentIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		admin := native(t, connect(t, portal, portal.Auth()))
		app := signInTo(t, portal, 1)[0]
		for name, fault := range map[string]fakeserver.Fault{
			"503":         {Status: http.StatusServiceUnavailable},
			"lost answer": {Drop: true, Execute: true},
		} {
			portal.Forget()
			fault.Method, fault.Times = http.MethodDelete, 1
			portal.Inject(fault)
			require.NoError(t, admin.RevokeConsent(t.Context(), app.ClientID), name)
			require.Equal(t, 2, portal.Count(http.MethodDelete, clientsPath+"/"+app.ClientID+"/revoke"), name)
		}
		portal.Inject(fakeserver.Fault{Method: http.MethodDelete, Status: http.StatusServiceUnavailable})
		err := admin.RevokeConsent(t.Context(), app.ClientID)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	})
}
