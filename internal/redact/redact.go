// Package redact takes secrets out of texts that a person or a log may see: by known value,
// and by the name of the JSON member that holds them.
package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Mark stands where a secret was.
const Mark = "[REDACTED]"

// secretMember finds JSON members whose name tells that they hold a secret, with a string or
// a bare value. It works on any text, so that a truncated document is scrubbed as well.
var secretMember = regexp.MustCompile(
	`(?i)("[^"\\]*(?:secret|token|password)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]{\["]+)`)

// isSecretName is the rule of secretMember for one name.
func isSecretName(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, "secret") || strings.HasSuffix(name, "token") ||
		strings.HasSuffix(name, "password")
}

// Text returns text without the given values, in every form in which they travel, and without
// what stands in JSON members that are named like a secret.
func Text(text []byte, values []string) []byte {
	if len(text) == 0 {
		return text
	}
	scrubbed := string(text)
	if forms := allForms(values); len(forms) > 0 {
		scrubbed = strings.NewReplacer(forms...).Replace(scrubbed)
	}
	if mayNameSecrets(scrubbed) {
		scrubbed = secretMember.ReplaceAllString(scrubbed, `${1}"`+Mark+`"`)
	}
	return []byte(scrubbed)
}

// mayNameSecrets spares most texts the search by pattern, which takes a fifth of a second for a
// megabyte.
func mayNameSecrets(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, `secret"`) || strings.Contains(text, `token"`) || strings.Contains(text, `password"`)
}

// Cut is Text for a text that broke off: it may end in the middle of a value, so that an end
// which a value could begin with goes as well.
func Cut(text []byte, values []string) []byte {
	text = Text(text, values) // whole values first: the end of one may look like its beginning
	kept := len(text)
	for _, form := range forms(values) {
		for n := min(len(form)-1, len(text)); n > 0; n-- {
			if bytes.HasSuffix(text, []byte(form[:n])) {
				kept = min(kept, len(text)-n)
				break
			}
		}
	}
	return text[:kept]
}

// Error returns err with a text without the given values; errors.Is and errors.As still find
// what is below it.
func Error(err error, values []string) error {
	if err == nil {
		return nil
	}
	text := string(Text([]byte(err.Error()), values))
	if text == err.Error() {
		return err
	}
	return scrubbedError{text, err}
}

type scrubbedError struct {
	text  string
	inner error
}

func (e scrubbedError) Error() string { return e.text }
func (e scrubbedError) Unwrap() error { return e.inner }

// Format keeps %#v and the like from printing what was scrubbed.
func (e scrubbedError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

// allForms lists old, new pairs for a replacer.
func allForms(values []string) []string {
	forms := forms(values)
	pairs := make([]string, 0, 2*len(forms))
	for _, form := range forms {
		pairs = append(pairs, form, Mark)
	}
	return pairs
}

// forms lists the values in the forms in which they travel, and in those in which servers of
// other languages write them. Longest first, since a short secret may be part of a long one.
func forms(values []string) []string {
	var forms []string
	for _, value := range values {
		if value == "" {
			continue
		}
		query := url.QueryEscape(value)
		component := strings.ReplaceAll(query, "+", "%20") // as encodeURIComponent writes it
		forms = append(forms, value, query, component, url.PathEscape(value), lowerHex(query), lowerHex(component),
			base64.StdEncoding.EncodeToString([]byte(value)), html.EscapeString(value),
			jsonForm(value, true), jsonForm(value, false), strings.ReplaceAll(jsonForm(value, false), "/", `\/`),
			asciiForm(value, "", `\u%04x`), asciiForm(value, "<>&'+`", `\u%04X`))
	}
	slices.SortFunc(forms, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(forms)
}

// lowerHex writes percent escapes as some servers do, "%2b".
func lowerHex(escaped string) string {
	return regexp.MustCompile(`%[0-9A-F]{2}`).ReplaceAllStringFunc(escaped, strings.ToLower)
}

// asciiForm is jsonForm without any rune beyond ASCII, and with the runes of also escaped.
func asciiForm(value, also, escape string) string {
	var text strings.Builder
	for _, r := range jsonForm(value, false) {
		if r > '~' || strings.ContainsRune(also, r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&text, escape, unit)
			}
			continue
		}
		text.WriteRune(r)
	}
	return text.String()
}

// jsonForm is value as it stands between the quotes of a JSON string.
func jsonForm(value string, escapeHTML bool) string {
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(escapeHTML)
	if err := encoder.Encode(value); err != nil {
		return value
	}
	return strings.Trim(strings.TrimSpace(buf.String()), `"`)
}

// WithoutSecrets returns the JSON document without the members that are named like a secret,
// at any depth. Order and numbers stay as they are. A text that is not JSON gives nil: what
// cannot be read cannot be cleaned.
func WithoutSecrets(document json.RawMessage) json.RawMessage {
	if len(document) == 0 {
		return nil
	}
	w := walker{in: json.NewDecoder(bytes.NewReader(document))}
	w.in.UseNumber()
	if w.value() != nil {
		return nil
	}
	if _, err := w.in.Token(); err != io.EOF {
		return nil
	}
	return w.out.Bytes()
}

// walker copies a JSON document token by token.
type walker struct {
	in  *json.Decoder
	out bytes.Buffer
}

func (w *walker) value() error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return w.object()
	case json.Delim('['):
		return w.array()
	}
	return w.scalar(token)
}

func (w *walker) object() error {
	w.out.WriteByte('{')
	for first := true; w.in.More(); {
		token, err := w.in.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if isSecretName(name) {
			if err := w.skip(); err != nil {
				return err
			}
			continue
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		if err := w.scalar(name); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.value(); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	_, err := w.in.Token()
	return err
}

func (w *walker) array() error {
	w.out.WriteByte('[')
	for first := true; w.in.More(); first = false {
		if !first {
			w.out.WriteByte(',')
		}
		if err := w.value(); err != nil {
			return err
		}
	}
	w.out.WriteByte(']')
	_, err := w.in.Token()
	return err
}

func (w *walker) scalar(token json.Token) error {
	encoder := json.NewEncoder(&w.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(token); err != nil {
		return err
	}
	w.out.Truncate(w.out.Len() - 1) // Encode ends with a newline
	return nil
}

func (w *walker) skip() error {
	var dropped json.RawMessage
	return w.in.Decode(&dropped)
}
