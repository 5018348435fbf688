package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what the options do to a call: the log, the rate limit, the waits.

func TestTheLogHasEveryAttemptAndNoSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Status: 503})
		server.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Drop: true})
		client := server.WithOptions(t, world.PasswordGrant(), oauthclients.WithLogger(log))
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: "hidden-cursor"})
		require.NoError(t, err)

		lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
		require.Len(t, lines, 4, "a token and three attempts")
		for i, want := range []map[string]any{
			{"operation": "Token", "method": "POST", "path": "/oauth/token", "status": 200.0, "attempt": 1.0},
			{"operation": "List", "method": "GET", "path": "/v1/clients", "status": 503.0, "attempt": 1.0},
			{"operation": "List", "method": "GET", "path": "/v1/clients", "attempt": 2.0},
			{"operation": "List", "method": "GET", "path": "/v1/clients", "status": 200.0, "attempt": 3.0},
		} {
			line := map[string]any{}
			require.NoError(t, json.Unmarshal(lines[i], &line))
			require.Equal(t, world.MemName, line["provider"])
			require.Equal(t, "use-httpclient-of-the-fake.invalid", line["host"])
			require.Equal(t, "DEBUG", line["level"])
			for key, value := range want {
				require.Equal(t, value, line[key], "%s of line %d", key, i)
			}
			require.Equal(t, want["status"] == nil, line["error"] != nil)
		}
		world.RequireNoLeak(t, out.String(), world.OddSecret)
		world.RequireNoLeak(t, out.String(), "t-token-1")
		world.RequireNoLeak(t, out.String(), "hidden-cursor")
	})
}

func TestTheRateLimitSpreadsCallsAndSparesTokenRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		client := server.WithOptions(t, world.PasswordGrant(), oauthclients.WithRateLimit(2, 1))
		start := time.Now()
		for range 5 {
			require.NoError(t, world.List(t, client))
		}
		require.Equal(t, 2*time.Second, time.Since(start), "two a second after the first")

		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrRateLimited)
		require.Equal(t, 2*time.Second, time.Since(start), "a wait that the context does not allow is not begun")
		require.Equal(t, 5, server.APIRequests())
	})
}

// The server's own wait wins over the vendor's header, and that over the backoff.
func TestWaitsBetweenAttempts(t *testing.T) {
	vendor := func(wait time.Duration, asked bool) func(*oauthclients.Connection) {
		return func(c *oauthclients.Connection) {
			c.RetryAfter = func(method string, r *oauthclients.Response) (time.Duration, bool) {
				if method != http.MethodGet || r.Status != http.StatusTooManyRequests {
					return time.Hour, true
				}
				return wait, asked
			}
		}
	}
	for name, test := range map[string]struct {
		header http.Header
		edit   func(*oauthclients.Connection)
		waited time.Duration // 0: the call fails at once
		asked  time.Duration
	}{
		"Retry-After":             {http.Header{"Retry-After": {"7"}}, nil, 7 * time.Second, 0},
		"Retry-After wins":        {http.Header{"Retry-After": {"7"}}, vendor(9*time.Second, true), 7 * time.Second, 0},
		"vendor's header":         {nil, vendor(9*time.Second, true), 9 * time.Second, 0},
		"implied by its limits":   {nil, vendor(6*time.Second, false), 6 * time.Second, 0},
		"implied wait is cut":     {nil, vendor(time.Hour, false), 70 * time.Second, 0},
		"asked for too long":      {nil, vendor(71*time.Second, true), 0, 71 * time.Second},
		"Retry-After of too long": {http.Header{"Retry-After": {"3600"}}, nil, 0, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				server.Inject(fakeserver.Fault{Times: 1, Status: 429, Header: test.header})
				provider := server.Provider()
				provider.Edit = test.edit
				client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
				require.NoError(t, err)
				start := time.Now()
				err = world.List(t, client)
				require.Equal(t, test.waited, time.Since(start))
				if test.waited > 0 {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, oauthclients.ErrRateLimited)
				require.Equal(t, test.asked, world.Failure(t, err).RetryAfter)
			})
		})
	}
}

func TestOneAttemptTurnsRepeatingOff(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{Status: 503})
	client := server.WithOptions(t, oauthclients.NoAuth{}, oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	require.Len(t, server.Requests(), 1)
}

func TestFourAttemptsAreTheDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Status: 503})
		start := time.Now()
		require.Equal(t, 4, world.Failure(t, world.List(t, server.WithOptions(t, oauthclients.NoAuth{}))).Attempts)
		require.Len(t, server.Requests(), 4)
		require.GreaterOrEqual(t, time.Since(start), 1500*time.Millisecond, "at least 500 ms each")
		require.LessOrEqual(t, time.Since(start), 3*70*time.Second)
	})
}

func TestNothingHangsWithoutADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Delay: 24 * time.Hour})
		client := server.WithOptions(t, oauthclients.NoAuth{}, oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
		start := time.Now()
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
		require.Equal(t, 30*time.Second, time.Since(start))
	})
}
