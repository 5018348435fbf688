package dcr

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads the errors of servers (RFC 7591 section 3.2.2, RFC 6750 section 3).

// explain reads the errors of registration and management.
func explain(r *oauthclients.Response, e *oauthclients.Error) {
	said := reasonOf(r)
	e.Code, e.Message = said.code, said.text
	judge(e, r.Status)
	if hint := hint(r.Status, e); hint != "" {
		e.Message = joined(e.Message, hint)
	}
	if r.Status == http.StatusMethodNotAllowed {
		e.Err = errors.ErrUnsupported
	}
}

// isAPI is asked about what is neither empty nor JSON: a proxy that knows no backend has no challenge.
func isAPI(r *oauthclients.Response) bool {
	return strings.Contains(strings.ToLower(r.Header.Get("WWW-Authenticate")), "bearer")
}

// refusal is what a server says of a request that it refuses.
type refusal struct {
	code, text string
}

// Error is the text, without which there is the code alone.
func (r *refusal) Error() string {
	if r.text == "" {
		return r.code
	}
	return r.text
}

// reasonOf reads the body, and the challenge where that says nothing.
func reasonOf(r *oauthclients.Response) refusal {
	said := bodyOf(r.Body)
	if said.code != "" || said.text != "" {
		return said
	}
	for _, challenge := range providerkit.Challenges(r.Header) {
		said = refusal{challenge.Parameters["error"], challenge.Parameters["error_description"]}
		if said.code != "" || said.text != "" {
			break
		}
	}
	return said
}

// wireError is the error body of RFC 7591 section 3.2.2 and of RFC 6750, and what others write.
type wireError struct {
	Error        json.RawMessage `json:"error"`
	Code         string          `json:"code"`
	Description  string          `json:"error_description"`
	Message      string          `json:"message"`
	ErrorMessage string          `json:"errorMessage"`
	Summary      string          `json:"errorSummary"`
	Detail       string          `json:"detail"`
	Title        string          `json:"title"`
}

// bodyOf reads an error body. A word is a code and everything else a text, wherever it stands.
func bodyOf(body []byte) refusal { return bodyAt(body, true) }

// bodyAt looks into an error within the error once: each level is read anew, and a hostile answer has
// thousands.
func bodyAt(body []byte, outside bool) (said refusal) {
	const longest = 64 << 10 // no server has so much to say; the status is told in any case
	if len(body) > longest {
		return said
	}
	var whole wireError
	if _, err := providerkit.Decode(body, &whole); err != nil {
		return refusal{text: plainText(body)}
	}
	texts := []string{whole.Description, whole.Message, whole.ErrorMessage, whole.Summary, whole.Detail, whole.Title}
	if word, isText := textOf(whole.Error); isText {
		said.code = word
	} else if outside && len(whole.Error) > 0 && whole.Error[0] == '{' {
		said = bodyAt(whole.Error, false)
		texts = append([]string{said.text}, texts...)
		if said.code == "" {
			said.code = whole.Code
		}
	}
	said.text = firstOf(texts)
	if strings.ContainsFunc(said.code, unicode.IsSpace) { // no code has one: some servers have a sentence there
		said = refusal{text: firstOf([]string{said.text, said.code})}
	}
	return said
}

func firstOf(texts []string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// plainText is a body that is a sentence.
func plainText(body []byte) string {
	const longest = 200
	text := strings.TrimSpace(string(body[:min(len(body), longest+1)]))
	if len(body) > longest || strings.HasPrefix(text, "<") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return ""
	}
	return text
}

// refusalIn is the error in an answer that has a success's status, nil if it has none.
func refusalIn(body []byte) *refusal {
	members, _ := providerkit.ParseObject(body) // what is no object has none
	if providerkit.IsNothing(members.Get("error")) {
		return nil
	}
	if said := bodyOf(body); said.code != "" || said.text != "" {
		return &said
	}
	return nil
}

// failure gives an error that came with a success's status the form of every other refusal. Its text is
// the one that was cleaned on its way here.
func (a *clientAnswer) failure(operation string, err error) error {
	var e *oauthclients.Error
	if a.refused == nil || !errors.As(err, &e) {
		return err
	}
	told := &oauthclients.Error{
		Kind: oauthclients.ErrInvalid, Provider: providerName, Operation: operation, StatusCode: e.StatusCode, Attempts: e.Attempts,
		Method: e.Method, URL: e.URL, RequestID: e.RequestID, Code: a.refused.code,
	}
	if a.refused.text != "" && e.Err != nil {
		told.Message = e.Err.Error()
	}
	judge(told, http.StatusBadRequest)
	if hint := hint(http.StatusBadRequest, told); hint != "" {
		told.Message = joined(told.Message, hint)
	}
	return told
}
