package dcr

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file asks a server for its addresses.

const (
	opDiscover = "Discover"

	oidcPath  = "/.well-known/openid-configuration"
	oauthPath = "/.well-known/oauth-authorization-server"

	registrationEndpoint = "registration_endpoint"
)

// wireServer is what a server says of itself (RFC 8414 section 2).
type wireServer struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	RegistrationEndpoint  string   `json:"registration_endpoint"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
}

// discover reads the server's own description and takes nothing from one of another issuer.
func (p Provider) discover(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
	server, err := p.describe(ctx, anon)
	if err != nil {
		return oauthclients.Endpoints{}, err
	}
	if server.Issuer != p.Issuer {
		return oauthclients.Endpoints{}, undiscovered(fmt.Sprintf(
			"the server calls itself %.200q and not %q: Issuer must be exactly what it says (RFC 8414 section 3.3)", server.Issuer, p.Issuer))
	}
	if faults := p.faultsOf(server); len(faults) > 0 {
		return oauthclients.Endpoints{}, oauthclients.InvalidFields(providerName, opDiscover, faults)
	}
	if p.RegistrationEndpoint != "" {
		server.RegistrationEndpoint = p.RegistrationEndpoint
	}
	if server.RegistrationEndpoint == "" {
		return oauthclients.Endpoints{}, undiscovered("the server names no registration_endpoint: registration is off there, or RegistrationEndpoint must be set")
	}
	return server.endpoints()
}

// faultsOf checks the addresses that the server names and that are used. One that the user gave is
// the user's.
func (p Provider) faultsOf(s wireServer) []oauthclients.FieldError {
	named := map[string]string{"token_endpoint": s.TokenEndpoint}
	if s.TokenEndpoint != "" { // a query is allowed there (RFC 6749 section 3.1)
		named["authorization_endpoint"], _, _ = strings.Cut(s.AuthorizationEndpoint, "?")
	}
	if p.RegistrationEndpoint == "" {
		named[registrationEndpoint] = s.RegistrationEndpoint
	}
	var faults []oauthclients.FieldError
	for _, member := range slices.Sorted(maps.Keys(named)) {
		if address := named[member]; address != "" {
			faults = append(faults, oauthclients.CheckNamedURL(p.Issuer, member, address)...)
		}
	}
	return faults
}

// describe asks at both places. Only an answer that there is nothing at the first leads to the second.
func (p Provider) describe(ctx context.Context, anon *oauthclients.Caller) (wireServer, error) {
	u, err := url.Parse(p.Issuer)
	if err != nil {
		return wireServer{}, err // out of reach: CheckURL has parsed it
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	server, err := readServer(ctx, anon, path+oidcPath) // OpenID Connect Discovery 1.0 section 4.1
	if !isNothing(err) {
		return server, err
	}
	server, err = readServer(ctx, anon, oauthPath+path) // RFC 8414 section 3.1
	if isNothing(err) {
		err = undiscovered("nothing is at " + path + oidcPath + " and at " + oauthPath + path)
	}
	return server, err
}

// isNothing: the server answered, and not with what was asked for.
func isNothing(err error) bool {
	var failed *oauthclients.Error
	return errors.As(err, &failed) && failed.StatusCode != 0 && failed.StatusCode/100 != 5 && failed.StatusCode != http.StatusTooManyRequests
}

func readServer(ctx context.Context, anon *oauthclients.Caller, path string) (wireServer, error) {
	var server wireServer
	_, err := anon.Call(ctx, &oauthclients.Call{Operation: opDiscover, Method: http.MethodGet, Path: path, Result: &server})
	return server, err
}

func (s wireServer) endpoints() (oauthclients.Endpoints, error) {
	u, err := url.Parse(s.RegistrationEndpoint)
	if err != nil {
		return oauthclients.Endpoints{}, undiscovered("the registration_endpoint is not a URL")
	}
	found := oauthclients.Endpoints{
		BaseURL: origin(u), Others: map[string]string{registrationEndpoint: s.RegistrationEndpoint},
	}
	if s.TokenEndpoint == "" {
		return found, nil
	}
	token := oauth2.Endpoint{AuthURL: s.AuthorizationEndpoint, TokenURL: s.TokenEndpoint, AuthStyle: s.authStyle()}
	found.Grants = map[oauthclients.GrantType]oauth2.Endpoint{}
	for _, grant := range []oauthclients.GrantType{
		oauthclients.GrantAuthorizationCode, oauthclients.GrantClientCredentials, oauthclients.GrantPassword, oauthclients.GrantRefreshToken,
	} {
		found.Grants[grant] = token
	}
	return found, nil
}

// authStyle is Basic where the server does not say otherwise (RFC 8414 section 2).
func (s wireServer) authStyle() oauth2.AuthStyle {
	if slices.Contains(s.AuthMethods, "client_secret_post") && !slices.Contains(s.AuthMethods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
