package oauthclients

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/texts"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file carries one Call of a driver: authenticate, send, decode or explain.

// Caller makes a driver's calls: it authenticates them, repeats them where that is safe, and
// turns answers into results or errors. Only the core makes one.
type Caller struct {
	core *core
	// anonymous callers serve the hooks that run before there is a token.
	anonymous bool
	// discovers: it is discovery's own caller, which must not wait for discovery.
	discovers bool
	// trades: it serves a trade, whose answer is a token.
	trades bool
	// secrets must not be seen in an error, beside those of the strategy.
	secrets []Secret
}

// Call sends one call. For a 2xx answer it decodes the body into call.Result and returns the
// answer. Every other end is an [*Error]; the answer is returned beside it if there was one, as it
// came, unless it may hold a secret that was just issued. It is to be looked at, not to be shown. A
// DELETE that finds nothing after an attempt that may have been executed counts as done: its answer has
// status 404 and no error.
func (c *Caller) Call(ctx context.Context, call *Call) (*Response, error) {
	endpoints, err := c.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	request, err := c.request(endpoints, call)
	if err != nil {
		return nil, err
	}
	verbOf(ctx).remember(request)
	outcome, err := request.exchange(ctx)
	if err != nil {
		return nil, err
	}
	return c.finish(call, &request.Request, outcome)
}

// Endpoints returns the provider's addresses, asking Connection.Discover for them if nobody has
// yet.
func (c *Caller) Endpoints(ctx context.Context) (Endpoints, error) {
	found, err := c.endpoints(ctx)
	if err != nil {
		return Endpoints{}, err
	}
	return Endpoints{BaseURL: found.BaseURL, Grants: maps.Clone(found.Grants), Others: maps.Clone(found.Others), Incomplete: found.Incomplete}, nil
}

func (c *Caller) endpoints(ctx context.Context) (*Endpoints, error) {
	if c.discovers {
		return c.core.static, nil
	}
	return c.core.endpoints(ctx)
}

func (c *Caller) request(endpoints *Endpoints, call *Call) (*sending, error) {
	if !strings.HasPrefix(call.Path, "/") { // it would become part of the host's name
		return nil, &Error{Kind: ErrInvalid, Provider: c.core.name, Operation: call.Operation, Message: "the path of a call must start with a slash"}
	}
	body, contentType, err := encodeBody(call)
	if err != nil {
		return nil, &Error{Kind: ErrInvalid, Provider: c.core.name, Operation: call.Operation, Err: err}
	}
	base, err := c.baseURL(endpoints, call)
	if err != nil {
		return nil, err
	}
	target := base + call.Path
	if len(call.Query) > 0 {
		target += "?" + call.Query.Encode()
	}
	s := &sending{caller: c, call: call}
	s.Request = transport.Request{
		Provider: c.core.name, Operation: call.Operation, Method: call.Method, URL: target,
		Header: c.core.header(contentType, call.Header), Body: body, Repeat: repeatRule(call), Gate: c.gate(call), Limited: !c.anonymous,
		Secrets: s.secrets, Authorize: s.authorize, RetryAfter: c.core.retryAfter,
	}
	return s, nil
}

// baseURL keeps the client's own credential from another host than the provider's API.
func (c *Caller) baseURL(endpoints *Endpoints, call *Call) (string, error) {
	if call.BaseURL == "" {
		return endpoints.BaseURL, nil
	}
	if !c.anonymous && call.Credential.kind == credentialDefault {
		return "", &Error{Kind: ErrInvalid, Provider: c.core.name, Operation: call.Operation, Message: "a call with a BaseURL needs a Credential of its own"}
	}
	return strings.TrimRight(call.BaseURL, "/"), invalidFields(c.core.name, call.Operation, checkURL("BaseURL", call.BaseURL))
}

// gate: the vendors limit by method. Calls of the library's own have gates to themselves, for who
// waits at one of the others may be waiting for them: a traded token is one of their answers.
func (c *Caller) gate(call *Call) string {
	if c.anonymous {
		return "anonymous " + call.Method
	}
	return call.Method
}

// repeatRule follows RFC 9110 section 9.2.2: which methods have the same effect when they are
// executed twice.
func repeatRule(call *Call) transport.Repeat {
	switch {
	case call.Once:
		return transport.Once
	case call.Method == http.MethodGet || call.Method == http.MethodHead:
		return transport.Read
	case call.Repeatable || call.Method == http.MethodPut || call.Method == http.MethodDelete:
		return transport.Write
	}
	return transport.Once
}

func encodeBody(call *Call) (encoded []byte, contentType string, err error) {
	switch body := call.Body.(type) {
	case nil:
	case url.Values:
		encoded, contentType = []byte(body.Encode()), formBody
	default:
		encoded, err = encode(body)
		contentType = jsonBody
	}
	if err == nil && len(call.Members) > 0 {
		encoded, err = withMembers(encoded, call.Members)
	}
	return encoded, contentType, err
}

