package docspace_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what people see of clients: one, one without signing in, and the list.

func invoiceImporterInfo() *docspace.Info {
	return &docspace.Info{
		ID: clientID, Name: "Invoice Importer", Description: "Pulls signed invoices", LogoURI: logo,
		ClientURI: "https://app.example.com", TermsURI: "https://app.example.com/terms", PolicyURI: "https://app.example.com/privacy",
		AuthenticationMethods: []string{"client_secret_post", "none"}, Scopes: []string{"files:read", "openid"}, Public: true,
		CreatedAt: time.Date(2026, 6, 30, 10, 13, 11, 482913000, time.UTC), CreatedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4ea",
		UpdatedAt: time.Date(2026, 6, 30, 11, 0, 0, 0, time.UTC), ModifiedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4eb",
	}
}

func TestInfo(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath + "/info", Response: "info_response.json",
	}))
	info, err := native(t, client).Info(t.Context(), clientID)
	require.NoError(t, err)
	require.Equal(t, invoiceImporterInfo(), info)
}

// One request: nothing is traded, and nothing that could be a credential goes out.
func TestPublicInfoNeedsNoCredential(t *testing.T) {
	client := newClient(t, docspace.Provider{}, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath + "/public/info", Host: "portal.example.com", Response: "info_response.json",
		Header: map[string]string{"Authorization": "", "X-Signature": "", "Cookie": "", "Accept": "application/json"},
	})
	info, err := native(t, client).PublicInfo(t.Context(), clientID)
	require.NoError(t, err)
	require.Equal(t, invoiceImporterInfo(), info)
}

// noSource must not be asked.
type noSource struct{ t *testing.T }

func (s noSource) Token() (*oauth2.Token, error) {
	s.t.Error("a token was asked for")
	return &oauth2.Token{AccessToken: "x"}, nil
}

// Whoever the client speaks for, and whether that works or not.
func TestPublicInfoAsksForNoToken(t *testing.T) {
	portal := docspacetest.New()
	id := portal.RegisterElsewhere("Foreign")
	for name, auth := range map[string]oauthclients.Auth{
		"a wrong key":   oauthclients.BearerToken("sk-wrong"),
		"nobody":        portal.AuthCode("https://app.example.com/callback"),
		"a dead source": oauthclients.FromTokenSource(noSource{t}),
	} {
		portal.Forget()
		info, err := native(t, connect(t, portal, auth)).PublicInfo(t.Context(), id)
		require.NoError(t, err, name)
		require.Equal(t, "Foreign", info.Name)
		require.Len(t, portal.Requests(), 1, name)
		for _, header := range []string{"Authorization", "X-Signature", "Cookie"} {
			require.Empty(t, portal.Requests()[0].Header.Values(header), name)
		}
	}
}

// An empty 403 is no reason to fetch a signature for it.
func TestPublicInfoIsNotSignedWhenRefused(t *testing.T) {
	client := newClient(t, docspace.Provider{}, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath + "/public/info", Status: http.StatusForbidden,
	})
	_, err := native(t, client).PublicInfo(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
}

func TestInfoIsForThoseWhoMay(t *testing.T) {
	portal, admin, id := portalWithClient(t)
	user, guest := native(t, connect(t, portal, portal.UserAuth())), native(t, connect(t, portal, portal.GuestAuth()))
	elsewhere := portal.RegisterElsewhere("Foreign")

	info, err := native(t, admin).Info(t.Context(), id)
	require.NoError(t, err)
	public, err := native(t, admin).PublicInfo(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, info, public)
	got, err := admin.Clients.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, &docspace.Info{
		ID: got.ID, Name: got.Name, Description: got.Description, LogoURI: got.LogoURI,
		ClientURI: got.ClientURI, PolicyURI: got.PolicyURI, TermsURI: got.TermsURI, Scopes: got.Scopes,
		AuthenticationMethods: docspace.ExtraOf(got).AuthenticationMethods, Public: true,
		CreatedAt: got.CreatedAt, UpdatedAt: got.UpdatedAt,
		CreatedBy: docspace.ExtraOf(got).CreatedBy, ModifiedBy: docspace.ExtraOf(got).ModifiedBy,
	}, info, "the same as of the whole client")

	for name, call := range map[string]func(id string) error{
		"a user":  func(id string) error { _, err := user.Info(t.Context(), id); return err },
		"unknown": func(string) error { _, err := native(t, admin).Info(t.Context(), unknownID); return err },
		"of another portal": func(string) error {
			_, err := native(t, admin).Info(t.Context(), elsewhere)
			return err
		},
		"unknown to everybody": func(string) error { _, err := guest.PublicInfo(t.Context(), unknownID); return err },
	} {
		require.ErrorIs(t, call(id), oauthclients.ErrNotFound, name)
	}
	_, err = guest.Info(t.Context(), id)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	for _, anybody := range []*docspace.API{user, guest} {
		_, err = anybody.PublicInfo(t.Context(), id)
		require.NoError(t, err)
	}
}

