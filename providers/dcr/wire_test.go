package dcr_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file plays what real servers were seen to answer: node-oidc-provider 9 with rotating
// tokens, and Ory Hydra.

const (
	issuer  = "https://login.example.com"
	initial = "initial-access-token"
)

// played returns a client whose requests must be exactly the exchanges, and its store.
func played(t *testing.T, p dcr.Provider, exchanges ...providertest.Exchange) (*oauthclients.Client, dcr.Store) {
	t.Helper()
	if p.Registrations == nil {
		p.Registrations = dcr.NewMemoryStore()
	}
	client, err := oauthclients.New(p, oauthclients.BearerToken(initial), oauthclients.WithHTTPClient(providertest.Play(t, exchanges...)))
	require.NoError(t, err)
	return client, p.Registrations
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// requireHandle: the store has exactly this for the client.
func requireHandle(t *testing.T, store dcr.Store, id, uri, token string) {
	t.Helper()
	h, err := store.Load(t.Context(), id)
	require.NoError(t, err)
	require.NotNil(t, h)
	require.Equal(t, id, h.ClientID)
	require.Equal(t, uri, h.URI)
	require.Equal(t, token, h.Token.Reveal())
}

func TestLifeAtAServerThatRotates(t *testing.T) {
	const id, uri = "XlqGqV_OXueoeInCahQsYtVxe", "/reg/XlqGqV_OXueoeInCahQsYtVxe"
	client, store := played(t, dcr.Provider{Issuer: issuer},
		providertest.Exchange{Method: http.MethodGet, Path: "/.well-known/openid-configuration", Host: "login.example.com", Header: map[string]string{"Authorization": ""}, Response: "discovery_response.json"},
		providertest.Exchange{Method: http.MethodPost, Path: "/reg", Header: bearer(initial), Request: "create_request.json", Status: 201, Response: "create_response.json"},
		providertest.Exchange{Method: http.MethodGet, Path: uri, Header: bearer("s56BftbHkZLMi1AFNc"), Response: "get_response.json"},
		providertest.Exchange{Method: http.MethodPut, Path: uri, Header: bearer("s56BftbHkZLMi1AFNc"), Request: "update_request.json", Response: "update_response.json"},
		providertest.Exchange{Method: http.MethodDelete, Path: uri, Header: bearer("7l49n98AmPwjgFEPKUUn"), Status: 204},
	)
	want := &oauthclients.OAuthClient{
		Name: "Order desk", ClientURI: "https://orders.example.com", RedirectURIs: []string{"https://orders.example.com/cb"},
		GrantTypes:        []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Scopes:            []string{"openid", "offline_access"},
		AdditionalMembers: map[string]json.RawMessage{"client_name#de": json.RawMessage(`"Bestellungen"`)},
	}
	dcr.ExtraOf(want).Contacts = []string{"desk@example.com"}
	created, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, id, created.ID)
	require.Equal(t, "6OrSyeNBHv-TOtlV7d6DvCVEsTPcx91b", created.Secret.Reveal())
	require.Equal(t, time.Unix(1795878350, 0).UTC(), created.CreatedAt)
	require.Equal(t, []string{"openid", "offline_access"}, created.Scopes)
	extra := dcr.ExtraOf(created)
	require.Equal(t, "client_secret_basic", extra.TokenEndpointAuthMethod)
	require.Equal(t, []string{"code"}, extra.ResponseTypes)
	require.True(t, extra.SecretExpiresAt.IsZero(), "0 means never")
	require.NotContains(t, string(created.Raw()), "s56BftbHkZLMi1AFNc")
	requireHandle(t, store, id, issuer+uri, "s56BftbHkZLMi1AFNc")

	updated, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) {
		c.Name = "Order desk 2"
		dcr.ExtraOf(c).DefaultMaxAge = new(time.Hour)
	})
	require.NoError(t, err)
	require.Equal(t, time.Hour, *dcr.ExtraOf(updated).DefaultMaxAge)
	requireHandle(t, store, id, issuer+uri, "7l49n98AmPwjgFEPKUUn")

	require.NoError(t, client.Clients.Delete(t.Context(), id))
	h, err := store.Load(t.Context(), id)
	require.NoError(t, err)
	require.Nil(t, h)
}

