// Package texts makes texts of a server fit to be shown: on one line, and not longer than a person
// reads.
package texts

import (
	"strings"
	"unicode"
)

// MaxLine is long enough for every message that a person wrote.
const MaxLine = 2000

// Line is text on one line of at most MaxLine bytes, without control characters: a text of the
// server must not fake lines of a log, flood it, or control the terminal that shows it.
func Line(text string) string { return Short(text, MaxLine) }

// Short is Line with another length. What is cut off is not even looked at.
func Short(text string, length int) string {
	text, cut := head(text, 4*length)
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > length {
		text, cut = strings.ToValidUTF8(text[:length], ""), true
	}
	if cut {
		text += "…"
	}
	return text
}

func head(text string, length int) (start string, cut bool) {
	if len(text) <= length {
		return text, false
	}
	return strings.ToValidUTF8(text[:length], ""), true
}
