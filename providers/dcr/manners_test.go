package dcr_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the conformance suite over the fake in the manners of real servers that manage
// clients.

// conduct is what the suite has to know about a manner.
type conduct struct {
	// shows lists the fields that the server answers, nil for all.
	shows []string
	// hides lists the fields that it stores without answering them, drops those that it does not store,
	// and holds those that cannot be cleared.
	hides, drops, holds []string
	// leaves lists the fields that the samples leave out.
	leaves []string
	// scopes and grants are asked for in place of those of sample.
	scopes []string
	grants []oauthclients.GrantType
	// method is asked for.
	method string
	// keeps: members that the library has no field for are kept.
	keeps bool
	// options, provider and bend are what is left to say.
	options  []dcrtest.Option
	provider func(*dcr.Provider)
	bend     func(*providertest.Target)
}

func rfc7591Fields() []string {
	return []string{
		"Name", "RedirectURIs", "GrantTypes", "Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI", "Extra.TokenEndpointAuthMethod",
		"Extra.ResponseTypes", "Extra.Contacts", "Extra.JWKS", "Extra.JWKSURI", "Extra.SoftwareID", "Extra.SoftwareVersion",
	}
}

func hydraFields() []string {
	return append(rfc7591Fields()[:13], "PostLogoutRedirectURIs", "Extra.SubjectType", "Extra.SectorIdentifierURI", "Extra.TokenEndpointAuthSigningAlg",
		"Extra.RequestURIs", "Extra.RequestObjectSigningAlg", "Extra.UserinfoSignedResponseAlg", "Extra.FrontchannelLogoutURI",
		"Extra.FrontchannelLogoutSessionRequired", "Extra.BackchannelLogoutURI", "Extra.BackchannelLogoutSessionRequired")
}

func managing() map[dcrtest.Manner]conduct {
	scopes := []string{"Scopes"}
	return map[dcrtest.Manner]conduct{
		// Where scopes are cleared, the default ones are there again.
		dcrtest.Hydra: {shows: hydraFields(), holds: scopes, scopes: []string{"offline_access", "offline", "openid"}},
		// A read shows no scopes and no application type, whatever else has answered them: this one answers
		// none either.
		dcrtest.Glewlwyd: {
			method: "client_secret_basic", keeps: true, drops: []string{"Scopes", "Extra.ApplicationType"},
			options: []dcrtest.Option{dcrtest.WithReplacedMetadata(map[string]any{"scope": nil, "application_type": nil})},
		},
		dcrtest.Keycloak: {
			hides: []string{"LogoURI", "PolicyURI", "TermsURI"}, holds: scopes, scopes: []string{"orders", "offline_access"},
			bend: func(x *providertest.Target) { x.DropsMembers, x.RefusesMembers = false, true },
		},
		dcrtest.Authlib: {shows: rfc7591Fields(), leaves: []string{"Extra.JWKS"}, holds: scopes}, // keys that are there stay
		dcrtest.DjangoOAuthToolkit: {
			shows:  []string{"Name", "RedirectURIs", "GrantTypes", "Extra.TokenEndpointAuthMethod"},
			grants: []oauthclients.GrantType{oauthclients.GrantClientCredentials}, provider: oneGrant, bend: oneKindOfSecret,
		},
		dcrtest.Canaille: {leaves: []string{"Extra.JWKS"}, holds: scopes},
		dcrtest.GoOIDC:   {keeps: true},
	}
}

// oneGrant leaves authorization_code out, which always has refresh_token beside it there.
func oneGrant(p *dcr.Provider) {
	p.GrantTypes = []oauthclients.GrantType{
		oauthclients.GrantClientCredentials, oauthclients.GrantPassword, oauthclients.GrantImplicit, dcr.GrantDeviceCode,
	}
}

