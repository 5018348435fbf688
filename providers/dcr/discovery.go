package dcr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file asks a server for its addresses.

const (
	opDiscover = "Discover"

	oidcPath  = "/.well-known/openid-configuration"
	oauthPath = "/.well-known/oauth-authorization-server"

	registrationEndpoint = "registration_endpoint"
)

// wireServer is what a server says of itself (RFC 8414 section 2, RFC 9207 section 3).
type wireServer struct {
	Issuer                string   `json:"issuer"`
	AuthorizationEndpoint string   `json:"authorization_endpoint"`
	TokenEndpoint         string   `json:"token_endpoint"`
	RegistrationEndpoint  string   `json:"registration_endpoint"`
	RevocationEndpoint    string   `json:"revocation_endpoint"`
	AuthMethods           []string `json:"token_endpoint_auth_methods_supported"`
	RevocationAuthMethods []string `json:"revocation_endpoint_auth_methods_supported"`
	NamesIssuer           bool     `json:"authorization_response_iss_parameter_supported"`
}

// description is a wireServer whose odd members cost themselves alone.
type description struct{ wireServer }

// UnmarshalJSON implements [json.Unmarshaler].
func (d *description) UnmarshalJSON(body []byte) error {
	_, err := providerkit.Decode(body, &d.wireServer)
	return err
}

// discover reads the server's own description and takes nothing from one of another issuer. What it
// names is checked when it is used.
func (p Provider) discover(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
	s := search{provider: p}
	err := s.look(ctx, anon)
	if err != nil && s.found.Issuer == "" {
		return oauthclients.Endpoints{}, err
	}
	if p.RegistrationEndpoint != "" {
		s.found.RegistrationEndpoint = p.RegistrationEndpoint
	}
	found := p.endpoints(s.found)
	found.Incomplete = err // who signs people in has what is needed
	return found, nil
}

// places are where a server may describe itself. The answer names the issuer, so that none of them can
// speak for another: OpenID Connect Discovery 1.0 section 4.1, RFC 8414 section 3.1 and its section 5;
// then what servers below a path do.
func (p Provider) places() ([]string, error) {
	u, err := url.Parse(p.Issuer)
	if err != nil {
		return nil, err // out of reach: CheckURL has parsed it
	}
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" {
		return []string{oidcPath, oauthPath}, nil
	}
	return []string{path + oidcPath, oauthPath + path, oidcPath + path, path + oauthPath, oauthPath, oidcPath}, nil
}

// search goes from place to place.
type search struct {
	provider Provider
	found    wireServer
	// seen says what was at each place; others are the issuers that were there.
	seen, others []string
	attempts     int
	// trouble is the latest failure that says nothing about what is at its place.
	trouble error
}

func (s *search) look(ctx context.Context, anon *oauthclients.Caller) error {
	places, err := s.provider.places()
	if err != nil {
		return err
	}
	for _, place := range places {
		var server description
		_, err := anon.Call(ctx, &oauthclients.Call{Operation: opDiscover, Method: http.MethodGet, Path: place, Result: &server})
		if endsSearch(ctx, err) {
			return err
		}
		if s.take(place, server.wireServer, err) {
			return nil
		}
	}
	if s.found.Issuer != "" && s.trouble == nil {
		return nil
	}
	return s.failure()
}

// endsSearch: the other places are at the same server, which is away, or wants to be left alone.
func endsSearch(ctx context.Context, err error) bool {
	var e *oauthclients.Error
	return err != nil && (ctx.Err() != nil || !errors.As(err, &e) || e.StatusCode == 0 || errors.Is(err, oauthclients.ErrRateLimited))
}

// take keeps what a place says, and tells whether that is all that is needed. What the first place says
// is not changed by the next.
func (s *search) take(place string, server wireServer, err error) bool {
	s.attempts++
	switch {
	case err != nil:
		s.note(place, s.what(err))
	case server.Issuer != s.provider.Issuer:
		s.note(place, fmt.Sprintf("the server calls itself %.200q", server.Issuer))
		s.others = append(s.others, server.Issuer)
	default:
		if s.found.Issuer == "" {
			s.found = server
		} else if s.found.RegistrationEndpoint == "" {
			s.found.RegistrationEndpoint = server.RegistrationEndpoint
		}
		s.note(place, "no registration_endpoint")
	}
	return s.found.Issuer != "" && (s.found.RegistrationEndpoint != "" || s.provider.RegistrationEndpoint != "")
}

