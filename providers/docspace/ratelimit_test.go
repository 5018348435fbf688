package docspace_test

import (
	"errors"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the waits after a 429. No clock is real here.

// waited is how long a create or a list takes after one 429 with this header.
func waited(t *testing.T, method, reset string) time.Duration {
	t.Helper()
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth(), oauthclients.WithRetry(oauthclients.RetryPolicy{
		// Backoff alone would wait a millisecond at most.
		MinWait: time.Millisecond, MaxWait: time.Minute,
	}))
	fault := fakeserver.Fault{Method: method, PathContains: "/clients", Times: 1, Status: http.StatusTooManyRequests, Header: http.Header{}}
	if reset != "" {
		fault.Header.Set("X-Ratelimit-Reset", reset)
	}
	portal.Inject(fault)
	start := time.Now()
	if method == http.MethodPost {
		_, err := client.Clients.Create(t.Context(), portalSample(1))
		require.NoError(t, err)
	} else {
		listOnce(t, client)
	}
	require.Equal(t, 2, portal.Count(method, clientsPath))
	return time.Since(start)
}

func TestWaitAfter429(t *testing.T) {
	for name, test := range map[string]struct {
		method, reset string
		want          time.Duration
	}{
		"nanoseconds":            {http.MethodGet, "5900000000", 5900 * time.Millisecond},
		"few nanoseconds":        {http.MethodGet, "100001", 100001 * time.Nanosecond},
		"seconds":                {http.MethodGet, "7", 7 * time.Second},
		"blanks around":          {http.MethodGet, " 5900000000 ", 5900 * time.Millisecond},
		"a minute, which is all": {http.MethodGet, "60000000000", time.Minute},
		"a create is told":       {http.MethodPost, "2000000000", 2 * time.Second},
		"a create, zero":         {http.MethodPost, "0", 6 * time.Second},
		"a create, no header":    {http.MethodPost, "", 6 * time.Second},
		"a create, no number":    {http.MethodPost, "soon", 6 * time.Second},
		"a create, blank":        {http.MethodPost, " ", 6 * time.Second},
		"a create, negative":     {http.MethodPost, "-2000000000", 6 * time.Second},
		"a create, a fraction":   {http.MethodPost, "2000000000.5", 6 * time.Second},
		"a create, an exponent":  {http.MethodPost, "2e9", 6 * time.Second},
		"a create, out of range": {http.MethodPost, "99999999999999999999", 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { require.Equal(t, test.want, waited(t, test.method, test.reset)) })
		})
	}
}

// What the portal does not tell and no limit implies is left to the usual backoff.
func TestBackoffAfter429(t *testing.T) {
	for _, reset := range []string{"", " ", "0", "-5", "soon", "1.5", "1e9", "5900000000, 5900000000", "99999999999999999999"} {
		synctest.Test(t, func(t *testing.T) { require.Less(t, waited(t, http.MethodGet, reset), time.Second) })
	}
}

// A wait that is longer than the policy allows is told to the caller as it came, who may have the time.
func TestLongWaitIsReturned(t *testing.T) {
	for reset, want := range map[string]time.Duration{
		"120000000000": 2 * time.Minute, "70000000001": 70*time.Second + 1, "71": 71 * time.Second, "3600": time.Hour,
		"100000":         100_000 * time.Second, // the largest number of them
		"86400000000001": 24*time.Hour + 1, "9223372036854775807": math.MaxInt64,
	} {
		t.Run(reset, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal := docspacetest.New()
				client := connect(t, portal, portal.Auth())
				portal.Inject(fakeserver.Fault{
					PathContains: "/clients", Status: http.StatusTooManyRequests,
					Header: http.Header{"X-Ratelimit-Reset": {reset}},
				})
				start := time.Now()
				_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
				var failed *oauthclients.Error
				require.ErrorAs(t, err, &failed)
				require.ErrorIs(t, err, oauthclients.ErrRateLimited)
				require.Equal(t, want, failed.RetryAfter)
				require.Zero(t, time.Since(start))
				require.Equal(t, 1, portal.Count(http.MethodGet, clientsPath))
			})
		})
	}
}

// The header is on every answer, in another unit, and asks for a wait only beside a 429. A
// gateway in front of the portal may say more clearly what it wants.
func TestWhatElseIsNoWait(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		header http.Header
		want   time.Duration // 0: backoff
	}{
		"503":                    {http.StatusServiceUnavailable, http.Header{"X-Ratelimit-Reset": {"59"}}, 0},
		"503, nanoseconds":       {http.StatusServiceUnavailable, http.Header{"X-Ratelimit-Reset": {"5900000000"}}, 0},
		"503 of a gateway":       {http.StatusServiceUnavailable, http.Header{"X-Ratelimit-Reset": {"59"}, "Retry-After": {"3"}}, 3 * time.Second},
		"429 of a gateway":       {http.StatusTooManyRequests, http.Header{"X-Ratelimit-Reset": {"5900000000"}, "Retry-After": {"3"}}, 3 * time.Second},
		"429, a useless gateway": {http.StatusTooManyRequests, http.Header{"X-Ratelimit-Reset": {"5900000000"}, "Retry-After": {"soon"}}, 5900 * time.Millisecond},
		"429, twice":             {http.StatusTooManyRequests, http.Header{"X-Ratelimit-Reset": {"5900000000", "1000000000"}}, 5900 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				portal := docspacetest.New()
				client := connect(t, portal, portal.Auth(), oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond}))
				portal.Inject(fakeserver.Fault{PathContains: "/clients", Times: 1, Status: test.status, Header: test.header})
				start := time.Now()
				listOnce(t, client)
				if test.want == 0 {
					require.LessOrEqual(t, time.Since(start), 2*time.Millisecond)
					return
				}
				require.Equal(t, test.want, time.Since(start))
			})
		})
	}
}

// Ten creates a minute: the eleventh waits for its place, and not longer.
func TestCreatesKeepWithinThePortalsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithRateLimits())
		client := connect(t, portal, portal.Auth())
		start := time.Now()
		for n := range 12 {
			_, err := client.Clients.Create(t.Context(), portalSample(n))
			require.NoError(t, err)
		}
		require.Equal(t, 12*time.Second, time.Since(start), "two places come free, one every six seconds")
		require.Equal(t, 14, portal.Count(http.MethodPost, clientsPath))
	})
}

// The limit of the whole service is one for a second. Its refusal has what is left of the caller's own,
// and no wait.
func TestTheServicesLimitIsOneForASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New(docspacetest.WithServiceLimit())
		client := connect(t, portal, portal.Auth())
		for range 125 {
			listOnce(t, client)
		}
		start := time.Now()
		_, err := client.Clients.Create(t.Context(), portalSample(1))
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(start))
		require.Equal(t, 2, portal.Count(http.MethodPost, clientsPath))

		hasty := connect(t, portal, portal.Auth(), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
		var failed *oauthclients.Error
		for failed == nil {
			_, err := hasty.Clients.List(t.Context(), oauthclients.ListOptions{})
			_ = errors.As(err, &failed)
		}
		require.ErrorIs(t, failed, oauthclients.ErrRateLimited)
		require.Zero(t, failed.RetryAfter, "the portal named none")
		require.Equal(t, "Too many requests. Please try again later.", failed.Message)
	})
}
