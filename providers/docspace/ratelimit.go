package docspace

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file reads the portal's rate limits. It never sends Retry-After.

// remainingHeader is on every answer to a request that the portal counted.
const remainingHeader = "X-Ratelimit-Remaining"

// postInterval is what a limit of ten POST a minute implies.
const postInterval = 6 * time.Second

// serviceInterval is that of the limit for everybody together. Its refusal is known by what is left of
// the caller's own limit.
const serviceInterval = time.Second

// nanosecondsFrom: the portal gives X-Ratelimit-Reset in nanoseconds on a 429 and in seconds
// elsewhere. Its windows are a minute long, so that nothing above this can mean seconds.
const nanosecondsFrom = 100_000

// retryAfter is the wait after a 429: what the portal asks for, or what its limit implies.
func retryAfter(method string, r *oauthclients.Response) (wait time.Duration, asked bool) {
	if r.Status != http.StatusTooManyRequests {
		return 0, false
	}
	if wait := resetWait(r.Header.Get("X-Ratelimit-Reset")); wait > 0 {
		return wait, true
	}
	switch left, err := strconv.Atoi(r.Header.Get(remainingHeader)); {
	case err == nil && left > 0:
		return serviceInterval, false
	case method == http.MethodPost:
		return postInterval, false
	}
	return 0, false
}

// resetWait is 0 for a header that says nothing.
func resetWait(header string) time.Duration {
	value, err := strconv.ParseInt(strings.TrimSpace(header), 10, 64)
	switch {
	case err != nil || value <= 0:
		return 0
	case value > nanosecondsFrom:
		return time.Duration(value)
	}
	return time.Duration(value) * time.Second
}
