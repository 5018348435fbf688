package redact

import "strings"

// This file finds what must not be seen in a text: known values in known.go, names in names.go,
// shapes in shapes.go, and all of them below escapes (escapes.go) and encodings (encoded.go).
//
// A server decides what is cleaned, and may send the worst. Whatever is done here goes over a text a
// fixed number of times: nothing looks back or forward from each byte as far as it likes.

const (
	// layers is how deep secrets are looked for: a form inside a JSON string inside a page of
	// HTML, and two more for a value that looks like an escape itself.
	layers = 5
	// encodedLayers is how deep something that is encoded as a whole is looked into.
	encodedLayers = 3
)

// finder looks for secrets in texts. It is made for one text, and not for several goroutines.
type finder struct {
	values   []string // folded
	pieces   *index
	bordered []withBorders // of values, once they are needed
	broken   bool          // the text broke off: its end may be the beginning of a value
	scratch  []byte        // for what is looked at in passing
	words    map[string]verdict
}

func newFinder(values []string, broken bool) *finder {
	f := &finder{broken: broken, words: map[string]verdict{}}
	f.addAll(values)
	return f
}

// find returns the spans of text that must not be seen, in order and without overlaps.
func (f *finder) find(text string, depth int) []span {
	found := together(f.known(text), named(text, depth < layers), shaped(text))
	if depth == layers {
		found = together(found, f.unmarked(text))
	}
	if depth > layers-encodedLayers {
		found = together(found, f.encoded(text, depth-1))
	}
	if depth > 0 {
		found = together(found, f.escaped(text, depth-1))
	}
	return merged(found)
}

// unmarked looks at text as if one kind of escapes were none: what begins one may stand by itself,
// right before a value that is escaped in another way.
func (f *finder) unmarked(text string) []span {
	var found []span
	for _, start := range []string{`\`, "%", "&"} {
		if strings.Contains(text, start) {
			found = together(found, f.escaped(strings.ReplaceAll(text, start, "\x00"), layers-encodedLayers-1))
		}
	}
	return found
}
