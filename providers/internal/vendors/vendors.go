// Package vendors lists the providers of this module with their fakes, for the tests of promises
// that hold at all of them.
package vendors

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// Vendor is one provider.
type Vendor struct {
	Name string
	// New returns a fake with an empty account and without a socket.
	New func() *Fake
	// Sample returns the n-th of any number of clients that the provider takes.
	Sample func(n int) *oauthclients.OAuthClient
	// ClientsPath is the path of the clients, TokenPath that of what authorizes the calls, and
	// TokenMethod how it is asked for.
	ClientsPath, TokenPath, TokenMethod string
	// RegenerateMethod is how a new secret is asked for; "" where there is none.
	RegenerateMethod string
}

// Fake is a vendor's server.
type Fake struct {
	*fakeserver.Server
	// Auth is the account's credential.
	Auth oauthclients.Auth
	// AuthCode registers a program that signs people in, and SignIn is such a person's browser.
	AuthCode func(redirectURL string) oauthclients.AuthCode
	SignIn   func(loginURL string) (callback url.Values, err error)
	// At is the provider at another address, such as that of a proxy in front of the fake.
	At func(url string) oauthclients.Provider
}

// Handler serves what reaches the fake by another way than its own client.
func (f *Fake) Handler() http.Handler { return f.Server }

// Connect returns a client that reaches the fake inside the process, past everything that
// stands in front of it.
func (f *Fake) Connect(opts ...oauthclients.Option) (*oauthclients.Client, error) {
	opts = append([]oauthclients.Option{oauthclients.WithHTTPClient(f.HTTPClient())}, opts...)
	return oauthclients.New(f.At(f.URL()), f.Auth, opts...)
}

// All returns every provider.
func All() []Vendor { return []Vendor{Sipgate(), DocSpace(), Genesys()} }

// Sipgate is sipgate with the password grant.
func Sipgate(opts ...sipgatetest.Option) Vendor {
	return Vendor{
		Name: "sipgate",
		New: func() *Fake {
			server := sipgatetest.New(opts...)
			return &Fake{server.Server, server.Auth(), server.AuthCode, server.SignIn, func(url string) oauthclients.Provider {
				return sipgate.Provider{APIURL: url, LoginURL: url}
			}}
		},
		Sample: func(n int) *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name: fmt.Sprintf("Order desk %d", n), RedirectURIs: []string{"https://orders.example.com/oauth/*"},
			}
		},
		ClientsPath: "/v2/authorization/oauth2/clients",
		TokenMethod: http.MethodPost, TokenPath: "/login/sipgate-apps/protocol/openid-connect/token",
	}
}

// DocSpace is a portal with an API key, which is traded for a signature.
func DocSpace() Vendor {
	return Vendor{
		Name: "docspace",
		New: func() *Fake {
			server := docspacetest.New()
			return &Fake{server.Server, server.Auth(), server.AuthCode, server.SignIn, func(url string) oauthclients.Provider {
				return docspace.Provider{Portal: url}
			}}
		},
		Sample: func(n int) *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name:                   fmt.Sprintf("Invoice importer %d", n),
				RedirectURIs:           []string{"https://app.example.com/callback"},
				PostLogoutRedirectURIs: []string{"https://app.example.com/logout"},
				AllowedOrigins:         []string{"https://app.example.com"},
				Scopes:                 []string{"files:read"},
				ClientURI:              "https://app.example.com",
				LogoURI:                "data:image/png;base64,iVBORw0KGgo=",
				PolicyURI:              "https://app.example.com/privacy",
				TermsURI:               "https://app.example.com/terms",
			}
		},
		ClientsPath: "/api/2.0/clients",
		TokenMethod: http.MethodGet, TokenPath: "/api/2.0/security/oauth2/token",
		RegenerateMethod: http.MethodPatch,
	}
}

// Genesys is Genesys Cloud with client credentials.
func Genesys() Vendor {
	return Vendor{
		Name: "genesys",
		New: func() *Fake {
			server := genesystest.New()
			return &Fake{server.Server, server.Auth(), server.AuthCode, server.SignIn, func(url string) oauthclients.Provider {
				return genesys.Provider{APIURL: url, LoginURL: url}
			}}
		},
		Sample: func(n int) *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{
				Name:         fmt.Sprintf("desk-app %d", n),
				GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
				RedirectURIs: []string{"https://desk.example.com/cb"},
				Scopes:       []string{"users:readonly"},
			}
		},
		ClientsPath: "/api/v2/oauth/clients",
		TokenMethod: http.MethodPost, TokenPath: "/oauth/token",
		RegenerateMethod: http.MethodPost,
	}
}
