package dcr_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what goes out with an update, and with a registration.

// What has no order has none: nothing is sent.
func TestAnotherOrderIsNoEdit(t *testing.T) {
	answer := deskClient(`"client_name":"x","redirect_uris":["https://a.example","https://b.example"],"scope":"openid email","grant_types":["authorization_code","refresh_token"],"response_types":["code","code id_token"],"contacts":["a@a.example","b@a.example"]`)
	turned := func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = []string{"https://b.example", "https://a.example", "https://b.example"}
		c.Scopes = []string{"email", "openid", "email"}
		c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantRefreshToken, oauthclients.GrantAuthorizationCode}
		dcr.ExtraOf(c).ResponseTypes = []string{"code id_token", "code"}
		dcr.ExtraOf(c).Contacts = []string{"b@a.example", "a@a.example"}
		c.AdditionalMembers = map[string]json.RawMessage{"x_gone": json.RawMessage("null")}
	}
	client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer})
	got, err := client.Clients.Update(t.Context(), "ID", turned)
	require.NoError(t, err)
	require.Equal(t, []string{"https://a.example", "https://b.example"}, got.RedirectURIs)
	require.Len(t, d.asked, 1)

	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) {
		turned(c)
		c.Name = "y"
	})
	require.Equal(t, []string{"Name"}, notAppliedFields(t, err))
	require.Equal(t, []any{"https://b.example", "https://a.example", "https://b.example"}, d.last().body["redirect_uris"], "the caller's order is what is sent")
}

// What stands in order of preference has one (OpenID Connect Registration 1.0 section 2).
func TestAnOrderOfPreferenceIsAnEdit(t *testing.T) {
	before, after := deskReply{body: deskClient(`"default_acr_values":["urn:a","urn:b"]`)}, deskReply{body: deskClient(`"default_acr_values":["urn:b","urn:a"]`)}
	turn := func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).DefaultACRValues = []string{"urn:b", "urn:a"} }
	client, d := atDesk(t, deskStore(t), before, after)
	_, err := client.Clients.Update(t.Context(), "ID", turn)
	require.NoError(t, err)
	require.Len(t, d.asked, 2)
	require.Equal(t, []any{"urn:b", "urn:a"}, d.last().body["default_acr_values"])
	client, _ = atDesk(t, deskStore(t), before, before)
	_, err = client.Clients.Update(t.Context(), "ID", turn)
	require.Equal(t, []string{"Extra.DefaultACRValues"}, notAppliedFields(t, err))
}

// Nothing does not go back beside what it excludes, and the secret goes back nowhere.
func TestWhatDoesNotGoBack(t *testing.T) {
	answer := deskClient(`"client_name":"x","jwks":{},"jwks_uri":"https://a.example/keys","scope":[],"logo_uri":"","policy_uri":null,"tls_client_auth_san_dns":"",` +
		`"contacts":[],"owner":"","metadata":{},"client_id_issued_at":"0001-01-01T00:00:00Z"`)
	client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer})
	_, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Scopes = []string{"a"} })
	require.Equal(t, []string{"Scopes"}, notAppliedFields(t, err))
	require.Equal(t, map[string]any{
		"client_id": "ID", "client_name": "x", "jwks_uri": "https://a.example/keys", "scope": "a", "contacts": []any{}, "owner": "", "metadata": map[string]any{},
	}, d.last().body)
}

// Canaille writes a JWK Set as a text.
func TestATextThatIsAnObjectGoesBackAsOne(t *testing.T) {
	answer := deskClient(`"client_name":"x","jwks":"{\"keys\": [{\"kty\":\"oct\"}]}","redirect_uris":"[\"https://a.example\"]"`)
	client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer})
	_, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.ClientURI = "https://a.example" })
	require.Equal(t, []string{"ClientURI"}, notAppliedFields(t, err))
	require.Equal(t, map[string]any{"keys": []any{map[string]any{"kty": "oct"}}}, d.last().body["jwks"])
	require.Equal(t, []any{"https://a.example"}, d.last().body["redirect_uris"])
}

