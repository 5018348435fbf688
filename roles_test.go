package oauthclients_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
)

// This file starts processes for processes_test.go and proxyenv_test.go: this test binary once
// more, with a role to play. They talk over their pipes, so that nothing waits for a clock.

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
		"call": playCall, "lock": playLock, "count": playCount, "save": playSave, "proxied": playProxied,
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
	if _, _, err := store.(oauthclients.TokenLocker).Lock(context.Background()); err != nil {
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
	_, unlock, err := locker.Lock(context.Background())
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
func start(t *testing.T, role, path, address string, environment ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	command := exec.CommandContext(ctx, os.Args[0])
	command.Env = append(os.Environ(), roleVariable+"="+role, storeVariable+"="+path, addressVariable+"="+address,
		"GORACE=atexit_sleep_ms=0") // the race detector waits a second for late reports
	command.Env = append(command.Env, environment...)
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
