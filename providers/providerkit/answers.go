package providerkit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/challenge"
)

// This file reads answers that are no success.

// IsAPI is the rule for APIs that answer with nothing or with JSON: for a Connection.IsAPI that knows more of
// its vendor. What is broken off is no JSON.
func IsAPI(r *oauthclients.Response) bool {
	text := bytes.TrimSpace(r.Body)
	return len(text) == 0 || (text[0] == '{' || text[0] == '[') && json.Valid(text)
}

// Challenge is one way that a server offers to prove who asks: a scheme with its parameters, whose names are
// in lower case. The scheme is "" for parameters before any.
type Challenge = challenge.Challenge

// Challenges reads the WWW-Authenticate fields of an answer (RFC 9110 section 11.6.1). A field may have several
// challenges, and a text in quotes anything at all.
func Challenges(h http.Header) []Challenge { return challenge.Parse(h.Values("WWW-Authenticate")) }

// Reason is what an error says that is not in the vendor's own form: a gateway before it has others, and a
// server that refuses a token may say why in a header alone (RFC 6750 section 3). Both are "" where it says
// nothing.
func Reason(r *oauthclients.Response) (code, message string) {
	var body errorBody
	var inner innerError
	_ = json.Unmarshal(r.Body, &body) // a member of another type stays empty
	if json.Unmarshal(body.Error, &code) != nil {
		_ = json.Unmarshal(body.Error, &inner)
	}
	code = cmp.Or(code, inner.Code)
	message = cmp.Or(inner.Message, body.Message, body.Summary, body.Detail, body.Title, shortText(r.Body))
	if code+message != "" {
		return code, message
	}
	for _, challenge := range Challenges(r.Header) {
		code, message = challenge.Parameters["error"], challenge.Parameters["error_description"]
		if code+message != "" {
			break
		}
	}
	return code, message
}

// errorBody is what servers call the parts of an error.
type errorBody struct {
	Error   json.RawMessage `json:"error"`
	Message string          `json:"message"`
	Summary string          `json:"errorSummary"`
	Detail  string          `json:"detail"`
	Title   string          `json:"title"`
}

// innerError is an error within the error.
type innerError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// shortText is a body that is a message itself, and no page or part of something else.
func shortText(body []byte) string {
	const longest = 200
	text := bytes.TrimSpace(body)
	if len(text) == 0 || len(text) > longest || bytes.ContainsAny(text[:1], "<{[\"") || json.Valid(text) {
		return ""
	}
	return string(text)
}
