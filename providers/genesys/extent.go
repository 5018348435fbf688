package genesys

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file holds what a listing says of itself: how much there is of it, and where it goes on. Who
// finds no client creates one, so that a list which ends before its end is an error.

// extent is what is read of a listing beside its entries.
type extent struct {
	nextURI                                string
	total, pageCount, pageNumber, pageSize count
	listed                                 bool // the answer has something of a listing in it
}

// isOfListing knows the members of the vendor's envelope.
func isOfListing(member string) bool {
	return slices.Contains([]string{
		"entities", "total", "pageSize", "pageNumber", "pageCount", "firstUri", "nextUri", "previousUri", "lastUri", "selfUri",
	}, member)
}

// missing says that there is more than was given where nothing leads on, by the vendor's own
// numbers. They are believed in this one respect, and never looped on. What they leave out is not
// guessed: a later page without a number may be any.
func (e *extent) missing(entries int, first bool) error {
	number := e.pageNumber
	if first {
		number = max(number, 1)
	}
	before := (number - 1) * e.pageSize
	switch {
	case number < 1:
		return nil
	case e.pageCount > number:
		return fmt.Errorf("the list is not whole: it is page %d of %d, and nothing leads to the next one", number, e.pageCount)
	case e.total > before+count(entries) && (number == 1 || e.pageSize > 0):
		return fmt.Errorf("the list is not whole: its total is %d, and it ends after %d", e.total, before+count(entries))
	}
	return nil
}

// count is a number of the envelope, 0 for one that is not told. A wrong one is as good as none:
// the entries count.
type count int64

// UnmarshalJSON implements [json.Unmarshaler]. It never fails.
func (c *count) UnmarshalJSON(text []byte) error {
	number, err := strconv.ParseInt(strings.Trim(string(text), `"`), 10, 32) // two of them can be multiplied
	*c = 0
	if err == nil || errors.Is(err, strconv.ErrRange) {
		*c = count(max(number, 0))
	}
	return nil
}
