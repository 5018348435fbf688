package sipgate_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file tests a login server that starts.

// It says in plain text how long that takes. The password grant is asked for again then.
func TestALoginServerThatStarts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sipgatetest.New()
		server.Inject(fakeserver.Fault{
			PathContains: "/token", Times: 1, Status: http.StatusServiceUnavailable, Body: "Bootstrap in progress. Retry in 1 seconds.",
			Header: http.Header{"Content-Type": {"text/plain"}, "Retry-After": {"1"}},
		})
		client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		begin := time.Now()
		_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(begin))
	})
}
