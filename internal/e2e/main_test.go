package e2e

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// This file starts and ends the run: it looks for what the tests need, captures what they print,
// and lets the collector have the last word.

var (
	// everything collects what shows during the whole run.
	everything = &collector{}
	// scratch is a folder for what more than one test uses.
	scratch string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if err := missing(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests of this module cannot run:", err)
		return 1
	}
	folder, err := os.MkdirTemp("", "oauthclients-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "making a folder:", err)
		return 1
	}
	defer os.RemoveAll(folder)
	scratch = folder
	release, err := capture()
	if err != nil {
		fmt.Fprintln(os.Stderr, "capturing the output:", err)
		return 1
	}
	code := m.Run()
	stopBrowser()
	release()
	if err := search(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// search is the test over the whole run: TestNoSecretShows tests it.
func search() error {
	leaks, texts := everything.leaks(), everything.all()
	faults := make([]error, 0, len(leaks))
	for _, leak := range leaks {
		faults = append(faults, errors.New("a secret shows: "+leak))
	}
	for _, where := range []string{
		"standard output", "log", "error", "body of an error", "Login", "AuthCode", "address in the browser", "page", "cookie", "web app",
	} {
		if wholeRun() && texts[where] == "" {
			faults = append(faults, errors.New("nothing was collected of: "+where))
		}
	}
	fmt.Fprintln(os.Stderr, everything.summary())
	return errors.Join(faults...)
}

// wholeRun: no test was left out by a flag.
func wholeRun() bool {
	for _, name := range []string{"test.run", "test.skip", "test.list"} {
		if flag.Lookup(name).Value.String() != "" {
			return false
		}
	}
	return true
}

// missing says what has to be installed. Nothing is skipped for want of it: a run that tests
// nothing would look like one that found nothing.
func missing() error {
	var faults []error
	if _, err := exec.LookPath("node"); err != nil {
		faults = append(faults, errors.New("Node.js 20 or later must be installed, as node on the PATH"))
	}
	if _, err := os.Stat(filepath.Join(serverFolder, "node_modules", "oidc-provider", "package.json")); err != nil {
		faults = append(faults, errors.New("the OAuth2 server is not installed: run .ci/e2e, or npm ci in "+serverFolder))
	}
	if _, err := findBrowser(); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// capture sends what the tests print through the collector, and on to where it went before.
func capture() (release func(), err error) {
	stdout, endOut, err := tee(os.Stdout, "standard output")
	if err != nil {
		return nil, err
	}
	stderr, endErr, err := tee(os.Stderr, "standard error")
	if err != nil {
		return nil, err
	}
	before, beforeErr := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = stdout, stderr
	return func() {
		os.Stdout, os.Stderr = before, beforeErr
		endOut()
		endErr()
	}, nil
}

// tee returns a file whose content goes to target and to the collector.
func tee(target io.Writer, where string) (file *os.File, end func(), err error) {
	reader, writer, err := os.Pipe()
	if err != nil {
		return nil, nil, err
	}
	var text collected
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.MultiWriter(target, &text), reader)
	}()
	return writer, func() {
		_ = writer.Close()
		<-done
		everything.show(where, text.String())
	}, nil
}
