package oauthclients_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests programs that share a file, with real processes. How they are started is in
// roles_test.go.

// A refresh token that is sent twice ends the session, so that every call of every process
// would fail.
func TestProcessesThatShareAFileRefreshOnce(t *testing.T) {
	r := newRealm()
	allCalling := make(chan struct{})
	r.before = func(*http.Request) bool { // nobody has a token before everybody wants one
		<-allCalling
		return true
	}
	r.StartFor(t)
	path := fileWith(t, firstToken(anHourAgo()))
	processes := make([]*process, 4)
	for i := range processes {
		processes[i] = start(t, "call", path, r.URL())
	}
	for _, p := range processes {
		require.Equal(t, "ready", p.hear(t))
	}
	for _, p := range processes {
		p.release(t)
	}
	for _, p := range processes {
		require.Equal(t, "calling", p.hear(t))
	}
	close(allCalling)
	for _, p := range processes {
		require.Equal(t, strconv.Itoa(callsPerProcess), p.hear(t))
		p.end(t)
	}
	require.Equal(t, 1, r.refreshes())
	require.Equal(t, len(processes)*callsPerProcess, r.calls())
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
		"before the server did anything": {false, []string{strconv.Itoa(callsPerProcess)}},
		"after the server did its part": {true, []string{
			"mem: Token: login required (status 400 Bad Request): invalid_grant: Token is not active [client \"client-1\", POST SERVER/oauth/token]", "0",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRealm()
			arrived := r.holdFirst(test.used)
			r.StartFor(t)
			path := fileWith(t, firstToken(anHourAgo()))
			first := start(t, "call", path, r.URL())
			first.release(t)
			<-arrived
			first.kill(t)

			second := start(t, "call", path, r.URL())
			second.release(t)
			require.Equal(t, "ready", second.hear(t))
			require.Equal(t, "calling", second.hear(t))
			for _, line := range test.said {
				require.Equal(t, strings.ReplaceAll(line, "SERVER", r.URL()), second.hear(t))
			}
			second.end(t)
			require.Equal(t, 2, r.refreshes(), "one of each process")
		})
	}
}

// holdFirst lets the first token request wait until its caller is gone, after or before the realm
// does its part, and tells when it is there.
func (r *realm) holdFirst(after bool) (arrived <-chan struct{}) {
	there := make(chan struct{})
	var once sync.Once
	hold := func(request *http.Request) (goOn bool) {
		goOn = true
		once.Do(func() {
			close(there)
			<-request.Context().Done()
			goOn = false
		})
		return goOn
	}
	if after {
		r.after = func(request *http.Request) { hold(request) }
	} else {
		r.before = hold
	}
	return there
}

func TestTheLockOfAProcessThatIsKilledIsFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	holder := start(t, "lock", path, "")
	require.Equal(t, "locked", holder.hear(t))
	locker := locks(path)
	patience := errors.New("no patience left")
	ctx, cancel := context.WithTimeoutCause(t.Context(), 30*time.Millisecond, patience)
	defer cancel()
	_, _, err := locker.Lock(ctx)
	require.ErrorIs(t, err, patience)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	holder.kill(t)
	_, unlock, err := locker.Lock(t.Context())
	require.NoError(t, err)
	unlock()
}

func TestOneProcessAtATimeHasTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, os.WriteFile(path+".number", []byte("0"), 0o600))
	processes := []*process{start(t, "count", path, ""), start(t, "count", path, ""), start(t, "count", path, "")}
	for _, p := range processes {
		require.Equal(t, "ready", p.hear(t))
	}
	for _, p := range processes {
		p.release(t)
	}
	for _, p := range processes {
		p.end(t)
	}
	number, err := os.ReadFile(path + ".number")
	require.NoError(t, err)
	require.Equal(t, strconv.Itoa(len(processes)*additions), string(number))
}

func TestAProcessThatIsKilledWhileItSavesLeavesAWholeToken(t *testing.T) {
	path := filepath.Join(t.TempDir(), "token.json")
	store := oauthclients.FileTokenStore(path)
	for range 5 {
		writer := start(t, "save", path, "")
		require.Equal(t, "saving", writer.hear(t))
		for seen := map[string]bool{}; len(seen) < 5; { // it is in the middle of it
			seen[wholeToken(t, store)] = true
		}
		writer.kill(t)
		require.NotEmpty(t, wholeToken(t, store))
	}
}
