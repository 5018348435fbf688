package ctxerr_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

func TestOfKeepsErrorAndCause(t *testing.T) {
	cause := errors.New("shutting down")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	require.ErrorIs(t, ctxerr.Of(ctx), cause)
	require.ErrorIs(t, ctxerr.Of(ctx), context.Canceled)
	require.EqualError(t, ctxerr.Of(ctx), "context canceled: shutting down")
}

func TestOfSaysItOnceWithoutACause(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	require.EqualError(t, ctxerr.Of(ctx), "context deadline exceeded")
	require.NoError(t, ctxerr.Of(t.Context()))
}
