package oauthclients

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what all callers of one client share: endpoints, headers, the making of
// errors.

// opDiscover is the Operation of errors that come from finding the provider's addresses.
const opDiscover = "Discover"

type core struct {
	name       string
	connection *Connection
	transport  *transport.Transport
	headers    map[string]http.Header // by the type of the body; shared by all requests
	retryAfter func(method string, r *transport.Response) (time.Duration, bool)
	session    *session
	// selfManaged: the verbs may end the client that the program signs in with.
	selfManaged bool

	static   *Endpoints // checked; what Connect gave
	metadata *metadata
}

func newCore(p Provider, connection *Connection, auth Auth, c *config) (*core, error) {
	if kinds := p.Capabilities().Auth; !slices.Contains(kinds, auth.kind()) {
		return nil, &UnsupportedError{
			Provider: p.Name(), Operation: c.operation, Fields: []string{"Auth"},
			Reason: fmt.Sprintf("%s is none of its strategies: %s", auth.kind(), commas(kinds)),
		}
	}
	if err := invalidFields(p.Name(), c.operation, c.ownRules(connection, auth)); err != nil {
		return nil, err
	}
	core := &core{name: p.Name(), connection: connection, transport: c.transport(), headers: headers(c.agent()), retryAfter: retryAfter(connection), metadata: metadataOf(p), selfManaged: c.selfManaged}
	static, err := checkEndpoints(p.Name(), c.operation, connection.Endpoints)
	if err != nil {
		return nil, err
	}
	core.static = static
	core.session = newSession(core, auth, c.store)
	return core, nil
}

func commas[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, word := range words {
		texts[i] = string(word)
	}
	return strings.Join(texts, ", ")
}

// endpoints returns the provider's addresses, asking Discover until it has answered once.
func (c *core) endpoints(ctx context.Context) (*Endpoints, error) {
	if found := c.known(); found != nil {
		return found, nil
	}
	found, err := c.metadata.discovery.Do(ctx, marked(c.discover))
	if err != nil {
		return nil, c.contextError(opDiscover, err)
	}
	return found, nil
}

func (c *core) known() *Endpoints {
	if c.connection.Discover == nil {
		return c.static
	}
	return c.metadata.known()
}

func (c *core) discover(ctx context.Context) (*Endpoints, error) {
	if found := c.known(); found != nil {
		return found, nil
	}
	found, err := c.connection.Discover(ctx, &Caller{core: c, anonymous: true, discovers: true})
	if err != nil {
		return nil, undiscovered(err)
	}
	checked, err := checkFound(c.name, opDiscover, found)
	switch {
	case err != nil:
		return nil, err
	case checked.Incomplete != nil:
		checked.Incomplete = undiscovered(checked.Incomplete)
	default:
		c.metadata.keep(checked)
	}
	return checked, nil
}

// undiscovered is why a place of the server did not say where its addresses are.
func undiscovered(err error) error {
	var failed *Error
	if errors.As(err, &failed) {
		failed.Kind = kindOfPlace(failed.Kind)
	}
	return cleaned(err, nil)
}

// The types of what is sent.
const (
	noBody   = ""
	jsonBody = "application/json"
	formBody = "application/x-www-form-urlencoded"
)

// headers makes what every request has, once for all of them.
func headers(userAgent string) map[string]http.Header {
	made := map[string]http.Header{}
	for _, body := range []string{noBody, jsonBody, formBody} {
		made[body] = http.Header{"Accept": {"application/json"}, "User-Agent": {userAgent}}
		if body != noBody {
			made[body].Set("Content-Type", body)
		}
	}
	return made
}

// header is what a request has, and more. The transport changes no header that it is given.
func (c *core) header(body string, more http.Header) http.Header {
	header := c.headers[body]
	if len(more) == 0 {
		return header
	}
	header = header.Clone()
	for name, values := range more {
		header[http.CanonicalHeaderKey(name)] = values
	}
	return header
}

