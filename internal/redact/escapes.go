package redact

import (
	"html"
	"math"
	"regexp"
	"strings"
	"unicode/utf16"
)

// This file reads a text as it was before it was escaped: for a JSON string, a URL or a form, or
// HTML. Each of them can write any character in several ways, so that looking for the escaped
// forms of a value would miss some.

// nextEscape is where something begins that may be an escape; the end of text if nothing does.
func nextEscape(text string) int {
	for at := range len(text) {
		if c := text[at]; c == '\\' || c == '%' || c == '&' {
			return at
		}
	}
	return len(text)
}

// escaped finds secrets in what text was before.
func (f *finder) escaped(text string, depth int) []span {
	inner := unescaped(text, f.broken)
	if inner == text {
		return nil
	}
	return origins(text, len(inner), f.find(inner, depth))
}

// unescaped takes one layer of escapes off. A text that broke off loses an escape that is not
// whole.
func unescaped(text string, broken bool) string {
	at := nextEscape(text)
	if at == len(text) {
		return text
	}
	var plain strings.Builder
	plain.Grow(len(text))
	for at < len(text) {
		plain.WriteString(text[:at])
		text = text[at:]
		if broken && unfinished(text) {
			return plain.String()
		}
		char, length := escape(text)
		plain.WriteString(char)
		text = text[length:]
		at = nextEscape(text)
	}
	plain.WriteString(text)
	return plain.String()
}

// escape reads the escape at the start of text. What is none is a character of its own.
func escape(text string) (char string, length int) {
	switch text[0] {
	case '%':
		if char, ok := hexByte(text, 1); ok {
			return char, 3
		}
	case '&':
		return entity(text)
	case '\\':
		return backslash(text)
	}
	return text[:1], 1
}

// shortestEntity is &lt; or the like.
const shortestEntity = 4

var ofEntity = setOf(letters + digits + "#")

// entity reads an escape of HTML.
func entity(text string) (char string, length int) {
	end := 1 + ofEntity.length(text[:min(len(text), longestEscape)], 1)
	if end == len(text) || end+1 < shortestEntity || text[end] != ';' {
		return text[:1], 1
	}
	if char := html.UnescapeString(text[:end+1]); char != text[:end+1] {
		return char, end + 1
	}
	return text[:1], 1
}

// backslash reads the escapes of JSON, JavaScript and Go.
func backslash(text string) (char string, length int) {
	if len(text) < 2 {
		return text[:1], 1
	}
	switch text[1] {
	case 'u':
		return codePoint(text)
	case 'x':
		if char, ok := hexByte(text, 2); ok {
			return char, 4
		}
	case '"', '\\', '/', '\'':
		return text[1:2], 2
	}
	if at := strings.IndexByte("nrtbf", text[1]); at >= 0 {
		return "\n\r\t\b\f"[at : at+1], 2
	}
	return text[:1], 1
}

// codePoint reads \uXXXX, or two of them for a character beyond 16 bits.
func codePoint(text string) (char string, length int) {
	first, ok := hexCode(text, 2)
	if !ok {
		return text[:1], 1
	}
	if utf16.IsSurrogate(first) && strings.HasPrefix(text[6:], `\u`) {
		if second, ok := hexCode(text, 8); ok {
			return string(utf16.DecodeRune(first, second)), 12
		}
	}
	return string(first), 6
}

// hexByte reads two digits.
func hexByte(text string, from int) (char string, ok bool) {
	if len(text) < from+2 {
		return "", false
	}
	high, low := digit(text[from]), digit(text[from+1])
	return string([]byte{high<<4 | low&15}), high < 16 && low < 16
}

// digit is the value of a hexadecimal one; 255 if it is none.
func digit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}

// hexCode reads four digits.
func hexCode(text string, from int) (code rune, ok bool) {
	high, okHigh := hexByte(text, from)
	low, okLow := hexByte(text, from+2)
	if !okHigh || !okLow {
		return 0, false
	}
	return rune(high[0])<<8 | rune(low[0]), true
}

// beginsEscape is an escape that lacks its end.
var beginsEscape = regexp.MustCompile(`^(\\(u[0-9a-fA-F]{0,3}|u[dD][89abAB][0-9a-fA-F]{2}(\\(u[0-9a-fA-F]{0,3})?)?|x[0-9a-fA-F]?)?|%[0-9a-fA-F]?|&#?[0-9a-zA-Z]{0,9})$`)

// longestEscape is how long an escape can be.
const longestEscape = 12

func unfinished(text string) bool {
	return len(text) <= longestEscape && beginsEscape.MatchString(text)
}

// halfEscape is where an escape begins that lacks its end; the end of text if there is none.
func halfEscape(text string) int {
	for at := max(0, len(text)-longestEscape); at < len(text); at++ {
		if unfinished(text[at:]) {
			return at
		}
	}
	return len(text)
}

// origins are the places in text of spans that were found in what it was before, which has a
// length.
func origins(text string, length int, spans []span) []span {
	found := make([]span, len(spans))
	w := walk{text: text}
	for i, s := range spans {
		found[i] = span{from: w.before(s.from), to: w.behind(s.to), mark: s.mark}
		if s.to == length {
			found[i].to = len(text) // with an escape that is not whole
		}
		if s.mark != nothing {
			found[i].mark = plain // any quotes would be those of an inner document
		}
	}
	return found
}

// walk goes through a text and through what it was before, at the same time.
type walk struct {
	text      string
	at, plain int // how far it is in both
}

// before is where the character begins of which position is a part.
func (w *walk) before(position int) int {
	for w.plain < position {
		w.literal(position)
		if w.plain == position || !w.step(position) {
			break
		}
	}
	return w.at
}

// behind is where the character ends of which position is the end, or a part.
func (w *walk) behind(position int) int {
	for w.plain < position {
		w.literal(position)
		if w.plain < position {
			w.step(math.MaxInt)
		}
	}
	return w.at
}

// literal goes up to the next escape, or to position.
func (w *walk) literal(position int) {
	length := nextEscape(w.text[w.at:min(len(w.text), w.at+position-w.plain)])
	w.at, w.plain = w.at+length, w.plain+length
}

// step goes over one escape, unless position lies within it.
func (w *walk) step(position int) bool {
	char, length := escape(w.text[w.at:])
	if w.plain+len(char) > position {
		return false
	}
	w.at, w.plain = w.at+length, w.plain+len(char)
	return true
}
