package redact

import "bytes"

// This file is about parts of a text.

// span is a part of a text, to its first byte behind, and what stands in its place.
type span struct {
	from, to int
	mark     mark
}

// mark is what stands in the place of a secret.
type mark byte

const (
	nothing mark = iota
	plain        // Mark
	closed       // Mark and the quote that a text which broke off lacks
	quoted       // Mark as a string of JSON
)

func (m mark) String() string { return [...]string{"", Mark, Mark + `"`, `"` + Mark + `"`}[m] }

// goesBefore is the order of spans: of two that begin together the wider one is first, and of two
// that are alike the one with the longer mark.
func (s span) goesBefore(other span) bool {
	if s.from != other.from {
		return s.from < other.from
	}
	if s.to != other.to {
		return s.to > other.to
	}
	return s.mark > other.mark
}

// together makes one list of lists that are in order. No list is sorted again: there may be as
// many spans as there are bytes.
func together(lists ...[]span) []span {
	var all []span
	for _, list := range lists {
		all = zipped(all, list)
	}
	return all
}

func zipped(a, b []span) []span {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	all := make([]span, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].goesBefore(a[0]) {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

// merged makes one of spans that overlap. The mark of the wider one counts.
func merged(spans []span) []span {
	kept := spans[:0]
	for _, s := range spans {
		if len(kept) == 0 || s.from >= kept[len(kept)-1].to && s.from > kept[len(kept)-1].from {
			kept = append(kept, s)
			continue
		}
		if last := &kept[len(kept)-1]; s.to > last.to {
			last.to, last.mark = s.to, plain
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
		out.WriteString(s.mark.String())
		at = s.to
	}
	out.Write(text[at:])
	return out.Bytes()
}
