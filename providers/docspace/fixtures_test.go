package docspace_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file plays the wire of the server: each request must be the one that the contract shows.

func TestCreate(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodPost, Path: clientsPath,
		Request: "create_request.json", Status: http.StatusCreated, Response: "create_response.json",
	}))
	created, err := client.Clients.Create(t.Context(), invoiceImporter())
	require.NoError(t, err)
	requireInvoiceImporter(t, created)
	require.Equal(t, secret, created.Secret.Reveal())
}

// The example of the contract's section 6.1, without white space and in its order.
func TestCreateRequestIsTheContractsExample(t *testing.T) {
	require.JSONEq(t, `{"name":"Invoice Importer","description":"Pulls signed invoices",
		"logo":"`+logo+`",
		"website_url":"https://app.example.com","terms_url":"https://app.example.com/terms",
		"policy_url":"https://app.example.com/privacy",
		"redirect_uris":["https://app.example.com/callback"],
		"allowed_origins":["https://app.example.com"],
		"logout_redirect_uri":"https://app.example.com/logout",
		"allow_pkce":true,"scopes":["files:read","openid"]}`, string(providertest.Fixture(t, "create_request.json")))
}

func TestCreateReadsASecretThatWasNotAnswered(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{
			Method: http.MethodPost, Path: clientsPath,
			Request: "create_request.json", Status: http.StatusCreated, Response: "create_without_secret_response.json",
		}),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "get_response.json"}))
	created, err := client.Clients.Create(t.Context(), invoiceImporter())
	require.NoError(t, err)
	require.Equal(t, clientID, created.ID)
	require.Equal(t, secret, created.Secret.Reveal())
}

func TestCreateWithoutASecretToBeHad(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{
			Method: http.MethodPost, Path: clientsPath,
			Request: "create_request.json", Status: http.StatusCreated, Response: "create_without_secret_response.json",
		}),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Status: http.StatusInternalServerError}))
	created, err := client.Clients.Create(t.Context(), invoiceImporter())
	var notApplied *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &notApplied)
	require.Equal(t, &oauthclients.NotAppliedError{ID: clientID, Fields: []string{"Secret"}}, notApplied)
	require.NotErrorIs(t, err, oauthclients.ErrUnavailable, "nothing may invite to create it again")
	require.ErrorContains(t, err, "Create")
	require.Equal(t, clientID, created.ID, "the id of the client that exists comes beside the error")
}

// Without an id nobody can tell which client was made.
func TestCreateWithoutAnID(t *testing.T) {
	for _, answer := range []string{"problem_unhandled.json", "regenerate_response.json", "signature.txt", ""} {
		client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
			Method: http.MethodPost, Path: clientsPath, Request: "create_request.json", Status: http.StatusCreated, Response: answer,
		}))
		created, err := client.Clients.Create(t.Context(), invoiceImporter())
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, answer)
		require.Nil(t, created)
	}
}

func TestGet(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath, Response: "get_response.json",
	}))
	got, err := client.Clients.Get(t.Context(), clientID)
	require.NoError(t, err)
	requireInvoiceImporter(t, got)
	require.Equal(t, secret, got.Secret.Reveal(), "get-one has the plain secret every time")
	require.Contains(t, string(got.Raw()), `"is_public"`)
	require.NotContains(t, string(got.Raw()), secret)
}

// A tolerant client reads camelCase, another name of the id, and an envelope.
func TestGetTolerates(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath, Response: "get_camel_response.json",
	}))
	got, err := client.Clients.Get(t.Context(), clientID)
	require.NoError(t, err)
	requireInvoiceImporter(t, got)
	require.Equal(t, secret, got.Secret.Reveal())
	require.NotContains(t, string(got.Raw()), `"response"`)
}

func TestGetUnderAnotherPrefix(t *testing.T) {
	client := newClient(t, docspace.Provider{PathPrefix: "/api/2.0/oauth2/"}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: "/api/2.0/oauth2/clients/" + clientID, Response: "get_response.json",
	}))
	_, err := client.Clients.Get(t.Context(), clientID)
	require.NoError(t, err)
}

