package fakeserver_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// endable is a test whose end can be had before that of the one around it.
type endable struct {
	*testing.T
	cleanups []func()
}

func (e *endable) Cleanup(f func()) { e.cleanups = append(e.cleanups, f) }

func TestStartForEndsWithItsTest(t *testing.T) {
	s := fakeserver.New(http.NotFoundHandler())
	inner := &endable{T: t}
	s.StartFor(inner)
	address := strings.TrimPrefix(s.URL(), "http://")
	dial := func() error {
		connection, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			err = connection.Close()
		}
		return err
	}
	require.NoError(t, dial())
	require.Len(t, inner.cleanups, 1)
	inner.cleanups[0]()
	require.Error(t, dial())
}
