package docspace

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is what a user configures: the portal, the wire it speaks, and what both can do.

// providerName is the name in errors and logs.
const providerName = "docspace"

// The paths under which portals answer.
const (
	defaultPathPrefix = "/api/2.0"
	otherPathPrefix   = "/api/2.0/oauth2"
)

// Wire is the way a portal wants to be spoken to.
type Wire int

const (
	// WireServer is what the DocSpace servers speak: an API key is traded for a signature, the
	// members are snake_case, updates and deletes answer without a body.
	WireServer Wire = iota
	// WireGuide is what the vendor's guide "Manage OAuth2 Clients" shows: the key as
	// "Authorization: Bearer", the members name, redirectUris and grantTypes, an optional
	// "response" around every answer. DocSpace servers refuse it; it is for servers that were
	// built after the guide.
	WireGuide
)

// Provider is one DocSpace portal. It is used by value; only Portal is required.
type Provider struct {
	// Portal is the address of the portal, without PathPrefix, such as
	// "https://portal.example.com".
	Portal string
	// Wire chooses how the portal is spoken to; the zero value is WireServer.
	Wire Wire
	// PathPrefix stands before "/clients" and "/scopes". Default "/api/2.0"; portals also
	// answer under "/api/2.0/oauth2". The signature is always fetched below "/api/2.0".
	PathPrefix string
}

// Name returns "docspace".
func (p Provider) Name() string { return providerName }

// Capabilities tells what the portal's wire can do.
//
// Under [WireServer] the grant types are fixed, and Update also lists the fields that a portal
// of mid-2026 does not let anybody change (redirect URIs, scopes, the URLs): newer portals
// take some of them, and one that ignores an edit is reported by an
// [*oauthclients.NotAppliedError].
func (p Provider) Capabilities() oauthclients.Capabilities {
	if p.Wire == WireGuide {
		return guideCapabilities()
	}
	return serverCapabilities()
}

func serverCapabilities() oauthclients.Capabilities {
	fields := []string{
		"Name", "Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "Scopes",
		"ClientURI", "LogoURI", "PolicyURI", "TermsURI", "Extra.AllowPKCE",
	}
	return oauthclients.Capabilities{
		NewExtra:   func() oauthclients.Extra { return &Extra{} },
		Auth:       authKinds(),
		GrantTypes: fixedGrantTypes(), FixedGrantTypes: true,
		Create: fields, Update: fields, Members: modelled(),
		RegenerateSecret: true,
		Paging:           true, MaxPageSize: 50,
		OneSignIn: true,
	}
}

func guideCapabilities() oauthclients.Capabilities {
	fields := []string{"Name", "RedirectURIs", "GrantTypes"}
	return oauthclients.Capabilities{
		NewExtra: func() oauthclients.Extra { return &Extra{} },
		Auth:     authKinds(),
		// The guide names two and adds "etc.": these are the grants of RFC 6749.
		GrantTypes: []oauthclients.GrantType{
			oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken,
			oauthclients.GrantClientCredentials, oauthclients.GrantImplicit, oauthclients.GrantPassword,
		},
		Create: fields, Update: fields, Members: guideModelled(),
		OneSignIn: true,
	}
}

func authKinds() []oauthclients.AuthKind {
	return []oauthclients.AuthKind{
		oauthclients.AuthKindBearer, oauthclients.AuthKindAuthorizationCode, oauthclients.AuthKindTokenSource,
	}
}

// fixedGrantTypes are the grants of every client: the API has no member for them.
func fixedGrantTypes() []oauthclients.GrantType {
	return []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
}

// Connect checks the configuration and returns how to talk to the portal. It does no I/O. Fields
// of p that cannot be used are an [*oauthclients.Error] of kind ErrInvalid that names all of them.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	if err := providerkit.InvalidFields(providerName, "New", p.check()); err != nil {
		return nil, err
	}
	portal := strings.TrimRight(p.Portal, "/")
	endpoints := oauthclients.Endpoints{BaseURL: portal, Grants: grants(portal)}
	clients := strings.TrimRight(p.prefix(), "/") + "/clients"
	if p.Wire == WireGuide {
		return guideConnection(endpoints, clients), nil
	}
	return serverConnection(endpoints, clients), nil
}

func (p Provider) prefix() string { return cmp.Or(p.PathPrefix, defaultPathPrefix) }

// check finds every fault of p.
func (p Provider) check() faults {
	f := faults(providerkit.CheckURL("Portal", p.Portal, defaultPathPrefix, otherPathPrefix, p.prefix()))
	if !isPath(p.prefix()) {
		f.add("PathPrefix", "invalid", "must be a path that starts with a slash, such as "+defaultPathPrefix)
	}
	if p.Wire != WireServer && p.Wire != WireGuide {
		f.add("Wire", "invalid", "must be WireServer or WireGuide")
	}
	return f
}

// isPath takes a path that stands in a URL as it is, and leads nowhere else.
func isPath(prefix string) bool {
	u, err := url.Parse("https://portal.example.com" + prefix)
	return strings.HasPrefix(prefix, "/") && err == nil && u.EscapedPath() == prefix &&
		!slices.ContainsFunc(strings.Split(prefix, "/"), func(segment string) bool { return segment == "." || segment == ".." })
}

func serverConnection(endpoints oauthclients.Endpoints, clients string) *oauthclients.Connection {
	return &oauthclients.Connection{
		Endpoints: endpoints,
		Driver: func(c *oauthclients.Caller) oauthclients.Driver {
			return &driver{caller: c, clients: clients}
		},
		AuthorizeURL: scopeLast,
		SignOut:      signOut,
		Trade:        trade,
		Authorize:    func(h http.Header, t *oauth2.Token) { h.Set(signatureHeader, t.AccessToken) },
		Rejected:     rejected,
		Explain:      explain,
		RetryAfter:   retryAfter,

		CheckUserAgent: checkUserAgent, CheckRedirectURL: checkRedirectURL,
	}
}

func guideConnection(endpoints oauthclients.Endpoints, clients string) *oauthclients.Connection {
	return &oauthclients.Connection{
		Endpoints: endpoints,
		Driver: func(c *oauthclients.Caller) oauthclients.Driver {
			return &guideDriver{caller: c, clients: clients}
		},
		AuthorizeURL: scopeLast,
		SignOut:      signOut,
		Explain:      explainBody,
		RetryAfter:   retryAfter,

		CheckRedirectURL: checkRedirectURL,
	}
}
