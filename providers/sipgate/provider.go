package sipgate

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tells the core what sipgate is: its addresses and what it can do.

// The addresses that stand for an empty field of [Provider].
const (
	DefaultAPIURL   = "https://api.sipgate.com"
	DefaultLoginURL = "https://login.sipgate.com"
)

// The Keycloak realms in which sipgate keeps OAuth2 clients. The API does not say which one a
// client is in; the web console shows it.
const (
	// RealmThirdParty is the realm in sipgate's examples.
	RealmThirdParty = "third-party"
	// RealmApps is the realm of newer clients, by sipgate's page on authentication, and of ids
	// that end in ":sipgate-apps".
	RealmApps = "sipgate-apps"
)

// DefaultPasswordClientID is the client id that sipgate's documentation uses in the password
// grant; it needs no secret. The password grant also takes the id and secret of an own client.
const DefaultPasswordClientID = "sipgate-app-web"

const providerName = "sipgate"

// The paths that follow APIURL and LoginURL.
const (
	apiPrefix  = "/v2"
	realmsPath = "/auth/realms"
)

// Provider is a sipgate account. The zero value is ready to use.
type Provider struct {
	// APIURL is what stands before "/v2" and "/login/", without them; empty for [DefaultAPIURL].
	APIURL string
	// LoginURL is what stands before "/auth/realms", without it; empty for [DefaultLoginURL].
	LoginURL string
	// Realm is the Keycloak realm in which people sign in. If it is empty it is [RealmApps] for
	// a client id that ends in ":sipgate-apps", and [RealmThirdParty] for any other; the other
	// realm is never tried. The password grant does not use it: sipgate offers that grant in one
	// realm only.
	Realm string
}

// Name returns "sipgate".
func (Provider) Name() string { return providerName }

// Capabilities says what a sipgate client is made of. Grant types are fixed: no member of the
// API chooses them, and the two listed are the ones that sipgate documents for every client.
func (Provider) Capabilities() oauthclients.Capabilities {
	settings := func() []string {
		return []string{"Name", "Description", "RedirectURIs", "AllowedOrigins", "PolicyURI", "TermsURI"}
	}
	return oauthclients.Capabilities{
		Auth: []oauthclients.AuthKind{
			oauthclients.AuthKindBearer, oauthclients.AuthKindBasic,
			oauthclients.AuthKindPassword, oauthclients.AuthKindAuthorizationCode, oauthclients.AuthKindTokenSource,
		},
		GrantTypes:      grantTypes(),
		FixedGrantTypes: true,
		Create:          settings(),
		Update:          settings(),
		Members:         modelled(),
	}
}

func grantTypes() []oauthclients.GrantType {
	return []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
}

// Connect checks the configuration and returns how to talk to sipgate. It does no I/O. Fields of
// p that cannot be used are an [*oauthclients.Error] of kind ErrInvalid that names all of them.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return &oauthclients.Connection{
		Driver:       func(c *oauthclients.Caller) oauthclients.Driver { return &driver{caller: c} },
		Endpoints:    p.endpoints(),
		EndpointFor:  p.endpointFor,
		SignOut:      p.signOut,
		Explain:      explain,
		ExplainToken: explainToken,
		IsAPI:        isAPI,

		VagueClientErrors: true, // Keycloak: "Invalid client or Invalid client credentials"

		DefaultClientIDs: map[oauthclients.GrantType]string{oauthclients.GrantPassword: DefaultPasswordClientID},
	}, nil
}

// endpoints lists one token endpoint per grant: the password grant goes through a proxy on the
// API host, everything else to the realm itself. Both take the client's credentials in the form.
func (p Provider) endpoints() oauthclients.Endpoints {
	api := orDefault(p.APIURL, DefaultAPIURL)
	inRealm := p.endpointIn(cmp.Or(p.Realm, RealmThirdParty))
	return oauthclients.Endpoints{
		BaseURL: api + apiPrefix,
		Grants: map[oauthclients.GrantType]oauth2.Endpoint{
			oauthclients.GrantAuthorizationCode: inRealm,
			oauthclients.GrantRefreshToken:      inRealm,
			oauthclients.GrantPassword: {
				TokenURL:  api + "/login/" + RealmApps + "/protocol/openid-connect/token",
				AuthStyle: oauth2.AuthStyleInParams,
			},
		},
	}
}

func (p Provider) endpointIn(realm string) oauth2.Endpoint {
	return oauth2.Endpoint{
		AuthURL:   p.realmURL(realm) + "/auth",
		TokenURL:  p.realmURL(realm) + "/token",
		AuthStyle: oauth2.AuthStyleInParams,
	}
}

// endpointFor moves the sign-in of one client to the realm of that client. The password grant
// has no page to sign in at, and no choice of realm.
func (p Provider) endpointFor(clientID string, e oauth2.Endpoint) oauth2.Endpoint {
	if e.AuthURL == "" {
		return e
	}
	return p.endpointIn(p.realmOf(clientID))
}

// realmOf knows sipgate's own client as well, which is for the password grant alone.
func (p Provider) realmOf(clientID string) string {
	if clientID == DefaultPasswordClientID || p.Realm == "" && strings.HasSuffix(clientID, ":"+RealmApps) {
		return RealmApps
	}
	return cmp.Or(p.Realm, RealmThirdParty)
}

func (p Provider) realmURL(realm string) string {
	return orDefault(p.LoginURL, DefaultLoginURL) + realmsPath + "/" + realm + "/protocol/openid-connect"
}

func orDefault(baseURL, fallback string) string {
	return strings.TrimRight(cmp.Or(baseURL, fallback), "/")
}

// check finds every fault of p at once.
func (p Provider) check() error {
	realm := cmp.Or(p.Realm, RealmThirdParty)
	faults := providerkit.CheckURL("APIURL", cmp.Or(p.APIURL, DefaultAPIURL), apiPrefix)
	faults = append(faults, providerkit.CheckURL("LoginURL", cmp.Or(p.LoginURL, DefaultLoginURL), realmsPath, realmsPath+"/"+realm)...)
	if realm == "." || realm == ".." || realm != url.PathEscape(realm) {
		faults = append(faults, oauthclients.FieldError{
			Field: "Realm", Code: "invalid", Message: "must be the name of a realm, such as " + RealmThirdParty,
		})
	}
	return providerkit.InvalidFields(providerName, "New", faults)
}
