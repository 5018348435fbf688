package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file finds secrets by the name of what holds them: a member of a JSON object, a field of
// a form, an element of XML, a line of a header. It works on any text, so that a document that
// broke off is cleaned as well. The values behind the names are in values.go.

const (
	// longestName is far longer than the name of anything that holds a secret.
	longestName = 64
	// longestWord is the length of the longest word that a secret's name ends in.
	longestWord = len("authorization")
)

// isSecretName knows the names of RFC 6749, 7521 and 7636 and those of vendors.
func isSecretName(name string) bool {
	return endsIn(name, "secret", "token", "password", "passwd", "passphrase", "apikey", "privatekey", "signature", "assertion", "verifier")
}

// isHeaderName knows headers that hold secrets under other names.
func isHeaderName(name string) bool { return endsIn(name, "authorization", "cookie") }

// lastLetters are those of all words that a secret's name ends in.
var lastLetters = setOf("denrty")

// endsIn ignores case, and what separates words.
func endsIn(name string, words ...string) bool {
	var letters [longestWord]byte
	at := len(letters)
	for at > 0 && name != "" {
		r, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
		if r == '_' || r == '-' || r == '.' {
			continue
		}
		if r = unicode.ToLower(r); r < 'a' || r > 'z' || at == len(letters) && !lastLetters[r] {
			break // no word has another last letter
		}
		at--
		letters[at] = byte(r)
	}
	if at == len(letters) {
		return false
	}
	end := string(letters[at:])
	return slices.ContainsFunc(words, func(word string) bool { return strings.HasSuffix(end, word) })
}

// isName leaves out the paths of files and the like, which can stand in quotes before a colon.
func isName(text string) bool { return !strings.ContainsAny(text, `/\`) }

// reader goes through a text once. What a name could be made of it remembers, so that it need not
// look back for it.
type reader struct {
	text           string
	inner          bool // nobody knows any more which quotes are those of a document
	double, single pair
	tag            tag
	lines, proofs  remembered
}

// pair are the places of the last two quotes of a kind, or what is no place.
type pair struct{ first, second int }

func (p *pair) add(at int) { p.first, p.second = p.second, at }

// tag is the latest one of XML, and the end of its name, as far as it is a word.
type tag struct{ at, end int }

var (
	ofBlank   = setOf(blanks)
	ofGap     = setOf(" \t")
	opens     = setOf(`:=>"'<`)
	ofName    = setOf(letters + digits + "+/-_.")
	lineStart = setOf("\r\n\"'`")
	lineEnd   = setOf("\r\n\"\\")
	proof     = setOf(digits + "=")
)

// named looks at everything that can stand between a name and its value. A text that was
// unescaped is inner.
func named(text string, inner bool) []span {
	r := reader{
		text: text, inner: inner, double: pair{-1, -1}, single: pair{-1, -1}, tag: tag{-1, -1},
		lines: remember(lineEnd, text), proofs: remember(proof, text),
	}
	var found []span
	done := 0
	for at := opens.next(text, 0); at < len(text); at = opens.next(text, at+1) {
		switch text[at] {
		case '"':
			r.double.add(at)
		case '\'':
			r.single.add(at)
		case '<':
			r.tag = tag{at, -1}
		default:
			if at < done {
				continue
			}
			if value, ok := r.valueAt(at); ok {
				found, done = append(found, value), value.to
			}
		}
	}
	return found
}

// valueAt is the value behind the separator at a position, if its name is that of a secret.
func (r *reader) valueAt(at int) (span, bool) {
	if r.text[at] == '>' {
		return r.elementAt(at)
	}
	if name, quote := r.quotedName(at); quote != 0 {
		if !isSecretName(name) && !isHeaderName(name) || !isName(name) {
			return span{}, false
		}
		return memberValue(r.text, valueStart(r.text, at+1), quote, r.inner)
	}
	if r.text[at] == '=' {
		return r.fieldAt(at)
	}
	return r.lineAt(at)
}

// quotedName is the name of a member and its quote: a double one, or a single one, as other
// languages print it.
func (r *reader) quotedName(at int) (name string, quote byte) {
	end := r.behind(ofBlank, at, at) - 1
	if end < max(0, at-longestName) {
		return "", 0
	}
	quotes := r.double
	switch quote = r.text[end]; quote {
	case '"':
	case '\'':
		quotes = r.single
	default:
		return "", 0
	}
	if quotes.first < max(0, at-longestName) {
		return "", 0
	}
	return r.text[quotes.first+1 : end], quote
}

// behind goes back from a position over bytes of a set, no further than the name of what is at
// another position can go. What separates is in no such set, so that nothing is gone over again.
func (r *reader) behind(set *byteSet, from, at int) int {
	for from > max(0, at-longestName) && set[r.text[from-1]] {
		from--
	}
	return from
}

// fieldAt is a field of a form.
func (r *reader) fieldAt(at int) (span, bool) {
	if !isSecretName(r.text[r.behind(ofName, at, at):at]) {
		return span{}, false
	}
	return fieldValue(r.text, at+1)
}

// elementAt is the content of an element of XML. The tag may have attributes, and these may have
// what could be its end.
func (r *reader) elementAt(at int) (span, bool) {
	start := r.tag.at + 1
	if start == 0 || r.tag.at < at-longestName {
		return span{}, false
	}
	if r.tag.end < 0 {
		r.tag.end = ofBlank.next(r.text[:min(len(r.text), start+longestName)], start)
	}
	name := r.text[start:min(at, r.tag.end)]
	if strings.HasPrefix(name, "/") || r.text[at-1] == '/' || !isSecretName(name) {
		return span{}, false
	}
	return elementValue(r.text, at+1)
}

// lineAt is the rest of a line that is a header field. The dump of a header may stand inside
// quotes. A scope such as "authorization:read" is none.
func (r *reader) lineAt(at int) (span, bool) {
	end := r.behind(ofGap, at, at)
	start := r.behind(ofName, end, at)
	if name := r.text[start:end]; !isHeaderName(name) && !isOwnHeader(name) {
		return span{}, false
	}
	if start = r.behind(ofGap, start, at); start > 0 && !lineStart[r.text[start-1]] {
		return span{}, false
	}
	return r.lineValue(at)
}

// isOwnHeader knows headers such as X-Signature, and leaves out words in front of a colon.
func isOwnHeader(name string) bool {
	return len(name) > 2 && (name[0] == 'x' || name[0] == 'X') && name[1] == '-' && isSecretName(name)
}
