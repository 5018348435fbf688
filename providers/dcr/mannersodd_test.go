package dcr_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what one real server or another answers, and what a user is told of it.

// notApplied lists the fields of an error.
func notApplied(t *testing.T, err error) *oauthclients.NotAppliedError {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	var other *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &other)
	return other
}

// plain asks for nothing but what every server has.
func plain(method string) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
	}
	dcr.ExtraOf(c).TokenEndpointAuthMethod = method
	return c
}

func TestMoreScopesThanAskedAndNoHandle(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.BetterAuth))
	want := sample(1)
	want.Scopes = []string{"openid", "profile"}
	created, err := w.client.Clients.Create(t.Context(), want)
	var other *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &other)
	require.Equal(t, []string{"Scopes"}, other.Fields)
	require.False(t, created.Secret.IsZero())
	ids, err := w.store.List(t.Context(), "", 10)
	require.NoError(t, err)
	require.Equal(t, w.server.Registered(), ids)
}

// Spring reads clients, for five minutes each.
func TestAServerThatOnlyReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, dcrtest.WithManner(dcrtest.Spring))
		want := conduct{shows: []string{"Name", "RedirectURIs", "PostLogoutRedirectURIs", "GrantTypes", "Scopes"}}.sample(1)
		created, err := w.client.Clients.Create(t.Context(), want)
		require.NoError(t, err)
		require.False(t, created.Secret.IsZero())
		got, err := w.client.Clients.Get(t.Context(), created.ID)
		require.NoError(t, err)
		require.Equal(t, created.Name, got.Name)
		require.Equal(t, created.Secret.Reveal(), got.Secret.Reveal(), "a hash is no secret")
		_, err = w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
		require.ErrorIs(t, err, errors.ErrUnsupported)
		require.ErrorIs(t, w.client.Clients.Delete(t.Context(), created.ID), errors.ErrUnsupported)

		<-time.After(5 * time.Minute)
		page, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Len(t, page.Clients, 1)
		require.Equal(t, dcr.StatusDead, page.Clients[0].Status)
		require.Equal(t, created.Secret.Reveal(), page.Clients[0].Secret.Reveal())
		found, err := w.client.Clients.FindByName(t.Context(), created.Name)
		require.NoError(t, err)
		require.Len(t, found, 1, "it lives, and nobody registers it anew")
		require.Equal(t, created.RedirectURIs, found[0].RedirectURIs)
		require.Len(t, w.server.Registered(), 1)
		_, err = w.client.Clients.Get(t.Context(), created.ID)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	})
}

// What only the library adds can be taken back.
func TestAnEmptyListThatNobodyAskedFor(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.Spring))
	created, err := w.client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "Night run", GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
	})
	require.NoError(t, err)
	require.False(t, created.Secret.IsZero())
}

// Behind TLS the https spelling of an http address is tried, and the http one never.
func TestAnHTTPAddressAtAnHTTPSIssuer(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.DjangoOAuthToolkit))
	want := managing()[dcrtest.DjangoOAuthToolkit].sample(1)
	created, err := w.client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	_, err = w.client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	require.NoError(t, w.rename(t, created.ID))
	require.NoError(t, w.client.Clients.Delete(t.Context(), created.ID))
}

func TestMoreGrantTypesThanAsked(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.DjangoOAuthToolkit))
	want := plain("")
	want.GrantTypes = want.GrantTypes[:1]
	created, err := w.client.Clients.Create(t.Context(), want)
	require.Equal(t, []string{"GrantTypes"}, notApplied(t, err).Fields)
	require.ErrorContains(t, err, "more than")
	require.Len(t, created.GrantTypes, 2)
}

func TestNoMethodAndNoSecret(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.Glewlwyd))
	created, err := w.client.Clients.Create(t.Context(), plain(""))
	require.Contains(t, notApplied(t, err).Fields, "Secret")
	require.Equal(t, []string{created.ID}, w.server.Registered())
}

func TestAClientThatWasPublicAndGetsNoSecret(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.DjangoOAuthToolkit))
	created, err := w.client.Clients.Create(t.Context(), plain("none"))
	require.NoError(t, err)
	require.True(t, created.Secret.IsZero())
	updated, err := w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		dcr.ExtraOf(c).TokenEndpointAuthMethod = "client_secret_basic"
	})
	require.Contains(t, notApplied(t, err).Fields, "Secret")
	require.NotNil(t, updated)
}

// The list of one that a read shows is refused where it is sent back, and left out the client is public.
func TestTheMethodGoesBackAsATextWhereThatIsWanted(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.Glewlwyd))
	created, err := w.client.Clients.Create(t.Context(), plain("client_secret_basic"))
	require.NoError(t, err)
	updated, err := w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
	require.NoError(t, err)
	kept, _ := w.server.Metadata(created.ID)
	require.Equal(t, "client_secret_basic", kept["token_endpoint_auth_method"], "the client is no public one now")
	require.False(t, updated.Secret.IsZero(), "an update gives a new secret there")
	require.NotEqual(t, created.Secret.Reveal(), updated.Secret.Reveal())
}

