package docspace

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads the portal's error bodies.

// problemWire is every error body at once: problem JSON (RFC 9457) of the clients API, with its
// faults at the top or under "properties"; the main API's {"error":{"message":…}}; and the
// {"error":"Not Found"} of the framework below the clients API.
type problemWire struct {
	Title      string      `json:"title"`
	Detail     string      `json:"detail"`
	Message    string      `json:"message"`
	Errors     []faultWire `json:"errors"`
	Properties struct {
		Errors []faultWire `json:"errors"`
	} `json:"properties"`
	Error json.RawMessage `json:"error"`
}

// faultWire is the fault of one member.
type faultWire struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// explain fills e from an answer of the server's wire.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	explainBody(r, e)
	if e.Operation == opToken {
		explainSignature(r, e)
		return
	}
	switch {
	case r.Status == http.StatusForbidden && isBlank(r.Body) && r.Header.Get(remainingHeader) != "":
		// A signature that the portal does not take is refused before it counts the request.
		e.Kind = oauthclients.ErrUnavailable
		e.Message = "there is no such path at the portal (see Provider.PathPrefix), or no signature reached it"
	case r.Status == http.StatusForbidden && isBlank(r.Body):
		e.Kind = oauthclients.ErrUnauthenticated
		e.Message = "the signature is missing, malformed or expired"
	case r.Status == http.StatusBadRequest && strings.Contains(e.Message, "concurrent access"):
		e.Kind = oauthclients.ErrConflict
	}
}

// explainSignature keeps a portal that hands out no signature from looking like an OAuth2
// client that does not exist.
func explainSignature(r *oauthclients.Response, e *oauthclients.Error) {
	switch r.Status {
	case http.StatusForbidden:
		// Only a key with its own list of permissions gets here.
		e.Kind = oauthclients.ErrPermission
		e.Message = cmp.Or(e.Message, "the API key (it needs the permission *:read) or access token may not ask for a signature")
	case http.StatusNotFound, http.StatusGone, http.StatusMethodNotAllowed:
		e.Kind = oauthclients.ErrUnavailable
		e.Message = cmp.Or(e.Message, "there is no "+signaturePath+" at this address")
	}
}

// explainBody reads a body by its content: the media types cannot be relied on.
func explainBody(r *oauthclients.Response, e *oauthclients.Error) {
	body := bytes.TrimSpace(r.Body)
	if bytes.HasPrefix(body, []byte("<")) {
		e.Message = "the answer is an HTML page, not the API's"
		return
	}
	problem, ok := readProblem(body)
	if !ok {
		e.Code, e.Message = providerkit.Reason(r)
		return
	}
	e.Message = problem.message()
	for _, fault := range append(problem.Errors, problem.Properties.Errors...) {
		e.Fields = append(e.Fields, oauthclients.FieldError(fault))
	}
	if len(e.Fields) == 0 {
		e.Fields = memberInText(problem.Detail)
	}
	if e.Message == "" && len(e.Fields) == 0 {
		e.Code, e.Message = providerkit.Reason(r)
	}
}

// memberInText: the portal's second look at URLs names the member at the beginning of its text, by
// another name than the first look.
func memberInText(detail string) []oauthclients.FieldError {
	for name, member := range map[string]string{
		"websiteUrl": "website_url", "termsUrl": "terms_url", "policyUrl": "policy_url", "logoutRedirectUri": "logout_redirect_uri",
	} {
		if message, found := strings.CutPrefix(detail, name+": "); found {
			return []oauthclients.FieldError{{Field: member, Code: "ErrorWrongURL", Message: message}}
		}
	}
	return nil
}

// readProblem takes what it can use: one member of an unexpected type spoils no other.
func readProblem(body []byte) (*problemWire, bool) {
	var problem problemWire
	err := json.Unmarshal(body, &problem)
	var mismatch *json.UnmarshalTypeError
	return &problem, err == nil || errors.As(err, &mismatch)
}

func (p *problemWire) message() string {
	return cmp.Or(p.Detail, p.errorMessage(), p.Message, p.Title)
}

func (p *problemWire) errorMessage() string {
	var inner struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(p.Error, &inner) == nil {
		return inner.Message
	}
	var text string
	_ = json.Unmarshal(p.Error, &text) // neither shape: there is no message
	return text
}

func isBlank(body []byte) bool { return len(bytes.TrimSpace(body)) == 0 }