func TestAnswersThatAreNoInfo(t *testing.T) {
	for body, reason := range map[string]string{
		`{"name":"no id"}`:                  "client_id",
		`{"client_id":null}`:                "client_id",
		`null`:                              "client_id",
		`{"client_id":{}}`:                  "client_id",
		`{"client_id":5}`:                   "another client",
		`{"client_id":"` + unknownID + `"}`: "another client",
		`[]`:                                "array",
		``:                                  "no body",
		`{`:                                 "JSON",
	} {
		api := native(t, answered(t, docspace.Provider{}, http.StatusOK, body))
		info, err := api.Info(t.Context(), clientID)
		require.Nil(t, info, body)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, "docspace: Info: ")
		require.ErrorContains(t, err, reason, body)
		public, err := api.PublicInfo(t.Context(), clientID)
		require.Nil(t, public, body)
		require.ErrorContains(t, err, "docspace: PublicInfo: ")
	}
}

// What a tolerant client reads: another spelling, an envelope, an id in capitals, no secret.
func TestInfoTolerates(t *testing.T) {
	body := `{"response":{"clientId":"6C7CF17B-1BD3-47D5-94C6-BE2D3570E168","name":"x","websiteUrl":"https://x.example.com",
		"client_secret":"` + secret + `","public":true,"unknown":{}}}`
	info, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, body)).Info(t.Context(), clientID)
	require.NoError(t, err)
	require.Equal(t, "https://x.example.com", info.ClientURI)
	providertest.RequireHidden(t, info, secret)
}

func TestInfos(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: clientsPath + "/info", Query: url.Values{"limit": {"30"}}, Response: "infos_response.json",
		}),
		signed(t, providertest.Exchange{
			Method: http.MethodGet, Path: clientsPath + "/info", Response: "infos_last_response.json",
			Query: url.Values{
				"limit": {"30"}, "last_client_id": {clientID}, "last_created_on": {"2026-06-30T12:13:11.4829+02:00"},
			},
		}))
	var infos []*docspace.Info
	for info, err := range native(t, client).Infos(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		infos = append(infos, info)
	}
	older := time.Date(2026, 6, 29, 6, 0, 0, 0, time.UTC)
	require.Equal(t, []*docspace.Info{invoiceImporterInfo(), {
		ID: "0d3f1f0a-5b0e-4f43-8f3e-0c9a7f4e2b11", Name: "Older", LogoURI: "data:image/svg+xml;base64,PHN2Zy8+",
		AuthenticationMethods: []string{"client_secret_post"}, Scopes: []string{"files:read"},
		CreatedAt: older, UpdatedAt: older,
		CreatedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4ea", ModifiedBy: "66faa6e4-f133-11ea-b126-00ffeec8b4ea",
	}}, infos)
}

// The cursors are those of the clients' list.
func TestInfosGoOnFromThePageOfTheClients(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	for n := range 5 {
		_, err := client.Clients.Create(t.Context(), portalSample(n))
		require.NoError(t, err)
	}
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 2})
	require.NoError(t, err)
	var names []string
	for info, err := range native(t, client).Infos(t.Context(), oauthclients.ListOptions{PageSize: 2, Cursor: page.NextCursor}) {
		require.NoError(t, err)
		names = append(names, info.Name)
	}
	require.Equal(t, []string{"Invoice Importer 2", "Invoice Importer 1", "Invoice Importer 0"}, names)
	require.Equal(t, 2, portal.Count(http.MethodGet, clientsPath+"/info"), "by pages of two")
}

func TestInfosRefuseAForeignCursor(t *testing.T) {
	api := native(t, newClient(t, docspace.Provider{}))
	for _, cursor := range []string{"2", "id=x", "2026-06-30T10:13:11Z", "%"} {
		requireOneError(t, api.Infos(t.Context(), oauthclients.ListOptions{Cursor: cursor}), "Infos", oauthclients.ErrInvalid, "Cursor")
	}
}
