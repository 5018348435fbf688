// Package stores has stores, token sources, transports and browsers that hang, panic, leave and
// fail: everything that a program hands to the library and that the library calls.
package stores

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has the ways in which a caller's part goes wrong, and what must come of each.

// TestMain looks for goroutines that are left when all that hung was released.
func TestMain(m *testing.M) {
	if err := target.Together(12); err != nil {
		os.Exit(2)
	}
	goleak.VerifyTestMain(m)
}

// planted is in the texts of whatever fails here.
const planted = "pl4nted-s3cret-value-0123456789"

// part is something of the caller's that goes wrong when it is called.
type part func(ctx context.Context) error

var (
	errPart = errors.New(`parsing "Bearer ` + planted + `": invalid`)
	errCall = errors.New("a panic of the caller's")
)

// fails returns an error with a secret in its text.
func fails(context.Context) error {
	return fmt.Errorf("store: access_token=%s refresh_token=%s: %w", planted, planted, errPart)
}

func panics(context.Context) error { panic(errCall) } //nolint:forbidigo // the attack

func leaves(context.Context) error {
	runtime.Goexit()
	return nil
}

// hangs is a part that pays no attention to its context, until it is released.
func hangs(t *testing.T) part {
	t.Helper()
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	return func(context.Context) error {
		<-released
		return errPart
	}
}

const (
	limit     = 700 * time.Millisecond
	allowance = 100*time.Millisecond + time.Second
)

// limitOf is the context of a call: what hangs ends with it, and all else ends by itself, however busy the
// machine is.
func limitOf(way string) time.Duration {
	if way == "hangs" {
		return limit
	}
	return time.Minute
}

// requireEnd checks the end of a call whose part went wrong in that way.
func requireEnd(t *testing.T, way string, ended target.Ended) {
	t.Helper()
	require.False(t, ended.Hung, "it hangs past its context")
	require.Less(t, ended.Late, allowance, "it outlasts its context")
	switch way {
	case "panics":
		require.NotNil(t, ended.Panic, "the panic is the caller's, and comes back in the caller's goroutine: %v", ended.Err)
		require.Contains(t, fmt.Sprint(ended.Panic), errCall.Error())
	case "leaves": // runtime.Goexit of a goroutine that is the caller's ends the caller's
		if ended.Panic == nil {
			require.Error(t, ended.Err)
		}
	default:
		require.Nil(t, ended.Panic)
		require.Error(t, ended.Err)
		require.Empty(t, target.Shows(ended.Err.Error(), planted), ended.Err)
	}
}

// ways are all of them by name; panics have a process of their own.
func ways(t *testing.T) map[string]part {
	t.Helper()
	return map[string]part{"hangs": hangs(t), "fails": fails, "leaves": leaves}
}
