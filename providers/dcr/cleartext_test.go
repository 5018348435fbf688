package dcr_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file holds addresses that a server names: what an https server names is https, on this
// machine too.

// local are addresses on this machine, where http is taken from a user.
func local() []string {
	return []string{"http://127.0.0.1:8080/x", "http://localhost/x", "http://[::1]:1/x", "HTTP://127.0.0.1/x", "http://127.9.9.9/x"}
}

// secure is a client of an https server.
func secure(t *testing.T, auth oauthclients.Auth, edit func(*dcr.Provider), options ...dcrtest.Option) *world {
	t.Helper()
	server := dcrtest.New(options...)
	require.Equal(t, "https", strings.SplitN(server.URL(), ":", 2)[0])
	provider := server.Provider()
	if edit != nil {
		edit(&provider)
	}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return &world{server, client, provider.Registrations}
}

func TestAnHTTPSIssuerNamesHTTPSAddresses(t *testing.T) {
	for _, member := range []string{"token_endpoint", "registration_endpoint"} {
		for _, address := range local() {
			auth := oauthclients.ClientCredentials{ClientID: dcrtest.RegistrarID, ClientSecret: oauthclients.NewSecret(dcrtest.RegistrarSecret)}
			w := secure(t, auth, nil, dcrtest.WithDescription(map[string]any{member: address}))
			_, err := w.client.Clients.Create(t.Context(), sample(1))
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "must be https, as the place that names it is", address)
			for _, r := range w.server.Requests() {
				require.Equal(t, http.MethodGet, r.Method, "nothing but the description is asked for")
				require.Empty(t, r.Header.Get("Authorization"))
			}
		}
	}
	w := secure(t, oauthclients.NoAuth{}, nil)
	w.create(t)
}

// An address that nobody uses stops nobody.
func TestAnAddressInTheClearThatIsNotUsed(t *testing.T) {
	for _, address := range append(local(), "http://login.example.com/x", "ftp://x", "no URL at all") {
		description := dcrtest.WithDescription(map[string]any{
			"token_endpoint": address, "authorization_endpoint": address, "revocation_endpoint": address,
		})
		w := secure(t, oauthclients.NoAuth{}, nil, description)
		created := w.create(t)
		require.NoError(t, w.rename(t, created.ID))
		auth := oauthclients.AuthCode{ClientID: "a", RedirectURL: "https://app.example.com/cb"}
		_, err := auth.Begin(t.Context(), w.server.Provider(), oauthclients.WithHTTPClient(w.server.HTTPClient()))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, "who signs in uses it")

		auth = oauthclients.AuthCode{ClientID: "a", RedirectURL: "https://app.example.com/cb"}
		page := secure(t, oauthclients.NoAuth{}, nil, dcrtest.WithDescription(map[string]any{"authorization_endpoint": address}))
		_, err = auth.Begin(t.Context(), page.server.Provider(), oauthclients.WithHTTPClient(page.server.HTTPClient()))
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
	}
}

// A program's own address is the program's, and an http server on this machine may name others.
func TestAddressesThatMayBeHTTP(t *testing.T) {
	w := secure(t, oauthclients.NoAuth{}, func(p *dcr.Provider) { p.RegistrationEndpoint = "http://127.0.0.1:8080/reg" },
		dcrtest.WithDescription(map[string]any{"registration_endpoint": "http://127.0.0.1:8080/x"}))
	_, err := w.client.Clients.Create(t.Context(), sample(1))
	require.ErrorIs(t, err, oauthclients.ErrNotApplied, "it was sent there, and the server has another address")
	require.Equal(t, 1, w.server.Count(http.MethodPost, "/reg"))

	plain := dcrtest.NewServer(t, dcrtest.WithDescription(map[string]any{"token_endpoint": "http://localhost:8080/x"}))
	client, err := oauthclients.New(plain.Provider(), oauthclients.NoAuth{})
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
}

// The address and the token of a client are no way around it either.
func TestAnHTTPSServerNamesNoHTTPAddressOfAClient(t *testing.T) {
	for _, address := range local() {
		w := secure(t, oauthclients.NoAuth{}, nil, dcrtest.WithRegistrationURI(func(string, string) string { return address }))
		created, err := w.client.Clients.Create(t.Context(), sample(1))
		require.ErrorIs(t, err, oauthclients.ErrNotApplied)
		require.ErrorContains(t, err, "Handle.URI: must be at "+w.server.URL())
		before := len(w.server.Requests())
		_, err = w.client.Clients.Get(t.Context(), created.ID)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		handle := dcr.Handle{ClientID: created.ID, URI: address, Token: oauthclients.NewSecret("registration-token")}
		require.ErrorIs(t, w.api(t).Adopt(t.Context(), handle), oauthclients.ErrInvalid)
		require.Len(t, w.server.Requests(), before, "the token goes nowhere")
	}
}

// One that comes with a later answer is not taken; what is known goes on working.
func TestALaterHTTPAddressOfAClientIsNotTaken(t *testing.T) {
	for _, address := range local() {
		named := 0
		w := secure(t, oauthclients.NoAuth{}, nil, dcrtest.WithRegistrationURI(func(issuer, id string) string {
			if named++; named > 1 {
				return address
			}
			return issuer + "/reg/" + id
		}))
		created := w.create(t)
		require.NoError(t, w.rename(t, created.ID))
		require.NoError(t, w.rename(t, created.ID))
		require.NoError(t, w.client.Clients.Delete(t.Context(), created.ID))
	}
}
