package sipgate_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds answers with members of another JSON type than sipgate's own: they cost only
// themselves, and what comes once comes through.

// oddDesk is a client with these members besides.
func oddDesk(members string) string {
	return `{"clientId":"` + deskID + `","clientSecret":"` + deskSecret + `","name":"Order desk","redirectUris":["https://orders.example.com/oauth/*"],` + members + `}`
}

// says answers each method with a body of its own, and keeps what was put.
func says(t *testing.T, byMethod map[string]string) (*oauthclients.Client, func() map[string]json.RawMessage) {
	t.Helper()
	var sent map[string]json.RawMessage
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPut {
			_ = json.NewDecoder(r.Body).Decode(&sent)
		}
		_, _ = io.WriteString(w, byMethod[r.Method])
	}))
	client, err := oauthclients.New(at(server, ""), oauthclients.BearerToken("token"), over(server), quick())
	require.NoError(t, err)
	return client, func() map[string]json.RawMessage { return sent }
}

func TestPlainValuesOfAnotherTypeAreConverted(t *testing.T) {
	for members, same := range map[string]func(*oauthclients.OAuthClient) bool{
		`"description":5.50`:   func(c *oauthclients.OAuthClient) bool { return c.Description == "5.50" },
		`"description":[true]`: func(c *oauthclients.OAuthClient) bool { return c.Description == "true" },
		`"webOrigins":"https://a.example.com"`: func(c *oauthclients.OAuthClient) bool {
			return slices.Equal(c.AllowedOrigins, []string{"https://a.example.com"})
		},
		`"webOrigins":["https://a.example.com",7]`: func(c *oauthclients.OAuthClient) bool {
			return slices.Equal(c.AllowedOrigins, []string{"https://a.example.com", "7"})
		},
		`"clientSecret":12345678`:            func(c *oauthclients.OAuthClient) bool { return c.Secret.Reveal() == "12345678" },
		`"clientSecret":"**********"`:        func(c *oauthclients.OAuthClient) bool { return c.Secret.IsZero() },
		`"clientSecret":"{bcrypt}$2a$10$Fk"`: func(c *oauthclients.OAuthClient) bool { return c.Secret.IsZero() },
		`"termsUrl":{"de":"x"}`:              func(c *oauthclients.OAuthClient) bool { return c.TermsURI == "" },
		`"termsUrl":null,"webOrigins":""`:    func(c *oauthclients.OAuthClient) bool { return c.TermsURI == "" && len(c.AllowedOrigins) == 0 },
	} {
		body := oddDesk(members)
		client, _ := says(t, map[string]string{http.MethodGet: body})
		got, err := client.Clients.Get(t.Context(), deskID)
		require.NoError(t, err, members)
		require.True(t, same(got), members)
		require.Equal(t, "Order desk", got.Name)

		client, _ = says(t, map[string]string{http.MethodGet: `{"data":[{"clientId":7,"name":{"a":1}}, ` + body + `,{"clientId":"b"}]}`})
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, members)
		require.Len(t, page.Clients, 3)
		require.Equal(t, []string{"7", deskID, "b"}, []string{page.Clients[0].ID, page.Clients[1].ID, page.Clients[2].ID})
		require.True(t, same(page.Clients[1]), members)
	}
}

func TestCreateKeepsWhatComesOnce(t *testing.T) {
	for body, fields := range map[string][]string{
		oddDesk(`"termsUrl":{"de":"x"},"webOrigins":{"a":1}`): {"AllowedOrigins", "TermsURI"},
		oddDesk(`"name":[1,2]`):                               {"Name"},
	} {
		client, _ := says(t, map[string]string{http.MethodPost: body})
		got, err := client.Clients.Create(t.Context(), desk())
		require.ErrorIs(t, err, oauthclients.ErrNotApplied)
		require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		var missing *oauthclients.NotAppliedError
		require.ErrorAs(t, err, &missing)
		require.Equal(t, deskID, missing.ID)
		require.Subset(t, missing.Fields, fields)
		require.NotContains(t, missing.Fields, "Secret")
		require.Equal(t, deskID, got.ID)
		require.Equal(t, deskSecret, got.Secret.Reveal())
		require.Equal(t, []string{"https://orders.example.com/oauth/*"}, got.RedirectURIs)
	}
	client, _ := says(t, map[string]string{http.MethodPost: oddDesk(`"clientSecret":"**********","termsUrl":{"a":1}`)})
	got, err := client.Clients.Create(t.Context(), desk())
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.Equal(t, "**********", got.Secret.Reveal(), "what issues a secret is believed")

	client, _ = says(t, map[string]string{
		http.MethodPost: oddDesk(`"clientSecret":{"a":1},"termsUrl":{"a":1}`), http.MethodGet: oddDesk(`"clientSecret":"**********"`),
	})
	got, err = client.Clients.Create(t.Context(), desk())
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Subset(t, missing.Fields, []string{"Secret", "TermsURI"})
	require.True(t, got.Secret.IsZero())
}

// PUT demands all settings. What could not be read goes back as it came, and is not cleared.
func TestUpdateSendsOddMembersBack(t *testing.T) {
	odd := oddDesk(`"name":{"de":"Pult"},"redirectUris":{"0":"x"},"webOrigins":[{}],"privacyUrl":5,"termsUrl":{}`)
	client, sent := says(t, map[string]string{http.MethodGet: odd, http.MethodPut: odd})
	_, err := client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) { c.Description = "Click to dial" })
	require.ErrorIs(t, err, oauthclients.ErrNotApplied, "the description, in this answer")
	for name, want := range map[string]string{
		"name": `{"de":"Pult"}`, "redirectUris": `{"0":"x"}`, "webOrigins": `[{}]`, "privacyUrl": `"5"`, "termsUrl": `""`, "description": `"Click to dial"`,
	} {
		require.JSONEq(t, want, string(sent()[name]), name)
	}
	_, err = client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) { c.Name = " " })
	requireFaults(t, err, "Update", "Name")
}

func TestOddMembersOfTheNativeCalls(t *testing.T) {
	client, _ := says(t, map[string]string{http.MethodGet: `{"amount":"1234500.0","currency":["EUR"]}`})
	balance, err := native(t, client).Balance(t.Context())
	require.NoError(t, err)
	require.Equal(t, &sipgate.Balance{Amount: 1234500, Currency: "EUR"}, balance)
	client, _ = says(t, map[string]string{http.MethodGet: `{"sub":"w0","masterSipId":1234567,"locale":{"a":1}}`})
	info, err := native(t, client).UserInfo(t.Context())
	require.NoError(t, err)
	require.Equal(t, &sipgate.UserInfo{Sub: "w0", MasterSIPID: "1234567"}, info)
}
