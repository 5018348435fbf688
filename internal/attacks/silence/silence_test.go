// Package silence listens to what a program did not ask for: the standard logger and the standard
// outputs, where tokens end that nobody meant to write.
package silence

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has servers that answer otherwise than a program expects, and listens while each verb is
// called at them. What net/http writes by itself is the only thing that may be heard.

const planted = "pl4nted-s3cret-value-0123456789"

// attack is what a server does in place of its answer, or behind it.
type attack struct {
	// answers: the fake's own answer comes first.
	answers bool
	text    string
}

// attacks are on the bytes of a connection: all else is no reason for anybody to write anything.
func attacks() map[string]attack {
	return map[string]attack{
		"a token follows":           {true, `{"access_token":"` + planted + `"}`},
		"another answer follows":    {true, "HTTP/1.1 200 OK\r\nContent-Length: 44\r\n\r\n" + planted},
		"one byte follows":          {true, "x"},
		"no HTTP":                   {false, "220 " + planted + " ESMTP\r\n"},
		"a status that is none":     {false, "HTTP/1.1 2000 " + planted + "\r\n\r\n"},
		"a header that is none":     {false, "HTTP/1.1 200 OK\r\n" + planted + "\r\n\r\n"},
		"a length that is none":     {false, "HTTP/1.1 200 OK\r\nContent-Length: " + planted + "\r\n\r\n"},
		"a body that breaks off":    {false, "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n{\"access_token\":\"" + planted},
		"chunks that are none":      {false, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + planted},
		"another protocol":          {false, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: " + planted + "\r\nConnection: upgrade\r\n\r\n"},
		"a page that leads away":    {false, "HTTP/1.1 302 Found\r\nLocation: https://" + planted + "@other.example.com/%zz\r\nContent-Length: 0\r\n\r\n"},
		"a refusal with the secret": {false, "HTTP/1.1 403 Forbidden\r\nContent-Length: 31\r\nSet-Cookie: a b=" + planted + "\r\n\r\n" + planted},
	}
}

// unsolicited is the line of net/http. It takes no other logger for this, and no transport can keep it
// from it, so that SECURITY.md says so.
var unsolicited = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d Unsolicited response received on idle HTTP channel starting with "(?:[^"\\]|\\.)*"; err=\S.*$`)

func TestWhatNetHTTPLogsIsDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../SECURITY.md")
	require.NoError(t, err)
	require.Contains(t, strings.Join(strings.Fields(string(text)), " "), "`net/http` writes what a server sends after its answer to the standard logger")
}

// Logger and outputs are one for the whole process, so that nothing runs beside this.
func TestNothingIsSaid(t *testing.T) { //nolint:paralleltest // it listens to the process
	lines := 0
	for _, provider := range target.Names() {
		for name, a := range attacks() {
			t.Run(provider+"/"+name, func(t *testing.T) {
				for _, verb := range target.New(provider).Verbs() {
					said := a.hear(t, provider, verb)
					require.Empty(t, said.stdout, verb.Name)
					require.Empty(t, said.stderr, verb.Name)
					for line := range strings.Lines(said.logger) {
						require.True(t, a.answers, "%s: %s", verb.Name, line)
						require.Regexp(t, unsolicited, strings.TrimSuffix(line, "\n"), verb.Name)
						lines++
					}
				}
			})
		}
	}
	require.Positive(t, lines, "net/http was heard, so that others would have been")
}

// The ears hear what they are for.
func TestWhatIsSaidIsHeard(t *testing.T) { //nolint:paralleltest // it listens to the process
	ears := listen(t)
	log.Print("to the logger")
	_, _ = fmt.Fprint(os.Stdout, "to the output")
	_, _ = fmt.Fprint(os.Stderr, "to the error output")
	said := ears()
	require.Contains(t, said.logger, "to the logger")
	require.Equal(t, []string{"to the output", "to the error output"}, []string{said.stdout, said.stderr})
}

// hear calls a verb at a server that attacks, and tells what was said meanwhile.
func (a attack) hear(t *testing.T, provider string, verb target.Verb) heard {
	t.Helper()
	f := target.NewFrontOn(t, provider, target.HTTP1, quiet(t))
	client := f.Client(t, oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	_, err := client.Clients.Get(t.Context(), f.ID) // what it needs for its requests it has
	require.NoError(t, err)

	var open atomic.Int64
	closed := make(chan struct{}, 64)
	ears := listen(t)
	f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
		open.Add(1)
		defer func() { closed <- struct{}{} }()
		if a.answers {
			f.Execute(w, r)
		}
		a.talk(w)
		return true
	})
	ended := target.Run(t, 2*time.Second, func(ctx context.Context) error { return verb.Call(ctx, f.Target, client, f.ID) })
	require.False(t, ended.Hung, verb.Name)
	require.Nil(t, ended.Panic, verb.Name)
	require.Positive(t, open.Load(), "%s came to the server", verb.Name)
	for range open.Load() { // net/http has read what followed, and given the connection up
		select {
		case <-closed:
		case <-time.After(target.Hang):
			require.Fail(t, "the connection is kept", verb.Name)
		}
	}
	return ears()
}

// talk writes to the connection, and waits until the caller gives it up.
func (a attack) talk(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	if a.answers && control.Flush() != nil {
		return
	}
	connection, _, err := control.Hijack()
	if err != nil {
		return
	}
	defer func() { _ = connection.Close() }()
	_, _ = io.WriteString(connection, a.text)
	if half, ok := connection.(interface{ CloseWrite() error }); ok && !a.answers {
		_ = half.CloseWrite()
	}
	_, _ = io.Copy(io.Discard, connection) // ends when the caller closes it
}

// quiet starts a server that has a logger of its own: only the caller is listened to.
func quiet(t *testing.T) func(http.Handler) (string, *http.Client) {
	t.Helper()
	return func(handler http.Handler) (string, *http.Client) {
		server := httptest.NewUnstartedServer(handler)
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.Start()
		t.Cleanup(func() {
			server.CloseClientConnections()
			server.Close()
		})
		return server.URL, server.Client()
	}
}
