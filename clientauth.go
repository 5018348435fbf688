package oauthclients

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file is how an OAuth2 client proves who it is at a token endpoint (RFC 6749 section 2.3) and at a
// revocation endpoint, and what a strategy adds to the requests of its grant.

// ClientAuthMethod is how an OAuth2 client authenticates at the token endpoint. The values are those
// of RFC 7591 section 2 and OpenID Connect Core 1.0 section 9. Most servers take a client's secret
// only in the way with which the client was registered.
type ClientAuthMethod string

const (
	// ClientSecretBasic sends id and secret with HTTP Basic (RFC 6749 section 2.3.1).
	ClientSecretBasic ClientAuthMethod = "client_secret_basic"
	// ClientSecretBasicWithID is ClientSecretBasic with the id in the form as well, for a server that
	// finds the client only there. It is the library's own name: such a client is registered with
	// client_secret_basic. A server that says that it misses the client_id gets it also by itself.
	ClientSecretBasicWithID ClientAuthMethod = "client_secret_basic+client_id"
	// ClientSecretPost sends id and secret in the form.
	ClientSecretPost ClientAuthMethod = "client_secret_post"
	// ClientAuthNone sends the id alone, also where there is a secret: for a public client, and for one
	// that the connection's certificate tells of (RFC 8705).
	ClientAuthNone ClientAuthMethod = "none"
	// PrivateKeyJWT sends an assertion that the client has signed (RFC 7523 section 2.2).
	PrivateKeyJWT ClientAuthMethod = "private_key_jwt"
)

// assertionType is the client_assertion_type of RFC 7523 section 2.2.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// assertionWait bounds the making of an assertion, which may ask a service for its signature.
const assertionWait = 30 * time.Second

var (
	errAssertionWait = errors.New("gave up waiting for the client assertion")
	errNoAssertion   = errors.New("there is none")
)

// asker is the OAuth2 client that asks an endpoint.
type asker struct {
	id         string
	secret     Secret
	method     ClientAuthMethod // "": as the endpoint has it
	assertion  func(ctx context.Context, audience string) (string, error)
	resources  []string
	parameters url.Values
}

// check finds the faults of a strategy's fields; name is the strategy's.
func (a asker) check(name string) []FieldError {
	known := []ClientAuthMethod{"", ClientSecretBasic, ClientSecretBasicWithID, ClientSecretPost, ClientAuthNone, PrivateKeyJWT}
	faults := slices.Concat(checkResources(name+".Resources", a.resources), checkParameters(name+".Parameters", a.parameters))
	switch {
	case !slices.Contains(known, a.method):
		faults = append(faults, FieldError{name + ".AuthMethod", "invalid", "must be one of this package's constants, or empty"})
	case a.method == PrivateKeyJWT && a.assertion == nil:
		faults = append(faults, FieldError{name + ".Assertion", "required", "must sign an assertion for PrivateKeyJWT"})
	case a.method != PrivateKeyJWT && a.assertion != nil:
		faults = append(faults, FieldError{name + ".AuthMethod", "invalid", "must be PrivateKeyJWT where there is an Assertion"})
	case a.sendsSecret() && a.secret.IsZero():
		faults = append(faults, FieldError{name + ".ClientSecret", "required", "must not be empty for " + string(a.method)})
	}
	return faults
}

func (a asker) sendsSecret() bool {
	return a.method == ClientSecretBasic || a.method == ClientSecretBasicWithID || a.method == ClientSecretPost
}

// methodAt is how the client proves itself at an endpoint.
func (a asker) methodAt(style oauth2.AuthStyle) ClientAuthMethod {
	switch {
	case a.method != "":
		return a.method
	case a.secret.IsZero():
		return ClientAuthNone
	case style == oauth2.AuthStyleInHeader:
		return ClientSecretBasic
	}
	return ClientSecretPost
}

// prove puts the client's credentials into the form, or into the header that it returns.
func (c *core) prove(ctx context.Context, a asker, method ClientAuthMethod, audience string, form url.Values) (http.Header, error) {
	basic := http.Header{"Authorization": {"Basic " + c.basicClient(a)}}
	switch method {
	case ClientSecretBasic:
		return basic, nil
	case ClientSecretBasicWithID:
		form.Set("client_id", a.id)
		return basic, nil
	case ClientSecretPost:
		form.Set("client_secret", a.secret.Reveal())
	case PrivateKeyJWT:
		signed, err := c.sign(ctx, a, audience)
		if err != nil {
			return nil, err
		}
		form.Set("client_assertion_type", assertionType)
		form.Set("client_assertion", signed)
	case ClientAuthNone:
	}
	form.Set("client_id", a.id)
	return nil, nil
}

