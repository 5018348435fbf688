package world

import (
	"bufio"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
)

// This file starts processes for tests that need several: this test binary once more, with a role to
// play. They talk over their pipes, so that nothing waits for a clock.

// The environment of a process that plays a role.
const (
	roleVariable    = "OAUTHCLIENTS_TEST_ROLE"
	storeVariable   = "OAUTHCLIENTS_TEST_STORE"
	addressVariable = "OAUTHCLIENTS_TEST_ADDRESS"
)

// How much a process does.
const (
	CallsPerProcess = 50
	Additions       = 20
)

// Main is for TestMain: it plays the role of a process, or runs the tests and looks for goroutines
// that they left. A package that starts processes and has no such TestMain would start itself without end.
func Main(m *testing.M) {
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
	client, err := oauthclients.New(MemProvider{BaseURL: os.Getenv(addressVariable)}, NoSession(),
		oauthclients.WithTokenStore(store), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	say("ready")
	awaitGo()
	say("calling")
	errs := Together(CallsPerProcess, func(int) error {
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
	say(strconv.Itoa(CallsPerProcess - failures(errs)))
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
	for range Additions {
		if err := AddOne(store.(oauthclients.TokenLocker), os.Getenv(storeVariable)+".number"); err != nil {
			return err
		}
	}
	return nil
}

// AddOne adds one to the number in a file, under the lock.
func AddOne(locker oauthclients.TokenLocker, path string) error {
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
		if err := store.Save(context.Background(), LongToken(i)); err != nil {
			return err
		}
	}
}

// Process is one that plays a role.
type Process struct {
	command *exec.Cmd
	in      io.Closer
	out     *bufio.Scanner
}

// Start runs a role in a process of its own, which the test's end ends in any case.
func Start(t *testing.T, role, path, address string, environment ...string) *Process {
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
	p := &Process{command: command, in: in, out: bufio.NewScanner(out)}
	t.Cleanup(func() { _, _ = command.Process.Kill(), command.Wait() })
	return p
}

// Hear returns the next line that the process says.
func (p *Process) Hear(t *testing.T) string {
	t.Helper()
	require.True(t, p.out.Scan(), "the process ended without a word: %v", p.out.Err())
	return p.out.Text()
}

// Release says that the process may go on.
func (p *Process) Release(t *testing.T) {
	t.Helper()
	require.NoError(t, p.in.Close())
}

// Kill ends it as a crash does, with nothing that it could still do.
func (p *Process) Kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Process.Kill())
	_ = p.command.Wait() // it was killed, and says so
}

// End waits for a process that does all that it should.
func (p *Process) End(t *testing.T) {
	t.Helper()
	require.NoError(t, p.command.Wait())
}

// AuthorityVariable names the authority, as PEM, that a process trusts.
const AuthorityVariable = "OAUTHCLIENTS_TEST_AUTHORITY"

// playProxied makes one call without an http.Client of its own.
func playProxied(oauthclients.TokenStore) error {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(os.Getenv(AuthorityVariable)))
	x509.SetFallbackRoots(pool)
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("there is no network here")
	}}
	client, err := oauthclients.New(MemProvider{BaseURL: os.Getenv(addressVariable)}, oauthclients.BearerToken("t0ken-of-the-api"),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return err
	}
	if _, err := client.Clients.List(context.Background(), oauthclients.ListOptions{}); err != nil {
		return err
	}
	say("served")
	return nil
}