func TestWhateverIsWrongWithATokenIsA400(t *testing.T) {
	for _, m := range []dcrtest.Manner{dcrtest.Authlib, dcrtest.Canaille} {
		w := newWorld(t, dcrtest.WithManner(m))
		created, err := w.client.Clients.Create(t.Context(), plain(""))
		require.NoError(t, err)
		h, err := w.api(t).Handle(t.Context(), created.ID)
		require.NoError(t, err)
		w.server.Kill(created.ID)
		_, err = w.client.Clients.Get(t.Context(), created.ID)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, m)
		page, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, dcr.StatusDead, page.Clients[0].Status, m)
		require.ErrorIs(t, w.api(t).Adopt(t.Context(), h), oauthclients.ErrUnauthenticated, m)
	}
}

func TestWhatKeycloakRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		bend  func(*oauthclients.OAuthClient)
		kind  error
		field string
	}{
		"unknown member": {func(c *oauthclients.OAuthClient) {
			c.AdditionalMembers = map[string]json.RawMessage{"foo": json.RawMessage(`1`)}
		}, oauthclients.ErrInvalid, "foo"},
		"openid":         {func(c *oauthclients.OAuthClient) { c.Scopes = []string{"openid"} }, oauthclients.ErrInvalid, "scope"},
		"256 characters": {func(c *oauthclients.OAuthClient) { c.Name = strings.Repeat("a", 256) }, oauthclients.ErrOutcomeUnknown, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dcrtest.WithManner(dcrtest.Keycloak))
			want := plain("")
			c.bend(want)
			_, err := w.client.Clients.Create(t.Context(), want)
			require.ErrorIs(t, err, c.kind)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			if c.field != "" {
				require.Len(t, failed.Fields, 1)
				require.Equal(t, c.field, failed.Fields[0].Field)
			}
			require.Empty(t, w.server.Registered())
		})
	}
}

// Stored and not shown is another thing than not applied.
func TestWhatKeycloakNeverShows(t *testing.T) {
	w := newWorld(t, dcrtest.WithManner(dcrtest.Keycloak))
	want := plain("")
	want.LogoURI, want.TermsURI = "https://orders.example.com/logo.png", "https://orders.example.com/terms"
	created, err := w.client.Clients.Create(t.Context(), want)
	other := notApplied(t, err)
	require.Equal(t, []string{"LogoURI", "TermsURI"}, other.Fields)
	require.Equal(t, other.Fields, other.Unconfirmed)
	kept, _ := w.server.Metadata(created.ID)
	require.Equal(t, want.LogoURI, kept["logo_uri"])
}

// Who knows what is not shown says so once.
func TestWhatIsKnownNotToShow(t *testing.T) {
	server := dcrtest.New(dcrtest.WithManner(dcrtest.Keycloak))
	provider := server.Provider()
	provider.NotShown = []string{"LogoURI", "PolicyURI", "TermsURI"}
	clients := clientAt(t, provider, server, server.Auth()).Clients
	want := plain("")
	want.LogoURI = "https://orders.example.com/logo.png"
	created, err := clients.Create(t.Context(), want)
	require.NoError(t, err)
	_, err = clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.TermsURI = "https://orders.example.com/terms" })
	require.NoError(t, err)
	kept, _ := server.Metadata(created.ID)
	require.Equal(t, "https://orders.example.com/logo.png", kept["logo_uri"])
	require.Equal(t, "https://orders.example.com/terms", kept["tos_uri"])
}

// What the server answers goes back and binds, as RFC 7592 wants it, unless only ours is to be sent.
func TestADefaultThatBindsOnceItIsWrittenBack(t *testing.T) {
	for sends, bound := range map[dcr.UpdateSends]any{dcr.WholeAnswer: "client_secret_basic", dcr.OnlyOurs: nil} {
		server := dcrtest.New(dcrtest.WithManner(dcrtest.Keycloak))
		provider := server.Provider()
		provider.UpdateSends = sends
		clients := clientAt(t, provider, server, server.Auth()).Clients
		created, err := clients.Create(t.Context(), plain(""))
		require.NoError(t, err)
		renamed, err := clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
		require.NoError(t, err)
		require.Equal(t, "Another name", renamed.Name)
		kept, _ := server.Metadata(created.ID)
		require.Equal(t, bound, kept["token_endpoint_auth_method"])
	}
}

// An address that nobody has tried does not replace the one that works.
func TestAnAddressThatAnUpdateNames(t *testing.T) {
	w := newWorld(t, dcrtest.WithUpdatedURI(func(issuer, id string) string { return issuer + "/reg/" + id + "/" + id }))
	created := w.create(t)
	require.NoError(t, w.rename(t, created.ID))
	require.NoError(t, w.rename(t, created.ID))
	require.NoError(t, w.client.Clients.Delete(t.Context(), created.ID))
}

// What a proxy answers says nothing about a client.
func TestAnswersOfAProxyAboutAClient(t *testing.T) {
	for _, status := range []int{401, 404, 410} {
		for _, fault := range []fakeserver.Fault{dcrtest.ProxyText(status), dcrtest.ProxyPage(status)} {
			w := newWorld(t)
			created := w.create(t)
			w.server.Inject(fault)
			_, err := w.client.Clients.Get(t.Context(), created.ID)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "%d", status)
			require.NotErrorIs(t, err, oauthclients.ErrNotFound)
			w.server.Heal()
			w.requireCurrent(t, created.ID)
		}
	}
}
