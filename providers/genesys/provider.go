package genesys

import (
	"cmp"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the configuration: which hosts are spoken to, and what the provider can do.

// providerName is the name in errors and logs.
const providerName = "genesys"

const (
	apiPrefix     = "/api/v2"
	clientsPath   = apiPrefix + "/oauth/clients"
	tokenPath     = "/oauth/token"
	authorizePath = "/oauth/authorize"
)

// Provider is Genesys Cloud. The zero value speaks to the region us-east-1; most organizations
// set Region alone.
//
// Where several fields are set, the URLs win over Domain, and Domain wins over Region.
type Provider struct {
	// Region is where the organization lives.
	Region Region
	// Domain is the bare domain of a region that this package does not know, such as
	// "mypurecloud.ie": the API is at api.<domain>, the login at login.<domain>.
	Domain string
	// APIURL is what stands before "/api/v2", without it, for a gateway or a test server:
	// "https://gateway.example.com/genesys".
	APIURL string
	// LoginURL is what stands before "/oauth/token", without it. If it is empty and APIURL is
	// set, it is APIURL with "login." in place of "api."; for an APIURL that does not start with
	// "api." it comes from Domain or Region, if one of them is set.
	//
	// Otherwise there is no login, since a secret must not go to a host that nobody named. New
	// then takes a ready access token only, and refuses ClientCredentials and AuthCode with an
	// [*oauthclients.UnsupportedError] for "Auth": set LoginURL, or Domain or Region, to use
	// them.
	LoginURL string
}

var _ oauthclients.Provider = Provider{}

// Name returns "genesys".
func (p Provider) Name() string { return providerName }

// Capabilities lists what a Genesys Cloud client has. There is no page size: the server takes
// no parameter on the list.
func (p Provider) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{
		NewExtra: func() oauthclients.Extra { return &Extra{} },
		Auth:     p.authKinds(),
		GrantTypes: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode,
			oauthclients.GrantImplicit,
			oauthclients.GrantPassword,
			oauthclients.GrantClientCredentials,
			oauthclients.GrantSAML2Bearer,
		},
		Create:           writableFields(),
		Update:           writableFields(),
		Members:          modelled(),
		RegenerateSecret: true,
	}
}

// authKinds leaves out what needs a login host where none is known, so that New refuses it, and
// not the first call.
func (p Provider) authKinds() []oauthclients.AuthKind {
	kinds := []oauthclients.AuthKind{oauthclients.AuthKindBearer, oauthclients.AuthKindTokenSource}
	if _, login, faults := p.hosts(); len(faults) == 0 && login == "" {
		return kinds
	}
	return append(kinds, oauthclients.AuthKindClientCredentials, oauthclients.AuthKindAuthorizationCode)
}

func writableFields() []string {
	return []string{
		"Name", "Description", "RedirectURIs", "GrantTypes", "Scopes",
		fieldValidity, fieldRoleDivisions, fieldDateToDelete,
	}
}

// Connect checks the configuration and works out the hosts. It does no I/O. Fields of p that
// cannot be used are an [*oauthclients.Error] of kind ErrInvalid that names all of them: an
// unknown Region, a Domain that is more than a domain, a URL that is none.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	api, login, faults := p.hosts()
	if len(faults) > 0 {
		return nil, providerkit.InvalidFields(providerName, "New", faults)
	}
	list, err := url.Parse(api + clientsPath)
	if err != nil {
		return nil, err // out of reach: CheckURL has parsed it
	}
	return &oauthclients.Connection{
		Driver: func(c *oauthclients.Caller) oauthclients.Driver {
			return &driver{caller: c, list: list}
		},
		Endpoints:    oauthclients.Endpoints{BaseURL: api, Grants: grants(login)},
		Explain:      explain,
		ExplainToken: explainToken,
		RetryAfter:   retryAfter,
		SignOut:      signOut,
		PlainBasic:   true, // as the vendor's own SDKs send it

		VagueClientErrors: true,
	}, nil
}

// grants has one endpoint for every grant; without a login host there is none.
func grants(login string) map[oauthclients.GrantType]oauth2.Endpoint {
	if login == "" {
		return nil
	}
	endpoint := oauth2.Endpoint{
		AuthURL:   login + authorizePath,
		TokenURL:  login + tokenPath,
		AuthStyle: oauth2.AuthStyleInHeader,
	}
	return map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantClientCredentials: endpoint,
		oauthclients.GrantAuthorizationCode: endpoint,
		oauthclients.GrantRefreshToken:      endpoint,
	}
}

// hosts returns what stands before /api/v2 and before /oauth/token, and every fault of p.
func (p Provider) hosts() (api, login string, faults []oauthclients.FieldError) {
	domain, faults := p.domain()
	if p.APIURL != "" {
		faults = append(faults, providerkit.CheckURL("APIURL", p.APIURL, apiPrefix)...)
	}
	if p.LoginURL != "" {
		faults = append(faults, providerkit.CheckURL("LoginURL", p.LoginURL, tokenPath)...)
	}
	named := p.Domain != "" || p.Region != ""
	if p.LoginURL != "" && p.APIURL == "" && !named {
		faults = append(faults, oauthclients.FieldError{
			Field: "LoginURL", Code: "invalid",
			Message: "needs APIURL, Domain or Region beside it: the token would go to the default region",
		})
	}
	api, login = strings.TrimRight(p.APIURL, "/"), strings.TrimRight(p.LoginURL, "/")
	if api == "" {
		api = "https://api." + domain
	}
	return api, loginFor(api, login, domain, named), faults
}

// loginFor follows the vendor's SDKs in deriving the login host from the API host.
func loginFor(api, login, domain string, named bool) string {
	if login != "" {
		return login
	}
	scheme, host, _ := strings.Cut(api, "//")
	if rest, found := cutPrefixFold(host, "api."); found {
		return scheme + "//login." + rest
	}
	if named {
		return "https://login." + domain
	}
	return ""
}

func cutPrefixFold(text, prefix string) (rest string, found bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// domain checks Region even where it loses, so that a typing error is not found months later.
func (p Provider) domain() (string, []oauthclients.FieldError) {
	domain, faults := cmp.Or(p.Region, USEast1).check()
	if p.Domain == "" {
		return domain, faults
	}
	if !bareDomain(p.Domain) {
		faults = append(faults, oauthclients.FieldError{
			Field: "Domain", Code: "invalid", Message: `must be a bare domain such as "mypurecloud.ie"`,
		})
	}
	return p.Domain, faults
}

func bareDomain(domain string) bool {
	for _, host := range []string{"api.", "login."} {
		if _, found := cutPrefixFold(domain, host); found {
			return false
		}
	}
	u, err := url.Parse("https://api." + domain)
	return err == nil && u.Host == "api."+domain && !strings.HasPrefix(domain, ".") && !strings.HasPrefix(domain, ":") &&
		len(providerkit.CheckURL("Domain", "https://api."+domain)) == 0
}
