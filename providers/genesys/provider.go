package genesys

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the configuration: which hosts are spoken to, and what the provider can do.

// Name is the provider's name in errors and logs.
const Name = "genesys"

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
	// APIURL is what stands before "/api/v2", for a gateway or a test server:
	// "https://gateway.example.com/genesys".
	APIURL string
	// LoginURL is what stands before "/oauth/token". If it is empty and APIURL is set, it is
	// APIURL with "login." in place of "api."; for an APIURL that does not start with "api." it
	// comes from Domain or Region, if one of them is set. Otherwise there is no login, since a
	// secret must not go to a host that nobody named: New refuses ClientCredentials then, and
	// takes a ready access token only.
	LoginURL string
}

var _ oauthclients.Provider = Provider{}

// Name returns "genesys".
func (p Provider) Name() string { return Name }

// Capabilities lists what a Genesys Cloud client has. There is no page size: the server takes
// no parameter on the list.
func (p Provider) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{
		Auth: p.authKinds(),
		GrantTypes: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode,
			oauthclients.GrantImplicit,
			oauthclients.GrantPassword,
			oauthclients.GrantClientCredentials,
			oauthclients.GrantSAML2Bearer,
		},
		Create:           writableFields(),
		Update:           writableFields(),
		RegenerateSecret: true,
	}
}

// authKinds leaves out client credentials where no login host is known, so that New refuses
// them, and not the first call.
func (p Provider) authKinds() []oauthclients.AuthKind {
	kinds := []oauthclients.AuthKind{oauthclients.AuthKindBearer, oauthclients.AuthKindTokenSource}
	if _, login, err := p.hosts(); err == nil && login == "" {
		return kinds
	}
	return append(kinds, oauthclients.AuthKindClientCredentials)
}

func writableFields() []string {
	return []string{
		"Name", "Description", "RedirectURIs", "GrantTypes", "Scopes",
		fieldValidity, fieldRoleDivisions, fieldDateToDelete,
	}
}

// Connect works out the hosts. It returns an error that names the field for an unknown Region,
// a Domain that is more than a domain, and a URL that cannot be used.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	api, login, err := p.hosts()
	if err != nil {
		return nil, err
	}
	list, err := url.Parse(api + clientsPath)
	if err != nil {
		return nil, errors.New("genesys: APIURL is not a URL")
	}
	return &oauthclients.Connection{
		Driver: func(c *oauthclients.Caller) oauthclients.Driver {
			return &driver{caller: c, list: list}
		},
		Endpoints:    oauthclients.Endpoints{BaseURL: api, Grants: grants(login)},
		Explain:      explain,
		ExplainToken: explainToken,
		RetryAfter:   retryAfter,
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

// hosts returns what stands before /api/v2 and before /oauth/token.
func (p Provider) hosts() (api, login string, err error) {
	domain, err := p.domain()
	if err != nil {
		return "", "", err
	}
	if api, err = baseURL("APIURL", p.APIURL); err != nil {
		return "", "", err
	}
	if login, err = baseURL("LoginURL", p.LoginURL); err != nil {
		return "", "", err
	}
	named := p.Domain != "" || p.Region != ""
	if api == "" {
		if login != "" && !named {
			return "", "", errors.New("genesys: LoginURL without APIURL, Domain or Region: " +
				"the token would go to the default region")
		}
		api = "https://api." + domain
	}
	return api, loginFor(api, login, domain, named), nil
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
func (p Provider) domain() (string, error) {
	region := p.Region
	if region == "" {
		region = USEast1
	}
	domain, err := region.domain()
	if err != nil || p.Domain == "" {
		return domain, err
	}
	if !bareDomain(p.Domain) {
		return "", fmt.Errorf(
			"genesys: Domain %q has more than a bare domain such as \"mypurecloud.ie\": no scheme, api. or login. before it",
			p.Domain)
	}
	return p.Domain, nil
}

func bareDomain(domain string) bool {
	for _, host := range []string{"api.", "login."} {
		if _, found := cutPrefixFold(domain, host); found {
			return false
		}
	}
	u, err := url.Parse("https://api." + domain)
	return err == nil && u.Host == "api."+domain && u.User == nil
}

// baseURL checks a configured URL. Its errors leave out the URL, which may hold a password.
func baseURL(field, value string) (string, error) {
	if value == "" {
		return "", nil
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return "", fmt.Errorf("genesys: %s is not a URL with scheme and host", field)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", fmt.Errorf("genesys: %s must end before user, query and fragment", field)
	}
	base := strings.TrimRight(value, "/")
	if strings.HasSuffix(base, apiPrefix) {
		return "", fmt.Errorf("genesys: %s must end before %s", field, apiPrefix)
	}
	return base, nil
}
