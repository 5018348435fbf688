package providerkit

import (
	"bytes"
	"encoding/json"
	"strings"
)

// This file walks over JSON texts that are known to be valid, without a copy of anything.

// blanks are those of JSON (RFC 8259 section 2). bytes.TrimSpace knows others too.
const blanks = " \t\r\n"

func trimmed(text []byte) []byte { return bytes.Trim(text, blanks) }

// walk goes over the members of an object, each with its name in quotes.
func walk(object []byte, member func(quotedName, value []byte)) {
	for at := next(object, 1); object[at] != '}'; {
		nameEnd := skip(object, at)
		begin := next(object, next(object, nameEnd)+1) // behind the colon
		end := skip(object, begin)
		member(object[at:nameEnd], object[begin:end:end])
		if at = next(object, end); object[at] == ',' {
			at = next(object, at+1)
		}
	}
}

// next is the first place from at that has no blank.
func next(text []byte, at int) int {
	for strings.IndexByte(blanks, text[at]) >= 0 {
		at++
	}
	return at
}

// skip is the place behind the value at a place.
func skip(text []byte, at int) int {
	switch text[at] {
	case '"':
		return skipString(text, at)
	case '{', '[':
		return skipNested(text, at)
	}
	for at < len(text) && strings.IndexByte(blanks+",]}", text[at]) < 0 {
		at++
	}
	return at
}

func skipString(text []byte, at int) int {
	for at++; text[at] != '"'; at++ {
		if text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

func skipNested(text []byte, at int) int {
	for depth := 0; ; {
		switch text[at] {
		case '"':
			at = skipString(text, at)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if at++; depth == 0 {
			return at
		}
	}
}

// isPlainName says of a name in quotes that it is written as it is.
func isPlainName(quoted []byte) bool {
	for _, sign := range quoted {
		if sign == '\\' || sign >= 0x80 { // above there may be something that is no text
			return false
		}
	}
	return true
}

// unquote is what stands in a JSON string.
func unquote(quoted []byte) string {
	if isPlainName(quoted) {
		return string(quoted[1 : len(quoted)-1])
	}
	var text string
	_ = json.Unmarshal(quoted, &text) // a valid string never fails
	return text
}
