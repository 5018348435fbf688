package sipgate_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the list: the form that sipgate documents, and the ones that may come instead.

func TestList(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, clientsPath), 200, "list_response.json"))
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: 1, Cursor: "ignored"})
	require.NoError(t, err)
	require.Empty(t, page.NextCursor)
	require.Len(t, page.Clients, 2)
	requireDesk(t, page.Clients[0])

	webphone := page.Clients[1]
	require.Equal(t, "2556404-0-0f3c2a10-11aa-11ec-8d3d-0242ac130003:sipgate-apps", webphone.ID)
	require.Equal(t, "b7a0c1de-27f3-4b53-9c3e-5c4e4f0a9d11", webphone.Secret.Reveal())
	require.Equal(t, "Webphone embed", webphone.Name)
	require.Equal(t, []string{"https://phone.sipgate.com/*"}, webphone.RedirectURIs)
	require.Equal(t, []string{"https://*.intranet.example.com"}, webphone.AllowedOrigins)
	require.Empty(t, webphone.PolicyURI)
	require.Contains(t, string(webphone.Raw()), `"name":"Webphone embed"`)
	require.NotContains(t, string(webphone.Raw()), webphone.Secret.Reveal())
}

func TestListWithoutClients(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, clientsPath), 200, "list_response_empty.json"))
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.NotNil(t, page.Clients)
	require.Empty(t, page.Clients)
}

func TestListReadsEveryFormOfAList(t *testing.T) {
	one := `{"clientId":"a","clientSecret":"s","name":"n","consentText":1}`
	for body, want := range map[string]int{
		`{"data":[` + one + `]}`:                               1,
		`{"items":[` + one + `]}`:                              1,
		`{"data":[],"items":[` + one + `]}`:                    0,
		` [` + one + `,{"clientId":"b"}]`:                      2,
		`[]`:                                                   0,
		`{"data":null}`:                                        0,
		`{"items":null}`:                                       0,
		`{"data":null,"items":[` + one + `]}`:                  0,
		`{"total":1,"data":[` + one + `],"page":{}}`:           1,
		`{"totalCount":"7","total":null,"data":[` + one + `]}`: 1,
	} {
		client := play(t, answeringText(t, exchange(http.MethodGet, clientsPath), 200, body))
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, body)
		require.Len(t, page.Clients, want, body)
		for _, listed := range page.Clients[:min(want, 1)] {
			require.Equal(t, "a", listed.ID)
			require.JSONEq(t, `{"clientId":"a","name":"n","consentText":1}`, string(listed.Raw()), body)
		}
	}
}

// A list with less than its total is none: who finds no client in it would create a second one.
func TestListsThatAreNotWhole(t *testing.T) {
	for _, body := range []string{
		`{"total":7,"data":[{"clientId":"a"}]}`, `{"items":[{"clientId":"a"}],"totalCount":2}`, `{"data":[],"total":1}`,
		`{"data":null,"totalCount":1e300}`,
	} {
		client := play(t, answeringText(t, exchange(http.MethodGet, clientsPath), 200, body))
		_, err := client.Clients.FindByName(t.Context(), "n")
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
		require.ErrorContains(t, err, "the list is not whole")
	}
}

func TestListTakesNothingElseForAList(t *testing.T) {
	for _, body := range []string{
		``, `null`, `{}`, `"data"`, `1`, `<html>`, `{"clients":[]}`, `{"data":{}}`, `{"data":"x"}`, `{"data":[1]}`,
		`{"data":[null]}`, `{"data":[{"name":"no id"}]}`, `{"data":[{"clientId":{}}]}`, `{"data":[`,
	} {
		client := play(t, answeringText(t, exchange(http.MethodGet, clientsPath), 200, body))
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, body)
	}
}