func TestGetAnswerThatIsNoClient(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodGet, Path: clientPath, Response: "problem_denied.json",
	}))
	got, err := client.Clients.Get(t.Context(), clientID)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, "client_id")
	require.Nil(t, got)
}

func TestUpdate(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "get_response.json"}),
		signed(t, providertest.Exchange{Method: http.MethodPut, Path: clientPath, Request: "update_request.json"}),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "update_read_response.json"}))
	updated, err := client.Clients.Update(t.Context(), clientID, func(c *oauthclients.OAuthClient) { c.Name = "Invoice Importer 2" })
	require.NoError(t, err)
	require.Equal(t, "Invoice Importer 2", updated.Name)
	require.Equal(t, time.Date(2026, 6, 30, 11, 0, 0, 0, time.UTC), updated.UpdatedAt)
	require.True(t, docspace.ExtraOf(updated).AllowPKCE)
}

// The portal accepts edits of immutable members and ignores them. They are sent, since newer
// portals take some of them, and so are members that this library does not know.
func TestUpdateOfImmutableMembers(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "get_unknown_members_response.json"}),
		signed(t, providertest.Exchange{Method: http.MethodPut, Path: clientPath, Request: "update_immutable_request.json"}),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "update_immutable_read_response.json"}))
	updated, err := client.Clients.Update(t.Context(), clientID, func(c *oauthclients.OAuthClient) {
		c.Description = ""
		c.RedirectURIs = []string{"https://app.example.com/new"}
		c.Scopes = []string{"rooms:read"}
		c.ClientURI, c.TermsURI, c.PolicyURI = "https://new.example.com", "https://new.example.com/t", "https://new.example.com/p"
		c.PostLogoutRedirectURIs = []string{"https://new.example.com/bye"}
		docspace.ExtraOf(c).AllowPKCE = false
	})
	var ignored *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &ignored)
	require.Equal(t, clientID, ignored.ID)
	require.ElementsMatch(t, []string{
		"RedirectURIs", "Scopes", "ClientURI", "TermsURI", "PolicyURI", "PostLogoutRedirectURIs",
	}, ignored.Fields)
	require.Empty(t, updated.Description)
	require.False(t, docspace.ExtraOf(updated).AllowPKCE)
	require.Equal(t, []string{"https://app.example.com/callback"}, updated.RedirectURIs)
}

func TestUpdateThatCannotBeReadBack(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: "get_response.json"}),
		signed(t, providertest.Exchange{Method: http.MethodPut, Path: clientPath, Request: "update_request.json"}),
		signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Status: http.StatusNotFound, Response: "problem_not_found.json"}))
	_, err := client.Clients.Update(t.Context(), clientID, func(c *oauthclients.OAuthClient) { c.Name = "Invoice Importer 2" })
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.ErrorIs(t, err, oauthclients.ErrNotFound, "the cause is there as well")
	require.ErrorContains(t, err, "Update")
}

func TestRegenerateSecret(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodPatch, Path: clientPath + "/regenerate", Response: "regenerate_response.json",
	}))
	got, err := client.Clients.RegenerateSecret(t.Context(), clientID)
	require.NoError(t, err)
	require.Equal(t, "Zk3pQ9wLr7TnXy2VbHc5MdJf8GsAe1UiRo4K", got.Reveal())
}

func TestRegenerateSecretInAnEnvelope(t *testing.T) {
	client := answered(t, docspace.Provider{}, http.StatusOK, `{"response":{"clientSecret":"new"},"statusCode":200}`)
	got, err := client.Clients.RegenerateSecret(t.Context(), clientID)
	require.NoError(t, err)
	require.Equal(t, "new", got.Reveal())
}

// The old secret is dead by now, so that the loss of the new one must show.
func TestRegenerateSecretWithoutASecret(t *testing.T) {
	for _, answer := range []string{"problem_denied.json", ""} {
		client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
			Method: http.MethodPatch, Path: clientPath + "/regenerate", Response: answer,
		}))
		got, err := client.Clients.RegenerateSecret(t.Context(), clientID)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "RegenerateSecret")
		require.True(t, got.IsZero())
	}
}

func TestDelete(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{
		Method: http.MethodDelete, Path: clientPath,
	}))
	require.NoError(t, client.Clients.Delete(t.Context(), clientID))
}
