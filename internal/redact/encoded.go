package redact

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// This file looks into what is encoded as a whole: base64, such as Basic credentials or a dump
// of the request, and hexadecimal digits.

// shortestRun is the shortest word that is decoded.
const shortestRun = 12

// encoded finds words with a secret in them. Such a word goes whole: nobody can read the rest.
func (f *finder) encoded(text string, depth int) []span {
	var found []span
	long := f.longer()
	for from := 0; from < len(text); from++ {
		from += escapeBefore(text, from)
		to := from
		for to < len(text) && isBase64(text[to]) {
			to++
		}
		if to-from >= shortestRun {
			long.broken = f.broken && to == len(text)
			if long.hidesIn(text[from:to], depth) {
				found = append(found, span{from, to + padding(text[to:]), Mark})
			}
		}
		from = to
	}
	return found
}

// escapeBefore is how much of an escape, such as \n, stands at a position.
func escapeBefore(text string, at int) int {
	if at == 0 || at == len(text) || text[at-1] != '\\' {
		return 0
	}
	_, length := backslash(text[at-1:])
	return length - 1
}

func isBase64(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_", c) >= 0
}

// padding is how many signs of it follow a word.
func padding(text string) (length int) {
	for length < min(2, len(text)) && text[length] == '=' {
		length++
	}
	return length
}

// hidesIn decodes a word in every way. The word may begin with something else, such as the path
// before it, so that the decoding has to begin at another byte; then it is searched for known
// values alone, since at most bytes the text is none.
func (f *finder) hidesIn(word string, depth int) bool {
	if f.hidesInHex(word, depth) {
		return true
	}
	if !mixesCases(word) {
		return false
	}
	standard := strings.ReplaceAll(strings.ReplaceAll(word, "-", "+"), "_", "/") // the other alphabet of RFC 4648
	if f.isIn(fromBase64(standard), depth) {
		return true
	}
	for skipped := 1; skipped < 4; skipped++ {
		if f.isKnownIn(fromBase64(standard[skipped:])) {
			return true
		}
	}
	return false
}

// mixesCases tells base64 from the words of a language: a text that is encoded hardly ever has
// no capitals, or nothing else.
func mixesCases(word string) bool {
	return strings.ToLower(word) != word && strings.ToUpper(word) != word
}

// hidesInHex looks at every row of digits in a word, which may begin with half a byte.
func (f *finder) hidesInHex(word string, depth int) bool {
	for from := 0; from < len(word); from++ {
		to := from
		for to < len(word) && isHex(word[to]) {
			to++
		}
		if row := word[from:to]; len(row) >= shortestRun && (f.isIn(fromHex(row), depth) || f.isKnownIn(fromHex(row[1:]))) {
			return true
		}
		from = to
	}
	return false
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func fromBase64(word string) string {
	if len(word)%4 == 1 { // its last character tells nothing
		word = word[:len(word)-1]
	}
	plain, _ := base64.RawStdEncoding.DecodeString(word) // the alphabet is right
	return string(plain)
}

func fromHex(row string) string {
	plain, _ := hex.DecodeString(row[:len(row)&^1]) // they are digits
	return string(plain)
}

// isIn spares what is no text all but the known values: most words decode to anything.
func (f *finder) isIn(plain string, depth int) bool {
	for _, c := range []byte(plain) {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' {
			return f.isKnownIn(plain)
		}
	}
	return len(f.find(plain, depth)) > 0
}

func (f *finder) isKnownIn(plain string) bool {
	for range layers {
		if len(f.known(plain)) > 0 {
			return true
		}
		next := unescaped(plain, f.broken)
		if next == plain {
			return false
		}
		plain = next
	}
	return false
}