// A server that merges keeps what is left out, and takes an empty value for it.
func TestAServerThatMerges(t *testing.T) {
	before := `"client_name":"x","client_uri":"https://a.example","contacts":["a@a.example"],"scope":"openid","x_note":"n"`
	clearAll := func(c *oauthclients.OAuthClient) {
		c.ClientURI, c.Scopes, dcr.ExtraOf(c).Contacts = "", nil, nil
		c.AdditionalMembers = map[string]json.RawMessage{"x_note": json.RawMessage("null")}
	}
	kept, cleared := deskReply{body: deskClient(before)}, deskReply{body: deskClient(`"client_name":"x","client_uri":"","contacts":[],"scope":"openid","x_note":null`)}
	client, d := atDesk(t, deskStore(t), kept, kept, cleared)
	got, err := client.Clients.Update(t.Context(), "ID", clearAll)
	require.Equal(t, []string{"Scopes"}, notAppliedFields(t, err), "a scope is never emptied")
	require.Empty(t, got.ClientURI)
	require.Len(t, d.asked, 3)
	require.NotContains(t, d.asked[1].body, "client_uri", "at first it is left out, as the standard has it")
	require.Equal(t, map[string]any{"client_id": "ID", "client_name": "x", "client_uri": "", "contacts": []any{}, "x_note": ""}, d.last().body)

	replaced := deskReply{body: deskClient(`"client_name":"x"`)}
	client, d = atDesk(t, deskStore(t), kept, replaced)
	_, err = client.Clients.Update(t.Context(), "ID", clearAll)
	require.NoError(t, err)
	require.Len(t, d.asked, 2, "a server that replaces is not asked again")
}

// The client of the first answer stays where the second fails.
func TestAServerThatMergesAndTakesNothingEmpty(t *testing.T) {
	rotated := `{"client_id":"ID","client_name":"y","client_uri":"https://a.example","registration_access_token":"second-token"}`
	for name, second := range map[string]deskReply{
		"refused": {status: http.StatusBadRequest, body: `{"error":"invalid_client_metadata","error_description":"client_uri is not a URL"}`},
		"failed":  {status: http.StatusInternalServerError},
	} {
		t.Run(name, func(t *testing.T) {
			client, d := atDesk(t, deskStore(t), deskReply{body: deskClient(`"client_name":"x","client_uri":"https://a.example"`)}, deskReply{body: rotated}, second)
			got, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name, c.ClientURI = "y", "" })
			require.Equal(t, []string{"ClientURI"}, notAppliedFields(t, err))
			require.Equal(t, "y", got.Name)
			require.Equal(t, "https://a.example", got.ClientURI)
			require.NotErrorIs(t, err, oauthclients.ErrInvalid)
			require.Equal(t, "Bearer second-token", d.last().token, "the token of the first answer is used")
			require.Len(t, d.asked, 3)
		})
	}
}

// OnlyOurs sends back what a user has set or adopted.
func TestOnlyOurs(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "registrations")
	with := func(p *dcr.Provider) {
		store, err := dcr.FileStore(folder)
		require.NoError(t, err)
		p.Registrations, p.UpdateSends = store, dcr.OnlyOurs
	}
	answer := deskReply{body: deskClient(`"client_name":"x","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"],"response_types":["code"],"token_endpoint_auth_method":"client_secret_basic","post_logout_redirect_uris":["+"],"x_tier":2,"policy_uri":"https://a.example"`)}
	client, _ := atDesk(t, with, answer)
	want := orderDesk()
	want.AdditionalMembers = map[string]json.RawMessage{"x_tier": json.RawMessage("2")}
	_, err := client.Clients.Create(t.Context(), want)
	require.NoError(t, err)

	client, d := atDesk(t, with, answer, answer, answer, answer) // another program
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.PolicyURI = "https://b.example" })
	require.Equal(t, []string{"PolicyURI"}, notAppliedFields(t, err))
	require.Equal(t, map[string]any{
		"client_id": "ID", "client_name": "x", "redirect_uris": []any{"https://orders.example.com/cb"}, "grant_types": []any{"authorization_code"},
		"x_tier": 2.0, "policy_uri": "https://b.example",
	}, d.last().body)
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.Equal(t, []string{"Name"}, notAppliedFields(t, err))
	require.Equal(t, "https://a.example", d.last().body["policy_uri"], "it is the user's from the first update on")
	require.NotContains(t, d.last().body, "token_endpoint_auth_method")
}