// oneKindOfSecret: there is a secret, or there is none.
func oneKindOfSecret(x *providertest.Target) {
	x.Required = []string{"GrantTypes"} // client credentials redirect nobody
	x.Edits["Extra.TokenEndpointAuthMethod"] = func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).TokenEndpointAuthMethod = "none" }
	x.Edits["GrantTypes"] = func(c *oauthclients.OAuthClient) { c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantPassword} }
}

func TestConformanceInEachManner(t *testing.T) {
	for _, m := range dcrtest.Manners() {
		if m == dcrtest.OIDCProvider || !m.Manages() {
			continue
		}
		c, known := managing()[m]
		require.True(t, known, "%s manages clients", m)
		t.Run(m.String(), func(t *testing.T) {
			providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
				t.Helper()
				return mannerTarget(t, m, c)
			}})
		})
	}
}

func mannerTarget(t *testing.T, m dcrtest.Manner, c conduct) providertest.Target {
	t.Helper()
	server := dcrtest.New(append(c.options, dcrtest.WithManner(m))...)
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: dcrtest.InitialAccessToken})
	provider := server.Provider()
	if c.provider != nil {
		c.provider(&provider)
	}
	connect := func(auth oauthclients.Auth) *oauthclients.Client { return clientAt(t, provider, server, auth) }
	x := providertest.Target{
		Client: connect(server.Auth()),
		Auths: map[oauthclients.AuthKind]*oauthclients.Client{
			oauthclients.AuthKindNone:              connect(oauthclients.NoAuth{}),
			oauthclients.AuthKindBearer:            connect(oauthclients.BearerToken(dcrtest.InitialAccessToken)),
			oauthclients.AuthKindTokenSource:       connect(oauthclients.FromTokenSource(token)),
			oauthclients.AuthKindClientCredentials: connect(server.ClientCredentials()),
			oauthclients.AuthKindPassword:          connect(server.PasswordGrant()),
			oauthclients.AuthKindAuthorizationCode: connect(server.AuthCode("https://app.example.com/callback")),
		},
		Inject: server.Inject, ClientsPath: "/", Sample: c.sample, DropsMembers: !c.keeps,
		Requests:  func() int { return len(server.Requests()) },
		UnknownID: "no-such-client", Required: []string{"GrantTypes", "RedirectURIs"}, Edits: edits(), Ignored: c.ignored(), NotShown: c.hides, Kept: c.holds,
		Unlisted: true, UpdateOnce: true, RegenerateMethod: "PUT", Many: 100,
	}
	if c.bend != nil {
		c.bend(&x)
	}
	return x
}

func clientOf(t *testing.T, server *dcrtest.Server, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	return clientAt(t, server.Provider(), server, auth)
}

// clientAt reaches a server without a socket, and waits for nothing.
func clientAt(t *testing.T, provider dcr.Provider, server *dcrtest.Server, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Nanosecond, MaxWait: time.Microsecond}))
	require.NoError(t, err)
	return client
}

// ignored lists the fields that the server does not have.
func (c conduct) ignored() []string {
	ignored := slices.Clone(c.drops)
	for _, name := range (dcr.Provider{}).Capabilities().Update {
		if c.shows != nil && !slices.Contains(c.shows, name) {
			ignored = append(ignored, name)
		}
	}
	return ignored
}

// sample sets no field that no answer shows.
func (c conduct) sample(n int) *oauthclients.OAuthClient {
	want := sample(n)
	for _, name := range slices.Concat(c.ignored(), c.hides, c.leaves) {
		if extra, isExtra := strings.CutPrefix(name, "Extra."); isExtra {
			reflect.ValueOf(dcr.ExtraOf(want)).Elem().FieldByName(extra).SetZero()
			continue
		}
		reflect.ValueOf(want).Elem().FieldByName(name).SetZero()
	}
	if c.scopes != nil {
		want.Scopes = slices.Clone(c.scopes)
	}
	if c.grants != nil {
		want.GrantTypes = slices.Clone(c.grants)
	}
	dcr.ExtraOf(want).TokenEndpointAuthMethod = c.method
	return want
}
