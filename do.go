package oauthclients

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file sends a request with the client's credential, and once more with another where the provider rejects
// it: for the calls of drivers, and for requests of the caller's own, to which the credential is lent.

const opDo = "Do"

// Token returns the token that the next call would be authorized with, fetched or renewed if there is none
// that is good. It is for the strategies that get tokens: [AuthCode], [PasswordGrant], [ClientCredentials]
// and [FromTokenSource]; others are an [*UnsupportedError]. Where a provider trades what it is given for
// another token, it is that one. It is a copy, and has the secrets in plain strings.
func (c *Client) Token(ctx context.Context) (*oauth2.Token, error) {
	if kind := c.core.session.auth.kind(); c.core.session.auth.lasting() {
		return nil, &UnsupportedError{
			Provider: c.core.name, Operation: opToken, Fields: []string{"Auth"},
			Reason: "a credential of the kind " + string(kind) + " is held by the program itself",
		}
	}
	token, err := c.core.session.token(ctx)
	if err != nil {
		return nil, c.core.contextError(opToken, err)
	}
	own := *token
	return &own, nil
}

// TokenSource is Token for packages that take an [oauth2.TokenSource], such as clients of other APIs. Every
// token is asked for within ctx. A token that an API refuses before its time is not renewed by it: only this
// client's own calls do that.
func (c *Client) TokenSource(ctx context.Context) oauth2.TokenSource { return lentTokens{c, ctx} }

type lentTokens struct {
	client *Client
	ctx    context.Context //nolint:containedctx // an oauth2.TokenSource has no other place for it
}

// Token implements [oauth2.TokenSource].
func (l lentTokens) Token() (*oauth2.Token, error) { return l.client.Token(l.ctx) }

// Do sends a request of the caller's own to the provider, with the client's credential, retries, limits and
// log. The request has a URL at the host of the provider's API, or a path alone, which is put behind the
// provider's base URL; other hosts are ErrInvalid, for the credential is theirs who gave it. So is a header
// that would replace the credential.
//
// Every status is an answer, 404 and 500 too, and redirects are not followed. A rejected token is replaced
// once. GET and HEAD are repeated after errors and 5xx, PUT and DELETE as well, everything else only if it was
// certainly not executed. Bodies are read whole, at most 10 MiB of them. Without an answer the error is an
// [*Error], ErrOutcomeUnknown for what may have been executed. A 429 holds back other calls of Do with the same
// method, and not the verbs.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if r == nil || r.URL == nil {
		return nil, invalidFields(c.core.name, opDo, []FieldError{{"Request", "required", "must not be nil"}})
	}
	body, err := bodyOf(r)
	if err != nil {
		return nil, &Error{Kind: ErrInvalid, Provider: c.core.name, Operation: opDo, Message: "the body of the request cannot be read", Err: err}
	}
	ctx, verb := c.core.verb(r.Context())
	answer, err := c.do(ctx, r, body)
	if err != nil {
		return nil, verb.failed(opDo, "", err)
	}
	return answer, nil
}

func (c *Client) do(ctx context.Context, r *http.Request, body []byte) (*http.Response, error) {
	endpoints, err := c.core.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	target, faults := lentTo(endpoints.BaseURL, r)
	if err := invalidFields(c.core.name, opDo, faults); err != nil {
		return nil, err
	}
	caller, call := &Caller{core: c.core}, &Call{Operation: opDo, Method: methodOf(r)}
	s := &sending{caller: caller, call: call}
	s.Request = transport.Request{
		Provider: c.core.name, Operation: opDo, Method: call.Method, URL: target, Header: c.core.header(noBody, r.Header), Body: body,
		Repeat: repeatRule(call), Gate: opDo + " " + call.Method, Limited: true,
		Secrets: s.secrets, Authorize: s.authorize, RetryAfter: c.core.retryAfter,
	}
	verbOf(ctx).remember(s)
	outcome, err := s.exchange(ctx)
	switch {
	case err != nil:
		return nil, err
	case outcome.Err != nil || outcome.Response == nil:
		_, err = caller.fail(call, &s.Request, outcome)
		return nil, err
	case outcome.Response.Broken != nil:
		_, err = caller.undecodable(call, &s.Request, outcome, outcome.Response.Broken)
		return nil, err
	}
	return answerTo(r, outcome.Response), nil
}

// answerTo is an answer as net/http has it.
func answerTo(r *http.Request, answer *transport.Response) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", answer.Status, http.StatusText(answer.Status)), StatusCode: answer.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: answer.Header.Clone(), Request: r,
		Body: io.NopCloser(bytes.NewReader(answer.Body)), ContentLength: int64(len(answer.Body)),
	}
}

func methodOf(r *http.Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

var errLongBody = errors.New("it is longer than 10 MiB")

// bodyOf reads a body whole, since it may be sent again. It is nil for none.
func bodyOf(r *http.Request) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, transport.MaxBody+1))
	err = errors.Join(err, r.Body.Close())
	if err == nil && len(body) > transport.MaxBody {
		err = errLongBody
	}
	return body, err
}

