package dcr

import (
	"encoding/base64"
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

// This file says what the errors of servers mean: for the token, for the client, and for a member of it.

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
