package transport_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This file throws any Retry-After at the code that waits for it.

// A wait is never negative and never overflows; a number of seconds is kept as it is, and what names no
// wait leaves the matter to the backoff.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"", "0", "1", "120", "86400", "86401", "-1", "+5", " 5", "5 ", "1.5", "1e3", "0x10", "007", "99999999999999999999", "18446744073709551616", "\u0665", "NaN", "5,6", "soon",
		"Wed, 21 Oct 2015 07:28:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Mon, 01 Jan 0001 00:00:00 GMT",
		time.Now().Add(time.Hour).UTC().Format(http.TimeFormat),
	} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		server := serve(status(http.StatusTooManyRequests, "Retry-After", value))
		outcome := over(server, attempts(1)).Do(t.Context(), get())
		require.NoError(t, outcome.Err)
		require.Equal(t, http.StatusTooManyRequests, outcome.Response.Status)
		require.Equal(t, 1, server.count())
		require.GreaterOrEqual(t, outcome.RetryAfter, time.Duration(0))
		require.LessOrEqual(t, outcome.RetryAfter, 290*365*24*time.Hour)
		if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
			require.Equal(t, time.Duration(seconds)*time.Second, outcome.RetryAfter)
		}
	})
}
