package redact

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file finds secrets that nobody knows here by their shape: those of other systems on the
// way, such as a proxy, and those that a server has just made.

var (
	ofWord      = setOf(letters + digits)
	ofToken     = setOf(letters + digits + "-_.") // RFC 7519
	ofAuth      = setOf(letters + digits + "-_.~+/=")
	behindURL   = setOf(blanks + "\"'<>`")
	behindHost  = setOf(blanks + "\"'<>`/?#\\")
	behindUser  = setOf("@")
	isNotOfPort = func(r rune) bool { return r < '0' || r > '9' }
)

func shaped(text string) []span {
	found := zipped(signedTokens(text), usersInURLs(text))
	for _, scheme := range []string{"Basic ", "basic ", "BASIC "} {
		found = zipped(found, credentials(text, scheme, isPair))
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER "} {
		found = zipped(found, credentials(text, scheme, isToken))
	}
	return found
}

// signedTokens finds JSON web tokens (RFC 7519): they begin with {" in base64, and have two
// dots at least.
func signedTokens(text string) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], "eyJ")
		if next < 0 {
			return found
		}
		from := at + next
		inWord := from > 0 && ofWord[text[from-1]] // or in an escape, which goes first
		at = from + ofToken.length(text, from)
		if word := strings.TrimRight(text[from:at], "."); !inWord && strings.Count(word, ".") >= 2 {
			found = append(found, span{from, from + len(word), plain})
		}
	}
}

// usersInURLs finds what stands before the host (RFC 3986 section 3.2.1), such as the password
// for a proxy.
func usersInURLs(text string) []span {
	var found []span
	u := userSearch{text, remember(behindUser, text), remember(behindURL, text), remember(behindHost, text)}
	for at := 0; ; {
		next := strings.Index(text[at:], "://")
		if next < 0 {
			return found
		}
		from := at + next + len("://")
		at = from
		if length := u.length(from); length > 0 {
			found = append(found, span{from, from + length, plain})
			at += length
		}
	}
}

// longestUser is far longer than any user with a password.
const longestUser = 256

// userSearch looks into the URLs of a text, from the first to the last.
type userSearch struct {
	text                    string
	users, addresses, hosts remembered
}

// length is 0 if there is no user. A password may break the URL by a slash or the like in it:
// then there is no port where one should be.
func (u *userSearch) length(from int) int {
	end := min(len(u.text), from+longestUser)
	if u.users.next(from) >= end {
		return 0
	}
	address := u.text[from:min(end, u.addresses.next(from))]
	authority := u.text[from:min(end, u.hosts.next(from))]
	if end := strings.LastIndexByte(authority, '@'); end >= 0 {
		return end
	}
	if _, port, found := strings.Cut(authority, ":"); !found || strings.HasPrefix(authority, "[") || !strings.ContainsFunc(port, isNotOfPort) {
		return 0
	}
	return strings.LastIndexByte(address, '@')
}

// credentials finds what follows the name of an authentication scheme, if it looks so.
func credentials(text, scheme string, plausible func(word string) bool) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], scheme)
		if next < 0 {
			return found
		}
		from := at + next + len(scheme)
		at = from + ofAuth.length(text, from)
		if plausible(text[from:at]) {
			found = append(found, span{from, at, plain})
		}
	}
}

// isPair: the credentials of RFC 7617 are a user and a password, unlike the words that follow
// "basic" in a sentence.
func isPair(word string) bool {
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(word, "="))
	pair := string(plain)
	return err == nil && utf8.ValidString(pair) && strings.Contains(pair, ":") && !strings.ContainsFunc(pair, unicode.IsControl)
}

// isToken: a token is longer than the words that follow "bearer" in a sentence, and has digits.
func isToken(word string) bool {
	return len(word) >= wholeBelow && strings.ContainsAny(word, digits)
}
