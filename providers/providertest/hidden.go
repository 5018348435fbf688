package providertest

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file looks for secrets in what programs print. How programs print is in waysofprinting.go.

// RequireHidden prints, logs and encodes value in the ways in which programs do, alone and inside
// other values, and fails if one of secrets shows: as it is, or as it stands in a form, a path, JSON,
// base64, Basic credentials, hexadecimal, or a list of numbers. Of an [*oauthclients.Error] it looks
// at the body as well. Empty secrets are passed over.
//
// What this library says that it does not hide is left out: an [oauthclients.Login] that is
// encoded, and the types with plain members in an unexported field of another struct.
func RequireHidden(t *testing.T, value any, secrets ...string) {
	t.Helper()
	text := printed(value)
	for _, secret := range secrets {
		for _, form := range shownAs(secret) {
			if at := strings.Index(text, form); at >= 0 { // require.NotContains is slow for so much text
				require.Failf(t, "a secret shows", "%q is in %.200q", form, text[max(0, at-80):])
			}
		}
	}
}

// shownAs lists the forms in which secret may show.
func shownAs(secret string) []string {
	if secret == "" {
		return nil
	}
	raw := []byte(secret)
	quoted, _ := json.Marshal(secret) // a string can always be written
	return append(inBase64(secret),
		secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%+q", secret), `"`),
		fmt.Sprintf("%x", raw), fmt.Sprintf("%X", raw), fmt.Sprintf("% x", raw), fmt.Sprintf("%#x", raw), strings.Trim(fmt.Sprintf("%d", raw), "[]"),
	)
}

// inBase64 is what secret looks like inside base64: three bytes become four characters, so that
// it depends on what stands before it. Three characters would stand in any text.
func inBase64(secret string) []string {
	var forms []string
	for before := range 3 {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("-", before) + secret))
		first, last := (before*8+5)/6, (before+len(secret))*8/6 // what other bytes have no part in
		if last-first > 6 {
			forms = append(forms, encoded[first:last], strings.NewReplacer("+", "-", "/", "_").Replace(encoded[first:last]))
		}
	}
	return forms
}

func printed(value any) string {
	said := heard{}
	ways := waysFor(value)
	for _, holder := range ways.holders(value) {
		ways.print(said, holder)
	}
	if ways.hidden != "" {
		ways.verbs = ways.hidden
		ways.print(said, struct{ held any }{value})
		ways.print(said, []*struct{ held any }{{value}})
	}
	if !ways.plain {
		encode(said, value)
		encode(said, map[string]any{"held": []any{value}})
	}
	logAll(said, value)
	if err, ok := value.(error); ok {
		printError(said, err)
	}
	return strings.Join(slices.Sorted(maps.Keys(said)), "\n")
}

// printError adds what errors have and other values have not.
func printError(said heard, err error) {
	joined := errors.Join(errors.New("first"), fmt.Errorf("wrapped: %w", err))
	_, _ = fmt.Fprintf(said, "%v %+v %#v %s %q", joined, joined, joined, joined, joined)
	walk(said, err)
	var failed *oauthclients.Error
	if errors.As(err, &failed) {
		_, _ = said.Write(failed.Body())
		_, _ = fmt.Fprintf(said, "%v %+v", *failed, failed.LogValue())
	}
}

// walk prints every error of a chain, as programs do that report errors to a service.
func walk(said heard, err error) {
	if err == nil {
		return
	}
	_, _ = fmt.Fprintf(said, "%v %+v %#v", err, err, err)
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, inner := range many.Unwrap() {
			walk(said, inner)
		}
	}
	walk(said, errors.Unwrap(err))
}

// heard is everything that was said, once: most ways of printing say the same.
type heard map[string]bool

// Write implements [io.Writer].
func (h heard) Write(text []byte) (int, error) {
	h[string(text)] = true
	return len(text), nil
}
