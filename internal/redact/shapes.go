package redact

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file finds secrets that nobody knows here by their shape: those of other systems on the
// way, such as a proxy, and those that a server has just made.

func shaped(text string) []span {
	found := append(signedTokens(text), usersInURLs(text)...)
	for _, scheme := range []string{"Basic ", "basic ", "BASIC "} {
		found = append(found, credentials(text, scheme, isPair)...)
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER "} {
		found = append(found, credentials(text, scheme, isToken)...)
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
		inWord := from > 0 && wordLength(text[from-1:from], "") > 0 // or in an escape, which goes first
		at = from + wordLength(text[from:], "-_.")
		if word := strings.TrimRight(text[from:at], "."); !inWord && strings.Count(word, ".") >= 2 {
			found = append(found, span{from, from + len(word), Mark})
		}
	}
}

// wordLength counts letters, digits and what also has at the start of text.
func wordLength(text, also string) int {
	end := strings.IndexFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(also, r)
	})
	if end < 0 {
		return len(text)
	}
	return end
}

// usersInURLs finds what stands before the host (RFC 3986 section 3.2.1), such as the password
// for a proxy.
func usersInURLs(text string) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], "://")
		if next < 0 {
			return found
		}
		from := at + next + len("://")
		at = from
		if length := userLength(text[from:]); length > 0 {
			found = append(found, span{from, from + length, Mark})
			at += length
		}
	}
}

// longestUser is far longer than any user with a password.
const longestUser = 256

// userLength is 0 if there is no user. A password may break the URL by a slash or the like in it:
// then there is no port where one should be.
func userLength(text string) int {
	text = text[:min(len(text), longestUser)]
	address := text[:lengthTo(text, " \t\r\n\"'<>`")]
	authority := address[:lengthTo(address, "/?#\\")]
	if end := strings.LastIndexByte(authority, '@'); end >= 0 {
		return end
	}
	if _, port, found := strings.Cut(authority, ":"); !found || strings.HasPrefix(authority, "[") || strings.Trim(port, "0123456789") == "" {
		return 0
	}
	return strings.LastIndexByte(address, '@')
}

// lengthTo is where the first of ends stands, or the end of text.
func lengthTo(text, ends string) int {
	if end := strings.IndexAny(text, ends); end >= 0 {
		return end
	}
	return len(text)
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
		at = from + wordLength(text[from:], "-_.~+/=")
		if plausible(text[from:at]) {
			found = append(found, span{from, at, Mark})
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
	return len(word) >= wholeBelow && strings.ContainsAny(word, "0123456789")
}
