package dcr_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds registrations with more than one thing wrong with them: all are told.

// A server registers other scopes and another method than asked.
func TestWhatAServerChangesBesideAMissingHandle(t *testing.T) {
	client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: `{"client_id":"ID","client_secret":"SECRET-of-the-client","client_name":"x","redirect_uris":["https://orders.example.com/cb"],` +
		`"grant_types":["authorization_code"],"scope":"openid profile email offline_access","token_endpoint_auth_method":"client_secret_post"}`})
	want := orderDesk()
	want.Scopes = []string{"openid", "email"}
	dcr.ExtraOf(want).TokenEndpointAuthMethod = "client_secret_basic"
	created, err := client.Clients.Create(t.Context(), want)
	require.Equal(t, []string{"Scopes", "Extra.TokenEndpointAuthMethod"}, notAppliedFields(t, err))
	require.False(t, dcr.ExtraOf(created).Manageable)
	require.Equal(t, "SECRET-of-the-client", created.Secret.Reveal())
}

func TestFaultsThatAreToldTogether(t *testing.T) {
	const elsewhere = `"registration_access_token":"t0k3n-0f-ID","registration_client_uri":"/register/ID"`
	for members, fields := range map[string][]string{
		`"client_secret":"SECRET-of-the-client","client_name":"y"`:                                        {"Name"},
		`"client_name":"x","token_endpoint_auth_method":"client_secret_post"`:                             {"Secret"},
		`"client_name":{"de":"x"}`:                                                                        {"Name", "Secret"},
		`"client_secret":"SECRET-of-the-client","client_name":"x","contacts":{"a":1},"scope":"more than"`: {"Extra.Contacts", "Scopes"},
	} {
		t.Run(members, func(t *testing.T) {
			client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: `{"client_id":"ID",` + elsewhere + `,` + members + `}`})
			created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "x", RedirectURIs: []string{"https://a.example"}, Scopes: []string{"more"}})
			require.Equal(t, "ID", created.ID)
			var unusable *dcr.HandleError
			require.ErrorAs(t, err, &unusable)
			require.Equal(t, "/register/ID", unusable.Handle.URI, "it is kept for the caller")
			require.Equal(t, "t0k3n-0f-ID", unusable.Handle.Token.Reveal())
			require.Subset(t, notAppliedFields(t, err), fields)
			require.ErrorContains(t, err, "cannot be used")
			require.ErrorContains(t, err, fields[0])
			require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		})
	}
}

// A secret that was due and did not come is told, whatever the answer says of the method.
func TestASecretThatDidNotCome(t *testing.T) {
	for name, c := range map[string]struct {
		asked, answered string
		told            bool
	}{
		"no method anywhere":              {"", "", true},
		"asked, not answered":             {"client_secret_post", "", true},
		"answered":                        {"", `"token_endpoint_auth_method":"client_secret_basic",`, true},
		"public":                          {"none", "", false},
		"public by the server's choice":   {"", `"token_endpoint_auth_method":"none",`, false},
		"keys":                            {"private_key_jwt", "", false},
		"as a list, as Glewlwyd does it":  {"", `"token_endpoint_auth_method":["client_secret_basic"],`, true},
		"of none asked, and basic is set": {"none", `"token_endpoint_auth_method":"client_secret_basic",`, true},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := atDesk(t, nil, deskReply{status: http.StatusCreated, body: `{` + c.answered + `"client_id":"ID","client_name":"x","redirect_uris":["https://orders.example.com/cb"],"grant_types":["authorization_code"]}`})
			want := orderDesk()
			dcr.ExtraOf(want).TokenEndpointAuthMethod = c.asked
			created, err := client.Clients.Create(t.Context(), want)
			require.Equal(t, "ID", created.ID)
			if c.told {
				require.Contains(t, notAppliedFields(t, err), "Secret")
			} else if err != nil {
				require.NotContains(t, notAppliedFields(t, err), "Secret")
			}
		})
	}
}

// A public client that becomes another one needs a secret.
func TestAnUpdateFromNone(t *testing.T) {
	answer := func(method, secret string) deskReply {
		return deskReply{body: `{"client_id":"ID","client_name":"x","token_endpoint_auth_method":"` + method + `"` + secret + `}`}
	}
	for secret, told := range map[string]bool{"": true, `,"client_secret":"**********"`: true, `,"client_secret":"SECRET-of-the-client"`: false} {
		client, _ := atDesk(t, deskStore(t), answer("none", ""), answer("client_secret_basic", secret))
		updated, err := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) {
			dcr.ExtraOf(c).TokenEndpointAuthMethod = "client_secret_basic"
		})
		require.Equal(t, "client_secret_basic", dcr.ExtraOf(updated).TokenEndpointAuthMethod)
		if !told {
			require.NoError(t, err)
			continue
		}
		require.Equal(t, []string{"Secret"}, notAppliedFields(t, err))
	}
}

// echoing is a store that says in its errors what it was given.
type echoing struct{ dcr.Store }

func (echoing) Save(_ context.Context, h dcr.Handle) error {
	token := h.Token.Reveal()
	return fmt.Errorf("%w: no room for %s, %s, %s", errFull, token, base64.StdEncoding.EncodeToString([]byte(token)), strings.ToUpper(token))
}

func TestAStoreThatRepeatsTheToken(t *testing.T) {
	const token, secret = "registration-token-of-the-answer", "SECRET-of-the-new-client"
	with := func(p *dcr.Provider) { p.Registrations = echoing{dcr.NewMemoryStore()} }
	client, _ := atDesk(t, with, deskReply{status: http.StatusCreated, body: `{"client_id":"ID","client_name":"x","client_secret":"` + secret + `","registration_access_token":"` + token + `","registration_client_uri":"` + deskManaged + `"}`})
	created, err := client.Clients.Create(t.Context(), orderDesk())
	require.Equal(t, secret, created.Secret.Reveal())
	require.ErrorIs(t, err, errFull)
	require.ErrorContains(t, err, "no space left on device")
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost, "the handle is in reach whatever the store says")
	require.Equal(t, token, lost.Handle.Token.Reveal())
	require.ErrorIs(t, lost, errFull)
	for _, e := range []error{err, lost, lost.Err} {
		providertest.RequireHidden(t, e, token, secret)
	}
}

// So does one that is asked for a client whose token was replaced.
func TestAStoreThatRepeatsAReplacedToken(t *testing.T) {
	const token = "registration-token-of-the-second-answer"
	with := func(p *dcr.Provider) {
		deskStore(t)(p)
		p.Registrations = echoing{p.Registrations}
	}
	client, _ := atDesk(t, with, deskReply{body: `{"client_id":"ID","registration_access_token":"` + token + `"}`})
	_, err := client.Clients.Get(t.Context(), "ID")
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, token, lost.Handle.Token.Reveal())
	providertest.RequireHidden(t, err, token)
	require.ErrorIs(t, err, errFull)
}

// An id has no end that a server must keep to.
func TestAnIDWithoutEnd(t *testing.T) {
	id := strings.Repeat("i", 1<<20)
	e := &dcr.HandleError{Handle: dcr.Handle{ClientID: id}, Reason: "cannot be used"}
	require.Less(t, len(e.Error()), 1024)
	require.Contains(t, e.Error(), "iii")
}
