package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"regexp"

	"github.com/oauthclients/oauthclients"
)

// This file reads errors that are not in the vendor's own form: a gateway before it has others, and a
// server that refuses a token may say why in a header alone.

// reason is what such an answer says; both are "" where it says nothing.
func reason(r *oauthclients.Response) (code, message string) {
	var body struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
		Summary string          `json:"errorSummary"`
		Detail  string          `json:"detail"`
		Title   string          `json:"title"`
	}
	var inner struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	_ = json.Unmarshal(r.Body, &body) // a member of another type stays empty
	if json.Unmarshal(body.Error, &code) != nil {
		_ = json.Unmarshal(body.Error, &inner)
	}
	code = cmp.Or(code, inner.Code)
	message = cmp.Or(inner.Message, body.Message, body.Summary, body.Detail, body.Title, shortText(r.Body))
	if code+message != "" {
		return code, message
	}
	challenge := r.Header.Get("WWW-Authenticate")
	return quoted(challengeError, challenge), quoted(challengeReason, challenge)
}

// The parameters of RFC 6750 section 3.
var (
	challengeError  = regexp.MustCompile(`[ ,]error="([^"]*)"`)
	challengeReason = regexp.MustCompile(`[ ,]error_description="([^"]*)"`)
)

func quoted(parameter *regexp.Regexp, header string) string {
	if found := parameter.FindStringSubmatch(header); found != nil {
		return found[1]
	}
	return ""
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
