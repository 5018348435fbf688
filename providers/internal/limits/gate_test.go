package limits_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests clients that know nothing of their vendor's limits. The first 429 closes a gate
// for its method: nobody can call back the requests that are under way by then, but those
// behind them cost one 429 in each window, and everything is done in the time that the
// vendor's limit needs.

func TestACrowdThatIsUnderWayAtOnce(t *testing.T) {
	for name, test := range map[string]struct {
		account func() *account
		call    verb
		calls   int
		answers map[string]int
		took    time.Duration
	}{
		// 190 are refused at once. A place for one of them comes free every six seconds, and the
		// next in the queue learns each time that it was the only one.
		"portal, creates": {portal, create, 200, map[string]int{"POST 201": 200, "POST 429": 190 + 189, "token 200": 5}, 190 * 6 * time.Second},
		"portal, reads":   {portal, list, 300, map[string]int{"GET 200": 300, "GET 429": 100 + 99, "token 200": 1}, 100 * 300 * time.Millisecond},
		// 700 are refused at once. The second window and the third have 300 places each, the
		// fourth the rest; the first caller without a place in each of them is refused.
		"org, reads":   {newOrg, list, 1000, map[string]int{"GET 200": 1000, "GET 429": 700 + 2, "token 200": 1}, 3*time.Minute + 10*time.Second},
		"org, creates": {newOrg, create, 350, map[string]int{"POST 200": 350, "POST 429": 50, "token 200": 1}, time.Minute + 5*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, w := test.account(), steady()
				client, begin := a.connect(t, w), time.Now()
				requireNone(t, crowd(test.calls, func(n int) error { return test.call(t.Context(), a, client, n) }))
				require.Equal(t, test.answers, w.answers())
				require.InDelta(t, test.took, time.Since(begin), float64(time.Second))
				if test.answers["GET 200"] == 0 {
					a.requireMade(t, test.calls)
				}
			})
		})
	}
}

// The crowd comes when one caller has met the limit. From then on it is one 429 in each window,
// however many they are.
func TestACrowdBehindAGateThatIsClosed(t *testing.T) {
	for name, test := range map[string]struct {
		account func() *account
		call    verb
		before  int // calls that fill the window
		calls   int
		refused map[string]int
		took    time.Duration
	}{
		"portal, creates": {portal, create, portalPosts, 200, map[string]int{"POST 429": 200}, 200 * 6 * time.Second},
		"org, reads":      {newOrg, list, orgRequests, 1000, map[string]int{"GET 429": 4}, 4*time.Minute + 10*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, w := test.account(), steady()
				client, begin := a.connect(t, w), time.Now()
				call := func(n int) error { return test.call(t.Context(), a, client, n) }
				requireNone(t, crowd(test.before, call))
				first := make(chan error, 1)
				go func() { first <- call(test.before) }()
				<-time.After(time.Second) // it has met the limit

				requireNone(t, crowd(test.calls-1, func(n int) error { return call(test.before + 1 + n) }))
				require.NoError(t, <-first)
				for what, n := range test.refused {
					require.Equal(t, n, w.answers()[what], what)
				}
				require.InDelta(t, test.took, time.Since(begin), float64(2*time.Second))
			})
		})
	}
}

// A program that never rests has a queue that never ends. Over a slow wire it passes the gate one
// at a time for less than the vendor would allow, so that the queue widens until the next full
// window; that is then met by the few who are under way, and not by all.
func TestWorkersThatNeverRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const workers, calls = 200, 10
		a, w := org(), slow(time.Second)
		client, begin := a.connect(t, w), time.Now()
		requireNone(t, crowd(workers, func(n int) error {
			for range calls {
				if err := list(t.Context(), a, client, n); err != nil {
					return err
				}
			}
			return nil
		}))
		got := w.answers()
		require.Equal(t, workers*calls, got["GET 200"])
		windows := int(time.Since(begin)/time.Minute) + 1
		require.LessOrEqual(t, windows, 2*workers*calls/orgRequests, "every second window is full")
		const atFirst = 2*workers - orgRequests
		const widest = 35 // by then 1+2+3+... are two windows full
		require.LessOrEqual(t, got["GET 429"], atFirst+2*widest*windows/2, "two rounds at the most are under way")
	})
}

// Who does not want to wait is told why, and for how long.
func TestWhoGivesUpIsToldHowLongToWait(t *testing.T) {
	for name, test := range map[string]struct {
		account func() *account
		call    verb
		policy  oauthclients.RetryPolicy
		calls   int
		done    int
		wait    time.Duration
	}{
		"portal, no retries":       {portal, create, oauthclients.RetryPolicy{MaxAttempts: 1}, 200, portalPosts, 6 * time.Second},
		"portal, too long a wait":  {portal, create, oauthclients.RetryPolicy{MaxWait: 5 * time.Second}, 200, portalPosts, 6 * time.Second},
		"portal, reads":            {portal, list, oauthclients.RetryPolicy{MaxAttempts: 1}, 250, portalGets, 300 * time.Millisecond},
		"org, no retries":          {newOrg, list, oauthclients.RetryPolicy{MaxAttempts: 1}, 330, orgRequests, time.Minute},
		"org, too long a wait":     {newOrg, create, oauthclients.RetryPolicy{MaxWait: 59 * time.Second}, 330, orgRequests, time.Minute},
		"org, just the right wait": {newOrg, create, oauthclients.RetryPolicy{MaxWait: time.Minute}, 330, 330, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, w := test.account(), steady()
				client, begin := a.connect(t, w, oauthclients.WithRetry(test.policy)), time.Now()
				done := 0
				for _, err := range crowd(test.calls, func(n int) error { return test.call(t.Context(), a, client, n) }) {
					if err == nil {
						done++
						continue
					}
					told := requireLimited(t, err)
					require.Equal(t, test.wait, told.RetryAfter)
					require.Equal(t, 429, told.StatusCode)
					require.Equal(t, 1, told.Attempts)
				}
				require.Equal(t, test.done, done)
				if test.done < test.calls {
					require.Equal(t, 200*time.Millisecond, time.Since(begin), "a trade and a call")
				}
			})
		})
	}
}

// requireLimited checks that a call failed for the limit, that it was not executed, and that it
// tells a wait.
func requireLimited(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrRateLimited)
	require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	var told *oauthclients.Error
	require.ErrorAs(t, err, &told)
	require.Positive(t, told.RetryAfter)
	return told
}
