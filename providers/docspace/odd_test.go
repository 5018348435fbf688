package docspace_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
)

// This file holds answers with members of another JSON type than the portal's own: they cost only
// themselves, and what comes once comes through.

const (
	oddID     = "6c7cf17b-1bd3-47d5-94c6-be2d3570e168"
	oddSecret = "q8ZrT1vYc0LkN5eWm2HsXa7PdJ4uGb9RfKoV"
)

// oddClient is a client of which these members are other than they should be.
func oddClient(t *testing.T, members string) string {
	t.Helper()
	return `{"client_id":"` + oddID + `","client_secret":"` + oddSecret + `","redirect_uris":["https://app.example.com/callback"],` +
		`"allowed_origins":["https://app.example.com"],"scopes":["files:read"],"name":"Invoice Importer","logo":"data:image/png;base64,AAAA",` +
		`"website_url":"https://app.example.com",` + members + `}`
}

// What is plain is converted.
func TestPlainValuesOfAnotherTypeAreConverted(t *testing.T) {
	for members, same := range map[string]func(*oauthclients.OAuthClient) bool{
		`"tenant":"17"`:                            func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).Tenant == 17 },
		`"tenant":17.0`:                            func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).Tenant == 17 },
		`"tenant":""`:                              func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).Tenant == 0 },
		`"enabled":"false"`:                        func(c *oauthclients.OAuthClient) bool { return c.Status == oauthclients.StatusDisabled },
		`"is_public":"true"`:                       func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).Public },
		`"description":5`:                          func(c *oauthclients.OAuthClient) bool { return c.Description == "5" },
		`"description":["one"]`:                    func(c *oauthclients.OAuthClient) bool { return c.Description == "one" },
		`"scopes":"files:read"`:                    func(c *oauthclients.OAuthClient) bool { return slices.Equal(c.Scopes, []string{"files:read"}) },
		`"authentication_methods":"none"`:          func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).AllowPKCE },
		`"created_by":7`:                           func(c *oauthclients.OAuthClient) bool { return docspace.ExtraOf(c).CreatedBy == "7" },
		`"client_secret":1234567890`:               func(c *oauthclients.OAuthClient) bool { return c.Secret.Reveal() == "1234567890" },
		`"created_on":"0001-01-01T00:00:00Z"`:      func(c *oauthclients.OAuthClient) bool { return c.CreatedAt.IsZero() },
		`"created_on":"0001-01-01T00:00:00+02:00"`: func(c *oauthclients.OAuthClient) bool { return c.CreatedAt.IsZero() },
	} {
		body := oddClient(t, members)
		for _, answer := range []string{body, `{"response":` + body + `}`} {
			client := answered(t, docspace.Provider{}, http.StatusOK, answer)
			got, err := client.Clients.Get(t.Context(), oddID)
			require.NoError(t, err, members)
			require.True(t, same(got), members)
			require.Equal(t, "Invoice Importer", got.Name)
		}
	}
}

// The id as well, from any scalar; a list gives the other entries, and the odd one with what there is
// of it.
func TestOddEntriesHideNoOthers(t *testing.T) {
	odd := `{"client_id":12345678901234567890,"client_secret":{},"name":{"text":"?"},"redirect_uris":{"a":1},"tenant":"x","enabled":true}`
	for _, answer := range []string{
		`{"data":[` + oddClient(t, `"tenant":1`) + `,` + odd + `, ` + oddClient(t, `"tenant":2,"client_id":"another"`) + `]}`,
		`[` + oddClient(t, `"tenant":1`) + "\n,\n" + odd + `,` + oddClient(t, `"tenant":2,"client_id":"another"`) + `]`,
	} {
		page, err := answered(t, docspace.Provider{}, http.StatusOK, answer).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Len(t, page.Clients, 3)
		require.Equal(t, "12345678901234567890", page.Clients[1].ID)
		require.Equal(t, oauthclients.StatusActive, page.Clients[1].Status)
		require.Empty(t, page.Clients[1].Name)
		require.Contains(t, string(page.Clients[1].Raw()), `{"text":"?"}`)
		require.Equal(t, []string{"https://app.example.com/callback"}, page.Clients[2].RedirectURIs)
		require.Equal(t, int64(2), docspace.ExtraOf(page.Clients[2]).Tenant)
	}
}

// createdAs answers 201 to a create, and the read after it.
func createdAs(t *testing.T, created, read string) (*oauthclients.OAuthClient, error) {
	t.Helper()
	hc := &http.Client{Transport: roundTripper(func(r *http.Request) *http.Response {
		switch {
		case r.Method == http.MethodPost:
			return response(r, http.StatusCreated, created)
		case r.URL.Path == "/api/2.0/security/oauth2/token":
			return response(r, http.StatusOK, `{"response":"a.b.c"}`)
		}
		return response(r, http.StatusOK, read)
	})}
	client, err := oauthclients.New(docspace.Provider{Portal: "https://portal.example.com"}, oauthclients.BearerToken(apiKey()), oauthclients.WithHTTPClient(hc))
	require.NoError(t, err)
	return client.Clients.Create(t.Context(), portalSample(1))
}

