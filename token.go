package oauthclients

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file speaks to a token endpoint (RFC 6749 sections 3.2 and 5). It does so itself, not
// through x/oauth2, because retries, limits and redaction must hold here as well. How an answer with
// a token is read is in internal/tokens, how a client proves itself in clientauth.go, and what an answer
// without one means in answers.go.

// opToken is the Operation of errors that come from getting a token.
const opToken = "Token"

// tokenRequest is one request to a token endpoint.
type tokenRequest struct {
	asker
	grant GrantType
	form  url.Values // what the grant adds
	// at is the grant whose endpoint is asked; "" for grant itself.
	at GrantType
	// spends: what goes out may be used up by being sent.
	spends bool
}

// requestToken comes with a token beside the error if the answer is of no use but for a refresh token.
func (c *core) requestToken(ctx context.Context, r tokenRequest) (*oauth2.Token, error) {
	until := r.until()
	endpoint, err := c.endpointOf(ctx, r)
	if err != nil {
		return nil, err
	}
	form := url.Values{"grant_type": {string(r.grant)}}
	r.add(form)
	maps.Copy(form, r.form)
	p := &post{
		operation: opToken, address: endpoint.TokenURL, audience: endpoint.TokenURL, style: endpoint.AuthStyle,
		asker: r.asker, form: form, spends: r.spends, until: until,
	}
	outcome, err := c.post(ctx, p)
	switch {
	case err != nil:
		return nil, err
	case outcome.Err != nil || outcome.Response.Status/100 != 2:
		return nil, c.postError(outcome, p)
	case outcome.Response.Broken != nil:
		return tokens.ReadAnswer(outcome.Response.Body).Rest(), c.postError(outcome, p)
	}
	answer := tokens.ReadAnswer(outcome.Response.Body)
	if answer.Refused() {
		return answer.Rest(), c.postError(outcome, p)
	}
	return c.decodeToken(outcome.Response.Status, answer, p)
}

func (c *core) decodeToken(status int, answer tokens.Answer, p *post) (*oauth2.Token, error) {
	if fault := answer.Fault(isSendable); fault != "" {
		e := &Error{Kind: ErrUnavailable, Provider: c.name, Operation: opToken, StatusCode: status, Message: fault}
		p.name(e)
		return answer.Rest(), e
	}
	return answer.Token(), nil
}

// isSendable: a header can carry it.
func isSendable(token string) bool { return len(checkHeaderSecret("", token)) == 0 }

// codeLife is how long a code lives at least at most servers.
const codeLife = time.Minute

// until is when asking is of no use any more; zero for what lives longer than a code, whose wait the
// context alone ends.
func (r tokenRequest) until() time.Time {
	if r.grant == GrantAuthorizationCode {
		return time.Now().Add(codeLife)
	}
	return time.Time{}
}

func (c *core) endpointOf(ctx context.Context, r tokenRequest) (oauth2.Endpoint, error) {
	if r.at != "" {
		return c.endpoint(ctx, opToken, r.at, r.id)
	}
	return c.endpoint(ctx, opToken, r.grant, r.id)
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
	switch {
	case ok:
	case endpoints.Incomplete != nil:
		return endpoint, endpoints.Incomplete
	default:
		return endpoint, &UnsupportedError{
			Provider: c.name, Operation: operation, Fields: []string{"Auth"},
			Reason: "it has no endpoint for the grant " + string(grant),
		}
	}
	if c.connection.EndpointFor != nil {
		endpoint = c.connection.EndpointFor(clientID, endpoint)
	}
	return endpoint, invalidFields(c.name, operation, checkUsed(endpoints, grant, endpoint))
}

// post is a form that a client sends to an OAuth2 endpoint with its credentials.
type post struct {
	asker
	operation, address string
	audience           string // of an assertion
	style              oauth2.AuthStyle
	form               url.Values
	spends             bool
	until              time.Time // see [transport.Request]
	assertions         []string  // one for each request
}

