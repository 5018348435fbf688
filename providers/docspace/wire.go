package docspace

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file maps the portable model to the server's wire and back.

// createWire is the body of POST /clients. is_public is not in it: portals ignore it.
type createWire struct {
	Name              string   `json:"name"`
	Description       string   `json:"description"`
	Logo              string   `json:"logo"`
	WebsiteURL        string   `json:"website_url"`
	TermsURL          string   `json:"terms_url"`
	PolicyURL         string   `json:"policy_url"`
	RedirectURIs      []string `json:"redirect_uris"`
	AllowedOrigins    []string `json:"allowed_origins"`
	LogoutRedirectURI string   `json:"logout_redirect_uri"`
	AllowPKCE         bool     `json:"allow_pkce"`
	Scopes            []string `json:"scopes"`
}

// toWire maps a client that passed checkCreate.
func toWire(c *oauthclients.OAuthClient) createWire {
	return createWire{
		Name: c.Name, Description: c.Description, Logo: c.LogoURI,
		WebsiteURL: c.ClientURI, TermsURL: c.TermsURI, PolicyURL: c.PolicyURI,
		RedirectURIs: c.RedirectURIs, AllowedOrigins: c.AllowedOrigins,
		LogoutRedirectURI: onlyEntry(c.PostLogoutRedirectURIs),
		AllowPKCE:         allowsPKCE(c), Scopes: c.Scopes,
	}
}

