package redact

// This file looks at the end of a text that broke off, which may be the middle of a value.

// wrapped is the shortest beginning of a value that counts at an end with separators in it. Without
// them one byte does: a text that broke off has lost its end anyway, and one more is nothing, while
// the first two of a password of eight are a quarter of it.
const wrapped = 3

// brokenOff finds an end of text with which a value could begin, however short, also in front of
// an escape that lacks its end. The text is given folded and squeezed as well.
func (f *finder) brokenOff(text string, folded, bare []byte) []span {
	from := f.beginning(folded, bare, len(text))
	half := halfEscape(text)
	if half < len(text) {
		rest := solid(text[half:])
		from = min(from, half, f.beginning(folded[:half], bare[:len(bare)-rest], half))
	}
	if from == len(text) {
		return nil
	}
	return []span{{from, len(text), nothing}}
}

// beginning is where the longest end of a text begins with which a value could begin.
func (f *finder) beginning(folded, bare []byte, end int) int {
	if f.bordered == nil {
		f.bordered = bordered(f.values)
	}
	longest, inBare := 0, 0
	for _, value := range f.bordered {
		if value.bare {
			inBare = max(inBare, value.overlap(bare))
		} else {
			longest = max(longest, value.overlap(folded))
		}
	}
	if inBare >= wrapped && len(bare) < len(folded) {
		return min(end-longest, before(folded, inBare))
	}
	return end - longest
}

// withBorders is a value and, for each beginning of it, how long the longest shorter one is that it
// ends with.
type withBorders struct {
	value   string
	shorter []int
	bare    bool // it is without separators
}

// bordered are values as they are and, unless they are short, without separators.
func bordered(values []string) []withBorders {
	all := make([]withBorders, 0, 2*len(values))
	for _, value := range values {
		all = append(all, withBorders{value, borders(value), false})
		if bare := string(squeeze(nil, []byte(value))); len(value) >= wholeBelow && bare != "" {
			all = append(all, withBorders{bare, borders(bare), true})
		}
	}
	return all
}

// before is where the last bytes of text begin that do not separate.
func before(text []byte, length int) int {
	at := len(text)
	for length > 0 {
		at--
		if !separates[text[at]] {
			length--
		}
	}
	return at
}

// overlap is how many bytes text ends with that the value begins with, but not all of it. This is
// the algorithm of Knuth, Morris and Pratt: it looks at each byte twice at most.
func (v *withBorders) overlap(text []byte) (length int) {
	for _, c := range text[max(0, len(text)-len(v.value)+1):] {
		for length > 0 && v.value[length] != c {
			length = v.shorter[length-1]
		}
		if v.value[length] == c {
			length++
		}
	}
	return length
}

func borders(value string) []int {
	shorter := make([]int, len(value))
	for i, length := 1, 0; i < len(value); i++ {
		for length > 0 && value[length] != value[i] {
			length = shorter[length-1]
		}
		if value[length] == value[i] {
			length++
		}
		shorter[i] = length
	}
	return shorter
}
