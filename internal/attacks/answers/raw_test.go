// Package answers has servers whose answers do harm: statuses that are none, bodies without an
// end, texts of megabytes.
package answers

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file has the answers that only a server without manners gives.

// raw writes bytes on the connection in place of an answer, and holds it until the caller leaves.
func raw(text string) func(http.ResponseWriter, *http.Request) {
	return rawThen(func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// rawThen writes until it fails, and holds the connection until the caller leaves.
func rawThen(write func(io.Writer) error) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return // HTTP/2 has no such thing
		}
		defer func() { _ = connection.Close() }()
		out := bufio.NewWriter(connection)
		if write(out) != nil || out.Flush() != nil {
			return
		}
		_, _ = io.Copy(io.Discard, connection)
	}
}

// endless goes on with the same piece for ever.
func endless(w io.Writer, piece string) error {
	block := strings.Repeat(piece, 1+4096/len(piece))
	for {
		if _, err := io.WriteString(w, block); err != nil {
			return err
		}
	}
}

// bomb is a gigabyte in gzip: a member that many times (RFC 1952 section 2.2).
func bomb(t *testing.T) []byte {
	t.Helper()
	const size, members = 16 << 20, 64
	var member bytes.Buffer
	writer := gzip.NewWriter(&member)
	_, err := io.Copy(writer, io.LimitReader(repeated(`{"a":"`+strings.Repeat("a", 4096)), size))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return bytes.Repeat(member.Bytes(), members)
}

type repeated string

func (r repeated) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], r)
	}
	return n, nil
}