func (s *search) note(place, what string) { s.seen = append(s.seen, place+": "+what) }

// what tells of a failure, and keeps it if it says nothing about what is there.
func (s *search) what(err error) string {
	var e *oauthclients.Error
	if !errors.As(err, &e) {
		return ""
	}
	s.attempts += max(e.Attempts-1, 0)
	if e.StatusCode/100 == 5 || e.StatusCode < http.StatusOK || errors.Is(e.Err, io.ErrUnexpectedEOF) {
		s.trouble = err
	}
	text := strings.TrimSpace(fmt.Sprintf("status %d %s", e.StatusCode, http.StatusText(e.StatusCode)))
	if e.StatusCode/100 == 2 && e.Err != nil {
		text += ", " + e.Err.Error()
	}
	return text
}

// failure says what was at each place.
func (s *search) failure() error {
	e := &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: opDiscover, Attempts: s.attempts}
	var trouble *oauthclients.Error
	switch {
	case errors.As(s.trouble, &trouble):
		e.StatusCode, e.RetryAfter = trouble.StatusCode, trouble.RetryAfter
		e.Message = "no description of the server could be had"
	case len(s.others) > 0:
		e.Kind = oauthclients.ErrInvalid
		e.Message = s.mismatch()
	default:
		e.Message = "the server does not describe itself"
	}
	e.Message += " (" + strings.Join(s.seen, "; ") + ")"
	return e
}

// mismatch tells the one name that differs in nothing but the slash at its end, if there is one.
func (s *search) mismatch() string {
	name, hint := s.others[0], ""
	for _, other := range s.others {
		if strings.TrimRight(other, "/") == strings.TrimRight(s.provider.Issuer, "/") {
			name, hint = other, "; the two differ in the slash at the end alone"
		}
	}
	return fmt.Sprintf("the server calls itself %.200q and not %.200q: Issuer must be exactly what it says (RFC 8414 section 3.3)%s", name, s.provider.Issuer, hint)
}

// endpoints are what a server names.
func (p Provider) endpoints(s wireServer) oauthclients.Endpoints {
	found := oauthclients.Endpoints{Others: map[string]string{}}
	for name, value := range map[string]string{
		"issuer": s.Issuer, registrationEndpoint: s.RegistrationEndpoint, "revocation_endpoint": s.RevocationEndpoint,
		"token_endpoint_auth_methods_supported":          strings.Join(s.AuthMethods, " "),
		"revocation_endpoint_auth_methods_supported":     strings.Join(s.RevocationAuthMethods, " "),
		"authorization_response_iss_parameter_supported": strconv.FormatBool(s.NamesIssuer),
	} {
		if value != "" && value != "false" {
			found.Others[name] = value
		}
	}
	found.BaseURL = p.base(s.RegistrationEndpoint)
	if s.TokenEndpoint == "" {
		return found
	}
	token := oauth2.Endpoint{TokenURL: s.TokenEndpoint, AuthStyle: s.authStyle()}
	people := token
	people.AuthURL = s.AuthorizationEndpoint
	found.Grants = map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantAuthorizationCode: people, oauthclients.GrantRefreshToken: token,
		oauthclients.GrantClientCredentials: token, oauthclients.GrantPassword: token,
	}
	return found
}

// base is the place of the registration endpoint, or the issuer's where that is not to be used.
func (p Provider) base(registration string) string {
	if u, err := p.registrationAt(registration); err == nil {
		return origin(u)
	}
	u, err := url.Parse(p.Issuer)
	if err != nil {
		return p.Issuer // out of reach: CheckURL has parsed it
	}
	return origin(u)
}

// registrationAt checks the registration endpoint, which is the user's own or one that the server names.
func (p Provider) registrationAt(address string) (*url.URL, error) {
	if address == "" {
		return nil, undiscovered("the server names no registration_endpoint: registration is off there, or RegistrationEndpoint must be set")
	}
	if p.RegistrationEndpoint == "" {
		faults := providerkit.CheckNamedURL(p.Issuer, registrationEndpoint, withoutQuery(address))
		if err := providerkit.InvalidFields(providerName, opDiscover, faults); err != nil {
			return nil, err
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, undiscovered("the registration_endpoint is not a URL")
	}
	return u, nil
}

// authStyle is Basic where the server does not say otherwise (RFC 8414 section 2).
func (s wireServer) authStyle() oauth2.AuthStyle {
	if slices.Contains(s.AuthMethods, "client_secret_post") && !slices.Contains(s.AuthMethods, "client_secret_basic") {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
