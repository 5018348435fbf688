package tokens

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests programs that share a file, with real processes. How they are started is in
// roles.go of package world.

// A refresh token that is sent twice ends the session, so that every call of every process
// would fail.
func TestProcessesThatShareAFileRefreshOnce(t *testing.T) {
	r := world.NewRealm()
	allCalling := make(chan struct{})
	r.Before = func(*http.Request) bool { // nobody has a token before everybody wants one
		<-allCalling
		return true
	}
	r.StartFor(t)
	path := world.FileWith(t, world.FirstToken(world.AnHourAgo()))
	processes := make([]*world.Process, 4)
	for i := range processes {
		processes[i] = world.Start(t, "call", path, r.URL())
	}
	for _, p := range processes {
		require.Equal(t, "ready", p.Hear(t))
	}
	for _, p := range processes {
		p.Release(t)
	}
	for _, p := range processes {
		require.Equal(t, "calling", p.Hear(t))
	}
	close(allCalling)
	for _, p := range processes {
		require.Equal(t, strconv.Itoa(world.CallsPerProcess), p.Hear(t))
		p.End(t)
	}
	require.Equal(t, 1, r.Refreshes())
	require.Equal(t, len(processes)*world.CallsPerProcess, r.Calls())
	stored := loaded(t, path)
	require.Equal(t, "access-2", stored.AccessToken)
	require.Equal(t, "refresh-2", stored.RefreshToken)
}

// Whether a refresh token is used up when its answer was lost, only the provider knows: the next
// process asks.
func TestAProcessThatIsKilledWhileItRefreshesLeavesTheLockFree(t *testing.T) {
	for name, test := range map[string]struct {
		used bool // the server has done its part
		said []string
	}{
		"before the server did anything": {false, []string{strconv.Itoa(world.CallsPerProcess)}},
		"after the server did its part": {true, []string{
			"mem: Token: login required (status 400 Bad Request): invalid_grant: Token is not active [client \"client-1\", POST SERVER/oauth/token]", "0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			arrived := r.HoldFirst(test.used)
			r.StartFor(t)
			path := world.FileWith(t, world.FirstToken(world.AnHourAgo()))
			first := world.Start(t, "call", path, r.URL())
			first.Release(t)
			<-arrived
			first.Kill(t)

			second := world.Start(t, "call", path, r.URL())
			second.Release(t)
			require.Equal(t, "ready", second.Hear(t))
			require.Equal(t, "calling", second.Hear(t))
			for _, line := range test.said {
				require.Equal(t, strings.ReplaceAll(line, "SERVER", r.URL()), second.Hear(t))
			}
			second.End(t)
			require.Equal(t, 2, r.Refreshes(), "one of each process")
		})
	}
}

func TestTheLockOfAProcessThatIsKilledIsFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	holder := world.Start(t, "lock", path, "")
	require.Equal(t, "locked", holder.Hear(t))
	locker := locks(path)
	patience := errors.New("no patience left")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Millisecond, patience)
	defer cancel()
	_, _, err := locker.Lock(ctx)
	require.ErrorIs(t, err, patience)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	holder.Kill(t)
	_, unlock, err := locker.Lock(t.Context())
	require.NoError(t, err)
	unlock()
}

func TestOneProcessAtATimeHasTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, os.WriteFile(path+".number", []byte("0"), 0o600))
	processes := []*world.Process{world.Start(t, "count", path, ""), world.Start(t, "count", path, ""), world.Start(t, "count", path, "")}
	for _, p := range processes {
		require.Equal(t, "ready", p.Hear(t))
	}
	for _, p := range processes {
		p.Release(t)
	}
	for _, p := range processes {
		p.End(t)
	}
	number, err := os.ReadFile(path + ".number")
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(len(processes)*world.Additions), string(number))
}

func TestAProcessThatIsKilledWhileItSavesLeavesAWholeToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	store := oauthclients.FileTokenStore(path)
	for range 5 {
		writer := world.Start(t, "save", path, "")
		require.Equal(t, "saving", writer.Hear(t))
		for seen := map[string]bool{}; len(seen) < 5; { // it is in the middle of it
			seen[wholeToken(t, store)] = true
		}
		writer.Kill(t)
		require.NotEmpty(t, wholeToken(t, store))
	}
}
