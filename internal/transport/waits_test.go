package transport_test

import (
	"context"
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the waits that a server or a vendor's limits name. What is waited without
// them is in backoff_test.go.

// backedOff: nobody named a wait, so that it lies between MinWait and MaxWait.
func backedOff(t *testing.T, wait time.Duration) {
	t.Helper()
	require.GreaterOrEqual(t, wait, minWait)
	require.LessOrEqual(t, wait, maxWait)
}

func TestRetryAfterIsKept(t *testing.T) {
	cases := map[string]struct {
		value func(now time.Time) string
		want  time.Duration
	}{
		"one second":     {literal("1"), time.Second},
		"seconds":        {literal("7"), 7 * time.Second},
		"leading zeros":  {literal("0007"), 7 * time.Second},
		"blanks around":  {literal(" 7\t"), 7 * time.Second},
		"all of MaxWait": {literal("70"), maxWait},
		"IMF date":       {date(http.TimeFormat, 7*time.Second), 7 * time.Second},
		"RFC 850 date":   {date("Monday, 02-Jan-06 15:04:05 GMT", 7*time.Second), 7 * time.Second},
		"asctime date":   {date(time.ANSIC, 7*time.Second), 7 * time.Second},
	}
	for name, c := range cases {
		for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					s := serve(status(code, "Retry-After", c.value(time.Now())), status(http.StatusOK))
					require.Equal(t, http.StatusOK, over(s).Do(t.Context(), get()).Response.Status)
					require.Equal(t, c.want, s.gap(t))
				})
			})
		}
	}
}

// literal is a header value, date one that is a time from now.
func literal(value string) func(time.Time) string { return func(time.Time) string { return value } }

func date(layout string, d time.Duration) func(time.Time) string {
	return func(now time.Time) string { return now.Add(d).UTC().Format(layout) }
}

func TestARetryAfterThatNamesNoWaitLeavesTheBackoff(t *testing.T) {
	cases := map[string]func(time.Time) string{
		"empty": literal(""), "zero": literal("0"), "negative": literal("-5"), "garbage": literal("soon"),
		"fraction": literal("1.5"), "with a unit": literal("5s"), "hexadecimal": literal("0x7"),
		"two values": literal("5, 7"), "date now": date(http.TimeFormat, 0),
		"blank": literal(" "), "with a plus": literal("+7"), "exponent": literal("1e1"),
		"date in the past":       date(http.TimeFormat, -time.Hour),
		"past, RFC 850":          literal("Sunday, 06-Nov-94 08:49:37 GMT"),
		"past, asctime":          literal("Sun Nov  6 08:49:37 1994"),
		"past, a two-digit year": literal("Friday, 01-Jan-99 00:00:00 GMT"), // 1999, not 2099
		"date in another zone":   literal("Sat, 01 Jan 2000 00:00:07 +0000"),
		"date long in the past":  literal("Thu, 01 Jan 0001 00:00:00 GMT"),
		"date without its zone":  literal("Sat, 01 Jan 2000 00:00:07"),
		"negative and too large": literal("-99999999999999999999"),
	}
	for name, value := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusTooManyRequests, "Retry-After", value(time.Now())), status(http.StatusOK))
				outcome := over(s).Do(t.Context(), get())
				require.Equal(t, http.StatusOK, outcome.Response.Status)
				backedOff(t, s.gap(t))
			})
		})
	}
}

