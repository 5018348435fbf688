package main

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds the command line, and the end of the program.

const asProgram = "CLI_LOGIN_TEST_AS_PROGRAM"

// TestMain makes the test binary the program itself, for the tests that start it.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	os.Exit(m.Run())
}

func TestArgumentsThatCannotBe(t *testing.T) {
	for argument, text := range map[string]string{
		"-no-such-flag": "flag provided but not defined: -no-such-flag\n",
		"sign-out":      "unknown argument \"sign-out\"\n",
	} {
		var out, errout strings.Builder
		err := run(t.Context(), []string{argument}, noEnvironment, &out, &errout, nil)
		require.Equal(t, 2, exitCode(t.Context(), err, &errout))
		require.Empty(t, out.String())
		require.Equal(t, 1, strings.Count(errout.String(), text), errout.String())
		require.NotContains(t, errout.String(), "\ncli-login:", "it is said once")
		require.Contains(t, errout.String(), "  -sign-out\n", "and how it should be")
	}
}

func TestHelp(t *testing.T) {
	for _, argument := range []string{"-h", "--help"} {
		var out, errout strings.Builder
		err := run(t.Context(), []string{argument}, noEnvironment, &out, &errout, nil)
		require.Zero(t, exitCode(t.Context(), err, &errout))
		require.Contains(t, out.String(), "  -sign-out\n")
		require.Empty(t, errout.String())
	}
}

func TestSignalsEndTheProgram(t *testing.T) {
	for _, sent := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(sent.String(), func(t *testing.T) {
			folder := t.TempDir()
			program := exec.CommandContext(t.Context(), os.Args[0], "-print")
			program.Env = []string{asProgram + "=1", "TMPDIR=" + folder, "GOCOVERDIR=" + t.TempDir()} // or it warns under -cover
			var errout bytes.Buffer
			program.Stderr = &errout
			out, err := program.StdoutPipe()
			require.NoError(t, err)
			require.NoError(t, program.Start())

			lines, asks := bufio.NewScanner(out), false
			for !asks && lines.Scan() { // until it waits for the person
				asks = strings.HasPrefix(lines.Text(), "http://127.0.0.1:")
			}
			require.True(t, asks, &errout)
			left, err := os.ReadDir(folder)
			require.NoError(t, err)
			require.Len(t, left, 1, "the folder of the token")

			require.NoError(t, program.Process.Signal(sent))
			_, err = io.Copy(io.Discard, out)
			require.NoError(t, err)
			require.Error(t, program.Wait())
			require.Equal(t, interruptedCode, program.ProcessState.ExitCode())
			require.Equal(t, "cli-login: interrupted\n", errout.String())
			left, err = os.ReadDir(folder)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}