// lentTo is where a request goes, if the credential may go there.
func lentTo(base string, r *http.Request) (target string, faults []FieldError) {
	for _, name := range []string{"Authorization", "Proxy-Authorization"} {
		if r.Header.Get(name) != "" {
			faults = append(faults, FieldError{"Request.Header", "credential", "must have no " + name + ": the client has a credential of its own"})
		}
	}
	api, err := url.Parse(base)
	if err != nil || r.URL.Opaque != "" {
		return "", append(faults, FieldError{"Request.URL", "url", "must be a path, or an address at the provider's API"})
	}
	if r.URL.Host == "" && r.URL.Scheme == "" {
		path := r.URL.RequestURI()
		if r.Host != "" || !strings.HasPrefix(path, "/") {
			return "", append(faults, FieldError{"Request.URL", "url", "must be a path that starts with a slash, or an address at the provider's API"})
		}
		return base + path, faults
	}
	if originOf(r.URL) != originOf(api) || r.URL.User != nil || r.Host != "" && !strings.EqualFold(r.Host, r.URL.Host) {
		return "", append(faults, FieldError{"Request.URL", "host", "must be at " + api.Scheme + "://" + api.Host + ": the credential goes nowhere else"})
	}
	whole := *r.URL
	whole.Fragment, whole.RawFragment = "", ""
	return whole.String(), faults
}

// originOf is scheme, host and port (RFC 6454 section 4).
func originOf(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[strings.ToLower(u.Scheme)]
	}
	return strings.ToLower(u.Scheme + "://" + u.Hostname() + ":" + port)
}

// sending is a call's request on its way, with the credential of its latest attempt.
type sending struct {
	transport.Request

	caller  *Caller
	call    *Call
	pass    ticket   // without a token if the client's own is not to be sent
	earlier []string // tokens of attempts before
	failed  error    // why there was no token for a further attempt
}

// exchange sends the request with a credential. A token that the provider rejects is replaced
// and the request sent once more; nothing of this is repeated below, so that a refused
// credential is sent once.
func (s *sending) exchange(ctx context.Context) (*transport.Outcome, error) {
	core, operation := s.caller.core, s.call.Operation
	token, err := s.token(ctx)
	if err != nil {
		return nil, core.contextError(operation, err)
	}
	outcome, err := s.send(ctx, token)
	if err != nil {
		return nil, core.afterSending(operation, outcome, &s.Request, err)
	}
	rejected := s.pass.token
	if rejected == nil || !core.rejected(outcome) {
		return outcome, nil
	}
	next, err := core.session.replace(ctx, rejected)
	if err != nil {
		return nil, core.afterSending(operation, outcome, &s.Request, err)
	}
	if next == nil {
		return outcome, nil
	}
	again, err := s.send(ctx, next)
	again.Attempts += outcome.Attempts
	again.Sent = again.Sent || outcome.Sent
	if err != nil {
		return nil, core.afterSending(operation, again, &s.Request, err)
	}
	return again, nil
}

// token is the client's own, nil if the call has another credential or none.
func (s *sending) token(ctx context.Context) (*oauth2.Token, error) {
	if s.caller.anonymous || s.call.Credential.kind != credentialDefault {
		return nil, nil //nolint:nilnil // none is needed
	}
	return s.caller.core.session.token(ctx)
}

// send returns an error if there was no token to be had for a further attempt.
func (s *sending) send(ctx context.Context, token *oauth2.Token) (*transport.Outcome, error) {
	if token != nil {
		s.use(newTicket(token))
	}
	outcome := s.caller.core.transport.Do(ctx, &s.Request)
	return outcome, s.failed
}

func (s *sending) use(pass ticket) {
	if s.pass.token != nil && pass.token != s.pass.token {
		s.earlier = append(s.earlier, s.pass.token.AccessToken)
	}
	s.pass = pass
}

// authorize puts the credential on an attempt.
func (s *sending) authorize(ctx context.Context, h http.Header) error {
	if s.call.Credential.kind == credentialBearer {
		h.Set("Authorization", "Bearer "+s.call.Credential.token.Reveal())
		return nil
	}
	if s.pass.token == nil {
		return nil
	}
	pass := s.pass
	if s.failed = pass.renew(ctx, s.caller.core.session); s.failed != nil {
		return s.failed
	}
	s.use(pass)
	s.caller.core.authorize(h, pass.token)
	return nil
}

// secrets lists what goes out with the call, or may go out, and must not be seen.
func (s *sending) secrets() []string {
	secrets := append(s.caller.core.session.auth.secrets(), s.call.Credential.token.Reveal())
	for _, secret := range s.caller.secrets {
		secrets = append(secrets, secret.Reveal())
	}
	if s.pass.token != nil {
		secrets = append(secrets, s.pass.token.AccessToken)
	}
	return append(secrets, s.earlier...)
}
