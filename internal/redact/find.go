package redact

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// This file finds what must not be seen in a text: known values here, names in names.go, shapes
// in shapes.go, and all of them below escapes (escapes.go) and encodings (encoded.go).

const (
	// layers is how deep secrets are looked for: a form inside a JSON string inside a page of
	// HTML, and two more for a value that looks like an escape itself.
	layers = 5
	// encodedLayers is how deep something that is encoded as a whole is looked into.
	encodedLayers = 3
	// wholeBelow is the length up to which a value is looked for as a whole only: a piece of a
	// short one could be any word.
	wholeBelow = 16
	// piece is the shortest beginning or end of a longer value that counts: a server may shorten
	// what it repeats.
	piece = 12
	// blurredBelow is the length below which a value could stand anywhere in binary data.
	blurredBelow = 4
)

// span is a part of a text, to its first byte behind, and what stands in its place.
type span struct {
	from, to int
	mark     string
}

// finder looks for secrets in texts.
type finder struct {
	values []string
	broken bool // the text broke off: its end may be the beginning of a value
}

func newFinder(values []string, broken bool) *finder {
	f := &finder{broken: broken}
	for _, value := range values {
		f.add(value)
		f.add(strings.ReplaceAll(value, " ", "+")) // as forms write it
		f.add(string([]rune(value)))               // as JSON writes what is not UTF-8
	}
	return f
}

// add takes a value and what becomes of it when the text around it is unescaped.
func (f *finder) add(value string) {
	for range layers {
		if value == "" || slices.Contains(f.values, value) {
			return
		}
		f.values = append(f.values, value)
		if value = unescaped(value, false); len(value) < blurredBelow {
			return
		}
	}
}

// longer is a finder for binary data, where short values mean nothing.
func (f *finder) longer() *finder {
	long := &finder{broken: f.broken}
	for _, value := range f.values {
		if len(value) >= blurredBelow {
			long.values = append(long.values, value)
		}
	}
	return long
}

// find returns the spans of text that must not be seen, in order and without overlaps.
func (f *finder) find(text string, depth int) []span {
	found := slices.Concat(f.known(text), named(text, depth < layers), shaped(text))
	if depth == layers {
		found = append(found, f.unmarked(text)...)
	}
	if depth > layers-encodedLayers {
		found = append(found, f.encoded(text, depth-1)...)
	}
	if depth > 0 {
		found = append(found, f.escaped(text, depth-1)...)
	}
	return merged(found)
}

// unmarked looks at text as if one kind of escapes were none: what begins one may stand by itself,
// right before a value that is escaped in another way.
func (f *finder) unmarked(text string) []span {
	var found []span
	for _, start := range []string{`\`, "%", "&"} {
		if strings.Contains(text, start) {
			found = append(found, f.find(strings.ReplaceAll(text, start, "\x00"), layers-encodedLayers)...)
		}
	}
	return found
}

func (f *finder) known(text string) []span {
	var found []span
	for _, value := range f.values {
		if len(value) < wholeBelow {
			found = append(found, occurrences(text, value)...)
			continue
		}
		found = append(found, beginnings(text, value)...)
		found = append(found, ends(text, value)...)
	}
	if f.broken {
		found = append(found, f.brokenOff(text)...)
	}
	return found
}

func occurrences(text, value string) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], value)
		if next < 0 {
			return found
		}
		found = append(found, span{at + next, at + next + len(value), Mark})
		at += next + len(value)
	}
}

// beginnings finds value from its first byte on, as far as it goes.
func beginnings(text, value string) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], value[:piece])
		if next < 0 {
			return found
		}
		from := at + next
		at = from + piece
		for at < len(text) && at-from < len(value) && text[at] == value[at-from] {
			at++
		}
		found = append(found, span{from, at, Mark})
	}
}

// ends finds value up to its last byte, from as far as it goes back.
func ends(text, value string) []span {
	var found []span
	for at := 0; ; {
		next := strings.Index(text[at:], value[len(value)-piece:])
		if next < 0 {
			return found
		}
		to := at + next + piece
		from, rest := to-piece, len(value)-piece
		for from > at && rest > 0 && text[from-1] == value[rest-1] {
			from, rest = from-1, rest-1
		}
		found = append(found, span{from, to, Mark})
		at = to
	}
}

// brokenOff finds an end of text with which a value could begin, however short, also in front of
// an escape that lacks its end.
func (f *finder) brokenOff(text string) []span {
	var found []span
	ends := []string{text}
	if half := halfEscape(text); half < len(text) && len(f.values) > 0 {
		found = append(found, span{half, len(text), ""})
		ends = append(ends, text[:half])
	}
	for _, value := range f.values {
		for _, end := range ends {
			for n := min(len(value)-1, len(end)); n > 0; n-- {
				if strings.HasSuffix(end, value[:n]) {
					found = append(found, span{len(end) - n, len(text), ""})
					break
				}
			}
		}
	}
	return found
}

// merged sorts spans and makes one of those that overlap. The mark of the wider one counts.
func merged(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to), cmp.Compare(len(b.mark), len(a.mark)))
	})
	kept := spans[:0]
	for _, s := range spans {
		if len(kept) == 0 || s.from >= kept[len(kept)-1].to && s.from > kept[len(kept)-1].from {
			kept = append(kept, s)
			continue
		}
		if last := &kept[len(kept)-1]; s.to > last.to {
			last.to, last.mark = s.to, Mark
		}
	}
	return kept
}

func replaced(text []byte, spans []span) []byte {
	if len(spans) == 0 {
		return text
	}
	var out bytes.Buffer
	at := 0
	for _, s := range spans {
		out.Write(text[at:s.from])
		out.WriteString(s.mark)
		at = s.to
	}
	out.Write(text[at:])
	return out.Bytes()
}
