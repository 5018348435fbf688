// Package silence listens to what a program did not ask for: the standard logger and the standard
// error output, where tokens end that nobody meant to write.
package silence

import (
	"bytes"
	"context"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has a server that says more than its answer: net/http writes what follows an answer
// to the standard logger.

const planted = "pl4nted-s3cret-value-0123456789"

// heard is what was written to the standard logger.
type heard struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.Write(p)
}

func (h *heard) text() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all.String()
}

// chatter is what follows an answer.
func chatter() map[string]string {
	return map[string]string{
		"token":          `{"access_token":"` + planted + `"}`,
		"another answer": "HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\n" + planted,
		"one byte":       "x",
	}
}

// unsolicited is how net/http begins. It takes no other logger for this, and no transport can keep it
// from it, so that SECURITY.md says so.
const unsolicited = "Unsolicited response received on idle HTTP channel"

func TestWhatNetHTTPLogsIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../SECURITY.md")
	require.NoError(t, err)
	require.Contains(t, strings.Join(strings.Fields(string(text)), " "), "`net/http` writes what a server sends after its answer to the standard logger")
}

// The standard logger is one for the whole process, so that nothing runs beside this.
func TestTheStandardLoggerStaysSilent(t *testing.T) { //nolint:paralleltest // it listens to the process
	for name, text := range chatter() {
		for _, provider := range target.Names() {
			t.Run(provider+"/"+name, func(t *testing.T) {
				said := listen(t)
				f := target.NewFront(t, provider, target.HTTP1)
				closed := make(chan struct{}, 16)
				f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
					talk(f, w, r, text, closed)
					return true
				})
				client := f.Client(t, oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
				ended := target.Run(t, 2*time.Second, func(ctx context.Context) error { return target.Create(ctx, f.Target, client, f.ID) })
				require.False(t, ended.Hung)
				select {
				case <-closed: // net/http has read what followed, and given the connection up
				case <-time.After(target.Hang):
					require.Fail(t, "the connection is kept")
				}
				for line := range strings.Lines(said()) {
					require.Contains(t, line, unsolicited, "the standard logger and the standard error output")
				}
			})
		}
	}
}

// talk answers as the fake does, and goes on until the caller gives the connection up.
func talk(f *target.Front, w http.ResponseWriter, r *http.Request, more string, closed chan<- struct{}) {
	f.Execute(w, r)
	if http.NewResponseController(w).Flush() != nil {
		return
	}
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = connection.Close() }()
	_, _ = io.WriteString(connection, more)
	_, _ = io.Copy(io.Discard, connection) // ends when the caller closes it
	closed <- struct{}{}
}

// listen gives what is written from here on to the standard logger and to the standard error.
func listen(t *testing.T) (said func() string) {
	t.Helper()
	logger := &heard{}
	log.SetOutput(logger)
	standard := os.Stderr
	reader, writer, err := os.Pipe()
	require.NoError(t, err)
	os.Stderr = writer
	restore := sync.OnceValue(func() string {
		log.SetOutput(standard)
		os.Stderr = standard
		_ = writer.Close()
		text, _ := io.ReadAll(reader) // the pipe is ours
		return strings.TrimSpace(logger.text() + string(text))
	})
	t.Cleanup(func() { restore() })
	return restore
}
