// Package target has what is attacked: the providers of this repository, each with its fake, a
// server in front of it that an attacker can have, and the verbs.
package target

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// The names of the providers.
const (
	Sipgate  = "sipgate"
	DocSpace = "docspace"
	Genesys  = "genesys"
	DCR      = "dcr"
)

// Redirect is where people come back to after a sign-in.
const Redirect = "https://app.example.com/callback"

// Target is one provider with an account at its fake.
type Target struct {
	Name string
	Fake *fakeserver.Server
	// At is the provider at another address.
	At func(url string) oauthclients.Provider
	// Auth is the account's credential, and Secrets what must not be seen of it; a [Front] adds
	// what its first requests had.
	Auth    oauthclients.Auth
	Secrets []string
	// Person signs in.
	Person Person
	// Sample is a client that the provider takes.
	Sample *oauthclients.OAuthClient
	// Clients is the path of the clients, Token the one of what authorizes the calls.
	Clients, Token string
	// Code is the path of the token endpoint for people, Revoke that of the sign-out.
	Code, Revoke string
	// Regenerates: there is a way to a new secret.
	Regenerates bool
}

// Person can sign in at a fake.
type Person interface {
	AuthCode(redirectURL string) oauthclients.AuthCode
	SignIn(loginURL string) (url.Values, error)
}

// Names lists the providers.
func Names() []string { return []string{Sipgate, DocSpace, Genesys, DCR} }

// New returns a provider with an empty account.
func New(name string) *Target {
	switch name {
	case Sipgate:
		return newSipgate()
	case DocSpace:
		return newDocSpace()
	case Genesys:
		return newGenesys()
	default:
		return newDCR()
	}
}

func newSipgate() *Target {
	server := sipgatetest.New()
	return &Target{
		Name: Sipgate, Fake: server.Server, Person: server, Auth: server.Auth(), Secrets: []string{sipgatetest.Password},
		At:      func(url string) oauthclients.Provider { return sipgate.Provider{APIURL: url, LoginURL: url} },
		Sample:  &oauthclients.OAuthClient{Name: "Order desk", RedirectURIs: []string{Redirect}},
		Clients: "/v2/authorization/oauth2/clients",
		Token:   "/login/sipgate-apps/protocol/openid-connect/token",
		Code:    "/auth/realms/third-party/protocol/openid-connect/token",
		Revoke:  "/auth/realms/third-party/protocol/openid-connect/logout",
	}
}

func newDocSpace() *Target {
	server := docspacetest.New()
	const home = "https://app.example.com"
	return &Target{
		Name: DocSpace, Fake: server.Server, Person: server, Auth: server.Auth(),
		At: func(url string) oauthclients.Provider { return docspace.Provider{Portal: url} },
		Sample: &oauthclients.OAuthClient{
			Name: "Invoice importer", RedirectURIs: []string{Redirect}, PostLogoutRedirectURIs: []string{home},
			AllowedOrigins: []string{home}, Scopes: []string{docspace.ScopeFilesRead}, ClientURI: home,
			LogoURI: docspace.DefaultLogo, PolicyURI: home, TermsURI: home,
		},
		Clients: "/api/2.0/clients", Token: "/api/2.0/security/oauth2/token",
		Code: "/oauth2/token", Revoke: "/oauth2/revoke", Regenerates: true,
	}
}

func newGenesys() *Target {
	server := genesystest.New()
	return &Target{
		Name: Genesys, Fake: server.Server, Person: server, Auth: server.Auth(), Secrets: []string{"genesystest-login-"},
		At: func(url string) oauthclients.Provider { return genesys.Provider{APIURL: url, LoginURL: url} },
		Sample: &oauthclients.OAuthClient{
			Name: "desk-app", RedirectURIs: []string{Redirect}, Scopes: []string{"users:readonly"},
			GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		},
		Clients: "/api/v2/oauth/clients", Token: "/oauth/token",
		Code: "/oauth/token", Revoke: "/api/v2/tokens/me", Regenerates: true,
	}
}

func newDCR() *Target {
	server := dcrtest.New(dcrtest.WithInitialAccessToken(), dcrtest.WithSecretRotation())
	store := dcr.NewMemoryStore()
	return &Target{
		Name: DCR, Fake: server.Server, Person: server, Auth: server.ClientCredentials(), Secrets: []string{dcrtest.RegistrarSecret},
		At: func(url string) oauthclients.Provider {
			return dcr.Provider{Issuer: url, Registrations: store, RotateSecretOnUpdate: true}
		},
		Sample:  &oauthclients.OAuthClient{Name: "Order desk", RedirectURIs: []string{Redirect}},
		Clients: "/reg", Token: "/token", Code: "/token", Regenerates: true,
	}
}

// RegenerateMethod is how a new secret is asked for.
func (t *Target) RegenerateMethod() string {
	switch t.Name {
	case DocSpace:
		return http.MethodPatch
	case DCR:
		return http.MethodPut
	default:
		return http.MethodPost
	}
}
