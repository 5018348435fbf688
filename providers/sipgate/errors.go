package sipgate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads sipgate's error bodies. There is no one form of them: sipgate describes a
// list for a single resource, and elsewhere answers with nothing, with plain text or with a
// flat object. The HTTP status has decided on the kind before any of it is read.

// maxText is how long a text may be to be somebody's message and not a page, in bytes.
const maxText = 200

// explain reads the errors of the API.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	readError(r.Body, e)
	if e.Code == "" && e.Message == "" && len(e.Fields) == 0 {
		code, message := providerkit.Reason(r)
		e.Code, e.Message = providerkit.OneLine(code), providerkit.OneLine(message)
	}
	switch {
	case r.Status == http.StatusForbidden:
		e.Message = strings.TrimPrefix(e.Message+"; "+missing(e.Operation), "; ")
	case r.Status == http.StatusUnauthorized && len(bytes.TrimSpace(r.Body)) == 0 && e.Code == "":
		// The usual 401. Wrong, expired and revoked tokens all look alike.
		e.Message = "the token was refused; sipgate does not say why"
	}
}

// explainToken reads what the token endpoints answer when it is not the JSON of RFC 6749, which
// the core has read: the password grant has a proxy before Keycloak. The texts of Keycloak
// differ between its versions, so nothing depends on them.
func explainToken(r *oauthclients.Response, e *oauthclients.Error) {
	if e.Code == "" {
		readError(r.Body, e)
	}
	if e.Operation == opSignOut {
		explainSignOut(r, e)
	}
}

// isAPI: sipgate's answers are JSON or empty, but for the one text that it has been seen to write.
func isAPI(r *oauthclients.Response) bool {
	text := string(bytes.TrimSpace(r.Body))
	return providerkit.IsAPI(r) || r.Status == http.StatusUnauthorized && strings.EqualFold(text, http.StatusText(r.Status))
}

// missing says what a 403 means, since sipgate does not.
func missing(operation string) string {
	switch operation {
	case opList, opGet:
		return "the scope " + ScopeAuthorizationOAuth2ClientsRead + " or a feature of the account is missing"
	case opCreate, opUpdate, opDelete:
		return "the scope " + ScopeAuthorizationOAuth2ClientsWrite + " or a feature of the account is missing"
	case opBalance:
		return "the scope " + ScopeBalanceRead + " or a feature of the account is missing"
	}
	return "a scope or a feature of the account is missing"
}

// readError fills e from the first form that says something.
func readError(body []byte, e *oauthclients.Error) {
	if !json.Valid(body) {
		e.Message = plainText(body)
		return
	}
	var wire wireErrors
	// A member of another type than expected stays empty and the others are read all the same.
	_ = json.Unmarshal(body, &wire)
	e.Message, e.Fields = fromWireErrors(wire.Errors)
	if e.Message != "" || len(e.Fields) > 0 {
		return
	}
	if wire.Error != "" {
		e.Code, e.Message = providerkit.OneLine(wire.Error), providerkit.OneLine(wire.ErrorDescription)
		return
	}
	e.Message = providerkit.OneLine(cmp.Or(wire.Detail, wire.Message, wire.Title))
}

// fromWireErrors tells the faults of single members from those of the whole request.
func fromWireErrors(list []wireError) (message string, fields []oauthclients.FieldError) {
	var general []string
	for _, fault := range list {
		text := providerkit.OneLine(cmp.Or(fault.Detail, fault.Title))
		member := providerkit.OneLine(strings.TrimPrefix(fault.Source.Pointer, "/"))
		switch {
		case member != "":
			fields = append(fields, oauthclients.FieldError{Field: member, Message: cmp.Or(text, "invalid")})
		case text != "":
			general = append(general, text)
		}
	}
	return strings.Join(general, "; "), fields
}

// plainText returns a body that is a message, and nothing for a page.
func plainText(body []byte) string {
	text := providerkit.OneLine(string(bytes.TrimSpace(body)))
	if len(text) > maxText || strings.HasPrefix(text, "<") {
		return ""
	}
	return text
}