// onlyEntry: the portal keeps a list of logout URIs and takes one.
func onlyEntry(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func allowsPKCE(c *oauthclients.OAuthClient) bool {
	return providerkit.Settings[Extra](c).AllowPKCE
}

// namesPKCE: the methods are in no form that could be read, and the one of PKCE is among them.
func namesPKCE(old *oauthclients.Record, raw *providerkit.Object) bool {
	if len(providerkit.Settings[Extra](old.Client).AuthenticationMethods) > 0 {
		return false
	}
	s := suspects{raw: raw}
	s.look(memberMethods, true)
	return strings.Contains(string(s.odd[memberMethods]), "none")
}

// updateWire is the body of PUT /clients/{id}: what the portal demands every time, the redirect
// URIs and scopes that newer portals demand as well, and of the other members only those that
// were edited.
type updateWire struct {
	Name              string   `json:"name"`
	Description       string   `json:"description"`
	Logo              string   `json:"logo"`
	AllowedOrigins    []string `json:"allowed_origins"`
	RedirectURIs      []string `json:"redirect_uris"`
	Scopes            []string `json:"scopes"`
	AllowPKCE         bool     `json:"allow_pkce"`
	WebsiteURL        *string  `json:"website_url,omitempty"`
	TermsURL          *string  `json:"terms_url,omitempty"`
	PolicyURL         *string  `json:"policy_url,omitempty"`
	LogoutRedirectURI *string  `json:"logout_redirect_uri,omitempty"`
}

// toUpdate has in its body the members that this package does not know as well, as they came.
func toUpdate(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*providerkit.Object, error) {
	body, err := providerkit.ParseObject(old.Raw)
	if err != nil {
		return nil, err
	}
	wire := updateWire{
		Name: want.Name, Description: want.Description, Logo: want.LogoURI, AllowedOrigins: listOrEmpty(want.AllowedOrigins),
		RedirectURIs: listOrEmpty(want.RedirectURIs), Scopes: listOrEmpty(want.Scopes),
		// Leaving allow_pkce out turns PKCE off, and so would a form of the methods that cannot be read.
		AllowPKCE: allowsPKCE(old.Client) || namesPKCE(old, &body),
	}
	for _, field := range changed {
		switch field {
		case "Extra.AllowPKCE":
			wire.AllowPKCE = allowsPKCE(want)
		case "ClientURI":
			wire.WebsiteURL = &want.ClientURI
		case "TermsURI":
			wire.TermsURL = &want.TermsURI
		case "PolicyURI":
			wire.PolicyURL = &want.PolicyURI
		case "PostLogoutRedirectURIs":
			only := onlyEntry(want.PostLogoutRedirectURIs)
			wire.LogoutRedirectURI = &only
		}
	}
	body.Delete(modelled()...)
	wanted, err := providerkit.ObjectOf(&wire)
	body.Lay(wanted)
	return &body, err
}

const memberMethods = "authentication_methods"

// modelled lists the members of clientWire in both spellings.
func modelled() []string {
	return []string{
		"client_id", "client_secret", "name", "description", "logo", "website_url", "terms_url",
		"policy_url", memberMethods, "tenant", "redirect_uris", "allowed_origins",
		"logout_redirect_uris", "logout_redirect_uri", "scopes", "created_on", "created_by",
		"modified_on", "modified_by", "is_public", "enabled", "allow_pkce",
		"id", "clientId", "clientSecret", "websiteUrl", "termsUrl", "policyUrl",
		"authenticationMethods", "redirectUris", "allowedOrigins", "logoutRedirectUris",
		"logoutRedirectUri", "createdOn", "createdBy", "modifiedOn", "modifiedBy", "isPublic",
	}
}

func listOrEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// clientWire is a client as the portal answers it, in the server's spelling and in camelCase,
// which counts where the other is missing.
type clientWire struct {
	ClientID              string    `json:"client_id"`
	ClientSecret          string    `json:"client_secret"`
	Name                  string    `json:"name"`
	Description           string    `json:"description"`
	Logo                  string    `json:"logo"`
	WebsiteURL            string    `json:"website_url"`
	TermsURL              string    `json:"terms_url"`
	PolicyURL             string    `json:"policy_url"`
	AuthenticationMethods []string  `json:"authentication_methods"`
	Tenant                wireInt   `json:"tenant"`
	RedirectURIs          []string  `json:"redirect_uris"`
	AllowedOrigins        []string  `json:"allowed_origins"`
	LogoutRedirectURIs    oneOrMany `json:"logout_redirect_uris"`
	LogoutRedirectURI     oneOrMany `json:"logout_redirect_uri"`
	Scopes                []string  `json:"scopes"`
	CreatedOn             timestamp `json:"created_on"`
	CreatedBy             string    `json:"created_by"`
	ModifiedOn            timestamp `json:"modified_on"`
	ModifiedBy            string    `json:"modified_by"`
	IsPublic              bool      `json:"is_public"`
	Enabled               *bool     `json:"enabled"`

	camelWire

	unread []string // the members that could not be read
}

// read takes a client as it was answered.
func (w *clientWire) read(text []byte) error {
	unread, err := providerkit.Decode(text, w)
	w.unread = unread
	return err
}

// clientAnswer is an answer that is one client, perhaps in an envelope.
type clientAnswer struct{ clientWire }

// UnmarshalJSON implements [json.Unmarshaler].
func (a *clientAnswer) UnmarshalJSON(body []byte) error { return a.read(body) }

type camelWire struct {
	ID                         string    `json:"id"`
	CamelClientID              string    `json:"clientId"`
	CamelClientSecret          string    `json:"clientSecret"`
	CamelWebsiteURL            string    `json:"websiteUrl"`
	CamelTermsURL              string    `json:"termsUrl"`
	CamelPolicyURL             string    `json:"policyUrl"`
	CamelAuthenticationMethods []string  `json:"authenticationMethods"`
	CamelRedirectURIs          []string  `json:"redirectUris"`
	CamelAllowedOrigins        []string  `json:"allowedOrigins"`
	CamelLogoutRedirectURIs    oneOrMany `json:"logoutRedirectUris"`
	CamelLogoutRedirectURI     oneOrMany `json:"logoutRedirectUri"`
	CamelCreatedOn             timestamp `json:"createdOn"`
	CamelCreatedBy             string    `json:"createdBy"`
	CamelModifiedOn            timestamp `json:"modifiedOn"`
	CamelModifiedBy            string    `json:"modifiedBy"`
	CamelIsPublic              bool      `json:"isPublic"`
}

func (w *clientWire) id() string { return cmp.Or(w.ClientID, w.CamelClientID, w.ID) }

func (w *clientWire) secret() string { return cmp.Or(w.ClientSecret, w.CamelClientSecret) }

var (
	errNoID        = errors.New("the answer has no client_id")
	errOtherClient = errors.New("the answer is about another client than the one that was asked for")
)

// client is a client and its settings in one piece of memory, since lists have many.
type client struct {
	oauthclients.OAuthClient
	extra  Extra
	grants [2]oauthclients.GrantType
}

// fromWire maps a client as the portal tells it.
func fromWire(w *clientWire) (*oauthclients.OAuthClient, error) {
	id := w.id()
	if id == "" {
		return nil, errNoID
	}
	c := &client{extra: extraFromWire(w), grants: [2]oauthclients.GrantType(fixedGrantTypes())}
	c.OAuthClient = oauthclients.OAuthClient{
		ID:     id,
		Secret: oauthclients.NewSecret(w.secret()),
		Name:   w.Name, Description: w.Description,
		RedirectURIs: firstList(w.RedirectURIs, w.CamelRedirectURIs),
		PostLogoutRedirectURIs: firstList(w.LogoutRedirectURIs, w.CamelLogoutRedirectURIs,
			w.LogoutRedirectURI, w.CamelLogoutRedirectURI),
		AllowedOrigins: firstList(w.AllowedOrigins, w.CamelAllowedOrigins),
		GrantTypes:     c.grants[:],
		Scopes:         w.Scopes,
		ClientURI:      cmp.Or(w.WebsiteURL, w.CamelWebsiteURL),
		LogoURI:        w.Logo,
		PolicyURI:      cmp.Or(w.PolicyURL, w.CamelPolicyURL),
		TermsURI:       cmp.Or(w.TermsURL, w.CamelTermsURL),
		Status:         statusOf(w.Enabled),
		CreatedAt:      time.Time(cmp.Or(w.CreatedOn, w.CamelCreatedOn)),
		UpdatedAt:      time.Time(cmp.Or(w.ModifiedOn, w.CamelModifiedOn)),
		Extra:          &c.extra,
	}
	return &c.OAuthClient, nil
}

func extraFromWire(w *clientWire) Extra {
	methods := firstList(w.AuthenticationMethods, w.CamelAuthenticationMethods)
	return Extra{
		AllowPKCE: slices.Contains(methods, "none"), AuthenticationMethods: methods,
		Tenant: int64(w.Tenant), Public: w.IsPublic || w.CamelIsPublic,
		CreatedBy:  cmp.Or(w.CreatedBy, w.CamelCreatedBy),
		ModifiedBy: cmp.Or(w.ModifiedBy, w.CamelModifiedBy),
	}
}

func statusOf(enabled *bool) oauthclients.Status {
	switch {
	case enabled == nil:
		return ""
	case *enabled:
		return oauthclients.StatusActive
	}
	return oauthclients.StatusDisabled
}

// firstList returns the first list that is there.
func firstList[L ~[]string](lists ...L) []string {
	for _, list := range lists {
		if list != nil {
			return list
		}
	}
	return nil
}