// Hydra leaves the token out of what it answers to a GET, and the address out of what it answers
// to a PUT, which replaces the token; lists may be null.
func TestLifeAtOryHydra(t *testing.T) {
	const id = "4f1e1c6e-0d0c-4d0e-9d0b-5e3f7b1f2a3c"
	const path = "/oauth2/register/" + id
	client, store := played(t, dcr.Provider{RegistrationEndpoint: issuer + "/oauth2/register"},
		providertest.Exchange{Method: http.MethodPost, Path: "/oauth2/register", Header: bearer(initial), Request: "hydra_create_request.json", Status: 201, Response: "hydra_create_response.json"},
		providertest.Exchange{Method: http.MethodGet, Path: path, Header: bearer("ory_at_a1.b2"), Response: "hydra_get_response.json"},
		providertest.Exchange{Method: http.MethodPut, Path: path, Header: bearer("ory_at_a1.b2"), Request: "hydra_update_request.json", Response: "hydra_update_response.json"},
		providertest.Exchange{Method: http.MethodDelete, Path: path, Header: bearer("ory_at_c3.d4"), Status: 204},
	)
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"},
	})
	require.NoError(t, err)
	require.Equal(t, "B1sMhXbSv0Wlq", created.Secret.Reveal())
	requireHandle(t, store, id, issuer+path, "ory_at_a1.b2")

	updated, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = append(c.RedirectURIs, "https://new.example.com/cb")
	})
	require.NoError(t, err)
	require.Equal(t, []string{"https://orders.example.com/cb", "https://new.example.com/cb"}, updated.RedirectURIs)
	requireHandle(t, store, id, issuer+path, "ory_at_c3.d4")
	require.NoError(t, client.Clients.Delete(t.Context(), id))
}

// The same place in another spelling is called as the handle has it.
func TestAnAddressInAnotherSpelling(t *testing.T) {
	const id = "XlqGqV_OXueoeInCahQsYtVxe"
	for host, uri := range map[string]string{
		"login.example.com":     "HTTPS://login.example.com/reg/" + id,
		"login.example.com:443": "https://login.example.com:443/reg/" + id,
		"Login.Example.com":     "https://Login.Example.com/reg/" + id,
	} {
		store := dcr.NewMemoryStore()
		require.NoError(t, store.Save(t.Context(), dcr.Handle{ClientID: id, URI: uri, Token: oauthclients.NewSecret("its-own")}))
		client, _ := played(t, dcr.Provider{RegistrationEndpoint: issuer + "/reg", Registrations: store},
			providertest.Exchange{Method: http.MethodGet, Path: "/reg/" + id, Host: host, Header: bearer("its-own"), Response: "get_response.json"},
		)
		got, err := client.Clients.Get(t.Context(), id)
		require.NoError(t, err, uri)
		require.Equal(t, id, got.ID)
	}
}

// A dead token and a client that is gone look alike, and neither is answered by registering again.
func TestADeadTokenAtOryHydra(t *testing.T) {
	store := dcr.NewMemoryStore()
	h := dcr.Handle{ClientID: "a", URI: issuer + "/oauth2/register/a", Token: oauthclients.NewSecret("worn-out")}
	require.NoError(t, store.Save(t.Context(), h))
	client, _ := played(t, dcr.Provider{RegistrationEndpoint: issuer + "/oauth2/register", Registrations: store},
		providertest.Exchange{Method: http.MethodGet, Path: "/oauth2/register/a", Header: bearer("worn-out"), Status: 401, Response: "hydra_unauthorized.json"},
	)
	_, err := client.Clients.Get(t.Context(), "a")
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Empty(t, failed.Code, "a sentence is no code")
	require.Equal(t, "The request could not be authorized; the registration access token is dead, or the client is gone", failed.Message)
	requireHandle(t, store, "a", h.URI, "worn-out")
}
