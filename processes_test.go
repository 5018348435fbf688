package oauthclients_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
)

// This file tests programs that share a file: real processes, which are this test binary once
// more with a role to play. They talk over their pipes, so that nothing waits for a clock.

// The environment of a process that plays a role.
const (
	roleVariable    = "OAUTHCLIENTS_TEST_ROLE"
	storeVariable   = "OAUTHCLIENTS_TEST_STORE"
	addressVariable = "OAUTHCLIENTS_TEST_ADDRESS"
)

// How much a process does.
const (
	callsPerProcess = 50
	additions       = 20
)

func TestMain(m *testing.M) {
	roles := map[string]func(oauthclients.TokenStore) error{
		"call": playCall, "lock": playLock, "count": playCount, "save": playSave,
	}
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		goleak.VerifyTestMain(m)
		return
	}
	if err := role(oauthclients.FileTokenStore(os.Getenv(storeVariable))); err != nil {
		say(err.Error())
		os.Exit(1)
	}
}

// say tells the test a line.
func say(line string) { _, _ = fmt.Fprintln(os.Stdout, line) }

// awaitGo waits for the test's word.
func awaitGo() { _, _ = io.ReadAll(os.Stdin) }

// playCall makes many calls at once with one token.
func playCall(store oauthclients.TokenStore) error {
	client, err := oauthclients.New(memProvider{baseURL: os.Getenv(addressVariable)}, noSession(),
		oauthclients.WithTokenStore(store), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	say("ready")
	awaitGo()
	say("calling")
	errs := together(callsPerProcess, func(int) error {
		_, err := client.Clients.List(context.Background(), oauthclients.ListOptions{})
		return err
	})
	told := map[string]bool{}
	for _, err := range errs {
		if err != nil && !told[err.Error()] {
			told[err.Error()] = true
			say(err.Error())
		}
	}
	say(strconv.Itoa(callsPerProcess - failures(errs)))
	return nil
}

func failures(errs []error) (count int) {
	for _, err := range errs {
		if err != nil {
			count++
		}
	}
	return count
}

// playLock holds the lock until it is killed.
func playLock(store oauthclients.TokenStore) error {
	if _, err := store.(oauthclients.TokenLocker).Lock(context.Background()); err != nil {
		return err
	}
	say("locked")
	awaitGo()
	return nil
}

// playCount adds one to a number in a file, many times, each time under the lock.
func playCount(store oauthclients.TokenStore) error {
	say("ready")
	awaitGo()
	for range additions {
		if err := addOne(store.(oauthclients.TokenLocker), os.Getenv(storeVariable)+".number"); err != nil {
			return err
		}
	}
	return nil
}

func addOne(locker oauthclients.TokenLocker, path string) error {
	unlock, err := locker.Lock(context.Background())
	if err != nil {
		return err
	}
	defer unlock()
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(string(text))
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strconv.Itoa(number+1)), 0o600)
}

// playSave saves one token after another until it is killed.
func playSave(store oauthclients.TokenStore) error {
	say("saving")
	for i := 0; ; i++ {
		if err := store.Save(context.Background(), longToken(i)); err != nil {
			return err
		}
	}
}

// process is one that plays a role.
type process struct {
	command *exec.Cmd
	in      io.Closer
	out     *bufio.Scanner
}

// start runs a role in a process of its own, which the test's end ends in any case.
func start(t *testing.T, role, path, address string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, os.Args[0])
	command.Env = append(os.Environ(), roleVariable+"="+role, storeVariable+"="+path, addressVariable+"="+address,
		"GORACE=atexit_sleep_ms=0") // the race detector waits a second for late reports
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	p := &process{command: command, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() })
	return p
}

// hear returns the next line that the process says.
func (p *process) hear(t *testing.T) string {
	t.Helper()
	require.True(t, p.out.Scan(), "the process ended without a word: %v", p.out.Err())
	return p.out.Text()
}

func (p *process) release(t *testing.T) {
	t.Helper()
	require.NoError(t, p.in.Close())
}

// kill ends it as a crash does, with nothing that it could still do.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Process.Kill())
	_ = p.command.Wait() // it was killed, and says so
}

func (p *process) end(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Wait())
}

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
			"mem: Token: login required (status 400 Bad Request): invalid_grant: Token is not active", "0",
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
				require.Equal(t, line, second.hear(t))
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
	_, err := locker.Lock(ctx)
	require.ErrorIs(t, err, patience)
	require.ErrorIs(t, err, context.DeadlineExceeded)

	holder.kill(t)
	unlock, err := locker.Lock(t.Context())
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
