package docspace

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// This file decodes the values of the wire that come in more than one form.

// timestamp is a point in time. One that cannot be read is zero: it is no reason to lose the
// client, whose raw JSON keeps it.
type timestamp time.Time

// UnmarshalJSON reads a string as parseTimestamp does; what most portals write needs no string for
// that.
func (t *timestamp) UnmarshalJSON(data []byte) error {
	var parsed time.Time
	if parsed.UnmarshalJSON(data) != nil {
		var text string
		_ = json.Unmarshal(data, &text)
		parsed = parseTimestamp(text)
	}
	if parsed = parsed.UTC(); parsed.Year() <= 1 { // the zero of other languages, in some time zone
		parsed = time.Time{}
	}
	*t = timestamp(parsed)
	return nil
}

// parseTimestamp reads RFC 3339 with any number of fraction digits; a time zone's name in
// brackets, as Java appends it, adds nothing to the offset before it.
func parseTimestamp(text string) time.Time {
	if open := strings.IndexByte(text, '['); open > 0 && strings.HasSuffix(text, "]") {
		text = text[:open]
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}
	}
	return parsed.UTC()
}

// oneOrMany is a list that may come as a single string: the portal takes one logout URI and
// answers a list of them.
type oneOrMany []string

// UnmarshalJSON reads an array, a string or null.
func (l *oneOrMany) UnmarshalJSON(data []byte) error {
	if !bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, (*[]string)(l))
	}
	var one string
	if err := json.Unmarshal(data, &one); err != nil {
		return err
	}
	if one != "" {
		*l = oneOrMany{one}
	}
	return nil
}

// wireInt is a whole number whose decoder does not repeat a wrong one.
type wireInt int64

// UnmarshalJSON implements [json.Unmarshaler]. The error gets the member's name from the decoder.
func (n *wireInt) UnmarshalJSON(data []byte) error {
	number, err := strconv.ParseInt(string(data), 10, 64)
	if err == nil {
		*n = wireInt(number)
		return nil
	}
	err = json.Unmarshal(data, (*int64)(n)) // null, or an error that says what it is
	var unfit *json.UnmarshalTypeError
	if errors.As(err, &unfit) {
		unfit.Value, _, _ = strings.Cut(unfit.Value, " ")
	}
	return err
}