// post sends a form. A refusal that another way to prove who asks may mend is followed by one more
// request: authentication has failed, so that nothing was used up.
func (c *core) post(ctx context.Context, p *post) (*transport.Outcome, error) {
	method := p.methodAt(p.style)
	if method == ClientSecretBasic && c.metadata.wantsID.has(c.serverOf(p.address)) {
		method = ClientSecretBasicWithID
	}
	outcome, err := c.postAs(ctx, p, method)
	if err != nil || !isRefusedClient(outcome) {
		return outcome, err
	}
	switch {
	case method == ClientSecretBasic && namesClientID(outcome):
		method = ClientSecretBasicWithID
	case method == PrivateKeyJWT && outcome.Attempts > 1: // an assertion may be good for one request (RFC 7523 section 3)
	default:
		return outcome, nil
	}
	again, err := c.postAs(ctx, p, method)
	if err != nil {
		return again, err
	}
	again.Attempts += outcome.Attempts
	if method == ClientSecretBasicWithID && again.Response != nil && !isRefusedClient(again) {
		c.metadata.wantsID.add(c.serverOf(p.address))
	}
	return again, nil
}

func (c *core) postAs(ctx context.Context, p *post, method ClientAuthMethod) (*transport.Outcome, error) {
	form := maps.Clone(p.form)
	header, err := c.prove(ctx, p.asker, method, p.audience, form)
	if err != nil {
		return nil, err
	}
	p.assertions = append(p.assertions, form.Get("client_assertion"))
	return c.transport.Do(ctx, c.postHTTP(p, form, header)), nil
}

// postHTTP: what asking does not use up is asked for again after a lost answer. A code and a refresh
// token are sent again only when it is certain that they were not used.
func (c *core) postHTTP(p *post, form url.Values, header http.Header) *transport.Request {
	request := &transport.Request{
		Provider: c.name, Operation: p.operation, Method: http.MethodPost, URL: p.address,
		Header: c.header(formBody, header), Body: []byte(form.Encode()), Repeat: transport.Write, Gate: opToken, Until: p.until,
		Secrets: func() []string { return c.postSecrets(p) }, RetryAfter: c.retryAfter,
		Repeatable: func(answer *transport.Response) bool { return answer.Status/100 == 5 || c.limited(answer) },
	}
	if p.spends {
		request.Repeat = transport.Code
		request.Repeatable = func(answer *transport.Response) bool { return c.limited(answer) || transport.IsTurnedAway(answer) }
	}
	return request
}

// limited asks the provider whether an answer is its rate limit, under another status too.
func (c *core) limited(answer *transport.Response) bool {
	return answer.Status == http.StatusTooManyRequests || answer.Status/100 == 4 &&
		c.judged(opToken, &transport.Outcome{Response: answer}, c.explainToken).Kind == ErrRateLimited //nolint:errorlint // Kind is a sentinel itself
}

func (c *core) postSecrets(p *post) []string {
	return append(c.secretsOf(p.asker, p.form), p.assertions...)
}

func (c *core) postError(outcome *transport.Outcome, p *post) *Error {
	e := c.newError(p.operation, outcome, c.postSecrets(p), c.explainToken)
	e.ClientID = p.id
	if outcome.Response != nil && outcome.Response.Status/100 == 2 {
		e.body = nil // it is half of a token
	}
	return e
}

// name says which client an error is about, and where.
func (p *post) name(e *Error) {
	e.ClientID, e.Method, e.URL = p.id, http.MethodPost, placeOf(p.address)
}

// isRefusedClient: the server does not take the client's credentials (RFC 6749 section 5.2).
func isRefusedClient(outcome *transport.Outcome) bool {
	answer := outcome.Response
	return outcome.Err == nil && answer != nil && answer.Status == http.StatusUnauthorized && oauthErrorOf(answer.Body).Code == "invalid_client"
}

func namesClientID(outcome *transport.Outcome) bool {
	return strings.Contains(strings.ToLower(oauthErrorOf(outcome.Response.Body).Message), "client_id")
}

func oauthErrorOf(body []byte) (e Error) {
	explainOAuth(&Response{Body: body}, &e)
	return e
}
