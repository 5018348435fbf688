package dcr

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
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

// rejected: the access token is not taken. There are servers that say so with another status than 401.
func rejected(r *oauthclients.Response) bool {
	if r.Status == http.StatusUnauthorized {
		return true
	}
	e := oauthclients.Error{}
	explain(r, &e)
	return r.Status == http.StatusBadRequest && e.Kind == oauthclients.ErrUnauthenticated //nolint:errorlint // Kind is a sentinel itself
}

// judge decides by the code, which counts whatever the status.
func judge(e *oauthclients.Error, status int) {
	switch e.Code {
	case "invalid_redirect_uri":
		refuse(e, "redirect_uris")
	case "invalid_software_statement", "unapproved_software_statement":
		refuse(e, "software_statement")
	case "invalid_client_metadata":
		refuse(e, named(e.Message))
	case "access_denied", "invalid_token", "invalid_client":
		if status == http.StatusBadRequest {
			e.Kind = oauthclients.ErrUnauthenticated
		}
	case "insufficient_scope":
		switch {
		case isAboutClientScope(e.Message):
			refuse(e, memberScope)
		case status == http.StatusBadRequest:
			e.Kind = oauthclients.ErrPermission
		}
	case "server_error", "temporarily_unavailable":
		e.Kind = oauthclients.ErrUnavailable
	default:
		if member := named(e.Message); member != "" && (status == http.StatusBadRequest || status == http.StatusUnprocessableEntity) {
			refuse(e, member)
		}
	}
}

// isAboutClientScope: the same code is for the scopes of the credential (RFC 6750 section 3.1), and at
// some servers for those that the client asks for.
func isAboutClientScope(text string) bool {
	text = strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(text))
	return strings.Contains(text, "clientscope")
}

// refuse is for a request that breaks a rule, whatever status the server has for that.
func refuse(e *oauthclients.Error, member string) {
	e.Kind = oauthclients.ErrInvalid
	if member != "" {
		e.Fields = []oauthclients.FieldError{{Field: member, Code: e.Code, Message: e.Message}}
		e.Message = ""
	}
}

// named finds the metadata that an explanation is about, "" if it names none.
func named(explanation string) string {
	members := slices.Collect(maps.Values(memberOf()))
	for _, word := range strings.FieldsFunc(explanation, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) }) {
		if slices.Contains(members, word) {
			return word
		}
	}
	return ""
}

// naming puts the member that a refusal quotes into its fields, if it is one of those that were sent.
func naming(err error, sent ...[]string) error {
	var e *oauthclients.Error
	if !errors.As(err, &e) || len(e.Fields) > 0 || !errors.Is(e.Kind, oauthclients.ErrInvalid) || e.StatusCode == 0 {
		return err
	}
	for _, members := range sent {
		for _, name := range members {
			if name != memberID && quotes(e.Message, name) {
				refuse(e, name)
				return err
			}
		}
	}
	return err
}

// quotes: a word that is in quotation marks, or that nobody writes in a sentence.
func quotes(text, name string) bool {
	for _, mark := range []string{`"`, "'", "`"} {
		if strings.Contains(text, mark+name+mark) {
			return true
		}
	}
	isPart := func(r rune) bool {
		return r == '_' || r == '#' || r == '-' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
	}
	return strings.Contains(name, "_") && slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return !isPart(r) }), func(word string) bool {
		return strings.Trim(word, ".") == name
	})
}

// refusedMember is the member that a request was refused for, "" if that is not known.
func refusedMember(err error) string {
	var e *oauthclients.Error
	if errors.As(err, &e) && e.StatusCode == http.StatusBadRequest && len(e.Fields) == 1 {
		return e.Fields[0].Field
	}
	return ""
}

// hint says what the standard means by an answer that most servers do not explain.
func hint(status int, e *oauthclients.Error) string {
	creates := e.Operation == opCreate
	switch {
	case errors.Is(e.Kind, oauthclients.ErrUnauthenticated) && creates:
		return "the server wants an initial access token, and did not get one that it takes"
	case errors.Is(e.Kind, oauthclients.ErrUnauthenticated):
		return "the registration access token is dead, or the client is gone"
	case status == http.StatusForbidden && errors.Is(e.Kind, oauthclients.ErrPermission) && !creates:
		return "the server does not let this client be managed so"
	case (status == http.StatusNotFound || status == http.StatusGone) && creates:
		e.Kind = oauthclients.ErrUnavailable
		return "there is no registration endpoint: registration is off there, or it is another address"
	case status == http.StatusMethodNotAllowed:
		return "the server does not support this operation (RFC 7592 section 2)"
	}
	return ""
}

// managementError adds what is known here to the error of a call about one client.
func managementError(h *Handle, call *oauthclients.Call, answer *oauthclients.Response, err error) error {
	if page := loginPage(call, answer); page != "" {
		return &oauthclients.UnsupportedError{
			Provider: providerName, Operation: call.Operation,
			Reason: "the server answers " + call.Method + " with a redirect to " + quoted(page) + ", so it does not have this operation (RFC 7592 section 2)",
		}
	}
	var e *oauthclients.Error
	if end := expiry(h.Token.Reveal()); isRefused(err) && errors.As(err, &e) && !end.IsZero() {
		e.Message = joined(e.Message, "the token, a JWT, names "+end.Format(time.RFC3339)+" as its end")
	}
	return err
}

// loginPage is the path to which a write was redirected, if a person is to sign in there: a server
// without the operation takes the request for one of a browser.
func loginPage(call *oauthclients.Call, answer *oauthclients.Response) string {
	if answer == nil || call.Method == http.MethodGet || answer.Status != http.StatusFound && answer.Status != http.StatusSeeOther {
		return ""
	}
	u, err := url.Parse(answer.Header.Get("Location"))
	if err != nil {
		return ""
	}
	segments := strings.Split(strings.TrimRight(u.Path, "/"), "/")
	for i, segment := range segments { // some servers put the session behind a semicolon
		segments[i], _, _ = strings.Cut(segment, ";")
	}
	page := strings.Join(segments, "/")
	segments = strings.Split(strings.ToLower(page), "/")
	last := segments[len(segments)-1] // "auth" also stands before the paths of whole APIs
	if last == "auth" || last == "authorize" || slices.ContainsFunc(segments, isSignIn) {
		return page
	}
	return ""
}

func isSignIn(segment string) bool {
	return slices.Contains([]string{"login", "signin", "sign-in", "sign_in"}, segment)
}

// expiry is the exp of a JWT (RFC 7519 section 4.1.4), zero for any other token.
func expiry(token string) time.Time {
	parts := strings.Split(token, ".")
	const jwt = 3
	if len(parts) != jwt {
		return time.Time{}
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}
	}
	var claims struct {
		Ends wireTime `json:"exp"`
	}
	if _, err := providerkit.Decode(text, &claims); err != nil {
		return time.Time{}
	}
	return time.Time(claims.Ends)
}

// troubleOf is an error on one line, for the entry of a list.
func troubleOf(err error) string {
	const enough = 500
	text := fmt.Sprint(err)
	return strings.ToValidUTF8(text[:min(len(text), enough)], "")
}
