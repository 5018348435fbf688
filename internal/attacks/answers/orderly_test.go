package answers

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file says what every end of a call must be.

// What a text may have at most.
const (
	maxText   = 16 << 10
	maxRecord = 64 << 10
	maxBody   = 64 << 10
)

// requireOrderly checks an end: in time, without a panic, and with texts that are bounded and hold
// no secret.
func requireOrderly(t *testing.T, f *target.Front, what string, ended target.Ended) {
	t.Helper()
	require.Falsef(t, ended.Hung, "%s hangs past its context", what)
	require.Nilf(t, ended.Panic, "%s panics", what)
	require.Lessf(t, ended.Late, allowance, "%s outlasts its context", what)
	requireShort(t, f, what, ended.Err)
}

func requireShort(t *testing.T, f *target.Front, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	text := err.Error()
	require.Lessf(t, len(text), maxText, "%s: the text of the error begins with %.200q", what, text)
	require.NotContains(t, text, "\n", what)
	require.Falsef(t, strings.ContainsFunc(text, unicode.IsControl), "%s: %q", what, text)
	record := logged(err)
	require.Lessf(t, len(record), maxRecord, "%s: the log record begins with %.200q", what, record)
	body := ""
	var failed *oauthclients.Error
	if errors.As(err, &failed) {
		body = string(failed.Body())
		require.LessOrEqual(t, len(body), maxBody, what)
	}
	all := strings.ToLower(text + record + body)
	for _, secret := range append([]string{planted}, f.Secrets...) {
		require.Emptyf(t, target.NewNeedle(secret).In(all), "%s shows a secret: %.300q", what, text)
	}
}

// planted is what hostile answers have under the names of secrets.
const planted = "pl4nted-s3cret-value-0123456789"

// logged is the error in both handlers of log/slog.
func logged(err error) string {
	var text, document bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Error("failed", "error", err)
	slog.New(slog.NewJSONHandler(&document, nil)).Error("failed", "error", err)
	if text.Len() > document.Len() {
		return text.String()
	}
	return document.String()
}
