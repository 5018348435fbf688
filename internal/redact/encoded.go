package redact

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
)

// This file looks into what is encoded as a whole: base64, such as Basic credentials or a dump
// of the request, and hexadecimal digits.

// shortestRun is the shortest word that is decoded.
const shortestRun = 12

// mostWords bounds what is kept of a text; one of 64 KiB has fewer.
const mostWords = 8 << 10

var (
	ofBase64 = setOf(letters + digits + "+/-_")
	ofHex    = setOf(digits + "abcdefABCDEF")
	ofText   = textBytes()
)

// textBytes are those of a text in any language: all but most of the control characters.
func textBytes() *byteSet {
	set := setOf("\t\r\n")
	for c := ' '; c < 256; c++ {
		set[c] = true
	}
	return set
}

// encoded finds words with a secret in them. Such a word goes whole: nobody can read the rest.
func (f *finder) encoded(text string, depth int) []span {
	var found []span
	broken := f.broken
	defer func() { f.broken = broken }()
	for from := ofBase64.next(text, 0); from < len(text); from = ofBase64.next(text, from) {
		from += escapeBefore(text, from)
		to := from + ofBase64.length(text, from)
		if to-from >= shortestRun {
			f.broken = broken && to == len(text)
			if f.hides(text[from:to], depth) {
				found = append(found, span{from, to + padding(text[to:]), plain})
			}
		}
		from = to
	}
	return found
}

// verdict is whether a word hides something, and how deep it was looked into.
type verdict struct {
	hides  bool
	depth  int
	broken bool
}

// hides looks into a word once: most words are the same below each layer of escapes.
func (f *finder) hides(word string, depth int) bool {
	if have, ok := f.words[word]; ok && have.depth >= depth && have.broken == f.broken {
		return have.hides
	}
	hides := f.hidesIn(word, depth)
	if len(f.words) < mostWords {
		f.words[word] = verdict{hides, depth, f.broken}
	}
	return hides
}

// escapeBefore is how much of an escape, such as \n, stands at a position.
func escapeBefore(text string, at int) int {
	if at == 0 || at == len(text) || text[at-1] != '\\' {
		return 0
	}
	_, length := backslash(text[at-1:])
	return length - 1
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
	standard := []byte(word)
	for i, c := range standard { // of the other alphabet of RFC 4648
		switch c {
		case '-':
			standard[i] = '+'
		case '_':
			standard[i] = '/'
		}
	}
	if f.isIn(f.fromBase64(standard), depth) {
		return true
	}
	for skipped := 1; skipped < 4; skipped++ {
		if f.isKnownIn(f.fromBase64(standard[skipped:])) {
			return true
		}
	}
	return false
}

// mixesCases tells base64 from the words of a language: a text that is encoded hardly ever has
// no capitals, or nothing else.
func mixesCases(word string) bool {
	return strings.ContainsFunc(word, func(r rune) bool { return r >= 'A' && r <= 'Z' }) &&
		strings.ContainsFunc(word, func(r rune) bool { return r >= 'a' && r <= 'z' })
}

// hidesInHex looks at every row of digits in a word, which may begin with half a byte.
func (f *finder) hidesInHex(word string, depth int) bool {
	broken := f.broken
	defer func() { f.broken = broken }()
	for from := ofHex.next(word, 0); from < len(word); from = ofHex.next(word, from) {
		row := word[from : from+ofHex.length(word, from)]
		f.broken = broken && from+len(row) == len(word)
		if len(row) >= shortestRun && (f.isIn(fromHex(row), depth) || f.isKnownIn(fromHex(row[1:]))) {
			return true
		}
		from += len(row)
	}
	return false
}

func (f *finder) fromBase64(word []byte) string {
	if len(word)%4 == 1 { // its last character tells nothing
		word = word[:len(word)-1]
	}
	f.scratch = slices.Grow(f.scratch[:0], len(word))[:len(word)]
	n, _ := base64.RawStdEncoding.Decode(f.scratch, word) // the alphabet is right
	return string(f.scratch[:n])
}

func fromHex(row string) string {
	plain, _ := hex.DecodeString(row[:len(row)&^1]) // they are digits
	return string(plain)
}

// isIn spares what is no text all but the known values: most words decode to anything.
func (f *finder) isIn(plain string, depth int) bool {
	if ofText.length(plain, 0) < len(plain) {
		return f.isKnownIn(plain)
	}
	return len(f.find(plain, depth)) > 0
}

func (f *finder) isKnownIn(plain string) bool {
	if f.pieces == nil {
		return false
	}
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
