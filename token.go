package oauthclients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file speaks to a token endpoint (RFC 6749 sections 3.2 and 5). It does so itself, not
// through x/oauth2, because retries, limits and redaction must hold here as well.

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

func (c *core) requestToken(ctx context.Context, r tokenRequest) (*oauth2.Token, error) {
	endpoint, err := c.endpoint(ctx, opToken, r.grant, r.clientID)
	if err != nil {
		return nil, err
	}
	outcome := c.transport.Do(ctx, c.tokenHTTP(endpoint, r))
	if outcome.Err != nil || outcome.Response.Status/100 != 2 || outcome.Response.Broken != nil {
		return nil, c.tokenError(outcome, r)
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

// explainOAuth reads the error body of RFC 6749 section 5.2, which RFC 7591 section 3.2.2 has
// as well. A member of another type than expected stays empty.
func explainOAuth(r *Response, e *Error) {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(r.Body, &body); err == nil || errors.As(err, &wrongType) {
		e.Code, e.Message = body.Error, body.Description
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

// tokenAnswer is a token response (RFC 6749 section 5.1), as tolerant as the vendors need it.
type tokenAnswer struct {
	AccessToken  string          `json:"access_token"`
	Token        string          `json:"token"` // sipgate's older session answer
	TokenType    string          `json:"token_type"`
	RefreshToken string          `json:"refresh_token"`
	ExpiresIn    json.RawMessage `json:"expires_in"` // a number, or one in a string
}

func (c *core) decodeToken(r *transport.Response) (*oauth2.Token, error) {
	var answer tokenAnswer
	if err := json.Unmarshal(r.Body, &answer); err != nil {
		return nil, c.badToken(r, "the answer is not a token response", err)
	}
	if answer.AccessToken == "" {
		answer.AccessToken = answer.Token
	}
	if answer.AccessToken == "" {
		return nil, c.badToken(r, "the answer has no access_token", nil)
	}
	if answer.TokenType != "" && !strings.EqualFold(answer.TokenType, "bearer") {
		return nil, c.badToken(r, "the token has an unknown token_type", nil)
	}
	if len(checkHeaderSecret("", answer.AccessToken)) > 0 {
		return nil, c.badToken(r, "the access_token has characters that no header can carry", nil)
	}
	seconds, _ := strconv.ParseFloat(string(bytes.Trim(answer.ExpiresIn, `"`)), 64) // unknown is 0
	token := &oauth2.Token{
		AccessToken: answer.AccessToken, TokenType: "Bearer", RefreshToken: answer.RefreshToken,
		Expiry: expiry(int64(min(seconds, 1e15))), ExpiresIn: max(0, int64(min(seconds, 1e15))),
	}
	return token.WithExtra(extraOf(r.Body)), nil
}

// extraOf has the members that oauth2.Token has no field for, such as scope and id_token, for
// its method Extra.
func extraOf(body []byte) map[string]any {
	var members map[string]any
	_ = json.Unmarshal(body, &members) // it has been an object before
	for _, known := range []string{"access_token", "token", "token_type", "refresh_token", "expires_in"} {
		delete(members, known)
	}
	return members
}

func (c *core) badToken(r *transport.Response, message string, cause error) error {
	return &Error{
		Kind: ErrUnavailable, Provider: c.name, Operation: opToken, StatusCode: r.Status,
		Message: message, Err: cause,
	}
}