func TestOnlyOursOfWhatWasAdoptedAndOfOlderHandles(t *testing.T) {
	answer := deskReply{body: deskClient(`"client_name":"x","token_endpoint_auth_method":"client_secret_basic"`)}
	with := func(p *dcr.Provider) { p.UpdateSends = dcr.OnlyOurs }
	rename := func(c *oauthclients.OAuthClient) { c.Name = "y" }
	grown := deskReply{body: deskClient(`"client_name":"y","token_endpoint_auth_method":"client_secret_basic","client_uri":"https://new.example"`)}
	client, d := atDesk(t, with, answer, grown, grown)
	api, err := dcr.Of(client)
	require.NoError(t, err)
	require.NoError(t, api.Adopt(t.Context(), dcr.Handle{ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID")}))
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "z" })
	require.Equal(t, []string{"Name"}, notAppliedFields(t, err))
	require.Equal(t, map[string]any{"client_id": "ID", "client_name": "z", "token_endpoint_auth_method": "client_secret_basic"}, d.last().body,
		"what the server has added since is its own")

	client, d = atDesk(t, func(p *dcr.Provider) { with(p); deskStore(t)(p) }, answer, deskReply{body: deskClient(`"client_name":"y"`)})
	_, err = client.Clients.Update(t.Context(), "ID", rename)
	require.NoError(t, err)
	require.Contains(t, d.last().body, "token_endpoint_auth_method", "nobody knows what was asked for")
}

// What an answer does not show at all is told apart from what has another value.
func TestWhatAnAnswerDoesNotShow(t *testing.T) {
	answer := deskReply{status: http.StatusCreated, body: deskClient(`"client_name":"z","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"]`)}
	want := orderDesk()
	want.LogoURI, want.PolicyURI = "https://a.example/logo.png", "https://a.example/privacy"
	dcr.ExtraOf(want).Contacts = []string{"a@a.example"}
	client, _ := atDesk(t, nil, answer)
	_, err := client.Clients.Create(t.Context(), want)
	require.Equal(t, []string{"Name", "LogoURI", "PolicyURI", "Extra.Contacts"}, notAppliedFields(t, err))
	var told *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &told)
	require.Equal(t, []string{"LogoURI", "PolicyURI", "Extra.Contacts"}, told.Unconfirmed)
	require.Contains(t, told.Error(), "without Name")
	require.Contains(t, told.Error(), "does not show: LogoURI, PolicyURI, Extra.Contacts")

	client, _ = atDesk(t, func(p *dcr.Provider) { p.NotShown = []string{"LogoURI", "PolicyURI", "Extra.Contacts", "Name"} }, answer)
	_, err = client.Clients.Create(t.Context(), want)
	require.Equal(t, []string{"Name"}, notAppliedFields(t, err), "it is shown, and is another")

	_, err = oauthclients.New(dcr.Provider{RegistrationEndpoint: deskRegister, Registrations: dcr.NewMemoryStore(), NotShown: []string{"logo_uri"}, UpdateSends: 7}, oauthclients.NoAuth{})
	require.ErrorContains(t, err, `NotShown: "logo_uri" is no field`)
	require.ErrorContains(t, err, "UpdateSends")
}

// Some servers take no response types for none.
func TestResponseTypesAreWrittenOut(t *testing.T) {
	for name, c := range map[string]struct {
		grants []oauthclients.GrantType
		sent   any
	}{
		"none said":          {nil, []any{"code"}},
		"code":               {[]oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, []any{"code"}},
		"implicit":           {[]oauthclients.GrantType{oauthclients.GrantImplicit}, nil},
		"no sign-in":         {[]oauthclients.GrantType{oauthclients.GrantClientCredentials}, []any{}},
		"code and implicit":  {[]oauthclients.GrantType{oauthclients.GrantImplicit, oauthclients.GrantAuthorizationCode}, []any{"code"}},
		"device and refresh": {[]oauthclients.GrantType{dcr.GrantDeviceCode, oauthclients.GrantRefreshToken}, []any{}},
	} {
		t.Run(name, func(t *testing.T) {
			client, d := atDesk(t, nil, deskReply{status: http.StatusCreated, body: deskClient("")})
			want := orderDesk()
			want.GrantTypes = c.grants
			_, err := client.Clients.Create(t.Context(), want)
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			require.Equal(t, c.sent, d.last().body["response_types"])
		})
	}
}

