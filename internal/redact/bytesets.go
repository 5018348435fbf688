package redact

// This file is about sets of bytes. A set is filled once, when the package is loaded, and read
// ever after.

// byteSet tells for each byte whether it is in the set.
type byteSet [256]bool

func setOf(bytes string) *byteSet {
	var set byteSet
	for _, c := range []byte(bytes) {
		set[c] = true
	}
	return &set
}

const (
	blanks  = " \t\r\n"
	digits  = "0123456789"
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// length is how many bytes at a position of text are in the set.
func (s *byteSet) length(text string, at int) int {
	from := at
	for at < len(text) && s[text[at]] {
		at++
	}
	return at - from
}

// next is where the first byte of the set stands from a position on, or the end of text.
func (s *byteSet) next(text string, at int) int {
	for at < len(text) && !s[text[at]] {
		at++
	}
	return at
}

// remembered is a search that is asked again and again on the way through a text. It goes over
// each byte once, as long as the positions that it is asked for do not fall.
type remembered struct {
	set      *byteSet
	text     string
	from, at int // between them there is nothing
}

func remember(set *byteSet, text string) remembered { return remembered{set: set, text: text, at: -1} }

func (r *remembered) next(from int) int {
	if from < r.from || from > r.at {
		r.from, r.at = from, r.set.next(r.text, from)
	}
	return r.at
}
