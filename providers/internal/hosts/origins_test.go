package hosts

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file tests where each credential goes: the fakes answer under the names of an API and of
// a login host, as the vendors have them.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	apiHost   = "https://api.example.com"
	loginHost = "https://login.example.com:8443"
	callback  = "https://app.example.com/callback"
)

// place is a provider with an account.
type place struct {
	web      *web
	provider oauthclients.Provider
	auths    []oauthclients.Auth
	login    oauthclients.AuthCode
	signIn   func(loginURL string) (url.Values, error)
	sample   *oauthclients.OAuthClient
	// want are the credentials that each origin may see, and sees when everything is used.
	want map[string][]string
}

func places() map[string]func() *place {
	return map[string]func() *place{
		"sipgate": func() *place {
			server := sipgatetest.New()
			return &place{
				web: &web{fake: server.HTTPClient().Transport}, provider: sipgate.Provider{APIURL: apiHost, LoginURL: loginHost},
				auths: []oauthclients.Auth{server.Auth(), server.PersonalAccessToken(), oauthclients.BearerToken(server.AccessToken())},
				login: server.AuthCode(callback), signIn: server.SignIn, sample: vendors.Sipgate().Sample(1),
				want: map[string][]string{apiHost: {"Basic", "Bearer", "password"}, loginHost: {"client_secret", "code", "code_verifier", "refresh_token"}},
			}
		},
		"docspace": func() *place { return atDocSpace([]string{"Bearer", "signature"}) },
		"docspace guide": func() *place {
			return atDocSpace([]string{"Bearer"}, docspacetest.WithGuideWire())
		},
		"genesys": func() *place {
			server := genesystest.New()
			return &place{
				web: &web{fake: server.HTTPClient().Transport}, provider: genesys.Provider{APIURL: apiHost, LoginURL: loginHost},
				auths: []oauthclients.Auth{server.Auth(), oauthclients.BearerToken(server.AccessToken())},
				login: server.AuthCode(callback), signIn: server.SignIn, sample: vendors.Genesys().Sample(1),
				want: map[string][]string{apiHost: {"Bearer"}, loginHost: {"Basic", "code", "code_verifier", "refresh_token"}},
			}
		},
	}
}

// atDocSpace has one host for everything.
func atDocSpace(kinds []string, opts ...docspacetest.Option) *place {
	server := docspacetest.New(opts...)
	provider := server.Provider()
	provider.Portal = apiHost
	p := &place{
		web: &web{fake: server.HTTPClient().Transport}, provider: provider, auths: []oauthclients.Auth{server.Auth()},
		login: server.AuthCode(callback), signIn: server.SignIn, sample: vendors.DocSpace().Sample(1),
		want: map[string][]string{apiHost: append(kinds, "client_secret", "code", "code_verifier", "refresh_token", "token")},
	}
	if provider.Wire == docspace.WireGuide {
		p.sample = &oauthclients.OAuthClient{
			Name: "Importer", RedirectURIs: []string{callback}, GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		}
	}
	return p
}

func (p *place) options() []oauthclients.Option {
	return []oauthclients.Option{p.web.option(), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1})}
}

func (p *place) client(t *testing.T, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(p.provider, auth, p.options()...)
	require.NoError(t, err)
	return client
}

// use does everything that can be done with a client, and ends its session.
func (p *place) use(t *testing.T, auth oauthclients.Auth) {
	t.Helper()
	client := p.client(t, auth)
	clients := client.Clients
	id := "an-id"
	if created, _ := clients.Create(t.Context(), p.sample); created != nil {
		id = created.ID
	}
	_, _ = clients.Get(t.Context(), id)
	for _, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
		_ = err // some answers are spoiled
	}
	_, _ = clients.List(t.Context(), oauthclients.ListOptions{Cursor: elsewhere + "/api/v2/oauth/clients?id=x&on=y"})
	_, _ = clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name += " 2" })
	_, _ = clients.RegenerateSecret(t.Context(), id)
	_ = clients.Delete(t.Context(), id)
	_ = client.SignOut(t.Context())
}