// What only this library adds is taken back if it is refused, once.
func TestAMemberThatWeAddedIsRefused(t *testing.T) {
	job := &oauthclients.OAuthClient{Name: "x", GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials}}
	done := deskReply{status: http.StatusCreated, body: deskClient(`"client_name":"x","grant_types":["client_credentials"],"foo":1`)}
	refused := func(text string) deskReply {
		return deskReply{status: http.StatusBadRequest, body: `{"error":"invalid_request","error_description":"` + text + `"}`}
	}
	for _, text := range []string{"response_types cannot be empty", "invalid: response_types"} {
		client, d := atDesk(t, nil, refused(text), done)
		_, err := client.Clients.Create(t.Context(), job)
		require.NoError(t, err)
		require.Equal(t, []any{}, d.asked[0].body["response_types"])
		require.NotContains(t, d.asked[1].body, "response_types")
	}
	client, d := atDesk(t, nil, refused("response_types cannot be empty"), refused("response_types is missing"))
	_, err := client.Clients.Create(t.Context(), job)
	require.Equal(t, "response_types", deskFailure(t, err).Fields[0].Field)
	require.Len(t, d.asked, 2)
	client, d = atDesk(t, nil, refused("grant_types is wrong"))
	_, err = client.Clients.Create(t.Context(), job)
	require.Equal(t, "grant_types", deskFailure(t, err).Fields[0].Field)
	require.Len(t, d.asked, 1, "the user has set that")

	// What the server itself has answered goes back only as long as the server takes it.
	client, d = atDesk(t, deskStore(t), deskReply{body: deskClient(`"client_name":"x","foo":1,"bar":2`)},
		deskReply{status: http.StatusBadRequest, body: `{"error":"Unrecognized field \"foo\" at line 1 column 631."}`}, deskReply{body: deskClient(`"client_name":"y","foo":1,"bar":2`)})
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.NoError(t, err)
	require.Equal(t, map[string]any{"client_id": "ID", "client_name": "y", "bar": 2.0}, d.last().body)
}

// What a user has set is never left out because it is refused: leaving it out would clear it.
func TestAMemberOfTheUserIsNotTakenBack(t *testing.T) {
	refused := deskReply{status: http.StatusBadRequest, body: `{"error":"invalid_redirect_uri","error_description":"https is wanted"}`}
	client, d := atDesk(t, deskStore(t), deskReply{body: deskClient(`"client_name":"x","redirect_uris":["com.example:/cb"]`)}, refused)
	_, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Len(t, d.asked, 2)
}

// A secret that came with the first of two answers is not lost to the second, nor is a token that could
// not be saved.
func TestWhatComesWithTheFirstOfTwoAnswers(t *testing.T) {
	before := deskReply{body: deskClient(`"client_name":"x","client_uri":"https://a.example"`)}
	first := deskReply{body: `{"client_id":"ID","client_secret":"the-second-secret","client_uri":"https://a.example"}`}
	forget := func(c *oauthclients.OAuthClient) { c.ClientURI = "" }
	client, _ := atDesk(t, deskStore(t), before, first, deskReply{body: `{"client_id":"ID"}`})
	got, err := client.Clients.Update(t.Context(), "ID", forget)
	require.NoError(t, err)
	require.Equal(t, "the-second-secret", got.Secret.Reveal())

	with := func(p *dcr.Provider) {
		deskStore(t)(p)
		p.Registrations = full{p.Registrations}
	}
	second := deskReply{body: `{"registration_access_token":"second-t0k3n"}`}
	client, _ = atDesk(t, with, before, deskReply{body: `{"client_id":"ID","client_uri":"https://a.example"}`}, second)
	_, err = client.Clients.Update(t.Context(), "ID", forget)
	require.Equal(t, []string{"ClientURI"}, notAppliedFields(t, err))
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, "second-t0k3n", lost.Handle.Token.Reveal())

	client, _ = atDesk(t, with, before, first, second)
	got, err = client.Clients.Update(t.Context(), "ID", forget)
	require.Equal(t, "the-second-secret", got.Secret.Reveal())
	require.ErrorAs(t, err, &lost, "the server tells it once, and the store does not have it")
	require.Contains(t, lost.Handle.Registration.Reveal(), "the-second-secret")
}

// What a user has added is not taken back when the server refuses it.
func TestWhatAUserHasAddedIsNotTakenBack(t *testing.T) {
	server := dcrtest.New()
	provider := server.Provider()
	client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "x", RedirectURIs: []string{"https://orders.example.com/cb"}, AdditionalMembers: map[string]json.RawMessage{"x_limit": json.RawMessage(`5`)},
	})
	require.NoError(t, err)
	server.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusBadRequest, Times: 1, Body: `{"error":"invalid_client_metadata","error_description":"\"x_limit\" must be below 5"}`})
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, 1, server.Count(http.MethodPut, ""), "it is not sent without the member")
}
