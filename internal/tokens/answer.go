package tokens

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// This file reads the answer of a token endpoint (RFC 6749 section 5.1), as tolerant as the vendors
// need it. Its tokens come once: each is read on its own, whatever else is in the answer.

// Answer is a token response.
type Answer struct {
	accessToken  string
	tokenType    string
	refreshToken string
	expiresIn    string
	err          string // the code of an error
	whole        bool   // it is JSON to its end
	body         []byte
}

// ReadAnswer takes what came to its end of an answer that breaks off.
func ReadAnswer(body []byte) Answer {
	members := objectMembers(body)
	answer := Answer{
		refreshToken: text(members, "refresh_token"), accessToken: text(members, "access_token"),
		tokenType: text(members, "token_type"), expiresIn: text(members, "expires_in"), err: text(members, "error"),
		whole: members != nil && json.Valid(body), body: body,
	}
	if answer.accessToken == "" {
		answer.accessToken = text(members, "token") // sipgate's older session answer
	}
	return answer
}

// objectMembers reads members until something is no JSON. A number there may lack its end, and is
// no member.
func objectMembers(body []byte) map[string]json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return nil
	}
	members := map[string]json.RawMessage{}
	for {
		token, err := decoder.Token()
		name, ok := token.(string)
		var value json.RawMessage
		if err != nil || !ok || decoder.Decode(&value) != nil {
			return members
		}
		if value[0] == '"' || decoder.InputOffset() < int64(len(body)) {
			members[name] = value
		}
	}
}

// text is a member as a text: the token may be a number, or the only entry of a list. The names are
// those of the RFC, in any case.
func text(members map[string]json.RawMessage, name string) string {
	value, found := members[name]
	for other, odd := range members {
		if !found && strings.EqualFold(other, name) {
			value = odd
		}
	}
	return Scalar(value)
}

// Scalar is a member as a text: a text or a number, or the only one of a list. It is "" for what is no text and no number: a false or a null says that there is none.
func Scalar(value json.RawMessage) string {
	var text string
	var number json.Number
	var list []json.RawMessage
	switch {
	case json.Unmarshal(value, &text) == nil:
		return text
	case json.Unmarshal(value, &number) == nil:
		return number.String()
	case json.Unmarshal(value, &list) == nil && len(list) == 1:
		return Scalar(list[0])
	}
	return ""
}

// Rest is what must not be lost of an answer that is of no use: nil if there is nothing.
func (a Answer) Rest() *oauth2.Token {
	if a.refreshToken == "" {
		return nil
	}
	return &oauth2.Token{RefreshToken: a.refreshToken}
}

// Fault says why there is no token that can be used, "" if there is one. It shows nothing of the
// answer, and so not the decoder's own errors, which repeat a number.
func (a Answer) Fault(sendable func(token string) bool) string {
	switch {
	case !a.whole:
		return "the answer is not a token response"
	case a.accessToken == "":
		return "the answer has no access_token"
	case a.tokenType != "" && !strings.EqualFold(a.tokenType, "bearer"):
		return "the token has an unknown token_type"
	case !sendable(a.accessToken):
		return "the access_token has characters that no header can carry"
	}
	return ""
}

// Refused reports whether the answer is an error, which some servers give with the status of a success.
func (a Answer) Refused() bool { return a.whole && a.accessToken == "" && a.err != "" }

// Token is the token of an answer without a Fault.
func (a Answer) Token() *oauth2.Token {
	seconds, _ := strconv.ParseFloat(a.expiresIn, 64) // unknown is 0
	token := &oauth2.Token{
		AccessToken: a.accessToken, TokenType: "Bearer", RefreshToken: a.refreshToken,
		Expiry: Expiry(int64(min(seconds, 1e15))), ExpiresIn: max(0, int64(min(seconds, 1e15))),
	}
	return token.WithExtra(extraOf(a.body))
}

// Expiry is when a token ends that lives for the given seconds from now; zero for unknown.
func Expiry(seconds int64) time.Time {
	if seconds <= 0 {
		return time.Time{}
	}
	const century = 100 * 365 * 24 * 60 * 60 // more would overflow
	end := time.Now().Add(time.Duration(min(seconds, century)) * time.Second)
	return end.Round(0) // without the monotonic clock, which stands still while the machine sleeps
}

// extraOf has the members that oauth2.Token has no field for, such as scope and id_token, for
// its method Extra.
func extraOf(body []byte) map[string]any {
	var members map[string]any
	_ = json.Unmarshal(body, &members) // it has been an object before
	for _, known := range []string{"access_token", "token", "token_type", "refresh_token", "expires_in"} {
		delete(members, known)
	}
	if scopes, list := members["scope"].([]any); list {
		members["scope"] = spaced(scopes)
	}
	return members
}

// spaced is how RFC 6749 section 3.3 has a list of scopes.
func spaced(scopes []any) string {
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = fmt.Sprint(scope)
	}
	return strings.Join(words, " ")
}
