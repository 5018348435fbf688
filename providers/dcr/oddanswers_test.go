package dcr_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds answers with members of another JSON type than the standard has.

// LemonLDAP::NG writes times as texts.
func TestATimeThatIsAText(t *testing.T) {
	client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: `{"client_id_expires_at":0,"logo_uri":null,"client_id_issued_at":"1796047021","id_token_signed_response_alg":"RS256","redirect_uris":["https://orders.example.com/cb"],"client_name":"x","client_secret":"SECRET/with.slash","client_id":"/id.with/slash"}`})
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "x", RedirectURIs: []string{"https://orders.example.com/cb"}})
	require.NoError(t, err)
	require.Equal(t, "/id.with/slash", created.ID)
	require.Equal(t, "SECRET/with.slash", created.Secret.Reveal())
	require.Equal(t, time.Unix(1796047021, 0).UTC(), created.CreatedAt)
	require.Equal(t, "RS256", dcr.ExtraOf(created).IDTokenSignedResponseAlg)
}

// Glewlwyd writes a list where one method is due.
func TestAListWhereATextIsDue(t *testing.T) {
	const answer = `{"client_id":"ID","description":"","token_endpoint_auth_method":["client_secret_basic"],"jwks_uri":"https://orders.example.com/jwks","client_secret":"SECRET","redirect_uris":["https://orders.example.com/cb"],"client_name":"x","response_types":["code"],"grant_types":["authorization_code","refresh_token"]}`
	client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer})
	got, err := client.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Equal(t, "client_secret_basic", dcr.ExtraOf(got).TokenEndpointAuthMethod)
	require.Equal(t, "SECRET", got.Secret.Reveal())
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
	require.Equal(t, []string{"Name"}, notAppliedFields(t, err), "this server has another value")
	require.Equal(t, "client_secret_basic", d.last().body["token_endpoint_auth_method"], "it goes back as the standard has it")
}

func TestPlainValuesOfOtherTypes(t *testing.T) {
	for members, same := range map[string]func(*oauthclients.OAuthClient, *dcr.Extra) bool{
		`"default_acr_values":"urn:a"`:                      func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.DefaultACRValues[0] == "urn:a" },
		`"client_id_issued_at":1796047021.0`:                func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.CreatedAt.Unix() == 1796047021 },
		`"client_id_issued_at":1.796047021e9`:               func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.CreatedAt.Unix() == 1796047021 },
		`"client_id_issued_at":"1796047021.0"`:              func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.CreatedAt.Unix() == 1796047021 },
		`"client_id_issued_at":"2026-12-01T00:00:00Z"`:      func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.CreatedAt.Year() == 2026 },
		`"client_secret_expires_at":"0001-01-01T00:00:00Z"`: func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.SecretExpiresAt.IsZero() },
		`"client_secret_expires_at":""`:                     func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.SecretExpiresAt.IsZero() },
		`"default_max_age":"3600"`:                          func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return *e.DefaultMaxAge == time.Hour },
		`"require_auth_time":"true"`:                        func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.RequireAuthTime },
		`"require_auth_time":1`:                             func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.RequireAuthTime },
		`"require_auth_time":["True"]`:                      func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.RequireAuthTime },
		`"require_auth_time":"false"`:                       func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return !e.RequireAuthTime },
		`"scope":["openid","email"]`: func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool {
			return len(c.Scopes) == 2 && c.Scopes[1] == "email"
		},
		`"scope":[]`:                                func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return len(c.Scopes) == 0 },
		`"grant_types":"authorization_code"`:        func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.GrantTypes[0] == "authorization_code" },
		`"redirect_uris":"[\"https://a.example\"]"`: func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.RedirectURIs[0] == "https://a.example" },
		`"contacts":[1,"b"]`: func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool {
			return e.Contacts[0] == "1" && e.Contacts[1] == "b"
		},
		`"client_name":["x"]`:     func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.Name == "x" },
		`"client_name":17`:        func(c *oauthclients.OAuthClient, _ *dcr.Extra) bool { return c.Name == "17" },
		`"software_version":1.5`:  func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.SoftwareVersion == "1.5" },
		`"jwks":"{\"keys\": []}"`: func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return string(e.JWKS) == `{"keys": []}` },
		`"jwks":{}`:               func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.JWKS == nil },
		`"jwks":""`:               func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.JWKS == nil },
		`"jwks":[ ]`:              func(_ *oauthclients.OAuthClient, e *dcr.Extra) bool { return e.JWKS == nil },
	} {
		t.Run(members, func(t *testing.T) {
			client, _ := atDesk(t, deskStore(t), deskReply{body: deskClient(members)}, deskReply{status: http.StatusCreated, body: deskClient(members)})
			got, err := client.Clients.Get(t.Context(), "ID")
			require.NoError(t, err)
			require.True(t, same(got, dcr.ExtraOf(got)), "%+v", got)
			require.Equal(t, "the-secret-of-the-client", got.Secret.Reveal())
			created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{RedirectURIs: []string{"https://a.example"}})
			require.Equal(t, "ID", created.ID)
			require.True(t, same(created, dcr.ExtraOf(created)))
			if err != nil {
				require.Equal(t, []string{"RedirectURIs"}, notAppliedFields(t, err), "nothing else is wrong")
			}
		})
	}
}

