package docspace

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// The limit of the token endpoint is read like that of the API, on both wires: what it asks for has no
// Retry-After, and is in nanoseconds.
func TestTheWaitAtTheTokenEndpoint(t *testing.T) {
	for _, wire := range []Wire{WireServer, WireGuide} {
		connection, err := Provider{Portal: "https://portal.example.com", Wire: wire}.Connect()
		require.NoError(t, err)
		limited := &oauthclients.Response{Status: http.StatusTooManyRequests, Header: http.Header{"X-Ratelimit-Reset": {"5398000000"}}}
		wait, asked := connection.RetryAfter(http.MethodPost, limited)
		require.Equal(t, 5398*time.Millisecond, wait)
		require.True(t, asked)
	}
}
