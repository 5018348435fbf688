package oauthclients

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients/internal/challenge"
	"github.com/oauthclients/oauthclients/internal/texts"
	"github.com/oauthclients/oauthclients/internal/tokens"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file reads answers that are no success: whose answer it is, and what it says. A provider's own rules
// come after it.

// isForeign: a proxy that knows no backend, a gateway or a page to sign in at has answered, and not
// the API. It says nothing about a client or about a credential.
func (c *core) isForeign(answer *transport.Response) bool {
	switch answer.Status {
	case http.StatusUnauthorized, http.StatusNotFound, http.StatusGone:
	default: // no other status is believed to say so much
		return false
	}
	body := bytes.TrimSpace(answer.Body)
	if len(body) == 0 || body[0] == '{' || body[0] == '[' || json.Valid(body) { // JSON, or what is left of it
		return false
	}
	return c.connection.IsAPI == nil || !c.connection.IsAPI(&Response{Status: answer.Status, Header: answer.Header, Body: answer.Body})
}

// explainOAuth reads the error body of RFC 6749 section 5.2, which RFC 7591 section 3.2.2 has as well,
// and those that other servers have in its place.
func explainOAuth(r *Response, e *Error) {
	var body errorBody
	_ = json.Unmarshal(r.Body, &body) // a member of another type stays empty
	e.Code, e.Message = body.code(), body.message()
	if e.Code == "" {
		e.explainChallenge(r.Header)
	}
	if e.Code == "" && e.Message == "" && isPlainText(r.Body) {
		e.Message = string(r.Body)
	}
}

// errorBody is what servers call the parts of an error.
type errorBody struct {
	Error       json.RawMessage `json:"error"`
	Description json.RawMessage `json:"error_description"`
	Summary     json.RawMessage `json:"errorSummary"`
	Message     json.RawMessage `json:"message"`
	Detail      json.RawMessage `json:"detail"`
	Title       json.RawMessage `json:"title"`
	Code        json.RawMessage `json:"code"`
	ErrorCode   json.RawMessage `json:"errorCode"`
}

func (b errorBody) code() string {
	if code := textOf(b.Error); code != "" {
		return code
	}
	if inner := b.inner(); inner != nil {
		return first(textOf(inner.Code), textOf(inner.ErrorCode), textOf(inner.Error))
	}
	return first(textOf(b.ErrorCode), textOf(b.Code))
}

func (b errorBody) message() string {
	if inner := b.inner(); inner != nil {
		if message := inner.message(); message != "" {
			return message
		}
	}
	return first(textOf(b.Description), textOf(b.Summary), textOf(b.Message), textOf(b.Detail), textOf(b.Title))
}

// inner is {"error":{"message":…}}.
func (b errorBody) inner() *errorBody {
	if !bytes.HasPrefix(bytes.TrimSpace(b.Error), []byte("{")) {
		return nil
	}
	var inner errorBody
	if json.Unmarshal(b.Error, &inner) != nil {
		return nil
	}
	inner.Error = nil // one level is what there is
	return &inner
}

