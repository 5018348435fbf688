package dcr_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what is refused: here, before any request, and by servers.

func TestRules(t *testing.T) {
	for says, change := range map[string]func(*oauthclients.OAuthClient){
		"RedirectURIs: must have at least one":  func(c *oauthclients.OAuthClient) { c.RedirectURIs = nil },
		"RedirectURIs: must be absolute":        func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{"/callback"} },
		"RedirectURIs: must have no fragment":   func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{"https://a.example/#a"} },
		"Scopes: each entry":                    func(c *oauthclients.OAuthClient) { c.Scopes = []string{"openid profile"} },
		"Extra.JWKS: must be a JSON object":     func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).JWKS = json.RawMessage(`[]`) },
		"Extra.JWKSURI: JWKS and JWKSURI":       func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).JWKSURI = "https://a.example/keys" },
		"Extra.DefaultMaxAge: must be a whole":  func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).DefaultMaxAge = new(time.Millisecond) },
		"Extra.DefaultMaxAge: must be a whole ": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).DefaultMaxAge = new(-time.Second) },
	} {
		t.Run(says, func(t *testing.T) {
			w := newWorld(t)
			want := sample(1)
			change(want)
			_, err := w.client.Clients.Create(t.Context(), want)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, says)
			require.Empty(t, w.server.Requests())

			created := w.create(t)
			_, err = w.client.Clients.Update(t.Context(), created.ID, change)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, says)
			require.Zero(t, w.server.Count(http.MethodPut, ""))
		})
	}
}

// What a server refuses comes with the name of the metadata (RFC 7591 section 3.2.2).
func TestRefusalsOfAServer(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*oauthclients.OAuthClient)
		code   string
		field  string
	}{
		"redirect URI": {func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{"javascript:alert(1)"} }, "invalid_redirect_uri", "redirect_uris"},
		"metadata": {func(c *oauthclients.OAuthClient) {
			c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantRefreshToken, oauthclients.GrantImplicit}
			dcr.ExtraOf(c).ResponseTypes = []string{"code"}
		}, "invalid_client_metadata", "response_types"},
		"statement": {func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).SoftwareStatement = dcrtest.BadSoftwareStatement }, "invalid_software_statement", "software_statement"},
		"unapproved statement": {func(c *oauthclients.OAuthClient) {
			dcr.ExtraOf(c).SoftwareStatement = dcrtest.UnapprovedSoftwareStatement
		}, "unapproved_software_statement", "software_statement"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			want := sample(1)
			c.change(want)
			_, err := w.client.Clients.Create(t.Context(), want)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, c.code, failed.Code)
			require.Equal(t, c.field, failed.Fields[0].Field)
			require.NotEmpty(t, failed.Fields[0].Message)
			require.Empty(t, w.server.Registered())
		})
	}
}

func TestTheInitialAccessTokenIsWanted(t *testing.T) {
	w := newWorld(t, dcrtest.WithInitialAccessToken())
	client, err := oauthclients.New(w.server.Provider(), oauthclients.NoAuth{}, oauthclients.WithHTTPClient(w.server.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), sample(1))
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	require.ErrorContains(t, err, "initial access token")
	require.Equal(t, 1, w.server.Count(http.MethodPost, "/reg"))
}

func TestWhatAServerDoesNotDo(t *testing.T) {
	w := newWorld(t)
	created := w.create(t)
	w.server.Inject(fakeserver.Fault{Method: http.MethodDelete, Status: http.StatusMethodNotAllowed})
	w.server.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusForbidden})
	err := w.client.Clients.Delete(t.Context(), created.ID)
	require.ErrorContains(t, err, "does not support this operation")
	require.ErrorIs(t, err, errors.ErrUnsupported)
	err = w.rename(t, created.ID)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.ErrorContains(t, err, "does not let this client be managed")
	w.requireCurrent(t, created.ID)
}

// Clients without redirects want no response types, and those with redirects want "code".
func TestResponseTypesFollowTheGrantTypes(t *testing.T) {
	w := newWorld(t)
	created, err := w.client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "Nightly job", GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
	})
	require.NoError(t, err)
	require.Empty(t, dcr.ExtraOf(created).ResponseTypes)
	updated, err := w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.GrantTypes, c.RedirectURIs = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, []string{"https://app.example.com/cb"}
	})
	require.NoError(t, err)
	require.Equal(t, []string{"code"}, dcr.ExtraOf(updated).ResponseTypes)
	updated, err = w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantClientCredentials}
	})
	require.NoError(t, err)
	require.Empty(t, dcr.ExtraOf(updated).ResponseTypes)
}
