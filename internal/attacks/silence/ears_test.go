package silence

import (
	"bytes"
	"io"
	"log"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file listens to the standard logger and to the standard outputs.

// heard is what was said.
type heard struct{ logger, stdout, stderr string }

// ear is a place that goroutines write to.
type ear struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (e *ear) Write(p []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all.Write(p)
}

func (e *ear) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.all.String()
}

// listen hears what is said until the function that it returns is called.
func listen(t *testing.T) (said func() heard) {
	t.Helper()
	var logger ear
	before := log.Writer()
	log.SetOutput(&logger)
	stdout, stderr := tap(t, &os.Stdout), tap(t, &os.Stderr)
	said = sync.OnceValue(func() heard {
		log.SetOutput(before)
		return heard{logger.text(), stdout(), stderr()}
	})
	t.Cleanup(func() { said() })
	return said
}

// tap takes an output's place, and gives it back with what was written.
func tap(t *testing.T, output **os.File) (text func() string) {
	t.Helper()
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	standard := *output
	*output = writer
	all := make(chan string, 1)
	go func() { // or a pipe that is full would hold the writer up
		text, _ := io.ReadAll(reader)
		all <- string(text)
	}()
	return func() string {
		*output = standard
		_ = writer.Close()
		defer func() { _ = reader.Close() }()
		return <-all
	}
}