// textOf is a scalar that is a text: anything else says nothing.
func textOf(value json.RawMessage) string {
	if !bytes.HasPrefix(bytes.TrimSpace(value), []byte(`"`)) {
		return ""
	}
	return tokens.Scalar(value)
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// explainChallenge reads the challenges of RFC 6750 section 3, where the body says nothing.
func (e *Error) explainChallenge(h http.Header) {
	for _, c := range challenge.Parse(h.Values("WWW-Authenticate")) {
		if code := c.Parameters["error"]; code != "" {
			e.Code = code
			e.Message = first(e.Message, c.Parameters["error_description"])
			return
		}
	}
}

// maxPlainText is longer than what a server says in a text of its own.
const maxPlainText = 200

// isPlainText is a short text that a person may read.
func isPlainText(body []byte) bool {
	body = bytes.TrimSpace(body)
	return len(body) > 0 && len(body) <= maxPlainText && !bytes.ContainsAny(body[:1], "<{[\"")
}

// hint says what an answer that explains nothing most likely is.
func hint(answer *transport.Response, foreign bool, asked string) string {
	switch {
	case answer.Status/100 == 3:
		return "redirects are not followed" + whereTo(answer.Header.Get("Location"), asked)
	case answer.Status < http.StatusOK:
		return "the server left HTTP instead of answering"
	case looksLikeHTML(answer.Body):
		return "the answer is an HTML page, not the API's"
	case foreign && isPlainText(answer.Body):
		return "the answer is not the API's: " + string(answer.Body)
	case foreign:
		return "the answer is not the API's"
	}
	return ""
}

// addHint says it where the answer says nothing itself, and beside that where it leads elsewhere.
func (e *Error) addHint(hint string, elsewhere bool) {
	switch {
	case e.Message == "":
		e.Message = hint
	case elsewhere && hint != "":
		e.Message += "; " + hint
	}
}

// whereTo is the host and path of a redirect: its query may hold anything, and so may what stands behind a
// semicolon in its path, where some servers put the session.
func whereTo(location, asked string) string {
	to, err := url.Parse(location)
	if err != nil || location == "" {
		return ""
	}
	if from, err := url.Parse(asked); err == nil {
		to = from.ResolveReference(to)
	}
	return " (to " + texts.Short(to.Host+withoutParameters(to.EscapedPath()), maxFieldText) + ")"
}

// withoutParameters is a path without the parameters of its segments (RFC 3986 section 3.3).
func withoutParameters(path string) string {
	segments := strings.Split(path, "/")
	for i, segment := range segments {
		segments[i], _, _ = strings.Cut(segment, ";")
	}
	return strings.Join(segments, "/")
}

func looksLikeHTML(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// placeOf is the address of a request without what may hold a secret: user, query and fragment.
func placeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host + u.EscapedPath()
}

// explainToken reads an error of an OAuth2 endpoint. What the provider's hook makes of the code
// counts, and then what it makes of the kind.
func (c *core) explainToken(r *Response, e *Error) {
	explainOAuth(r, e)
	e.judge()
	e.Kind = kindOfPlace(e.Kind)
	if c.connection.ExplainToken != nil {
		code := e.Code
		c.connection.ExplainToken(r, e)
		if e.Code != code {
			e.judge()
		}
	}
	e.forgotten = e.Code == "invalid_client" && !c.connection.VagueClientErrors && isForgotten(e.Message)
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

// judge gives the error the kind that its OAuth code has. The first three codes say that a credential is
// wrong, whatever the status. The others count where the status says nothing, or says that all is well.
func (e *Error) judge() {
	if kind := kindOfOAuthError(e.Code); kind != nil {
		e.Kind = kind
		return
	}
	success := e.StatusCode/100 == 2
	if e.Code == "" || !success && e.Kind != ErrInvalid { //nolint:errorlint // Kind is a sentinel itself
		return
	}
	switch e.Code {
	case "access_denied":
		e.Kind = ErrPermission
	case "invalid_token":
		e.Kind = ErrUnauthenticated
	case "server_error", "temporarily_unavailable":
		e.Kind = ErrUnavailable
	default:
		e.Kind = ErrInvalid
	}
}

// kindOfOAuthError knows the codes that are about a credential.
func kindOfOAuthError(code string) error {
	switch code {
	case "invalid_grant", "invalid_client", "unauthorized_client":
		return ErrUnauthenticated
	}
	return nil
}

// asDead: invalid_grant says that the refresh token is expired, revoked or used up (RFC 6749
// section 5.2). A server that has forgotten the client has forgotten its refresh tokens as well.
func asDead(err error) error {
	var failed *Error
	if !errors.As(err, &failed) || failed.StatusCode == 0 || failed.StatusCode/100 == 5 {
		return err
	}
	switch {
	case failed.Code == "invalid_grant":
		failed.Kind = ErrLoginRequired
	case failed.forgotten:
		failed.Kind = ErrLoginRequired
		failed.Message = "the server does not know this client any more: register anew (" + failed.Message + ")"
	}
	return err
}

// isForgotten: the client is what is missing. Texts that leave open whether it is the secret do not count.
func isForgotten(text string) bool {
	text = withoutExamples(strings.ToLower(text))
	if strings.Contains(text, "secret") || strings.Contains(text, "credential") {
		return false
	}
	// A word after "unknown client" is what is unknown: its method, its assertion.
	_, after, unknown := strings.Cut(text, "unknown client")
	return unknown && strings.TrimLeft(after, "abcdefghijklmnopqrstuvwxyz_ ") == after || hasAny(text, "client not found", "client was not found", "no such client", "client does not exist") ||
		strings.Contains(text, "client_id") && hasAny(text, "invalid", "unknown", "not found", "not exist", "not registered")
}

// withoutExamples: many servers say in brackets what RFC 6749 section 5.2 gives as examples of the code.
func withoutExamples(text string) string {
	before, rest, found := strings.Cut(text, "(e.g.")
	_, after, closed := strings.Cut(rest, ")")
	if !found || !closed {
		return before
	}
	return before + after
}

func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}
