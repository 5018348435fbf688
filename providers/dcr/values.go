package dcr

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads and writes single values.

// textOf is what stands in a JSON string.
func textOf(text json.RawMessage) (inner string, isText bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte(`"`)) {
		return "", false
	}
	var found string
	err := json.Unmarshal(text, &found)
	return found, err == nil
}

// isPlain is true for a JSON string that stands for what is in it, as nearly all do.
func isPlain(text []byte) bool {
	return text[0] == '"' && bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
}

func quotedJSON(text string) json.RawMessage {
	quoted, _ := json.Marshal(text) // a string never fails
	return quoted
}

func listJSON(texts []string) json.RawMessage {
	list, _ := json.Marshal(texts) // strings never fail
	return list
}

// unquoted is a list or an object that a server has written as a text; anything else comes back as it
// is.
func unquoted(text json.RawMessage) json.RawMessage {
	inner, isText := textOf(text)
	if inner = strings.TrimSpace(inner); isText && json.Valid([]byte(inner)) && (inner[0] == '{' || inner[0] == '[') {
		return json.RawMessage(inner)
	}
	return text
}

// secondsOf reads a whole number; null stands for none.
func secondsOf(text []byte) (int64, error) {
	if string(text) == "null" {
		return 0, nil
	}
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	if err == nil {
		return seconds, nil
	}
	const exact = 1 << 53 // a larger number may have been another
	if number, err := strconv.ParseFloat(string(text), 64); err == nil && number == math.Trunc(number) && math.Abs(number) < exact {
		return int64(number), nil
	}
	return 0, providerkit.Unfit[int64](text) // strconv repeats the text
}

// momentOf reads a time that is written out (RFC 3339).
func momentOf(text []byte) (moment time.Time, found bool) {
	inner, isText := textOf(text)
	if !isText {
		return time.Time{}, false
	}
	if inner == "" {
		return time.Time{}, true
	}
	moment, err := time.Parse(time.RFC3339, inner)
	return moment.UTC(), err == nil
}

// scopesOf reads the scopes of a server that writes them as a list.
func scopesOf(text []byte) ([]string, error) {
	var entries []any
	if err := json.Unmarshal(text, &entries); err != nil {
		return nil, providerkit.Unfit[string](text)
	}
	var scopes []string
	for _, entry := range entries {
		switch entry := entry.(type) {
		case string:
			scopes = append(scopes, strings.Fields(entry)...)
		case map[string]any, []any:
			return nil, providerkit.Unfit[string](text)
		case nil:
		default: // a number or a bool, as JSON has it
			scalar, _ := json.Marshal(entry) // it was JSON before
			scopes = append(scopes, string(scalar))
		}
	}
	return scopes, nil
}
