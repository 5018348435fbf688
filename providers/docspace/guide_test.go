package docspace_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file plays the wire of the published guide "Manage OAuth2 Clients".

// keyed adds what every request of the guide has: the key itself.
func keyed(e providertest.Exchange) providertest.Exchange {
	e.Host = "portal.example.com"
	e.Header = map[string]string{
		"Authorization": "Bearer " + apiKey(), "Accept": "application/json", "X-Signature": "", "Content-Type": "",
	}
	if e.Request != "" {
		e.Header["Content-Type"] = "application/json"
	}
	return e
}

func guide() docspace.Provider { return docspace.Provider{Wire: docspace.WireGuide} }

func myNewApp() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "My New App", RedirectURIs: []string{"https://myapp.example.com/callback"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
}

func requireMyNewApp(t *testing.T, got *oauthclients.OAuthClient) {
	t.Helper()
	require.Equal(t, clientID, got.ID)
	require.Equal(t, myNewApp().Name, got.Name)
	require.Equal(t, myNewApp().RedirectURIs, got.RedirectURIs)
	require.Equal(t, myNewApp().GrantTypes, got.GrantTypes)
}

// The guide takes 200 and 201, and an envelope or none.
func TestGuideCreate(t *testing.T) {
	for status, answer := range map[int]string{
		http.StatusOK: "guide_create_response.json", http.StatusCreated: "guide_create_enveloped_response.json",
	} {
		client := newClient(t, guide(), keyed(providertest.Exchange{
			Method: http.MethodPost, Path: clientsPath, Request: "guide_create_request.json", Status: status, Response: answer,
		}))
		created, err := client.Clients.Create(t.Context(), myNewApp())
		require.NoError(t, err)
		requireMyNewApp(t, created)
		require.Equal(t, secret, created.Secret.Reveal())
		require.NotContains(t, string(created.Raw()), `"response"`)
	}
}

// The guide shows no secret at all, and says "adjust field name" of the id.
func TestGuideCreateAnswers(t *testing.T) {
	for answer, id := range map[string]string{
		`{"clientId":"x-1","name":"My New App","redirectUris":["https://myapp.example.com/callback"],"grantTypes":["authorization_code","refresh_token"]}`:               "x-1",
		`{"client_id":"x-2","name":"My New App","redirectUris":["https://myapp.example.com/callback"],"grantTypes":["refresh_token","authorization_code"]}`:              "x-2",
		`{"response":{"id":17,"name":"My New App","redirectUris":["https://myapp.example.com/callback"],"grantTypes":["authorization_code","refresh_token"]}}`:           "17",
		`{"id":"x-3","client_secret":"s","name":"My New App","redirectUris":["https://myapp.example.com/callback"],"grantTypes":["authorization_code","refresh_token"]}`: "x-3",
	} {
		created, err := createAt(t, answer)
		require.NoError(t, err, answer)
		require.Equal(t, id, created.ID)
	}
	for _, answer := range []string{`{}`, `{"response":{}}`, `[]`, `{"response":5}`, ``} {
		_, err := createAt(t, answer)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, answer)
	}
}

// createAt creates at a server that answers every request with the same body.
func createAt(t *testing.T, body string) (*oauthclients.OAuthClient, error) {
	t.Helper()
	client, err := oauthclients.New(docspace.Provider{Portal: "https://portal.example.com", Wire: docspace.WireGuide},
		oauthclients.BearerToken(apiKey()), oauthclients.WithHTTPClient(answering(http.StatusOK, body)))
	require.NoError(t, err)
	return client.Clients.Create(t.Context(), myNewApp())
}

func TestGuideGet(t *testing.T) {
	client := newClient(t, guide(), keyed(providertest.Exchange{
		Method: http.MethodGet, Path: clientPath, Response: "guide_get_response.json",
	}))
	got, err := client.Clients.Get(t.Context(), clientID)
	require.NoError(t, err)
	requireMyNewApp(t, got)
	require.True(t, got.Secret.IsZero())
	require.JSONEq(t, `3600`, string(rawMember(t, got, "tokenLifetime")))
}