// What comes once comes through, and the create names what could not be read.
func TestCreateKeepsWhatComesOnce(t *testing.T) {
	got, err := createdAs(t, oddClient(t, `"name":"Invoice Importer 1","tenant":{"id":1},"enabled":"perhaps","terms_url":[1,{}]`), `{}`)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Subset(t, missing.Fields, []string{"Extra.Tenant", "Status", "TermsURI"})
	require.NotContains(t, missing.Fields, "Secret")
	require.NotContains(t, missing.Fields, "Name", "what was asked for as well is told beside that, once")
	require.ElementsMatch(t, missing.Fields, slices.Compact(slices.Sorted(slices.Values(missing.Fields))))
	require.Equal(t, oddID, missing.ID)
	require.Equal(t, oddID, got.ID)
	require.Equal(t, oddSecret, got.Secret.Reveal())
	require.Equal(t, "Invoice Importer 1", got.Name)
	require.Equal(t, []string{"https://app.example.com/callback"}, got.RedirectURIs)
	require.Contains(t, string(got.Raw()), `"perhaps"`)
}

// A mask is no secret in a read, and the secret of a create is what it is.
func TestASecretThatCannotBeUsedIsLeftZero(t *testing.T) {
	for _, stand := range []string{"**********", "•••••", "{bcrypt}$2a$10$FkArbskFXUdXxPJKqyX9buzECPHemqVFCTVNcC22sqOlUQs63cUAK", "$2y$10$x", "$argon2id$v=19$x", "pbkdf2_sha256$1$x"} {
		masked := oddClient(t, `"client_secret":"`+stand+`"`)
		got, err := answered(t, docspace.Provider{}, http.StatusOK, masked).Clients.Get(t.Context(), oddID)
		require.NoError(t, err)
		require.True(t, got.Secret.IsZero(), stand)

		got, err = createdAs(t, oddClient(t, `"client_secret":""`), masked)
		require.ErrorIs(t, err, oauthclients.ErrNotApplied)
		require.True(t, got.Secret.IsZero(), stand)

		_, err = answered(t, docspace.Provider{}, http.StatusOK, `{"client_secret":"`+stand+`"}`).Clients.RegenerateSecret(t.Context(), oddID)
		require.NoError(t, err, "what issues a secret is believed")
	}
}

func TestANewSecretComesThrough(t *testing.T) {
	for body, want := range map[string]string{
		`{"client_secret":"new","tenant":{},"redirect_uris":{"a":1},"client_id":{}}`: "new",
		`{"client_secret":1234567890.50}`:                                            "1234567890.50",
		`{"client_secret":["new"]}`:                                                  "new",
		`{"response":{"client_secret":"new","logo":{"a":1}}}`:                        "new",
	} {
		secret, err := answered(t, docspace.Provider{}, http.StatusOK, body).Clients.RegenerateSecret(t.Context(), oddID)
		require.NoError(t, err, body)
		require.Equal(t, want, secret.Reveal())
	}
}

// What could not be read goes back as it came, and is not cleared.
func TestUpdateSendsOddMembersBack(t *testing.T) {
	for members, back := range map[string]map[string]string{
		`"description":{"de":"Holt Rechnungen"}`: {"description": `{"de":"Holt Rechnungen"}`, "allowed_origins": `["https://app.example.com"]`},
		`"allowed_origins":{"0":"x"},"logo":[1,2],"redirect_uris":[{}],"scopes":{"a":true}`: {
			"allowed_origins": `{"0":"x"}`, "logo": `[1,2]`, "redirect_uris": `[{}]`, "scopes": `{"a":true}`,
		},
		`"description":5`:  {"description": `"5"`},
		`"description":{}`: {"description": `""`},
	} {
		var sent map[string]json.RawMessage
		hc := &http.Client{Transport: roundTripper(func(r *http.Request) *http.Response {
			switch {
			case r.Method == http.MethodPut:
				text, _ := io.ReadAll(r.Body)
				_ = json.Unmarshal(text, &sent)
				return response(r, http.StatusOK, "")
			case r.URL.Path == "/api/2.0/security/oauth2/token":
				return response(r, http.StatusOK, `{"response":"a.b.c"}`)
			}
			return response(r, http.StatusOK, oddClient(t, members))
		})}
		client, err := oauthclients.New(docspace.Provider{Portal: "https://portal.example.com"}, oauthclients.BearerToken(apiKey()), oauthclients.WithHTTPClient(hc))
		require.NoError(t, err)
		_, err = client.Clients.Update(t.Context(), oddID, func(c *oauthclients.OAuthClient) { c.Name = "Another name" })
		require.ErrorIs(t, err, oauthclients.ErrNotApplied, "the name, in this answer")
		for _, name := range slices.Sorted(maps.Keys(back)) {
			require.JSONEq(t, back[name], string(sent[name]), name)
		}
		require.JSONEq(t, `"Another name"`, string(sent["name"]))
	}
}

// The native calls read alike.
func TestOddMembersOfTheNativeCalls(t *testing.T) {
	body := oddClient(t, `"is_public":"true","policy_url":{"a":1},"scopes":["files:read",5]`)
	info, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, body)).Info(t.Context(), oddID)
	require.NoError(t, err)
	require.True(t, info.Public)
	require.Equal(t, []string{"files:read", "5"}, info.Scopes)
	for info, err := range native(t, answered(t, docspace.Provider{}, http.StatusOK, `{"data":[`+body+`]}`)).Infos(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		require.True(t, info.Public)
	}
	list := `{"data":[{"registered_client_id":7,"scopes":5,"client":{"name":"no id"}},{"registered_client_id":"x","scopes":["a",5],"client":"x"},` +
		`{"registered_client_id":"y","scopes":"a b","client":` + body + `}]}`
	var ids []string
	for consent, err := range native(t, answered(t, docspace.Provider{}, http.StatusOK, list)).Consents(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		ids = append(ids, consent.ClientID)
		require.Equal(t, consent.ClientID == "y", consent.Client != nil)
	}
	require.Equal(t, []string{"7", "x", "y"}, ids)
}
