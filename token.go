package oauthclients

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file speaks to a token endpoint (RFC 6749 sections 3.2 and 5). It does so itself, not
// through x/oauth2, because retries, limits and redaction must hold here as well. How an answer with
// a token is read is in tokenanswer.go.

// opToken is the Operation of errors that come from getting a token.
const opToken = "Token"

// tokenRequest is one request to a token endpoint.
type tokenRequest struct {
	grant        GrantType
	clientID     string
	clientSecret Secret
	form         url.Values // what the grant adds
	repeat       transport.Repeat
}

// requestToken comes with a token beside the error if the answer is of no use but for a refresh token.
func (c *core) requestToken(ctx context.Context, r tokenRequest) (*oauth2.Token, error) {
	endpoint, err := c.endpoint(ctx, opToken, r.grant, r.clientID)
	if err != nil {
		return nil, err
	}
	outcome := c.transport.Do(ctx, c.tokenHTTP(endpoint, r))
	if outcome.Err != nil || outcome.Response.Status/100 != 2 {
		return nil, c.tokenError(outcome, r)
	}
	if outcome.Response.Broken != nil {
		return readToken(outcome.Response.Body).rest(), c.tokenError(outcome, r)
	}
	return c.decodeToken(outcome.Response)
}

// endpoint is where a client uses a grant.
func (c *core) endpoint(ctx context.Context, operation string, grant GrantType, clientID string) (oauth2.Endpoint, error) {
	endpoints, err := c.endpoints(ctx)
	if err != nil {
		return oauth2.Endpoint{}, err
	}
	endpoint, ok := endpoints.Grants[grant]
	if !ok && grant == GrantRefreshToken { // there is one token endpoint, by RFC 6749 section 3.2
		endpoint, ok = endpoints.Grants[GrantAuthorizationCode]
	}
	if !ok {
		return endpoint, &UnsupportedError{
			Provider: c.name, Operation: operation, Fields: []string{"Auth"},
			Reason: "it has no endpoint for the grant " + string(grant),
		}
	}
	if c.connection.EndpointFor == nil {
		return endpoint, nil
	}
	endpoint = c.connection.EndpointFor(clientID, endpoint)
	return endpoint, InvalidFields(c.name, operation, checkEndpoint(grant, endpoint))
}

// tokenHTTP puts the client's credentials where the endpoint wants them, and nowhere else.
func (c *core) tokenHTTP(endpoint oauth2.Endpoint, r tokenRequest) *transport.Request {
	form := url.Values{"grant_type": {string(r.grant)}}
	for name, values := range r.form {
		form[name] = values
	}
	var credential http.Header
	if endpoint.AuthStyle == oauth2.AuthStyleInHeader && !r.clientSecret.IsZero() {
		credential = http.Header{"Authorization": {"Basic " + basicClient(r.clientID, r.clientSecret)}}
	} else {
		form.Set("client_id", r.clientID)
		if !r.clientSecret.IsZero() {
			form.Set("client_secret", r.clientSecret.Reveal())
		}
	}
	return &transport.Request{
		Provider: c.name, Operation: opToken, Method: http.MethodPost, URL: endpoint.TokenURL,
		Header: c.header(formBody, credential), Body: []byte(form.Encode()), Repeat: r.repeat, Gate: opToken, Secrets: r.secrets,
		Repeatable: func(answer *transport.Response) bool { return c.tokenLimited(answer, r) },
	}
}

// basicClient encodes a client's credentials by RFC 6749 section 2.3.1: form-encoded first.
func basicClient(id string, secret Secret) string {
	return BasicAuth{Username: url.QueryEscape(id), Password: NewSecret(url.QueryEscape(secret.Reveal()))}.encoded()
}

// tokenLimited asks the provider whether an answer is its rate limit under another status.
func (c *core) tokenLimited(answer *transport.Response, r tokenRequest) bool {
	return r.repeat == transport.Token && answer.Status/100 == 4 &&
		c.judged(opToken, &transport.Outcome{Response: answer}, c.explainToken).Kind == ErrRateLimited //nolint:errorlint // Kind is a sentinel itself
}

// secrets are the values that go out with the request.
func (r tokenRequest) secrets() []string {
	sent := []string{r.clientSecret.Reveal(), basicClient(r.clientID, r.clientSecret)}
	for _, name := range []string{"password", "code", "code_verifier", "refresh_token"} {
		sent = append(sent, r.form.Get(name))
	}
	return sent
}

func (c *core) tokenError(outcome *transport.Outcome, r tokenRequest) *Error {
	e := c.newError(opToken, outcome, r.secrets(), c.explainToken)
	if outcome.Response != nil && outcome.Response.Status/100 == 2 {
		e.body = nil // it is half of a token
	}
	return e
}

// explainToken reads an error of an OAuth2 endpoint. What the provider's hook makes of the code
// counts, and then what it makes of the kind.
func (c *core) explainToken(r *Response, e *Error) {
	explainOAuth(r, e)
	e.judge()
	e.Kind = kindOfPlace(e.Kind)
	if c.connection.ExplainToken == nil {
		return
	}
	code := e.Code
	c.connection.ExplainToken(r, e)
	if e.Code != code {
		e.judge()
	}
}

// kindOfPlace: a status that says something about an OAuth2 client, when it comes from the API,
// says from any other place of the provider that it is not what was expected there. A caller
// must not take a wrong address for a client that is gone.
func kindOfPlace(kind error) error {
	if errors.Is(kind, ErrNotFound) || errors.Is(kind, ErrConflict) {
		return ErrUnavailable
	}
	return kind
}

// judge gives the error the kind that its OAuth code has.
func (e *Error) judge() {
	if kind := kindOfOAuthError(e.Code); kind != nil {
		e.Kind = kind
	}
}

// kindOfOAuthError: these three say that a credential is wrong, whatever the status.
func kindOfOAuthError(code string) error {
	switch code {
	case "invalid_grant", "invalid_client", "unauthorized_client":
		return ErrUnauthenticated
	}
	return nil
}
