package dcr_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what becomes of fields that a server stores and never answers.

const (
	logo = "https://orders.example.com/logo.png"
	hush = "LogoURI"
)

func hiding(fields ...string) func(*dcr.Provider) {
	return func(p *dcr.Provider) { p.NotShown = fields }
}

// shyDesk answers a client with the given members, whatever it is asked.
func shyDesk(members string) deskReply { return deskReply{body: deskClient(members)} }

func shyClient(t *testing.T, edit func(*dcr.Provider), replies ...deskReply) (*oauthclients.Client, *desk) {
	t.Helper()
	answer := `"client_name":"x","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"]`
	client, d := atDesk(t, edit, append([]deskReply{{status: http.StatusCreated, body: deskClient(answer)}}, replies...)...)
	want := orderDesk()
	want.LogoURI = logo
	created, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, logo, created.LogoURI)
	return client, d
}

// A server that replaces would clear what is not sent again.
func TestWhatIsNotShownGoesBackWithEveryUpdate(t *testing.T) {
	for name, edit := range map[string]func(*dcr.Provider){
		"whole answer": hiding(hush),
		"only ours":    func(p *dcr.Provider) { p.NotShown, p.UpdateSends = []string{hush}, dcr.OnlyOurs },
	} {
		t.Run(name, func(t *testing.T) {
			client, d := shyClient(t, edit, shyDesk(`"client_name":"x"`), shyDesk(`"client_name":"x"`), shyDesk(`"client_name":"y"`))
			got, err := client.Clients.Get(t.Context(), "ID")
			require.NoError(t, err)
			require.Equal(t, logo, got.LogoURI)
			got, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name, c.LogoURI = "y", logo })
			require.NoError(t, err)
			require.Equal(t, logo, got.LogoURI)
			require.Equal(t, logo, d.last().body["logo_uri"])
		})
	}
}

// To set what is there already is no edit, and to clear it is one.
func TestEditsOfWhatIsNotShown(t *testing.T) {
	shown := shyDesk(`"client_name":"x"`)
	client, d := shyClient(t, hiding(hush), shown, shown, shown, shown, shown, shown, shown)
	_, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.LogoURI = logo })
	require.NoError(t, err)
	require.Len(t, d.asked, 2, "a program that says at each start what it wants writes nothing")
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.LogoURI = logo + "?2" })
	require.NoError(t, err)
	require.Equal(t, logo+"?2", d.last().body["logo_uri"])

	got, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.LogoURI = "" })
	require.NoError(t, err)
	require.Empty(t, got.LogoURI)
	require.Len(t, d.asked, 7, "nobody can see whether the server keeps what is left out, so it is emptied too")
	require.NotContains(t, d.asked[5].body, "logo_uri")
	require.Equal(t, "", d.last().body["logo_uri"]) //nolint:testifylint // it is there, and empty
	got, err = client.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Empty(t, got.LogoURI)
}

// Where an empty value is refused, nobody knows.
func TestAnEmptyValueOfWhatIsNotShownIsRefused(t *testing.T) {
	shown := shyDesk(`"client_name":"x"`)
	refused := deskReply{status: http.StatusBadRequest, body: `{"error":"invalid_client_metadata","error_description":"logo_uri must be a URL"}`}
	client, d := shyClient(t, hiding(hush), shown, shown, refused, shown, shyDesk(`"client_name":"y"`))
	got, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.LogoURI = "" })
	require.Equal(t, []string{hush}, notAppliedFields(t, err))
	var told *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &told)
	require.Equal(t, []string{hush}, told.Unconfirmed)
	require.ErrorContains(t, err, "does not show whether")
	require.Empty(t, got.LogoURI)
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.NoError(t, err)
	require.NotContains(t, d.last().body, "logo_uri", "what was left out stays out")
}

// What a server shows after all is what counts.
func TestWhatIsShownAfterAll(t *testing.T) {
	client, d := shyClient(t, hiding(hush), shyDesk(`"client_name":"x","logo_uri":"https://b.example/logo"`), shyDesk(`"client_name":"y"`), shyDesk(`"client_name":"y","logo_uri":null`))
	got, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.NoError(t, err)
	require.Equal(t, "https://b.example/logo", d.last().body["logo_uri"])
	require.Equal(t, logo, got.LogoURI, "the latest that is known where it is not shown")
	got, err = client.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Empty(t, got.LogoURI)

	client, _ = shyClient(t, hiding(hush))
	api, err := dcr.Of(client)
	require.NoError(t, err)
	h, err := api.Handle(t.Context(), "ID")
	require.NoError(t, err)
	require.Equal(t, map[string]json.RawMessage{"logo_uri": json.RawMessage(`"` + logo + `"`)}, h.NotShown)
}

