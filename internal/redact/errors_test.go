package redact_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file cleans errors.

func TestErrorHidesTheValueAndKeepsTheChain(t *testing.T) {
	inner := errors.New("you sent t0ken-12")
	err := redact.Error(inner, []string{"t0ken-12"})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		require.NotContains(t, fmt.Sprintf(verb, err), "t0ken-12")
	}
	require.EqualError(t, err, "you sent "+redact.Mark)
	require.ErrorIs(t, err, inner)
	require.NotErrorIs(t, err, errors.New("you sent t0ken-12"))
	require.NoError(t, errors.Unwrap(err), "nobody who walks along the chain comes upon it")
	require.Same(t, inner, redact.Error(inner, []string{"other"}), "nothing to hide")
	require.NoError(t, redact.Error(nil, []string{"t0ken-12"}))
}

// text is an error that fmt prints in full wherever it reaches it.
type text string

func (e text) Error() string { return string(e) }

// fmt prints unexported fields without asking their methods, and with some verbs what they
// point at.
func TestErrorHidesTheValueInUnexportedFields(t *testing.T) {
	type holder struct{ err error }
	for _, inner := range []error{text("you sent t0ken-12"), errors.New("you sent t0ken-12"), fmt.Errorf("%w", text("you sent t0ken-12"))} {
		err := redact.Error(inner, []string{"t0ken-12"})
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%t", "%p", "%z"} {
			for _, value := range []any{err, &err, holder{err}, &holder{err}, []holder{{err}}, map[string]holder{"a": {err}}, fmt.Errorf("%w", err), errors.Join(err, err)} {
				require.NotContains(t, fmt.Sprintf(verb, value), "t0ken-12", verb)
			}
		}
		require.ErrorIs(t, err, inner)
	}
}

// Whoever gets what is below a cleaned error may log it.
func TestWhatHasASecretInItIsNotHandedOut(t *testing.T) {
	secrets := []string{"t0ken-12"}
	dirty := text("you sent t0ken-12")
	for name, err := range map[string]error{
		"itself": dirty, "wrapped": fmt.Errorf("wrapped: %w", dirty), "joined": errors.Join(errors.New("a"), dirty),
		"hidden": concealing{dirty}, "cleaned of something else": redact.Error(fmt.Errorf("other-12: %w", dirty), []string{"other-12"}),
	} {
		cleaned := redact.Error(err, secrets)
		var found text
		require.NotErrorAs(t, cleaned, &found, name)
		var conceals concealing
		require.NotErrorAs(t, cleaned, &conceals, name)
		require.ErrorIs(t, cleaned, dirty, name)
		require.NoError(t, errors.Unwrap(cleaned), name)
		require.NotContains(t, cleaned.Error(), "t0ken-12", name)
	}
}

// concealing has something below it that its own text does not tell.
type concealing struct{ below error }

func (concealing) Error() string   { return "the call failed" }
func (e concealing) Unwrap() error { return e.below }

func TestWhatIsCleanIsStillFoundBelowACleanedError(t *testing.T) {
	path := &fs.PathError{Op: "open", Path: "/etc/app", Err: fs.ErrNotExist}
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", os.ErrDeadlineExceeded)}
	certificate := &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}
	for _, below := range []error{path, dial, certificate, context.DeadlineExceeded} {
		for _, err := range []error{
			&url.Error{Op: "Get", URL: "https://a.example.com/t0ken-12", Err: below},
			errors.Join(text("you sent t0ken-12"), fmt.Errorf("clean: %w", below)),
			redact.Error(fmt.Errorf("you sent t0ken-12 other-12: %w", below), []string{"other-12"}),
		} {
			cleaned := redact.Error(err, []string{"t0ken-12"})
			require.NotContains(t, cleaned.Error(), "t0ken-12")
			require.ErrorIs(t, cleaned, below)
			requireSameFound[*fs.PathError](t, below, cleaned)
			requireSameFound[*net.OpError](t, below, cleaned)
			requireSameFound[*tls.CertificateVerificationError](t, below, cleaned)
			requireSameFound[x509.UnknownAuthorityError](t, below, cleaned)
			var address *url.Error
			require.NotErrorAs(t, cleaned, &address, "its text holds the secret")
		}
	}
}

func requireSameFound[T error](t *testing.T, want, in error) {
	t.Helper()
	var wanted, found T
	require.Equal(t, errors.As(want, &wanted), errors.As(in, &found), "%T", found)
	require.Equal(t, wanted, found)
}

// What the network says may hold a secret; whether it was a timeout is none.
func TestACleanedErrorTellsWhetherItWasATimeout(t *testing.T) {
	for _, timeout := range []bool{true, false} {
		lookup := &net.DNSError{Err: "no such host", Name: "t0ken-12.example.com", IsTimeout: timeout, IsTemporary: timeout}
		cleaned := redact.Error(fmt.Errorf("dial: %w", lookup), []string{"t0ken-12"})
		var network net.Error
		require.ErrorAs(t, cleaned, &network)
		require.Equal(t, timeout, network.Timeout())
		require.Equal(t, timeout, network.Temporary()) //nolint:staticcheck // it is part of net.Error
		require.NotContains(t, network.Error(), "t0ken-12")
		require.NotContains(t, fmt.Sprintf("%+v %#v", network, network), "t0ken-12")
	}
	var network net.Error
	require.NotErrorAs(t, redact.Error(errors.New("t0ken-12"), []string{"t0ken-12"}), &network)
}
