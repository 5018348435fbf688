package transport_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds the retry table for answers: which status is repeated under which rule, and
// after which a write may have been executed. The table for broken connections is in
// retryfault_test.go.

// repeatedOn is the table of the design, without the rows that repeat nothing.
func repeatedOn() map[int][]string {
	everyRead := []string{"GET", "PUT", "DELETE"}
	return map[int][]string{
		http.StatusRequestTimeout:      everyRead,
		http.StatusTooManyRequests:     append([]string{"create"}, everyRead...),
		http.StatusInternalServerError: everyRead,
		http.StatusBadGateway:          everyRead,
		http.StatusServiceUnavailable:  everyRead,
		http.StatusGatewayTimeout:      everyRead,
	}
}

func TestEveryStatusUnderEveryRule(t *testing.T) {
	statuses := []int{
		200, 201, 204, 301, 302, 303, 304, 307, 308,
		400, 401, 403, 404, 405, 408, 409, 410, 422, 429, 500, 501, 502, 503, 504,
	}
	repeated := repeatedOn()
	for name, rule := range rules() {
		for _, code := range statuses {
			t.Run(fmt.Sprintf("%s %d", name, code), func(t *testing.T) {
				want := 1
				for _, rule := range repeated[code] {
					if rule == name {
						want = 3
					}
				}
				requireStatus(t, rule, code, want)
			})
		}
	}
}

// mayBeDone: a server that is tired of waiting or broken may have done it, and one that sends the
// caller elsewhere may mean what came of it (RFC 9110 section 15.4.4).
func mayBeDone(code int) bool {
	return code == http.StatusRequestTimeout || code/100 == 3 || code >= 500
}

// requireStatus sends one request to a server that always answers with code.
func requireStatus(t *testing.T, rule rule, code, want int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(code, "X-Request-Id", "r-1"))
		outcome := over(s).Do(t.Context(), rule.request())

		require.Equal(t, want, s.count())
		require.Equal(t, want, outcome.Attempts)
		require.NoError(t, outcome.Err)
		require.Equal(t, code, outcome.Response.Status)
		require.Equal(t, "{}", string(outcome.Response.Body))
		require.Equal(t, "r-1", outcome.Response.Header.Get("X-Request-Id"))
		require.NoError(t, outcome.Response.Broken)
		require.False(t, outcome.Held)
		require.Equal(t, mayBeDone(code), outcome.Sent, "Sent")
	})
}

func TestSentRemembersEveryAttempt(t *testing.T) {
	reset := fails(errors.New("connection reset by peer"))
	refused := fails(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED})
	cases := map[string]struct {
		before answer
		sent   bool
	}{
		"after 503":     {status(http.StatusServiceUnavailable), true},
		"after 408":     {status(http.StatusRequestTimeout), true},
		"after reset":   {reset, true},
		"after 429":     {status(http.StatusTooManyRequests), false},
		"after refusal": {refused, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(c.before, status(http.StatusNotFound))
				outcome := over(s).Do(t.Context(), rules()["DELETE"].request())
				require.Equal(t, 2, s.count())
				require.Equal(t, 2, outcome.Attempts)
				require.NoError(t, outcome.Err)
				require.Equal(t, http.StatusNotFound, outcome.Response.Status)
				require.Equal(t, c.sent, outcome.Sent)
			})
		})
	}
}

func TestASuccessEndsTheRepeating(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(status(http.StatusServiceUnavailable), status(http.StatusOK))
		outcome := over(s, attempts(10)).Do(t.Context(), get())
		require.Equal(t, http.StatusOK, outcome.Response.Status)
		require.Equal(t, 2, s.count())
	})
}

func TestMaxAttemptsCountsTheFirst(t *testing.T) {
	for _, n := range []int{1, 2, 4, 7} {
		synctest.Test(t, func(t *testing.T) {
			s := serve(status(http.StatusBadGateway))
			outcome := over(s, attempts(n)).Do(t.Context(), get())
			require.Equal(t, n, s.count())
			require.Equal(t, n, outcome.Attempts)
			require.Equal(t, http.StatusBadGateway, outcome.Response.Status)
		})
	}
}

func TestTheProviderMayAllowToRepeatAnAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limited := func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusBadRequest, `{"error_description":"rate limit exceeded; wait"}`), nil
		}
		s := serve(limited, status(http.StatusBadRequest))
		request := rules()["code"].request()
		request.Repeatable = func(r *transport.Response) bool {
			return string(r.Body) == `{"error_description":"rate limit exceeded; wait"}`
		}
		outcome := over(s).Do(t.Context(), request)
		require.Equal(t, 2, s.count(), "the first 400 is the rate limit, the second is not")
		require.Equal(t, http.StatusBadRequest, outcome.Response.Status)
		require.False(t, outcome.Sent)
	})
}

// A server that starts has done nothing, and says when it will. One that says no more may stand behind a
// gateway that gave up on it.
func TestACreateThatIsTurnedAwayIsRepeated(t *testing.T) {
	for name, c := range map[string]struct {
		header   []string
		requests int
	}{"Retry-After": {[]string{"Retry-After", "1"}, 2}, "none": {nil, 1}, "no wait": {[]string{"Retry-After", "soon"}, 1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(http.StatusServiceUnavailable, c.header...), status(http.StatusOK))
				outcome := over(s).Do(t.Context(), create())
				require.NoError(t, outcome.Err)
				require.Equal(t, c.requests, s.count())
			})
		})
	}
}

func TestAWaitThatTheServerNamesDoesNotMakeAnAnswerRepeatable(t *testing.T) {
	cases := map[string]int{"create": http.StatusBadGateway, "code": http.StatusTooManyRequests, "GET": http.StatusConflict}
	for name, code := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(status(code, "Retry-After", "1"))
				outcome := over(s).Do(t.Context(), rules()[name].request())
				require.Equal(t, 1, s.count())
				require.Equal(t, code, outcome.Response.Status)
				require.Equal(t, time.Second, outcome.RetryAfter, "the caller may want to know")
			})
		})
	}
}