func encode(value any) ([]byte, error) {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false) // nobody embeds it into a page
	err := encoder.Encode(value)
	return bytes.TrimRight(buf.Bytes(), "\n"), err
}

// withMembers adds members to a JSON object.
func withMembers(object []byte, added map[string]json.RawMessage) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil || members == nil {
		return nil, errors.New("members can be added to a JSON object only")
	}
	maps.Copy(members, added)
	return encode(members)
}

// finish decodes a success or explains a failure.
func (c *Caller) finish(call *Call, request *transport.Request, outcome *transport.Outcome) (*Response, error) {
	answer := outcome.Response
	if outcome.Err != nil || answer.Status/100 != 2 {
		if c.alreadyGone(call, outcome) {
			return &Response{Status: answer.Status, Header: answer.Header, Body: answer.Body}, nil
		}
		return c.fail(call, request, outcome)
	}
	err := answer.Broken
	if err == nil {
		err = decode(answer.Body, call.Result)
	}
	if err != nil {
		return c.undecodable(call, request, outcome, err)
	}
	return &Response{Status: answer.Status, Header: answer.Header, Body: answer.Body}, nil
}

// alreadyGone: an earlier attempt of this DELETE was the one that removed it.
func (c *Caller) alreadyGone(call *Call, outcome *transport.Outcome) bool {
	return call.Method == http.MethodDelete && outcome.Sent && outcome.Err == nil && !c.core.isForeign(outcome.Response) &&
		(outcome.Response.Status == http.StatusNotFound || outcome.Response.Status == http.StatusGone)
}

// fail makes the error of a call, and hands the answer to the driver as it came: what it means to the
// driver is decided on that, and the core cleans what the driver makes of it.
func (c *Caller) fail(call *Call, request *transport.Request, outcome *transport.Outcome) (*Response, error) {
	var answer *Response
	e := c.core.newError(call.Operation, outcome, request.Secrets(), func(r *Response, e *Error) {
		answer = r
		if call.OAuth {
			c.core.explainToken(r, e)
			return
		}
		c.core.explain(r, e)
	})
	e.unknown = request.Repeat != transport.Read && outcome.Sent
	if e.unknown && request.Repeat == transport.Once && outcome.Response == nil {
		e.Kind = ErrOutcomeUnknown
	}
	if c.issues(request, outcome) {
		e.body, answer = nil, nil
	}
	return answer, e
}

// undecodable is a success whose content is lost: after a create nobody knows the id, so that
// the outcome is unknown.
func (c *Caller) undecodable(call *Call, request *transport.Request, outcome *transport.Outcome, cause error) (*Response, error) {
	var answer *Response
	e := c.core.newError(call.Operation, outcome, request.Secrets(), func(r *Response, _ *Error) { answer = r })
	e.Kind, e.Err = ErrUnavailable, redact.Error(cause, request.Secrets())
	if c.issues(request, outcome) {
		e.body, answer, e.Err = nil, nil, redact.Error(unreadable(cause), request.Secrets())
	}
	e.unknown = request.Repeat != transport.Read
	if request.Repeat == transport.Once {
		e.Kind = ErrOutcomeUnknown
	}
	return answer, e
}

// issues is true of a success that may hold a secret which nobody here knows yet: the one that a new
// client got, or a token that was traded. It must not be seen under any name that it has.
func (c *Caller) issues(request *transport.Request, outcome *transport.Outcome) bool {
	success := outcome.Response != nil && outcome.Response.Status/100 == 2
	return success && (c.trades || request.Repeat == transport.Once)
}

// unreadable says what is wrong with an answer, and nothing of what is in it: the decoders of the
// standard library repeat what they cannot read.
func unreadable(cause error) error {
	var wrongType *json.UnmarshalTypeError
	var number *strconv.NumError
	var date *time.ParseError
	switch {
	case errors.As(cause, &wrongType):
		return fmt.Errorf("the member %q has another type than %s", texts.Line(wrongType.Field), wrongType.Type)
	case errors.As(cause, &number):
		return fmt.Errorf("a number cannot be read: %w", number.Err)
	case errors.As(cause, &date):
		return errors.New("a time cannot be read")
	}
	return cause
}

func decode(body []byte, result any) error {
	if result == nil {
		return notAPage(body)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return errors.New("the answer has no body")
	}
	switch own := result.(type) {
	case *json.RawMessage:
		if !json.Valid(body) {
			return errors.New("the answer is not JSON")
		}
		*own = body
		return nil
	case json.Unmarshaler: // json.Unmarshal would go over the text twice before it calls this
		return own.UnmarshalJSON(bytes.TrimSpace(body))
	}
	return json.Unmarshal(body, result)
}

// notAPage is for calls whose answer says nothing but its status. A page is not the API's answer:
// something on the way, such as a network that wants a sign-in, answered for it with 200.
func notAPage(body []byte) error {
	if looksLikeHTML(body) {
		return errors.New("no content was expected")
	}
	return nil
}