// Of a client that was registered elsewhere nobody knows them, unless the handle says so.
func TestWhatIsNotShownOfAnAdoptedClient(t *testing.T) {
	shown := shyDesk(`"client_name":"x"`)
	h := dcr.Handle{ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID")}
	client, d := atDesk(t, hiding(hush), shown, shown, shyDesk(`"client_name":"y"`))
	api, err := dcr.Of(client)
	require.NoError(t, err)
	require.NoError(t, api.Adopt(t.Context(), h))
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.NoError(t, err)
	require.NotContains(t, d.last().body, "logo_uri")

	known := h
	known.NotShown = map[string]json.RawMessage{"logo_uri": json.RawMessage(`"` + logo + `"`)}
	for _, edit := range []func(*dcr.Provider){hiding(hush), func(p *dcr.Provider) { p.NotShown, p.UpdateSends = []string{hush}, dcr.OnlyOurs }} {
		client, d = atDesk(t, edit, shown, shown, shown, shyDesk(`"client_name":"y"`))
		api, err = dcr.Of(client)
		require.NoError(t, err)
		require.NoError(t, api.Adopt(t.Context(), known))
		require.NoError(t, api.Adopt(t.Context(), h), "what is known is not forgotten")
		_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
		require.NoError(t, err)
		require.Equal(t, logo, d.last().body["logo_uri"])
	}
	for name, value := range map[string]string{"client_secret": `"s3cr3t-0f-ID"`, "client_id": "1", "policy_uri": "{"} {
		known.NotShown = map[string]json.RawMessage{name: json.RawMessage(value)}
		err = api.Adopt(t.Context(), known)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, "Handle.NotShown")
		require.NotContains(t, err.Error(), "s3cr3t")
	}
}

// The suite passes at a server that hides fields as at one that shows them.
func TestConformanceWhereFieldsAreNotShown(t *testing.T) {
	hides := []string{"LogoURI", "PolicyURI", "TermsURI"}
	merging := managing()[dcrtest.Keycloak]
	merging.hides, merging.provider = nil, hiding(hides...)
	replacing := conduct{
		keeps: true, provider: hiding(append(hides, "Scopes", "Extra.Contacts", "Extra.JWKS", "Extra.DefaultMaxAge")...),
		options: []dcrtest.Option{dcrtest.WithHiddenMembers("logo_uri", "policy_uri", "tos_uri", "scope", "contacts", "jwks", "default_max_age")},
	}
	for m, c := range map[dcrtest.Manner]conduct{dcrtest.Keycloak: merging, dcrtest.OIDCProvider: replacing} {
		t.Run(m.String(), func(t *testing.T) {
			providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
				t.Helper()
				return mannerTarget(t, m, c)
			}})
		})
	}
}

// A server that merges keeps what is left out, and one that replaces does not.
func TestWhatIsNotShownIsClearedAtTheServer(t *testing.T) {
	hidden := dcrtest.WithHiddenMembers("logo_uri", "policy_uri", "tos_uri")
	for _, m := range []dcrtest.Manner{dcrtest.Keycloak, dcrtest.OIDCProvider} {
		server := dcrtest.New(dcrtest.WithManner(m), hidden)
		provider := server.Provider()
		provider.NotShown = []string{hush, "PolicyURI"}
		clients := clientAt(t, provider, server, server.Auth()).Clients
		want := plain("")
		want.LogoURI, want.PolicyURI = logo, "https://orders.example.com/privacy"
		created, err := clients.Create(t.Context(), want)
		require.NoError(t, err)
		_, err = clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.LogoURI = "" })
		require.NoError(t, err)
		_, err = clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
		require.NoError(t, err)
		kept, _ := server.Metadata(created.ID)
		require.Contains(t, []any{nil, ""}, kept["logo_uri"], m)
		require.Equal(t, "https://orders.example.com/privacy", kept["policy_uri"], m)
	}
}

// The files of a store have it, so that the next program knows.
func TestTheNextProgramKnowsWhatIsNotShown(t *testing.T) {
	server := dcrtest.New(dcrtest.WithHiddenMembers("logo_uri", "jwks"))
	folder := filepath.Join(t.TempDir(), "registrations")
	program := func() *oauthclients.ClientsService {
		provider := server.Provider()
		store, err := dcr.FileStore(folder)
		require.NoError(t, err)
		provider.Registrations, provider.NotShown = store, []string{hush, "Extra.JWKS"}
		return clientAt(t, provider, server, server.Auth()).Clients
	}
	created, err := program().Create(t.Context(), sample(1))
	require.NoError(t, err)
	_, err = program().Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.NoError(t, err)
	kept, _ := server.Metadata(created.ID)
	require.Equal(t, sample(1).LogoURI, kept["logo_uri"])
	require.Equal(t, map[string]any{"keys": []any{map[string]any{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}}, kept["jwks"])
	for got, err := range program().All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		require.Equal(t, sample(1).LogoURI, got.LogoURI)
	}
}