// retryAfter asks the provider's hook, nil without one.
func retryAfter(c *Connection) func(string, *transport.Response) (time.Duration, bool) {
	if c.RetryAfter == nil {
		return nil
	}
	return func(method string, r *transport.Response) (time.Duration, bool) {
		return c.RetryAfter(method, &Response{Status: r.Status, Header: r.Header, Body: r.Body})
	}
}

// rejected asks whether an answer says that the token is not valid.
func (c *core) rejected(outcome *transport.Outcome) bool {
	answer := outcome.Response
	if outcome.Err != nil || answer == nil || answer.Status/100 == 2 || c.isForeign(answer) {
		return false
	}
	if c.connection.Rejected != nil {
		return c.connection.Rejected(&Response{Status: answer.Status, Header: answer.Header, Body: answer.Body})
	}
	return answer.Status == http.StatusUnauthorized
}

// newError makes the error for an outcome. explain decides on the answer as it came; what is shown of
// it is cleaned of the values in sent afterwards.
func (c *core) newError(operation string, outcome *transport.Outcome, sent []string, explain func(*Response, *Error)) *Error {
	e := c.judged(operation, outcome, explain)
	if outcome.Response != nil {
		e.keepBody(outcome.Response, sent)
	}
	e.clean(sent)
	return e
}

// judged says what an outcome means. It is not fit to be seen.
func (c *core) judged(operation string, outcome *transport.Outcome, explain func(*Response, *Error)) *Error {
	e := &Error{
		Kind: ErrUnavailable, Provider: c.name, Operation: operation,
		RetryAfter: outcome.RetryAfter, Attempts: outcome.Attempts, Err: outcome.Err,
	}
	if outcome.Attempts > 0 {
		e.Method, e.URL = outcome.Method, placeOf(outcome.URL)
	}
	if answer := outcome.Response; answer != nil {
		e.StatusCode, e.Kind = answer.Status, kindOfStatus(answer.Status)
		if e.Err == nil {
			e.Err = answer.Broken
		}
		foreign := c.isForeign(answer)
		if foreign {
			e.Kind = ErrUnavailable
		} else {
			explain(&Response{Status: answer.Status, Header: answer.Header, Body: answer.Body}, e)
		}
		e.addHint(hint(answer, foreign, outcome.URL), answer.Header.Get("Location") != "")
	}
	switch {
	case outcome.Held:
		e.Kind = ErrRateLimited
	case outcome.Err != nil: // beside an answer it is the end of the context: who is told of a rate limit tries again
		e.Kind = ErrUnavailable
	}
	return e
}

// explain applies the provider's hook; without one it reads the error body that RFC 7591
// section 3.2.2 has.
func (c *core) explain(r *Response, e *Error) {
	if c.connection.Explain != nil {
		c.connection.Explain(r, e)
		return
	}
	explainOAuth(r, e)
}

func kindOfStatus(status int) error {
	switch {
	case status == http.StatusUnauthorized:
		return ErrUnauthenticated
	case status == http.StatusForbidden:
		return ErrPermission
	case status == http.StatusNotFound || status == http.StatusGone:
		return ErrNotFound
	case status == http.StatusConflict:
		return ErrConflict
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusRequestTimeout || status/100 != 4:
		return ErrUnavailable
	}
	return ErrInvalid
}

// afterSending is for a call whose repetition failed for want of a token. If the write may have
// been executed the error says so; err itself may be shared and stays as it is.
func (c *core) afterSending(operation string, outcome *transport.Outcome, request *transport.Request, err error) error {
	if !outcome.Sent || request.Repeat == transport.Read {
		return c.contextError(operation, err)
	}
	e := &Error{
		Kind: ErrUnavailable, Provider: c.name, Operation: operation, Attempts: outcome.Attempts, Err: err, unknown: true,
	}
	var cause *Error
	if errors.As(err, &cause) {
		e.Kind = cause.Kind
	}
	return e
}

// contextError gives the cause of an ended context the form of every other failure.
func (c *core) contextError(operation string, err error) error {
	var known *Error
	var unsupported *UnsupportedError
	if errors.As(err, &known) || errors.As(err, &unsupported) {
		return err
	}
	return &Error{Kind: ErrUnavailable, Provider: c.name, Operation: operation, Err: err}
}