func TestARetryAfterBeyondMaxWaitReturnsAtOnce(t *testing.T) {
	cases := map[string]struct {
		value func(time.Time) string
		want  time.Duration // 0: any that is longer than MaxWait
	}{
		"a second more":       {literal("71"), 71 * time.Second},
		"an hour":             {literal("3600"), time.Hour},
		"date":                {date(http.TimeFormat, time.Hour), time.Hour},
		"a year":              {literal("31536000"), 0},
		"overflows when ns":   {literal("9223372037"), 0},
		"wraps to a small ns": {literal("18446744074"), 0},
		"largest int64":       {literal("9223372036854775807"), 0},
		"largest uint64":      {literal("18446744073709551615"), 0},
		"more than uint64":    {literal("99999999999999999999999999"), 0},
		"date in year 9999":   {literal("Fri, 31 Dec 9999 23:59:59 GMT"), 0},
		"far, RFC 850":        {literal("Monday, 31-Dec-68 23:59:59 GMT"), 0}, // 2068
		"far, asctime":        {literal("Fri Dec 31 23:59:59 9999"), 0},
		"asctime date":        {date(time.ANSIC, 2*time.Minute), 2 * time.Minute},
		"RFC 850 date":        {date("Monday, 02-Jan-06 15:04:05 GMT", 2*time.Minute), 2 * time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				s := serve(status(http.StatusTooManyRequests, "Retry-After", c.value(begin)))
				outcome := over(s).Do(t.Context(), get())
				require.Zero(t, time.Since(begin))
				require.Equal(t, 1, s.count())
				require.Equal(t, 1, outcome.Attempts)
				require.NoError(t, outcome.Err)
				require.Equal(t, http.StatusTooManyRequests, outcome.Response.Status)
				require.Greater(t, outcome.RetryAfter, maxWait)
				if c.want != 0 {
					require.Equal(t, c.want, outcome.RetryAfter)
				}
			})
		})
	}
}

// A gateway may add its own to that of the server behind it. The first that names a wait counts.
func TestARepeatedRetryAfter(t *testing.T) {
	cases := map[string]struct {
		values []string
		want   time.Duration // 0: backoff
	}{
		"the same twice":  {[]string{"7", "7"}, 7 * time.Second},
		"the first":       {[]string{"7", "9"}, 7 * time.Second},
		"a useless first": {[]string{"soon", "9"}, 9 * time.Second},
		"a blank first":   {[]string{"", "0", "9"}, 9 * time.Second},
		"none of them":    {[]string{"0", "-9", ""}, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var header []string
				for _, value := range c.values {
					header = append(header, "Retry-After", value)
				}
				s := serve(status(http.StatusTooManyRequests, header...), status(http.StatusOK))
				require.Equal(t, http.StatusOK, over(s).Do(t.Context(), get()).Response.Status)
				if c.want == 0 {
					backedOff(t, s.gap(t))
					return
				}
				require.Equal(t, c.want, s.gap(t))
			})
		})
	}
}

// vendor makes a RetryAfter hook of one answer.
func vendor(wait time.Duration, asked bool) func(string, *transport.Response) (time.Duration, bool) {
	return func(string, *transport.Response) (time.Duration, bool) { return wait, asked }
}

func TestTheVendorsWait(t *testing.T) {
	cases := map[string]struct {
		header string
		wait   time.Duration
		asked  bool
		want   time.Duration // 0: backoff
	}{
		"asked":                      {"", 9 * time.Second, true, 9 * time.Second},
		"asked for MaxWait":          {"", maxWait, true, maxWait},
		"implied":                    {"", 6 * time.Second, false, 6 * time.Second},
		"implied beyond MaxWait":     {"", time.Hour, false, maxWait},
		"implied absurd":             {"", math.MaxInt64, false, maxWait},
		"nothing":                    {"", 0, false, 0},
		"asked for nothing":          {"", 0, true, 0},
		"negative":                   {"", -time.Second, true, 0},
		"smallest":                   {"", math.MinInt64, false, 0},
		"Retry-After wins":           {"3", 9 * time.Second, true, 3 * time.Second},
		"Retry-After beats implied":  {"3", 9 * time.Second, false, 3 * time.Second},
		"a useless Retry-After does": {"soon", 9 * time.Second, true, 9 * time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusTooManyRequests, "Retry-After", c.header), status(http.StatusOK))
				request := get()
				request.RetryAfter = vendor(c.wait, c.asked)
				require.Equal(t, http.StatusOK, over(s).Do(t.Context(), request).Response.Status)
				if c.want == 0 {
					backedOff(t, s.gap(t))
					return
				}
				require.Equal(t, c.want, s.gap(t))
			})
		})
	}
}

