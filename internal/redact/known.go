package redact

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// This file finds known values: in either case, and also where something was put between their
// characters.

// addAll takes values, and what may become of them.
func (f *finder) addAll(values []string) {
	seen := map[string]bool{}
	for _, value := range values {
		f.add(value, seen)
		f.add(strings.ReplaceAll(value, " ", "+"), seen) // as forms write it
		if !utf8.ValidString(value) {
			f.add(string([]rune(value)), seen) // as JSON writes it
		}
	}
	total := 0
	for _, value := range f.values {
		total += len(value)
		if bare := solid(value); bare < len(value) {
			total += bare
		}
	}
	if total > 0 {
		f.pieces = newIndex(total)
	}
	for _, value := range f.values {
		f.pieces.addValue(value)
	}
}

// add takes a value and what becomes of it when the text around it is unescaped.
func (f *finder) add(value string, seen map[string]bool) {
	for range layers {
		if len(value) < shortest {
			return
		}
		if folded := string(fold(nil, value)); !seen[folded] {
			seen[folded] = true
			f.values = append(f.values, folded)
		}
		next := unescaped(value, false)
		if next == value {
			return
		}
		value = next
	}
}

// addValue takes all pieces of a folded value, as it is and without separators. A piece that is
// hardly more than separators counts only if the value has no other: blanks are everywhere.
func (x *index) addValue(value string) {
	all := func(string) bool { return true }
	if len(value) < wholeBelow {
		x.add(value, len(value), true, all)
		return
	}
	bare := string(squeeze(nil, []byte(value)))
	if len(bare) < shortest {
		x.add(value, piece, true, all)
		return
	}
	x.add(value, piece, false, func(piece string) bool { return solid(piece) >= shortest })
	if len(bare) < len(value) {
		x.add(bare, min(piece, len(bare)), false, all)
	}
}

// caseless gives each byte in lower case. Only ASCII has cases here: a server that changes others
// knows what it does.
var caseless = lowerCases()

func lowerCases() *[256]byte {
	var lower [256]byte
	for c := range lower {
		lower[c] = byte(c)
		if c >= 'A' && c <= 'Z' {
			lower[c] += 'a' - 'A'
		}
	}
	return &lower
}

// fold appends text in lower case.
func fold(to []byte, text string) []byte {
	from := len(to)
	to = append(to, text...)
	for i, c := range to[from:] {
		to[from+i] = caseless[c]
	}
	return to
}

// separates has what a server puts between the characters of a value where it wraps it, and
// leaves out of an UUID.
var separates = setOf(blanks + "-")

// squeeze appends text without what separates.
func squeeze(to, text []byte) []byte {
	end := len(to)
	to = slices.Grow(to, len(text))[:end+len(text)]
	for _, c := range text {
		to[end] = c
		if !separates[c] {
			end++
		}
	}
	return to[:end]
}

func solid(text string) (length int) {
	for _, c := range []byte(text) {
		if !separates[c] {
			length++
		}
	}
	return length
}

// known finds what is known of text.
func (f *finder) known(text string) []span {
	if f.pieces == nil {
		return nil
	}
	folded := fold(f.scratch[:0], text)
	f.scratch = squeeze(folded, folded)
	bare := f.scratch[len(folded):]
	found := f.pieces.find(folded, true)
	if len(bare) < len(folded) {
		found = zipped(found, spread(f.pieces.find(bare, false), folded))
	}
	if f.broken {
		found = zipped(found, f.brokenOff(text, folded, bare))
	}
	return found
}

// spread are the places in text of spans that were found in what was squeezed out of it.
func spread(spans []span, text []byte) []span {
	at, bare := 0, 0
	behind := func(position int) int { // so many bytes that do not separate
		for ; bare < position; at++ {
			if !separates[text[at]] {
				bare++
			}
		}
		return at
	}
	for i, s := range spans {
		spans[i].from, spans[i].to = behind(s.from+1)-1, behind(s.to)
	}
	return spans
}