// What the store has no room for is refused before it is sent.
func TestWhatIsNotShownAndTooLong(t *testing.T) {
	client, d := shyClient(t, hiding(hush, "PolicyURI"), shyDesk(`"client_name":"x"`))
	want := orderDesk()
	want.LogoURI, want.PolicyURI = logo, "https://a.example/"+strings.Repeat("a", 64<<10)
	_, err := client.Clients.Create(t.Context(), want)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "PolicyURI")
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.PolicyURI = want.PolicyURI })
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Len(t, d.asked, 2)
}

// A store does not write what it could not read any more.
func TestAHandleThatIsTooLongForAFile(t *testing.T) {
	store, err := dcr.FileStore(t.TempDir())
	require.NoError(t, err)
	h := dcr.Handle{ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID")}
	require.NoError(t, store.Save(t.Context(), h))
	long := h
	long.Members = slices.Repeat([]string{strings.Repeat("m", 1<<10)}, 1<<10)
	require.ErrorContains(t, store.Save(t.Context(), long), "too long")
	found, err := store.Load(t.Context(), "ID")
	require.NoError(t, err)
	require.Equal(t, &h, found)
}

// A member without a field is not lost either where the server does not show it: at Glewlwyd a public client
// whose client_confidential is left out can never sign in again.
func TestAnAddedMemberThatIsNotShownGoesBack(t *testing.T) {
	for name, edit := range map[string]func(*dcr.Provider){
		"whole answer": func(*dcr.Provider) {}, "only ours": func(p *dcr.Provider) { p.UpdateSends = dcr.OnlyOurs },
	} {
		t.Run(name, func(t *testing.T) {
			server := dcrtest.New(dcrtest.WithHiddenMembers("client_confidential"))
			provider := server.Provider()
			edit(&provider)
			client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
			require.NoError(t, err)
			want := orderDesk()
			want.AdditionalMembers = confidential("false")
			created, err := client.Clients.Create(t.Context(), want)
			require.Equal(t, []string{"AdditionalMembers.client_confidential"}, notAppliedFields(t, err))
			requireStored := func(value any) {
				members, found := server.Metadata(created.ID)
				require.True(t, found)
				require.Equal(t, value, members["client_confidential"])
			}
			update := func(edit func(*oauthclients.OAuthClient)) error {
				_, err := client.Clients.Update(t.Context(), created.ID, edit)
				return err
			}
			require.NoError(t, update(func(c *oauthclients.OAuthClient) { c.Name = "y" }))
			require.NoError(t, update(func(c *oauthclients.OAuthClient) { c.Name = "z" }))
			requireStored(false)
			require.ErrorIs(t, update(func(c *oauthclients.OAuthClient) { c.AdditionalMembers = confidential("true") }), oauthclients.ErrNotApplied)
			require.NoError(t, update(func(c *oauthclients.OAuthClient) { c.Name = "a" }))
			requireStored(true)
		})
	}
}

// Glewlwyd repeats client_confidential in the answers to writes, and no read has it.
func TestAnAddedMemberThatOnlyWritesRepeatGoesBack(t *testing.T) {
	read := deskReply{body: deskClient(`"client_name":"x"`)}
	echo := deskReply{body: deskClient(`"client_name":"y","client_confidential":false`)}
	made := deskReply{status: http.StatusCreated, body: deskClient(`"client_name":"x","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"],"client_confidential":false`)}
	client, d := atDesk(t, nil, made, read, echo, read, echo)
	want := orderDesk()
	want.Name, want.AdditionalMembers = "x", confidential("false")
	_, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	for range 2 {
		_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
		require.NoError(t, err)
		require.Equal(t, false, d.last().body["client_confidential"])
	}
	require.Len(t, d.asked, 5)
}

// What a read has shown and does not show any more was taken away by somebody.
func TestAnAddedMemberThatSomebodyTookAwayStaysAway(t *testing.T) {
	shown := deskReply{body: deskClient(`"client_name":"x","client_confidential":false`)}
	made := deskReply{status: http.StatusCreated, body: deskClient(`"client_name":"x","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"],"client_confidential":false`)}
	client, d := atDesk(t, nil, made, shown, deskReply{body: deskClient(`"client_name":"y","client_confidential":false`)},
		deskReply{body: deskClient(`"client_name":"y"`)}, deskReply{body: deskClient(`"client_name":"z"`)})
	want := orderDesk()
	want.Name, want.AdditionalMembers = "x", confidential("false")
	_, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	for _, name := range []string{"y", "z"} {
		_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = name })
		require.NoError(t, err)
	}
	require.NotContains(t, d.last().body, "client_confidential")
	require.Len(t, d.asked, 5)
}

func confidential(value string) map[string]json.RawMessage {
	return map[string]json.RawMessage{"client_confidential": json.RawMessage(value)}
}
