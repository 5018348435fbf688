package dcr

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file reads what servers write in another JSON type than the standard has, each member on its
// own: an odd one costs itself, and nothing beside it.

// loose reads the members of a JSON object into the fields of a struct that have their names, and
// returns the names of the fields whose members cannot be read.
func loose(body []byte, into any) (odd []string, err error) {
	members, err := membersIn(body)
	if err != nil {
		return nil, err
	}
	whole := reflect.ValueOf(into).Elem()
	whole.SetZero()
	for _, field := range reflect.VisibleFields(whole.Type()) {
		name := memberNameOf(field)
		text := members[name]
		if name == "" || len(text) == 0 || isNothing(text) { // the embedded structs have no name
			continue
		}
		if target := whole.FieldByIndex(field.Index); !fits(text, target) {
			target.SetZero()
			odd = append(odd, fieldName(field))
		}
	}
	return odd, nil
}

// membersIn are the members of a JSON object. The case of letters does not count, as everywhere in Go.
func membersIn(body []byte) (metadata, error) {
	var exact metadata
	if err := decode(body, &exact); err != nil {
		return nil, err
	}
	members := metadata{}
	for name, value := range exact {
		members[strings.ToLower(name)] = value
	}
	maps.Copy(members, exact)
	return members, nil
}

// memberNameOf is the member that a field stands for, "" for none.
func memberNameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.TrimPrefix(name, "-")
}

// fieldName is the name of a field in errors: "Name", or "Extra.JWKS".
func fieldName(field reflect.StructField) string {
	if _, isExtra := reflect.TypeFor[Extra]().FieldByName(field.Name); isExtra {
		return "Extra." + field.Name
	}
	return field.Name
}

// fits tries the ways of writing a value until one can be read.
func fits(text json.RawMessage, target reflect.Value) bool {
	for _, written := range append([]json.RawMessage{text}, otherwise(text, target)...) {
		if json.Unmarshal(written, target.Addr().Interface()) == nil {
			return true
		}
		target.SetZero()
	}
	return false
}

// otherwise are the other ways of writing a text, those first that say the most.
func otherwise(text json.RawMessage, target reflect.Value) (ways []json.RawMessage) {
	if inner, isText := textOf(text); isText {
		ways = append(ways, json.RawMessage(strings.ToLower(inner)))
		if json.Valid([]byte(inner)) {
			ways = []json.RawMessage{json.RawMessage(inner), ways[0]}
		}
	}
	if target.Kind() == reflect.Bool {
		return append(ways, flagOf(text)...)
	}
	list, isList := listOf(text)
	switch {
	case isList && target.Type() == reflect.TypeFor[wireScope]():
		return append(ways, quotedJSON(strings.Join(list, " ")))
	case isList && target.Kind() == reflect.Slice:
		return append(ways, listJSON(list))
	case isList && len(list) == 1:
		return append(ways, quotedJSON(list[0]), json.RawMessage(list[0]))
	case text[0] == '[' || text[0] == '{':
		return ways
	}
	scalar := scalarOf(text)
	return append(ways, quotedJSON(scalar), listJSON([]string{scalar}))
}

// flagOf reads the numbers that stand for a bool in languages without one.
func flagOf(text json.RawMessage) []json.RawMessage {
	list, isList := listOf(text)
	if isList && len(list) == 1 {
		text = json.RawMessage(list[0])
	}
	switch strings.ToLower(scalarOf(text)) {
	case "1", "true":
		return []json.RawMessage{json.RawMessage("true")}
	case "0", "false":
		return []json.RawMessage{json.RawMessage("false")}
	}
	return nil
}

// textOf is what stands in a JSON string.
func textOf(text json.RawMessage) (inner string, isText bool) {
	if !bytes.HasPrefix(bytes.TrimSpace(text), []byte(`"`)) {
		return "", false
	}
	var found string
	err := json.Unmarshal(text, &found)
	return found, err == nil
}

// scalarOf is a string, a number or a bool as a text.
func scalarOf(text json.RawMessage) string {
	if inner, isText := textOf(text); isText {
		return inner
	}
	return string(bytes.TrimSpace(text))
}

// listOf is a list of scalars as texts.
func listOf(text json.RawMessage) (list []string, isList bool) {
	var entries []json.RawMessage
	if json.Unmarshal(text, &entries) != nil || entries == nil {
		return nil, false
	}
	for _, entry := range entries {
		if entry[0] == '{' || entry[0] == '[' {
			return nil, false
		}
		list = append(list, scalarOf(entry))
	}
	return list, true
}

func quotedJSON(text string) json.RawMessage {
	quoted, _ := json.Marshal(text) // a string never fails
	return quoted
}

func listJSON(texts []string) json.RawMessage {
	list, _ := json.Marshal(texts) // strings never fail
	return list
}

// isNothing knows the ways in which servers write that there is no value.
func isNothing(text json.RawMessage) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return true
	}
	switch text[0] {
	case 'n':
		return true
	case '"':
		return len(text) == len(`""`) || string(text) == `"0001-01-01T00:00:00Z"`
	case '[', '{':
		return len(bytes.TrimSpace(text[1:len(text)-1])) == 0
	}
	return false
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
	return 0, unfit(text) // strconv repeats the text
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

// usable is a secret as an answer to a read or an update shows it: a server may keep no more than a
// hash of it, or write a mask in its place.
func usable(secret oauthclients.Secret) oauthclients.Secret {
	if text := secret.Reveal(); isHash(text) || isMask(text) {
		return oauthclients.Secret{}
	}
	return secret
}

// isHash knows what Spring, Django, Werkzeug, passlib and crypt write.
func isHash(text string) bool {
	if rest, named := strings.CutPrefix(text, "{"); named {
		scheme, _, closed := strings.Cut(rest, "}")
		return closed && scheme != "" && !strings.ContainsFunc(scheme, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@.", r)
		})
	}
	return slices.ContainsFunc([]string{
		"$2a$", "$2b$", "$2x$", "$2y$", "$argon2", "$pbkdf2", "$scrypt$", "$bcrypt", "$5$", "$6$", "$y$",
		"pbkdf2_sha", "bcrypt$", "bcrypt_sha256$", "argon2$", "scrypt$", "pbkdf2:", "scrypt:",
	}, func(start string) bool { return strings.HasPrefix(text, start) })
}

// isMask: one sign again and again.
func isMask(text string) bool {
	signs := []rune(text)
	const shortest = 3
	return text == "[REDACTED]" || len(signs) >= shortest && !slices.ContainsFunc(signs, func(r rune) bool { return r != signs[0] })
}
