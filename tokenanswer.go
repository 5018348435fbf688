package oauthclients

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file reads the answer of a token endpoint (RFC 6749 section 5.1), as tolerant as the vendors
// need it. Its tokens come once: each is read on its own, whatever else is in the answer.

// tokenAnswer is a token response.
type tokenAnswer struct {
	accessToken  string
	tokenType    string
	refreshToken string
	expiresIn    string
	err          string // the code of an error
	whole        bool   // it is JSON to its end
}

// readToken takes what came to its end of an answer that breaks off.
func readToken(body []byte) tokenAnswer {
	members := objectMembers(body)
	answer := tokenAnswer{
		refreshToken: text(members, "refresh_token"), accessToken: text(members, "access_token"),
		tokenType: text(members, "token_type"), expiresIn: text(members, "expires_in"), err: text(members, "error"),
		whole: members != nil && json.Valid(body),
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
	return scalar(value)
}

// scalar is "" for what is no text and no number: a false or a null says that there is none.
func scalar(value json.RawMessage) string {
	var text string
	var number json.Number
	var list []json.RawMessage
	switch {
	case json.Unmarshal(value, &text) == nil:
		return text
	case json.Unmarshal(value, &number) == nil:
		return number.String()
	case json.Unmarshal(value, &list) == nil && len(list) == 1:
		return scalar(list[0])
	}
	return ""
}

// rest is what must not be lost of an answer that is of no use: nil if there is nothing.
func (a tokenAnswer) rest() *oauth2.Token {
	if a.refreshToken == "" {
		return nil
	}
	return &oauth2.Token{RefreshToken: a.refreshToken}
}

// fault says why there is no token that can be used, "" if there is one. It shows nothing of the
// answer, and so not the decoder's own errors, which repeat a number.
func (a tokenAnswer) fault() string {
	switch {
	case !a.whole:
		return "the answer is not a token response"
	case a.accessToken == "":
		return "the answer has no access_token"
	case a.tokenType != "" && !strings.EqualFold(a.tokenType, "bearer"):
		return "the token has an unknown token_type"
	case len(checkHeaderSecret("", a.accessToken)) > 0:
		return "the access_token has characters that no header can carry"
	}
	return ""
}

// refused: the answer is an error, which some servers give with the status of a success.
func (a tokenAnswer) refused() bool { return a.whole && a.accessToken == "" && a.err != "" }

func (c *core) decodeToken(r *transport.Response, answer tokenAnswer, p *post) (*oauth2.Token, error) {
	if fault := answer.fault(); fault != "" {
		e := &Error{Kind: ErrUnavailable, Provider: c.name, Operation: opToken, StatusCode: r.Status, Message: fault}
		p.name(e)
		return answer.rest(), e
	}
	seconds, _ := strconv.ParseFloat(answer.expiresIn, 64) // unknown is 0
	token := &oauth2.Token{
		AccessToken: answer.accessToken, TokenType: "Bearer", RefreshToken: answer.refreshToken,
		Expiry: expiry(int64(min(seconds, 1e15))), ExpiresIn: max(0, int64(min(seconds, 1e15))),
	}
	return token.WithExtra(extraOf(r.Body)), nil
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