// sign asks the user's code for an assertion. It may hang, and panic.
func (c *core) sign(ctx context.Context, a asker, audience string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, assertionWait, errAssertionWait)
	defer cancel()
	signed, err := flight.Apart(ctx, func() (string, error) { return a.assertion(ctx, audience) }, nil)
	if err == nil && strings.TrimSpace(signed) == "" {
		err = errNoAssertion
	}
	if err != nil {
		failed := c.sourceError(err)
		// What its own server said is no answer of the one that the token is for.
		failed.Message = strings.TrimSuffix(strings.TrimSuffix("the client assertion could not be made: "+failed.Code+": "+failed.Message, ": "), ": ")
		failed.StatusCode, failed.Code = 0, ""
		if ctx.Err() != nil {
			failed.Kind = ErrUnavailable
		}
		return "", failed
	}
	return signed, nil
}

// basicClient encodes a client's credentials by RFC 6749 section 2.3.1: form-encoded first, unless the
// provider has them as they are.
func (c *core) basicClient(a asker) string {
	if c.connection.PlainBasic {
		return BasicAuth{Username: a.id, Password: a.secret}.encoded()
	}
	return BasicAuth{Username: url.QueryEscape(a.id), Password: NewSecret(url.QueryEscape(a.secret.Reveal()))}.encoded()
}

// secretsOf are the values that go out with a form when a client proves itself; an assertion is made for
// each request and is in none that is kept.
func (c *core) secretsOf(a asker, form url.Values) []string {
	sent := []string{a.secret.Reveal(), c.basicClient(a)}
	for _, name := range []string{"password", "code", "code_verifier", "refresh_token", "token"} {
		sent = append(sent, form.Get(name))
	}
	return sent
}

// serverOf is the issuer of an endpoint: what one of its endpoints wants the others want too. Where
// nobody names the issuer each endpoint stands for itself.
func (c *core) serverOf(address string) string {
	if found := c.known(); found != nil && found.Others[issuerMember] != "" {
		return found.Others[issuerMember]
	}
	return address
}

// servers remembers those that want the client_id beside Basic, by their issuer or address.
type servers struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (s *servers) add(server string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[server] = true
}

func (s *servers) has(server string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[server]
}

// ownParameters are those of the requests that the library makes itself (RFC 6749 sections 4 and 6,
// RFC 7636, RFC 7523, RFC 8707).
func ownParameters() []string {
	return []string{
		"response_type", "client_id", "client_secret", "redirect_uri", "scope", "state", "code", "grant_type", "refresh_token",
		"username", "password", "code_challenge", "code_challenge_method", "code_verifier",
		"client_assertion", "client_assertion_type", "resource",
	}
}

func checkParameters(field string, parameters url.Values) []FieldError {
	for name := range parameters {
		switch {
		case strings.TrimSpace(name) == "":
			return []FieldError{{field, "invalid", "must not have a parameter without a name"}}
		case slices.Contains(ownParameters(), name):
			return []FieldError{{field, "invalid", "must not replace " + name + ", which the library sends itself"}}
		}
	}
	return nil
}

// checkResources holds RFC 8707 section 2: absolute, without a fragment.
func checkResources(field string, resources []string) []FieldError {
	for _, resource := range resources {
		u, err := url.Parse(resource)
		if err != nil || !u.IsAbs() || strings.Contains(resource, "#") || strings.ContainsFunc(resource, unseen) {
			return []FieldError{{field, "url", "each entry must be an absolute URI without a fragment (RFC 8707 section 2)"}}
		}
	}
	return nil
}

// add puts resources and parameters into a form, or into the query of the sign-in page.
func (a asker) add(form url.Values) {
	for name, values := range a.parameters {
		form[name] = slices.Clone(values)
	}
	if len(a.resources) > 0 {
		form["resource"] = slices.Clone(a.resources)
	}
}
