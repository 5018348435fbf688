package redact

import (
	"strings"
	"unicode"
)

// This file finds secrets by the name of what holds them: a member of a JSON object, a field of
// a form, an element of XML, a line of a header. It works on any text, so that a document that
// broke off is cleaned as well.

// longestName is far longer than the name of anything that holds a secret.
const longestName = 64

// isSecretName knows the names of RFC 6749, 7521 and 7636 and those of vendors.
func isSecretName(name string) bool {
	return endsIn(name, "secret", "token", "password", "passwd", "passphrase", "apikey", "privatekey", "signature", "assertion", "verifier")
}

// isHeaderName knows headers that hold secrets under other names.
func isHeaderName(name string) bool { return endsIn(name, "authorization", "cookie") }

// endsIn ignores case, and what separates words.
func endsIn(name string, words ...string) bool {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune("_-.", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	for _, word := range words {
		if strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}

// isName leaves out the paths of files and the like, which can stand in quotes before a colon.
func isName(text string) bool { return !strings.ContainsAny(text, `/\`) }

// named looks at everything that can stand between a name and its value. A text that was
// unescaped is inner: nobody knows any more which of its quotes are those of a document.
func named(text string, inner bool) []span {
	var found []span
	for at := 0; at < len(text); at++ {
		if c := text[at]; c != ':' && c != '=' && c != '>' {
			continue
		}
		if value, ok := valueAt(text, at, inner); ok {
			found = append(found, value)
			at = max(at, value.to-1)
		}
	}
	return found
}

// valueAt is the value behind the separator at a position, if its name is that of a secret.
func valueAt(text string, at int, inner bool) (span, bool) {
	before, separator := text[max(0, at-longestName):at], text[at]
	if name, quote := quotedName(before); quote != 0 && separator != '>' {
		if !isName(name) || !isSecretName(name) && !isHeaderName(name) {
			return span{}, false
		}
		return memberValue(text, valueStart(text, at+1), quote, inner)
	}
	switch separator {
	case '=':
		return fieldValue(text, at+1, before)
	case '>':
		return elementValue(text, at+1, before)
	}
	return lineValue(text, at, before)
}

// quotedName is the name of a member and its quote: a double one, or a single one, as other
// languages print it.
func quotedName(before string) (name string, quote byte) {
	before = strings.TrimRight(before, blanks)
	if before == "" {
		return "", 0
	}
	quote = before[len(before)-1]
	start := strings.LastIndexByte(before[:len(before)-1], quote)
	if quote != '"' && quote != '\'' || start < 0 {
		return "", 0
	}
	return before[start+1 : len(before)-1], quote
}

const blanks = " \t\r\n"

// valueStart is behind the rest of the separator: Ruby and PHP have "name" => "value".
func valueStart(text string, at int) int {
	if at < len(text) && text[at] == '>' {
		at++
	}
	return at + len(text[at:]) - len(strings.TrimLeft(text[at:], blanks))
}

// memberValue is a string, a list, an object, or anything else up to the next comma. What stands
// for it in a JSON document is a string again, so that the document stays one.
func memberValue(text string, at int, quote byte, inner bool) (span, bool) {
	if at >= len(text) {
		return span{}, false
	}
	if quote == '\'' {
		return looseValue(text, at)
	}
	if inner { // of a list the first string
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], "[{"+blanks))
	}
	switch {
	case strings.HasPrefix(text[at:], `"`):
		return quotedValue(text, at), true
	case strings.HasPrefix(text[at:], "[") || strings.HasPrefix(text[at:], "{"):
		return span{at, nestedEnd(text, at), `"` + Mark + `"`}, true
	}
	length := lengthTo(text[at:], blanks+`,}]{["\`)
	return span{at, at + length, `"` + Mark + `"`}, length > 0
}

func quotedValue(text string, at int) span {
	end := quotedEnd(text, at)
	if end < 0 {
		return span{at + 1, len(text), Mark + `"`}
	}
	return span{at + 1, end, Mark}
}

// quotedEnd is where the string ends that begins at a position; -1 if it does not.
func quotedEnd(text string, at int) int {
	for end := at + 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case '"':
			return end
		}
	}
	return -1
}

// nestedEnd is behind the list or object that begins at a position.
func nestedEnd(text string, at int) int {
	for open := 0; at < len(text); at++ {
		switch text[at] {
		case '[', '{':
			open++
		case ']', '}':
			if open--; open == 0 {
				return at + 1
			}
		case '"':
			if at = quotedEnd(text, at); at < 0 {
				return len(text)
			}
		}
	}
	return len(text)
}

// looseValue may stand inside a string of JSON, whose end it must leave alone.
func looseValue(text string, at int) (span, bool) {
	ends := blanks + `,}]{["\'`
	if text[at] == '\'' {
		at, ends = at+1, `"\'`
	}
	length := lengthTo(text[at:], ends)
	return span{at, at + length, Mark}, length > 0
}

// fieldValue is a field of a form: name=value, up to the next field or the end of a word. In
// quotes it is a parameter of a header or an attribute; a quote before a comma or the like ends
// a string that ends in "=".
func fieldValue(text string, at int, before string) (span, bool) {
	if !isSecretName(lastWord(before)) || strings.HasPrefix(text[at:], Mark) {
		return span{}, false
	}
	if strings.HasPrefix(text[at:], `"`) && at+1 < len(text) && !strings.ContainsAny(text[at+1:at+2], blanks+",:}]") {
		at++
	}
	length := lengthTo(text[at:], blanks+"&;,\"'`<>()[]{}\\")
	return span{at, at + length, Mark}, length > 0
}

func lastWord(text string) string {
	start := len(text)
	for start > 0 && (isBase64(text[start-1]) || text[start-1] == '.') {
		start--
	}
	return text[start:]
}

// elementValue is the content of an XML element, up to the next tag.
func elementValue(text string, at int, before string) (span, bool) {
	start := strings.LastIndexByte(before, '<') + 1
	name := before[start:]
	name = name[:lengthTo(name, blanks)]
	if start == 0 || strings.HasPrefix(name, "/") || strings.HasSuffix(before, "/") || !isSecretName(name) {
		return span{}, false
	}
	at += len(text[at:]) - len(strings.TrimPrefix(text[at:], "<![CDATA["))
	length := lengthTo(text[at:], `<"\`)
	return span{at, at + length, Mark}, strings.TrimSpace(text[at:at+length]) != ""
}

// lineValue is the rest of a line that is a header field, if there is more in it than words. The
// dump of a header may stand inside quotes. A scope such as "authorization:read" is none.
func lineValue(text string, at int, before string) (span, bool) {
	start := strings.LastIndexAny(before, "\r\n\"'`") + 1
	name := strings.TrimSpace(before[start:])
	if start == 0 && len(before) < at || name != lastWord(name) || !isHeaderName(name) && !isOwnHeader(name) {
		return span{}, false
	}
	value := strings.TrimLeft(text[at+1:], " \t")
	from := len(text) - len(value)
	to := from + lengthTo(value, "\r\n\"\\")
	return span{from, to, Mark}, from > at+1 && strings.ContainsAny(text[from:to], "0123456789=")
}

// isOwnHeader knows headers such as X-Signature, and leaves out words in front of a colon.
func isOwnHeader(name string) bool {
	return strings.HasPrefix(strings.ToLower(name), "x-") && isSecretName(name)
}
