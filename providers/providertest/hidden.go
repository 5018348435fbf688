package providertest

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file looks for secrets in what programs print.

// RequireHidden prints value in the ways in which programs do, alone and inside a struct, and
// fails if one of secrets shows: as it is, as it stands in a form or a path, or in hexadecimal.
// Of an [*oauthclients.Error] it looks at the body as well. Empty secrets are passed over.
func RequireHidden(t *testing.T, value any, secrets ...string) {
	t.Helper()
	text := printed(value)
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), fmt.Sprintf("%x", secret)} {
			require.NotContains(t, text, form)
		}
	}
}

func printed(value any) string {
	var text strings.Builder
	holder := struct{ Held any }{value}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		_, _ = fmt.Fprintf(&text, verb+"\n", value)
		_, _ = fmt.Fprintf(&text, verb+"\n", holder)
	}
	slog.New(slog.NewTextHandler(&text, nil)).Info("printed", "value", value)
	slog.New(slog.NewJSONHandler(&text, nil)).Info("printed", "value", value)
	var failed *oauthclients.Error
	if err, ok := value.(error); ok && errors.As(err, &failed) {
		_, _ = text.Write(failed.Body())
	}
	return text.String()
}
