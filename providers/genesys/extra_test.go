package genesys_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file tests the settings that only this vendor has.

func TestExtraOf(t *testing.T) {
	c := &oauthclients.OAuthClient{}
	genesys.ExtraOf(c).AccessTokenValidity = time.Hour
	require.Equal(t, time.Hour, genesys.ExtraOf(c).AccessTokenValidity)

	c.Extra = otherExtra{}
	genesys.ExtraOf(c).AccessTokenValidity = time.Minute
	require.Equal(t, &genesys.Extra{AccessTokenValidity: time.Minute}, c.Extra, "another provider's settings are replaced")
	require.NotNil(t, genesys.ExtraOf(nil))

	c.Extra = (*genesys.Extra)(nil)
	genesys.ExtraOf(c).AccessTokenValidity = time.Minute
	require.Equal(t, time.Minute, genesys.ExtraOf(c).AccessTokenValidity)
}

func TestExtraCloneIsDeep(t *testing.T) {
	original := &genesys.Extra{RoleDivisions: []genesys.RoleDivision{{RoleID: "r", DivisionID: "*"}}, RoleIDs: []string{"r"}}
	clone, ok := original.Clone().(*genesys.Extra)
	require.True(t, ok)
	require.Equal(t, original, clone)
	clone.RoleDivisions[0].RoleID, clone.RoleIDs[0] = "x", "x"
	require.Equal(t, "r", original.RoleDivisions[0].RoleID)
	require.Equal(t, "r", original.RoleIDs[0])
	require.NotPanics(t, func() { (*genesys.Extra)(nil).Clone() })
}

func TestExtraOfAnotherVendorIsRefused(t *testing.T) {
	_, clients := connect(t)
	want := deskApp()
	want.Extra = otherExtra{}
	_, err := clients.Create(t.Context(), want)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

type otherExtra struct{}

func (otherExtra) Provider() string          { return "other" }
func (otherExtra) Clone() oauthclients.Extra { return otherExtra{} }

// An edit of this provider's settings on the client of another one must not be lost in silence.
func TestExtraOfOnAClientOfAnotherProvider(t *testing.T) {
	portal := docspacetest.New()
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	require.NoError(t, err)
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "Invoice Importer", LogoURI: "data:image/svg+xml;base64,PHN2Zy8+", ClientURI: "https://app.example.com",
		TermsURI: "https://app.example.com/terms", PolicyURI: "https://app.example.com/privacy",
		PostLogoutRedirectURIs: []string{"https://app.example.com/logout"}, Scopes: []string{"openid"},
		RedirectURIs: []string{"https://app.example.com/cb"}, AllowedOrigins: []string{"https://app.example.com"},
	})
	require.NoError(t, err)
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.Name = "Another name"
		genesys.ExtraOf(c).AccessTokenValidity = time.Hour
	})
	requireExtraRefused(t, err)
	require.Zero(t, portal.Count(http.MethodPut, ""))
}

func requireExtraRefused(t *testing.T, err error) {
	t.Helper()
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"Extra"}, unsupported.Fields)
}

// ownExtra is a caller's type around the provider's: a driver cannot look into it.
type ownExtra struct {
	*genesys.Extra
	Note string
}

func (e *ownExtra) Clone() oauthclients.Extra { clone := *e; return &clone }

func TestExtraOfACallersOwnTypeIsRefused(t *testing.T) {
	fake, clients := connect(t)
	want := nightlyExport()
	want.Extra = &ownExtra{genesys.ExtraOf(want), "n"}
	_, err := clients.Create(t.Context(), want)
	requireExtraRefused(t, err)
	require.Empty(t, fake.Requests())

	created, err := clients.Create(t.Context(), nightlyExport())
	require.NoError(t, err)
	_, err = clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		c.Extra = &ownExtra{genesys.ExtraOf(c), "n"}
	})
	requireExtraRefused(t, err)
	require.Zero(t, fake.Count(http.MethodPut, ""))
}

// One that leaves Clone to the embedded Extra becomes that Extra, with all of its settings.
func TestExtraThatClonesToTheProvidersOwnIsTaken(t *testing.T) {
	_, clients := connect(t)
	want := nightlyExport()
	want.Extra = &struct{ *genesys.Extra }{genesys.ExtraOf(want)}
	created, err := clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.Equal(t, time.Hour, genesys.ExtraOf(created).AccessTokenValidity)
}
