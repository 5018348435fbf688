package redact

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// This file finds pieces of many values at once, in one pass over a text, however many and however
// odd the values are.

const (
	// shortest is the length from which on a value is looked for in a text: a shorter one could be
	// part of any word.
	shortest = 8
	// wholeBelow is the length up to which a value is looked for as a whole only: a piece of a
	// short one could be any word.
	wholeBelow = 16
	// piece is the shortest part of a longer value that counts: a server may shorten what it
	// repeats.
	piece = 12
)

// index knows pieces of values, each shortest to wholeBelow-1 bytes long, by all of their bytes.
type index struct {
	values  []byte
	pieces  []part
	slots   []int32  // of a hash table: numbers of pieces from 1 on
	heads   []uint64 // a bit for what the first bytes of a piece are hashed to
	shift   int      // from a hash to a bit
	lengths []int    // there are pieces of
	seed    uint64   // which no server knows
}

// mostHeads keeps values of many megabytes from taking many times as much.
const mostHeads = 1 << 20

// part is a piece of a value.
type part struct {
	at, end int32 // in index.values; the value itself goes on up to end
	length  uint8
	whole   bool // it counts only where nothing was left out of the text
}

// newIndex has room for pieces that begin at each byte of values with a total length.
func newIndex(total int) *index {
	size := 1 << bits.Len(uint(max(total, 2*shortest)))
	heads := min(32*size, mostHeads)
	return &index{
		values: make([]byte, 0, total), pieces: make([]part, 0, total), slots: make([]int32, 2*size),
		heads: make([]uint64, heads/64), shift: 64 - bits.TrailingZeros(uint(heads)),
		seed: rand.Uint64() | 1, //nolint:gosec // it is for a hash table
	}
}

// add takes those pieces of a value that counts accepts.
func (x *index) add(value string, length int, whole bool, counts func(piece string) bool) {
	from := len(x.values)
	x.values = append(x.values, value...)
	for at := 0; at+length <= len(value); at++ {
		if counts(value[at : at+length]) {
			x.put(part{int32(from + at), int32(len(x.values)), uint8(length), whole}) //nolint:gosec // no value is that long
		}
	}
	if !slices.Contains(x.lengths, length) {
		x.lengths = append(x.lengths, length)
	}
}

func (x *index) put(k part) {
	head, tail := ends(x.values[k.at:], int(k.length))
	slot, have := x.slot(head, tail, int(k.length))
	if have != nil {
		have.whole = have.whole && k.whole
		return
	}
	x.pieces = append(x.pieces, k)
	x.slots[slot] = int32(len(x.pieces)) //nolint:gosec // no value is that long
	for _, bit := range []uint64{x.bit(head), x.bit(head + uint64(k.length))} {
		x.heads[bit/64] |= 1 << (bit % 64)
	}
}

// ends are the first and the last eight of the bytes at the start of text, which are all of them.
func ends(text []byte, length int) (head, tail uint64) {
	return binary.LittleEndian.Uint64(text), binary.LittleEndian.Uint64(text[length-shortest:])
}

func (x *index) bit(head uint64) uint64 { return head * x.seed >> (x.shift & 63) }

// mayHave is true of all heads that were put, alone and with a length added, and of few others.
func (x *index) mayHave(head uint64) bool {
	bit := x.bit(head)
	return x.heads[bit/64]>>(bit%64)&1 != 0
}

// slot is where a piece stands, or would.
func (x *index) slot(head, tail uint64, length int) (int, *part) {
	high, low := bits.Mul64(head^x.seed, tail^x.seed<<1)
	last := len(x.slots) - 1
	for slot := int(high^low) & last; ; slot = (slot + 1) & last { //nolint:gosec // any number will do
		number := x.slots[slot]
		if number == 0 {
			return slot, nil
		}
		have := &x.pieces[number-1]
		if int(have.length) != length {
			continue
		}
		if first, last := ends(x.values[have.at:], length); first == head && last == tail {
			return slot, have
		}
	}
}

// find returns all pieces in text, each as far as it goes along its value, and those that overlap
// together. Of a text out of which something was left, whole ones do not count.
func (x *index) find(text []byte, whole bool) []span {
	var found []span
	for at := 0; at+shortest <= len(text); at++ {
		if !x.mayHave(binary.LittleEndian.Uint64(text[at:])) {
			continue
		}
		if to := x.longest(text, at, whole); to > at {
			if last := len(found) - 1; last >= 0 && at < found[last].to {
				found[last].to = max(to, found[last].to)
			} else {
				found = append(found, span{at, to, plain})
			}
			at = max(at, to-wholeBelow+1) // what begins up to there ends before
		}
	}
	return found
}

// longest is where the longest piece ends that begins at a position of text.
func (x *index) longest(text []byte, at int, whole bool) (to int) {
	head := binary.LittleEndian.Uint64(text[at:])
	for _, length := range x.lengths {
		if at+length > len(text) || !x.mayHave(head+uint64(length)) { //nolint:gosec // it is no negative one
			continue
		}
		_, tail := ends(text[at:], length)
		_, have := x.slot(head, tail, length)
		if have != nil && (whole || !have.whole) {
			to = max(to, at+length+common(text[at+length:], x.values[int(have.at)+length:have.end]))
		}
	}
	return to
}

// common is how long two texts are the same.
func common(a, b []byte) (length int) {
	for length < min(len(a), len(b)) && a[length] == b[length] {
		length++
	}
	return length
}