// person is signed in; the token has to be renewed before the first call.
func (p *place) person(t *testing.T) oauthclients.AuthCode {
	t.Helper()
	auth := providertest.SignIn(t, p.login, p.provider, p.signIn, p.options()...)
	auth.Token = &oauth2.Token{AccessToken: auth.Token.AccessToken, RefreshToken: auth.Token.RefreshToken, Expiry: time.Unix(1, 0)}
	return auth
}

// useAll uses every strategy, and signs somebody in.
func (p *place) useAll(t *testing.T, person oauthclients.AuthCode) {
	t.Helper()
	for _, auth := range append(slices.Clone(p.auths), oauthclients.Auth(person)) {
		p.use(t, auth)
	}
	login, err := p.login.Begin(t.Context(), p.provider, p.options()...)
	require.NoError(t, err)
	_, _ = p.login.Finish(t.Context(), p.provider, login, url.Values{"state": {login.State}, "code": {"c-0-d-e"}}, p.options()...)
}

func TestEveryCredentialGoesWhereItBelongs(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start()
			p.useAll(t, p.person(t))
			for _, kinds := range p.want {
				slices.Sort(kinds)
			}
			require.Equal(t, p.want, p.web.credentials())
		})
	}
}

// locations are where a redirect may lead.
func locations() []string {
	return []string{
		elsewhere + "/collect", "//elsewhere.example.com/collect", "http://api.example.com/x", "https://api.example.com:8443/x", "https://login.example.com/x",
		"https://user@api.example.com/x", "https://api.example.com@elsewhere.example.com/", "https://sub.api.example.com/", "/relative", "?query", "https://%zz",
	}
}

// No redirect is followed, and none makes anything be sent again: neither by the API nor by what
// authorizes its calls.
func TestARedirectLeadsNowhere(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start()
			person := p.person(t)
			for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
				for i, location := range locations() {
					if i > 1 && status != http.StatusTemporaryRedirect { // it would keep method and body
						continue
					}
					p.web.tampers(redirects(status, location))
					p.useAll(t, person)
					p.requireOnce(t, fmt.Sprint(status, " ", location))
				}
			}
			p.requireOwnOrigins(t)
		})
	}
}

// requireOnce: every call sends what it needs, and no more.
func (p *place) requireOnce(t *testing.T, about string) {
	t.Helper()
	p.web.requests()
	for _, auth := range p.auths {
		_, err := p.client(t, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, about)
		require.Equal(t, 1, p.web.requests(), about)
	}
}

func (p *place) requireOwnOrigins(t *testing.T) {
	t.Helper()
	for origin, kinds := range p.web.credentials() {
		require.Contains(t, p.want, origin)
		require.Subset(t, p.want[origin], kinds, origin)
	}
}

// An API whose tokens are good may still send a call elsewhere.
func TestARedirectOfTheAPIAloneLeadsNowhere(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start()
			person := p.person(t)
			for _, location := range locations() {
				p.web.tampers(func(r *http.Request, answer *http.Response) {
					if answer.StatusCode == http.StatusOK && r.Method == http.MethodPost || r.URL.Path == "/api/2.0/security/oauth2/token" {
						return // a token
					}
					redirects(http.StatusTemporaryRedirect, location)(r, answer)
				})
				p.useAll(t, person)
			}
			p.requireOwnOrigins(t)
		})
	}
}

// The error of a redirect says where it leads, and nothing of the query that stands there.
func TestARedirectSaysWhereItLeads(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start()
			p.web.tampers(redirects(http.StatusFound, elsewhere+"/sign-in?return=s3cret"))
			for _, auth := range p.auths {
				_, err := p.client(t, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
				require.ErrorContains(t, err, "elsewhere.example.com/sign-in")
				require.NotContains(t, err.Error(), "s3cret")
			}
		})
	}
}

// Answers are full of addresses. None of them is followed.
func TestAnAddressInAnAnswerIsNotFollowed(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start()
			person := p.person(t)
			p.web.tampers(pointsElsewhere)
			p.useAll(t, person)
			require.Greater(t, p.web.requests(), 10, "calls were made")
			p.requireOwnOrigins(t)
		})
	}
}
