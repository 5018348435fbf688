package hostile

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file says what holds of every outcome, whatever the server answered.

// maxText is far above any text that a person reads.
const maxText = 20_000

// requireSound asserts a result or an error (Create, and a write that was not applied, may have
// both), and that neither of them can harm who uses it.
func requireSound(t *testing.T, v *verb, o *outcome, status int) {
	t.Helper()
	if o.err != nil {
		requireSoundError(t, o, status)
		require.Nil(t, o.page, o.what)
		require.True(t, o.secret.IsZero(), o.what)
		if v.step == stepList || v.name == "Get" {
			require.Empty(t, o.clients, o.what)
		}
	} else {
		require.True(t, o.gave() || strings.HasPrefix(v.name, "Delete"), "no result and no error: %s", o.what)
	}
	for _, client := range o.clients {
		require.NotEmpty(t, client.ID, o.what)
		requireHidden(t, o, fmt.Sprintf("%+v %#v", *client, *client))
		if raw := client.Raw(); raw != nil {
			require.True(t, json.Valid(raw), o.what)
			requireHidden(t, o, string(raw))
		}
	}
}

// requireSoundError: an *Error of a known kind, with the status of the answer, on one line, of a
// length that a person reads, and without a secret.
func requireSoundError(t *testing.T, o *outcome, status int) {
	t.Helper()
	err := o.err
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed, o.what)
	require.Contains(t, sentinels(), failed.Kind, o.what)
	if !isNotApplied(err) { // that error is about more than one answer
		require.Equal(t, status, innermost(err).StatusCode, "%s: %v", o.what, err)
	}
	require.LessOrEqual(t, len(err.Error()), maxText, o.what)
	requireTame(t, o, err.Error())
	requireTame(t, o, failed.LogValue().Resolve().String())
	require.LessOrEqual(t, len(failed.Fields), 100, o.what)
	for _, field := range failed.Fields {
		requireTame(t, o, field.String())
	}
	require.LessOrEqual(t, len(failed.Body()), 64<<10, o.what)
	requireHidden(t, o, string(failed.Body()))
	requireHidden(t, o, fmt.Sprintf("%+v %#v", err, slog.AnyValue(err)))
}

// requireTame: a text on one line that controls no terminal.
func requireTame(t *testing.T, o *outcome, text string) {
	t.Helper()
	requireHidden(t, o, text)
	require.Equal(t, -1, strings.IndexFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }), "%s: %q", o.what, text)
}

func requireHidden(t *testing.T, o *outcome, text string) {
	t.Helper()
	hidden := o.hidden
	if hidden == nil {
		hidden = []string{"s3cret"}
	}
	for _, secret := range hidden {
		require.NotContains(t, text, secret, o.what)
	}
}

// innermost is the error of the request that failed: a driver that sends several may tell what
// the failure means around it.
func innermost(err error) *oauthclients.Error {
	var failed *oauthclients.Error
	for inner := err; errors.As(inner, &failed); inner = errors.Unwrap(failed) {
		continue
	}
	return failed
}

func sentinels() []error {
	return []error{
		oauthclients.ErrNotFound, oauthclients.ErrUnauthenticated, oauthclients.ErrLoginRequired, oauthclients.ErrPermission,
		oauthclients.ErrInvalid, oauthclients.ErrConflict, oauthclients.ErrRateLimited, oauthclients.ErrUnavailable,
		oauthclients.ErrOutcomeUnknown, oauthclients.ErrNotApplied,
	}
}

// requireEnd asserts what a call came to, and that it stopped there.
func requireEnd(t *testing.T, vendor *vendor, v *verb, want end, o *outcome, w *wire) {
	t.Helper()
	require.Zero(t, w.count(stepOther), "%s: %v", o.what, w.requests())
	if want.kind == nil {
		require.NoError(t, o.err, o.what)
		if v.name != "Update, what is there" || !readsBack(vendor) {
			require.Equal(t, v.skip+1, w.count(v.step), "requests: %s", o.what)
		}
		return
	}
	var failed *oauthclients.Error
	require.ErrorAs(t, o.err, &failed, o.what)
	require.Equal(t, want.kind, failed.Kind, "%s: %v", o.what, o.err)
	require.Equal(t, want.unknown, errors.Is(o.err, oauthclients.ErrOutcomeUnknown), "%s: %v", o.what, o.err)
	require.Equal(t, want.beside, len(o.clients) > 0, "%s: %v", o.what, o.err)
	require.Equal(t, v.step == stepToken, failed.Operation == "Token", "%s: %v", o.what, o.err)
	require.Equal(t, v.skip+1, w.count(v.step), "requests: %s", o.what)
	seen := w.requests()
	require.Equal(t, v.step, seen[len(seen)-1].step, "nothing is sent after it: %s", o.what)
}

// isNotApplied: the answer was read, and says that the vendor did something else.
func isNotApplied(err error) bool { return errors.Is(err, oauthclients.ErrNotApplied) }
