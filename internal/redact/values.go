package redact

import "strings"

// This file finds where the value of a name ends.

var (
	ofNesting   = setOf("[{" + blanks)
	behindBare  = setOf(blanks + `,}]{["\`)
	behindLoose = setOf(blanks + `,}]{["\'`)
	behindQuote = setOf(`"\'`)
	behindField = setOf(blanks + "&;,\"'`<>()[]{}\\")
	behindXML   = setOf(`<"\`)
)

// valueStart is behind the rest of the separator: Ruby and PHP have "name" => "value".
func valueStart(text string, at int) int {
	if at < len(text) && text[at] == '>' {
		at++
	}
	return at + ofBlank.length(text, at)
}

// memberValue is a string, a list, an object, or anything else up to the next comma. What stands
// for it in a JSON document is a string again, so that the document stays one.
func memberValue(text string, at int, quote byte, inner bool) (span, bool) {
	if at >= len(text) {
		return span{}, false
	}
	if quote == '\'' {
		return looseValue(text, at)
	}
	if inner { // of a list the first string
		at += ofNesting.length(text, at)
	}
	switch {
	case strings.HasPrefix(text[at:], `"`):
		return quotedValue(text, at), true
	case strings.HasPrefix(text[at:], "[") || strings.HasPrefix(text[at:], "{"):
		return span{at, nestedEnd(text, at), quoted}, true
	}
	end := behindBare.next(text, at)
	return span{at, end, quoted}, end > at
}

func quotedValue(text string, at int) span {
	end := quotedEnd(text, at)
	if end < 0 {
		return span{at + 1, len(text), closed}
	}
	return span{at + 1, end, plain}
}

// quotedEnd is where the string ends that begins at a position; -1 if it does not.
func quotedEnd(text string, at int) int {
	for end := at + 1; end < len(text); end++ {
		switch text[end] {
		case '\\':
			end++
		case '"':
			return end
		}
	}
	return -1
}

// nestedEnd is behind the list or object that begins at a position.
func nestedEnd(text string, at int) int {
	for open := 0; at < len(text); at++ {
		switch text[at] {
		case '[', '{':
			open++
		case ']', '}':
			if open--; open == 0 {
				return at + 1
			}
		case '"':
			if at = quotedEnd(text, at); at < 0 {
				return len(text)
			}
		}
	}
	return len(text)
}

// looseValue may stand inside a string of JSON, whose end it must leave alone.
func looseValue(text string, at int) (span, bool) {
	ends := behindLoose
	if text[at] == '\'' {
		at, ends = at+1, behindQuote
	}
	end := ends.next(text, at)
	return span{at, end, plain}, end > at
}

// fieldValue is that of a field of a form: name=value, up to the next field or the end of a word.
// In quotes it is a parameter of a header or an attribute; a quote before a comma or the like ends
// a string that ends in "=".
func fieldValue(text string, at int) (span, bool) {
	if strings.HasPrefix(text[at:], Mark) {
		return span{}, false
	}
	if strings.HasPrefix(text[at:], `"`) && at+1 < len(text) && !strings.ContainsAny(text[at+1:at+2], blanks+",:}]") {
		at++
	}
	end := behindField.next(text, at)
	return span{at, end, plain}, end > at
}

// elementValue is the content of an XML element, up to the next tag.
func elementValue(text string, at int) (span, bool) {
	if strings.HasPrefix(text[at:], "<![CDATA[") {
		at += len("<![CDATA[")
	}
	end := behindXML.next(text, at)
	return span{at, end, plain}, strings.TrimSpace(text[at:end]) != ""
}

// lineValue is the rest of a line, if there is more in it than words.
func (r *reader) lineValue(at int) (span, bool) {
	from := at + 1 + ofGap.length(r.text, at+1)
	to := r.lines.next(from)
	return span{from, to, plain}, from > at+1 && r.proofs.next(from) < to
}
