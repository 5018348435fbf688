package limits_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file tests clients that know their vendor's rate: with WithRateLimit nobody is refused,
// and it takes no longer than the rate needs.

func TestAtTheVendorsRateNobodyIsRefused(t *testing.T) {
	const perSecond = 1.0 / 60 // for what the vendors count by the minute
	for name, test := range map[string]struct {
		account   func() *account
		wire      func() *wire
		call      verb
		perSecond float64
		burst     int
		calls     int
		answers   map[string]int
		took      time.Duration
	}{
		// The limit of a portal is a bucket, so that the first ten may go at once. A signature lives
		// for five minutes and is renewed 30 s before its end: five of them last for 19 minutes.
		"portal, creates": {
			portal, steady, create, portalPosts * perSecond, portalPosts, 200,
			map[string]int{"POST 201": 200, "token 200": 5}, 190 * 6 * time.Second,
		},
		"portal, creates one by one": {
			portal, steady, create, portalPosts * perSecond, 1, 200,
			map[string]int{"POST 201": 200, "token 200": 5}, 199 * 6 * time.Second,
		},
		"portal, reads": {
			portal, steady, list, portalGets * perSecond, portalGets - 1, 400,
			map[string]int{"GET 200": 400, "token 200": 1}, 201 * 300 * time.Millisecond,
		},
		// Requests that overtake each other come closer together than they were sent, as do times
		// that are no whole nanoseconds: a burst of one less leaves room for both.
		"portal, creates over an uneven wire": {
			portal, uneven, create, portalPosts * perSecond, portalPosts - 1, 200,
			map[string]int{"POST 201": 200, "token 200": 5}, 191 * 6 * time.Second,
		},
		// The limit of an org is a window: a burst would come on top of what is sent in it.
		"org, creates": {
			newOrg, steady, create, orgRequests * perSecond, 1, 200,
			map[string]int{"POST 200": 200, "token 200": 1}, 199 * 200 * time.Millisecond,
		},
		"org, reads in three windows": {
			newOrg, steady, list, orgRequests * perSecond, 1, 700,
			map[string]int{"GET 200": 700, "token 200": 1}, 699 * 200 * time.Millisecond,
		},
		"org, reads over an uneven wire": {
			newOrg, uneven, list, (orgRequests - 2) * perSecond, 1, 700,
			map[string]int{"GET 200": 700, "token 200": 1}, 699 * time.Minute / 298,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, w := test.account(), test.wire()
				client := a.connect(t, w, oauthclients.WithRateLimit(test.perSecond, test.burst))
				begin := time.Now()
				requireNone(t, crowd(test.calls, func(n int) error { return test.call(t.Context(), a, client, n) }))
				require.Equal(t, test.answers, w.answers())
				require.InDelta(t, test.took, time.Since(begin), float64(time.Second), "no longer than the rate needs")
				if test.answers["GET 200"] == 0 {
					a.requireMade(t, test.calls)
				}
			})
		})
	}
}

func steady() *wire    { return slow(100 * time.Millisecond) }
func newOrg() *account { return org() }

// Who reads and writes shares one rate, so that it has to be the lower one, or one client each.
func TestAClientForReadingAndOneForWriting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, reads, writes := portal(), steady(), steady()
		reader := a.connect(t, reads, oauthclients.WithRateLimit(portalGets/60.0, portalGets))
		writer := a.connect(t, writes, oauthclients.WithRateLimit(portalPosts/60.0, portalPosts))
		begin := time.Now()
		requireNone(t, crowd(200+30, func(n int) error {
			if n < 200 {
				err := list(t.Context(), a, reader, n)
				require.LessOrEqual(t, time.Since(begin), time.Second)
				return err
			}
			return create(t.Context(), a, writer, n)
		}))
		require.Equal(t, map[string]int{"GET 200": 200, "token 200": 1}, reads.answers())
		require.Equal(t, map[string]int{"POST 201": 30, "token 200": 1}, writes.answers())
		a.requireMade(t, 30)
	})
}

// Two programs that each keep to half of the rate together keep to all of it.
func TestTwoClientsThatShareTheRateOfAnAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := portal()
		wires := [2]*wire{steady(), slow(170 * time.Millisecond)}
		var clients [2]*oauthclients.Client
		for i, w := range wires {
			clients[i] = a.connect(t, w, oauthclients.WithRateLimit(portalPosts/2/60.0, portalPosts/2))
		}
		begin := time.Now()
		requireNone(t, crowd(200, func(n int) error { return create(t.Context(), a, clients[n%2], n) }))
		for _, w := range wires {
			require.Equal(t, map[string]int{"POST 201": 100, "token 200": 5}, w.answers())
		}
		require.InDelta(t, 95*12*time.Second, time.Since(begin), float64(time.Second))
		a.requireMade(t, 200)
	})
}