func TestAVendorsWaitBeyondMaxWaitReturnsAtOnce(t *testing.T) {
	for _, wait := range []time.Duration{maxWait + 1, time.Hour, math.MaxInt64} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			s := serve(status(http.StatusTooManyRequests))
			request := get()
			request.RetryAfter = vendor(wait, true)
			outcome := over(s).Do(t.Context(), request)
			require.Zero(t, time.Since(begin))
			require.Equal(t, 1, s.count())
			require.Equal(t, http.StatusTooManyRequests, outcome.Response.Status)
			require.Greater(t, outcome.RetryAfter, maxWait)
			require.LessOrEqual(t, outcome.RetryAfter, wait)
		})
	}
}

func TestTheVendorsHookSeesTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusTooManyRequests, `{"wait":4}`, "X-Ratelimit-Reset", "4"), nil
		}, status(http.StatusOK))
		request := get()
		request.RetryAfter = func(_ string, r *transport.Response) (time.Duration, bool) {
			if r.Status == http.StatusTooManyRequests && r.Header.Get("X-Ratelimit-Reset") == "4" && string(r.Body) == `{"wait":4}` {
				return 4 * time.Second, true
			}
			return 0, false
		}
		over(s).Do(t.Context(), request)
		require.Equal(t, 4*time.Second, s.gap(t))
	})
}

// Whoever has less time left than the wait takes must know now, not when the time is over.
func TestAWaitLongerThanTheContextHasLeftReturnsAtOnce(t *testing.T) {
	cases := map[string]struct {
		answer     answer
		hook       func(string, *transport.Response) (time.Duration, bool)
		retryAfter time.Duration // what the server asked for
	}{
		"Retry-After":    {status(http.StatusServiceUnavailable, "Retry-After", "20"), nil, 20 * time.Second},
		"vendor asked":   {status(http.StatusTooManyRequests), vendor(20*time.Second, true), 20 * time.Second},
		"vendor implied": {status(http.StatusTooManyRequests), vendor(20*time.Second, false), 0},
		"backoff":        {status(http.StatusServiceUnavailable), nil, 0},
		"backoff on 429": {status(http.StatusTooManyRequests), nil, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
				defer cancel()
				begin, s := time.Now(), serve(c.answer)
				request := get()
				request.RetryAfter = c.hook
				outcome := over(s, func(o *transport.Options) { o.Policy.MinWait = 16 * time.Second }).Do(ctx, request)
				require.Zero(t, time.Since(begin))
				require.Equal(t, 1, s.count())
				require.NoError(t, outcome.Err, "there is an answer")
				require.NotNil(t, outcome.Response)
				require.Equal(t, c.retryAfter, outcome.RetryAfter)
			})
		})
	}
}

func TestRetryAfterIsToldWhenTheAttemptsAreUsedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusTooManyRequests, "Retry-After", "2"),
			status(http.StatusTooManyRequests, "Retry-After", "3"), status(http.StatusTooManyRequests, "Retry-After", "4"))
		outcome := over(s).Do(t.Context(), get())
		require.Equal(t, 3, s.count())
		require.Equal(t, 4*time.Second, outcome.RetryAfter)
	})
}

func TestAWaitThatIsOverIsNotToldWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errShutdown)
		defer cancel()
		outcome := over(serve(limited("5"), hangs), clientTimeout(time.Hour)).Do(ctx, get())
		require.ErrorIs(t, outcome.Err, errShutdown)
		require.Equal(t, 2, outcome.Attempts)
		require.Zero(t, outcome.RetryAfter)
	})
}

// The wait belongs to the answer that asked for it: a 404 after it asks for none.
func TestAWaitThatIsOverIsNotToldAgain(t *testing.T) {
	later := map[string]answer{
		"404": status(http.StatusNotFound), "409": status(http.StatusConflict), "503": status(http.StatusServiceUnavailable),
		"no answer": fails(http.ErrServerClosed),
	}
	for name, next := range later {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusTooManyRequests, "Retry-After", "5"), next)
				outcome := over(s, attempts(2)).Do(t.Context(), get())
				require.Equal(t, 2, outcome.Attempts)
				require.Zero(t, outcome.RetryAfter)
			})
		})
	}
}