// What comes once is read from any scalar, whatever is beside it.
func TestWhatComesOnceIsReadFirst(t *testing.T) {
	client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: `{"client_id":12345678901234567890,"client_secret":31415926535,"registration_access_token":[2718281828],` +
		`"registration_client_uri":["` + deskManaged + `"],"redirect_uris":{"a":1},"scope":{"b":[1]},"contacts":[{"c":1}],"client_name":["a","b"],"client_id_issued_at":"yesterday"}`})
	created, err := client.Clients.Create(t.Context(), orderDesk())
	require.Equal(t, "12345678901234567890", created.ID)
	require.Equal(t, "31415926535", created.Secret.Reveal())
	require.ElementsMatch(t, []string{"Name", "RedirectURIs", "Scopes", "CreatedAt", "Extra.Contacts", "GrantTypes"}, notAppliedFields(t, err))
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	api, err := dcr.Of(client)
	require.NoError(t, err)
	handle, err := api.Handle(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, "2718281828", handle.Token.Reveal())
	require.Equal(t, deskManaged, handle.URI)
}

// What cannot be read stays where it is, and goes back as it came.
func TestWhatCannotBeReadGoesBack(t *testing.T) {
	answer := deskClient(`"client_name":"x","contacts":[{"mail":"a@example.com"}],"default_max_age":{"value":3}`)
	client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer})
	got, err := client.Clients.Get(t.Context(), "ID")
	require.NoError(t, err)
	require.Empty(t, dcr.ExtraOf(got).Contacts)
	require.Contains(t, string(got.Raw()), `"mail"`)
	_, err = client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.PolicyURI = "https://a.example" })
	require.Equal(t, []string{"PolicyURI"}, notAppliedFields(t, err), "an update names what was asked for")
	require.Equal(t, []any{map[string]any{"mail": "a@example.com"}}, d.last().body["contacts"])
	require.Equal(t, map[string]any{"value": 3.0}, d.last().body["default_max_age"])
}

// A secret that is a hash or a mask is none; a new one is taken as it comes.
func TestASecretThatIsAHash(t *testing.T) {
	const spring = `{"client_id":"ID","client_name":"Order desk","client_secret":"{bcrypt}$2a$10$FkArbskFXUdXxPJKqyX9buzECPHemqVFCTVNcC22sqOlUQs63cUAK","redirect_uris":["https://orders.example.com/cb"],"token_endpoint_auth_method":"client_secret_basic","registration_client_uri":"https://as.example.com/register?client_id=ID","client_secret_expires_at":0}`
	answers := []string{spring}
	for _, secret := range []string{
		"{noop}secret-in-clear", "{pbkdf2@SpringSecurity_v5_8}abc", "$2b$12$abcdefghijklmnopqrstuv", "$2y$10$abc", "$argon2id$v=19$m=1", "pbkdf2_sha256$870000$a$b=",
		"**********", "xxxxxxxx", "••••", "[REDACTED]",
	} {
		answers = append(answers, `{"client_id":"ID","client_name":"Order desk","client_secret":"`+secret+`"}`)
	}
	for _, answer := range answers {
		client, d := atDesk(t, deskStore(t), deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer}, deskReply{body: answer})
		got, err := client.Clients.Get(t.Context(), "ID")
		require.NoError(t, err)
		require.True(t, got.Secret.IsZero(), answer)
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.True(t, page.Clients[0].Secret.IsZero())
		updated, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Scopes = []string{"a"} })
		require.Equal(t, []string{"Scopes"}, notAppliedFields(t, err))
		require.True(t, updated.Secret.IsZero())
		require.NotContains(t, d.last().body, "client_secret")
	}
	client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: spring})
	created, err := client.Clients.Create(t.Context(), orderDesk())
	require.NotNil(t, created, "%v", err)
	require.Equal(t, "{bcrypt}$2a$10$FkArbskFXUdXxPJKqyX9buzECPHemqVFCTVNcC22sqOlUQs63cUAK", created.Secret.Reveal())
}
