package faults

import (
	"errors"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds one cell of the matrix: what came of a call, and what holds whatever came.

// cell is what came of a call.
type cell struct {
	requests int // that reached the server, of the kind that the fault befell
	effects  int // how many of them the server executed
	counts   bool
	outcome  string
}

// String is "requests outcome" for what only reads, and "requests/effects outcome" for a write.
func (c cell) String() string {
	if !c.counts {
		return strconv.Itoa(c.requests) + " " + c.outcome
	}
	return fmt.Sprintf("%d/%d %s", c.requests, c.effects, c.outcome)
}

// honest checks what holds in every cell, whatever the table says.
func honest(t *testing.T, filled cell, told told, at column, fault fault) {
	t.Helper()
	if at.once || at.credential && fault.silent {
		require.LessOrEqual(t, filled.effects, 1, "executed twice")
	}
	if told.err == nil {
		return
	}
	var failed *oauthclients.Error
	require.ErrorAs(t, told.err, &failed)
	if fault.silent && !fault.hurried && at.failed == "" && !at.two {
		require.Equal(t, filled.requests, failed.Attempts, "attempts, as many as the server saw requests: %v", told.err)
	}
	if at.writes && !told.left && !told.unknown() && failed.Kind != oauthclients.ErrNotApplied { //nolint:errorlint // Kind is a sentinel itself
		require.Zero(t, filled.effects, "executed, and the caller was told that it was not")
	}
}

// told is what the caller of a verb got.
type told struct {
	client *oauthclients.OAuthClient
	secret oauthclients.Secret
	err    error
	left   bool // the caller did not wait for the end, and does not know
}

// unknown says that the caller was told to look.
func (x told) unknown() bool { return errors.Is(x.err, oauthclients.ErrOutcomeUnknown) }

// outcome is the error in a word; "?" behind it says that the write may have been executed.
func (x told) outcome() string {
	if x.err == nil {
		return "ok"
	}
	var failed *oauthclients.Error
	if !errors.As(x.err, &failed) {
		return "another error: " + x.err.Error()
	}
	word := failed.Kind.Error()
	if failed.OutcomeUnknown() && failed.Kind != oauthclients.ErrOutcomeUnknown { //nolint:errorlint // Kind is a sentinel itself
		word += "?"
	}
	return word
}
