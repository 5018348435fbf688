package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file runs the conformance suite over clients that are registered at a real server.

// manner is one of the ways in which a server can be set up.
type manner struct{ rotates, initial bool }

func (m manner) String() string {
	return fmt.Sprintf("rotation %t, initial token %t", m.rotates, m.initial)
}

// manners are two that differ in everything; E2E_MANNERS=all adds the others.
func manners() []manner {
	two := []manner{{true, true}, {false, false}}
	if os.Getenv("E2E_MANNERS") == "all" {
		return append(two, manner{true, false}, manner{false, true})
	}
	return two
}

func (m manner) settings() settings {
	s := settings{
		RotateRefreshToken: true, PKCERequired: true, ClientCredentials: true,
		Registration:           registration{Enabled: true},
		RegistrationManagement: registrationManagement{Enabled: true, Rotate: m.rotates},
	}
	if m.initial {
		s.Registration.InitialAccessToken = secretText("initial access token")[:26]
	}
	return s
}

// registrar is an account at a real server.
type registrar struct {
	*server

	auth oauthclients.Auth
	wire *wire
}

func newRegistrar(t *testing.T, m manner) *registrar {
	t.Helper()
	s := m.settings()
	r := &registrar{startServer(t, s), oauthclients.NoAuth{}, &wire{}}
	if token, ok := s.Registration.InitialAccessToken.(string); ok {
		everything.learn("initial access token", token)
		r.auth = oauthclients.BearerToken(token)
	}
	return r
}

// client is one whose registrations are kept in files of their own.
func (r *registrar) client(t *testing.T) *oauthclients.Client {
	t.Helper()
	store, err := dcr.FileStore(filepath.Join(t.TempDir(), "registrations"))
	require.NoError(t, err)
	client, err := oauthclients.New(dcr.Provider{Issuer: r.Issuer, Registrations: store, GrantTypes: grants()}, r.auth,
		oauthclients.WithHTTPClient(r.wire.client()), oauthclients.WithLogger(everything.logger()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
	require.NoError(t, err)
	return client
}

func (r *registrar) requests() int {
	r.wire.mu.Lock()
	defer r.wire.mu.Unlock()
	return len(r.wire.sent)
}

func grants() []oauthclients.GrantType {
	return []oauthclients.GrantType{
		oauthclients.GrantAuthorizationCode, oauthclients.GrantImplicit, oauthclients.GrantRefreshToken, oauthclients.GrantClientCredentials,
	}
}

func TestConformance(t *testing.T) {
	for _, m := range manners() {
		t.Run(m.String(), func(t *testing.T) {
			r := newRegistrar(t, m)
			providertest.Run(t, providertest.Harness{Start: func(t *testing.T) providertest.Target {
				t.Helper()
				return providertest.Target{
					Client: r.client(t), Sample: registeredSample, Requests: r.requests, UnknownID: "no-such-client",
					Required: []string{"GrantTypes", "RedirectURIs"}, Ignored: ignored(), Refused: refusedSettings(), Edits: registrationEdits(), ForGrant: forGrant,
					DropsMembers: true, Many: 60,
				}
			}})
		})
	}
}

func registeredSample(n int) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name: fmt.Sprintf("Order desk %d", n), RedirectURIs: []string{"https://orders.example.com/cb"},
		PostLogoutRedirectURIs: []string{"https://orders.example.com/bye"},
		GrantTypes:             []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken},
		Scopes:                 []string{"openid", "offline_access"},
		ClientURI:              "https://orders.example.com", LogoURI: "https://orders.example.com/logo.png",
		PolicyURI: "https://orders.example.com/privacy", TermsURI: "https://orders.example.com/terms",
	}
	extra := dcr.ExtraOf(c)
	extra.Contacts, extra.DefaultMaxAge = []string{"desk@example.com"}, new(time.Hour)
	extra.RequirePushedAuthorizationRequests = true
	return c
}

// forGrant: a refresh token needs something to come with.
func forGrant(n int, grant oauthclients.GrantType) *oauthclients.OAuthClient {
	c := registeredSample(n)
	if grant == oauthclients.GrantImplicit {
		dcr.ExtraOf(c).ResponseTypes = []string{"id_token"}
	}
	return c
}

// registrationEdits gives every setting another value that a server may take.
func registrationEdits() map[string]func(*oauthclients.OAuthClient) {
	edits := map[string]func(*oauthclients.OAuthClient){
		"GrantTypes":                    func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] },
		"Scopes":                        func(c *oauthclients.OAuthClient) { c.Scopes = c.Scopes[:1] },
		"Extra.TokenEndpointAuthMethod": func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).TokenEndpointAuthMethod = "client_secret_post" },
		"Extra.ResponseTypes":           func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ResponseTypes = []string{"code", "none"} },
		"Extra.Contacts":                func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).Contacts = []string{"other@example.com"} },
		"Extra.ApplicationType":         func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).ApplicationType = "native" },
		"Extra.JWKS":                    func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).JWKS = json.RawMessage(publicKey) },
		"Extra.DefaultMaxAge":           func(c *oauthclients.OAuthClient) { dcr.ExtraOf(c).DefaultMaxAge = new(time.Minute) },
	}
	for _, name := range (dcr.Provider{}).Capabilities().Update {
		if field, isExtra := strings.CutPrefix(name, "Extra."); isExtra && edits[name] == nil {
			edits[name] = func(c *oauthclients.OAuthClient) {
				editSetting(reflect.ValueOf(dcr.ExtraOf(c)).Elem().FieldByName(field))
			}
		}
	}
	return edits
}

func editSetting(field reflect.Value) {
	switch value := field.Addr().Interface().(type) {
	case *string:
		*value = "https://orders.example.com/edited"
	case *bool:
		*value = !*value
	case *[]string:
		*value = append(*value, "https://orders.example.com/edited")
	}
}

// ignored are the settings of features that are off at this server, and those that it has not.
func ignored() []string {
	return extras(
		"SoftwareID", "SoftwareVersion", "SoftwareStatement", "IDTokenEncryptedResponseAlg", "IDTokenEncryptedResponseEnc",
		"UserinfoSignedResponseAlg", "UserinfoEncryptedResponseAlg", "UserinfoEncryptedResponseEnc",
		"RequestObjectSigningAlg", "RequestObjectEncryptionAlg", "RequestObjectEncryptionEnc", "RequestURIs", "RequireSignedRequestObject",
		"BackchannelLogoutURI", "BackchannelLogoutSessionRequired", "FrontchannelLogoutURI", "FrontchannelLogoutSessionRequired",
		"TLSClientCertificateBoundAccessTokens", "TLSClientAuthSubjectDN", "TLSClientAuthSANDNS", "TLSClientAuthSANURI", "TLSClientAuthSANIP",
		"TLSClientAuthSANEmail", "AuthorizationSignedResponseAlg", "AuthorizationEncryptedResponseAlg", "AuthorizationEncryptedResponseEnc",
		"AuthorizationDetailsTypes",
	)
}

// refusedSettings are those for which the server, as it is set up, has one value or none.
func refusedSettings() []string {
	return extras("SubjectType", "SectorIdentifierURI", "IDTokenSignedResponseAlg", "DefaultACRValues", "TokenEndpointAuthSigningAlg")
}

func extras(fields ...string) []string {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = "Extra." + field
	}
	return names
}

// publicKey is the example of RFC 7517 appendix A.1.
const publicKey = `{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",` +
	`"y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc","kid":"1"}]}`