func TestGuideList(t *testing.T) {
	const entry = `{"id":"` + clientID + `","name":"My New App","redirectUris":["https://myapp.example.com/callback"],` +
		`"grantTypes":["authorization_code","refresh_token"],"tokenLifetime":3600}`
	for _, answer := range []string{
		`[` + entry + `]`, `{"response":[` + entry + `]}`, `{"data":[` + entry + `]}`, `{"response":{"data":[` + entry + `]}}`,
	} {
		client := answered(t, guide(), http.StatusOK, answer)
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 10})
		require.NoError(t, err, answer)
		require.Len(t, page.Clients, 1)
		requireMyNewApp(t, page.Clients[0])
		require.Empty(t, page.NextCursor)
		require.JSONEq(t, entry, string(page.Clients[0].Raw()), "the raw JSON of an entry is cut out of %s", answer)
	}
	for _, answer := range []string{`[]`, `{"response":[]}`, `{"data":null}`} {
		page, err := answered(t, guide(), http.StatusOK, answer).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, answer)
		require.Empty(t, page.Clients)
	}
	for _, answer := range []string{`{}`, `5`, `{"data":5}`, `[{"name":"no id"}]`, `{"response":{}}`, `<html>`} {
		_, err := answered(t, guide(), http.StatusOK, answer).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, answer)
	}
}

func TestGuideUpdate(t *testing.T) {
	client := newClient(t, guide(),
		keyed(providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "guide_get_response.json"}),
		keyed(providertest.Exchange{
			Method: http.MethodPut, Path: clientPath, Request: "guide_update_request.json", Response: "guide_update_response.json",
		}))
	updated, err := client.Clients.Update(t.Context(), clientID, moveCallback)
	require.NoError(t, err)
	require.Equal(t, []string{"https://myapp.example.com/callback2"}, updated.RedirectURIs)
	require.Equal(t, "My New App", updated.Name)
}

// An empty answer, and one that tells less than the client, do not say what is there now.
func TestGuideUpdateIsReadBack(t *testing.T) {
	for _, answer := range []string{"", "regenerate_response.json", "guide_partial_response.json", "signature.txt"} {
		client := newClient(t, guide(),
			keyed(providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "guide_get_response.json"}),
			keyed(providertest.Exchange{Method: http.MethodPut, Path: clientPath, Request: "guide_update_request.json", Response: answer}),
			keyed(providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "guide_update_response.json"}))
		updated, err := client.Clients.Update(t.Context(), clientID, moveCallback)
		require.NoError(t, err, answer)
		require.Equal(t, []string{"https://myapp.example.com/callback2"}, updated.RedirectURIs)
		require.Equal(t, "My New App", updated.Name)
	}
}

func moveCallback(c *oauthclients.OAuthClient) {
	c.RedirectURIs = []string{"https://myapp.example.com/callback2"}
}

// A server that ignores the update must not pass for one that did it.
func TestGuideUpdateNotApplied(t *testing.T) {
	client := newClient(t, guide(),
		keyed(providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "guide_get_response.json"}),
		keyed(providertest.Exchange{
			Method: http.MethodPut, Path: clientPath, Request: "guide_update_request.json", Response: "guide_get_response.json",
		}))
	_, err := client.Clients.Update(t.Context(), clientID, moveCallback)
	var ignored *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &ignored)
	require.Equal(t, []string{"RedirectURIs"}, ignored.Fields)
}

func TestGuideDelete(t *testing.T) {
	client := newClient(t, guide(), keyed(providertest.Exchange{Method: http.MethodDelete, Path: clientPath}))
	require.NoError(t, client.Clients.Delete(t.Context(), clientID))
}

func TestGuideRefusesWhatItCannotSay(t *testing.T) {
	portal := docspacetest.New(docspacetest.WithGuideWire())
	client := connect(t, portal, portal.Auth())

	app := myNewApp()
	docspace.ExtraOf(app).AllowPKCE = true
	_, err := client.Clients.Create(t.Context(), app)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"Extra.AllowPKCE"}, unsupported.Fields)

	app = myNewApp()
	app.Name = " "
	_, err = client.Clients.Create(t.Context(), app)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)

	_, err = client.Clients.RegenerateSecret(t.Context(), clientID)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Empty(t, portal.Requests(), "all of it is known before a request")
}

// A 403 is no question of the key in the guide's wire, so that the key is not sent again.
func TestGuideErrors(t *testing.T) {
	client := answered(t, guide(), http.StatusForbidden, "")
	_, err := client.Clients.Get(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrPermission)

	client = answered(t, guide(), http.StatusBadRequest, `{"status":1,"statusCode":400,"error":{"message":"name is missing"}}`)
	_, err = client.Clients.Get(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "name is missing")
}

// Server and guide are two wires: a key that is sent as the guide has it is an empty 403 at a
// real portal.
func TestGuideWireAtAServer(t *testing.T) {
	portal := docspacetest.New()
	provider := portal.Provider()
	provider.Wire = docspace.WireGuide
	client, err := oauthclients.New(provider, portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), myNewApp())
	require.ErrorIs(t, err, oauthclients.ErrPermission)
}
