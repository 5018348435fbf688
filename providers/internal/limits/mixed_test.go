package limits_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests callers that differ: some read and some write, some have a deadline that is
// shorter than the window, some belong to another program with the same account.

var errClosing = errors.New("the window was closed")

// A portal counts by method. Who writes too much must not hold back who reads.
func TestReadersPassWhileWritersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const readers, writers = 180, 40
		a, w := portal(), steady()
		client, begin := a.connect(t, w), time.Now()
		requireNone(t, crowd(writers+readers, func(n int) error {
			if n < writers {
				return create(t.Context(), a, client, n)
			}
			<-time.After(time.Duration(n) * time.Second / 4) // all the time in which the writers wait
			begun := time.Now()
			err := list(t.Context(), a, client, n)
			require.Equal(t, 100*time.Millisecond, time.Since(begun), "a reader waits for nobody")
			return err
		}))
		require.Equal(t, map[string]int{
			"GET 200": readers, "POST 201": writers, "POST 429": (writers - portalPosts) + (writers - portalPosts - 1), "token 200": 1,
		}, w.answers())
		require.InDelta(t, (writers-portalPosts)*6*time.Second, time.Since(begin), float64(time.Second))
		a.requireMade(t, writers)
	})
}

// An org counts everything together, and nobody can know that: each method has a gate of its own,
// which costs a 429 more in each window.
func TestReadersAndWritersOfOneWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const each = 170
		a, w := org(genesystest.WithPageSize(5)), steady() // so that reading is quick
		client, begin := a.connect(t, w), time.Now()
		requireNone(t, crowd(2*each, func(n int) error {
			if n < each {
				return create(t.Context(), a, client, n)
			}
			return list(t.Context(), a, client, n)
		}))
		got := w.answers()
		require.Equal(t, each, got["POST 200"])
		require.Equal(t, each, got["GET 200"])
		require.LessOrEqual(t, got["POST 429"]+got["GET 429"], 2*each-orgRequests+2)
		require.Less(t, time.Since(begin), 3*time.Minute)
		a.requireMade(t, each)
	})
}

// Whoever has less time than the window lasts is told so at once, and nothing is sent.
func TestADeadlineThatIsShorterThanTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const callers = 50
		a, w := org(), steady()
		client, begin := a.connect(t, w), time.Now()
		requireNone(t, crowd(orgRequests, func(n int) error { return list(t.Context(), a, client, n) }))
		hurried := func(n int) error {
			ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errClosing)
			defer cancel()
			return create(ctx, a, client, n)
		}
		for _, err := range crowd(callers, hurried) { // these learn it from the server
			told := requireLimited(t, err)
			require.Equal(t, time.Minute, told.RetryAfter)
			require.NotErrorIs(t, err, errClosing, "the time was not over")
		}
		require.Equal(t, 300*time.Millisecond, time.Since(begin))
		<-time.After(10 * time.Second)
		for _, err := range crowd(callers, hurried) { // and these from the gate
			told := requireLimited(t, err)
			require.Equal(t, 50*time.Second, told.RetryAfter)
			require.Zero(t, told.Attempts)
		}
		require.Equal(t, callers, w.answers()["POST 429"])
		require.Equal(t, 10300*time.Millisecond, time.Since(begin))
		a.requireMade(t, 0)
	})
}

// At a portal places come free every six seconds. A crowd with 20 s gets three of them, and all
// others learn that it is not their turn as soon as that is certain.
func TestACrowdWhoseTimeIsOverBeforeItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, w := portal(), steady()
		client, begin := a.connect(t, w), time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Second, errClosing)
		defer cancel()
		made := 0
		for _, err := range crowd(200, func(n int) error { return create(ctx, a, client, n) }) {
			if err == nil {
				made++
				continue
			}
			told := requireLimited(t, err)
			require.LessOrEqual(t, told.RetryAfter, 6*time.Second)
		}
		require.Equal(t, portalPosts+3, made)
		require.InDelta(t, 18*time.Second, time.Since(begin), float64(time.Second))
		a.requireMade(t, made)
	})
}

// Two programs that know nothing of each other meet the same limit. Each one costs at most two
// 429s for a place: one when the other was faster, one when there is no second place.
func TestTwoClientsOfOneAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const calls = 60
		a := portal()
		wires := [2]*wire{steady(), slow(170 * time.Millisecond)}
		var clients [2]*oauthclients.Client
		for i, w := range wires {
			clients[i] = a.connect(t, w, oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 100}))
		}
		begin := time.Now()
		requireNone(t, crowd(calls, func(n int) error { return create(t.Context(), a, clients[n%2], n) }))
		refused := wires[0].answers()["POST 429"] + wires[1].answers()["POST 429"]
		require.LessOrEqual(t, refused, (calls-portalPosts)+2*2*(calls-portalPosts))
		require.InDelta(t, (calls-portalPosts)*6*time.Second, time.Since(begin), float64(6*time.Second), "no place was left out")
		a.requireMade(t, calls)
	})
}

// With the usual number of attempts the slower of them may run out of them. It says so, and what
// it has not done was not done.
func TestTheSlowerOfTwoClientsTellsItsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := portal()
		wires := [2]*wire{steady(), slow(170 * time.Millisecond)}
		clients := [2]*oauthclients.Client{a.connect(t, wires[0]), a.connect(t, wires[1])}
		made := 0
		for n, err := range crowd(60, func(n int) error { return create(t.Context(), a, clients[n%2], n) }) {
			if err == nil {
				made++
				continue
			}
			require.Equal(t, 1, n%2, "the faster one gets every place that it waits for")
			require.Equal(t, 4, requireLimited(t, err).Attempts)
		}
		require.GreaterOrEqual(t, made, 30)
		require.Less(t, made, 60)
		a.requireMade(t, made)
	})
}

// A token that lives for a minute is renewed once, by whoever goes first with the new one.
func TestTheTokenIsOverLongBeforeTheQueueIs(t *testing.T) {
	for name, opts := range map[string][]oauthclients.Option{
		"the client's own rate": {oauthclients.WithRateLimit(1, 1)}, "behind a gate": nil,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, w := org(genesystest.WithTokenLifetime(time.Minute)), slow(400*time.Millisecond)
				client, begin := a.connect(t, w, opts...), time.Now()
				requireNone(t, crowd(600, func(n int) error { return list(t.Context(), a, client, n) }))
				got := w.answers()
				require.Equal(t, 600, got["GET 200"])
				require.Zero(t, got["GET 401"])
				require.LessOrEqual(t, got["token 200"], 1+int(time.Since(begin)/(30*time.Second)))
			})
		})
	}
}
