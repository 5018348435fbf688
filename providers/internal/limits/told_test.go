package limits_test

import (
	"math"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file tests what a caller is told of a wait that is too long to be waited, by each vendor
// and in each form. Every form that is waited is in the tests of the transport and of the
// providers.

// asking is a vendor whose fake answers every call for clients with status 429.
type asking struct {
	*fakeserver.Server
	provider oauthclients.Provider
	auth     oauthclients.Auth
}

func vendors() map[string]func() asking {
	return map[string]func() asking{
		"sipgate":  func() asking { s := sipgatetest.New(); return asking{s.Server, s.Provider(), s.Auth()} },
		"docspace": func() asking { s := docspacetest.New(); return asking{s.Server, s.Provider(), s.Auth()} },
		"genesys":  func() asking { s := genesystest.New(); return asking{s.Server, s.Provider(), s.Auth()} },
	}
}

func (v asking) client(t *testing.T, header http.Header) *oauthclients.Client {
	t.Helper()
	v.Inject(fakeserver.Fault{PathContains: "/clients", Status: http.StatusTooManyRequests, Header: header})
	client, err := oauthclients.New(v.provider, v.auth, oauthclients.WithHTTPClient(v.HTTPClient()))
	require.NoError(t, err)
	return client
}

func TestAWaitThatIsTooLongIsToldAtOnceAndToWhoeverComesNext(t *testing.T) {
	const longest = 290 * 365 * 24 * time.Hour
	const retryAfter, ofOrgs, ofPortals = "Retry-After", "Inin-Ratelimit-Reset", "X-Ratelimit-Reset"
	all := []string{"sipgate", "docspace", "genesys"}
	for name, test := range map[string]struct {
		vendors []string
		header  string
		values  []string
		want    time.Duration
	}{
		"seconds":           {all, retryAfter, []string{"120"}, 2 * time.Minute},
		"a date":            {all, retryAfter, inTwoMinutes(http.TimeFormat), 2 * time.Minute},
		"an RFC 850 date":   {all, retryAfter, inTwoMinutes("Monday, 02-Jan-06 15:04:05 GMT"), 2 * time.Minute},
		"an asctime date":   {all, retryAfter, inTwoMinutes(time.ANSIC), 2 * time.Minute},
		"two of them":       {all, retryAfter, []string{"120", "7"}, 2 * time.Minute},
		"absurd":            {all, retryAfter, []string{"99999999999999999999"}, longest},
		"absurd date":       {all, retryAfter, []string{"Fri, 31 Dec 9999 23:59:59 GMT"}, longest},
		"an org's":          {all[2:], ofOrgs, []string{"120"}, 2 * time.Minute},
		"an org's, absurd":  {all[2:], ofOrgs, []string{"99999999999999999999"}, 2562047*time.Hour + 47*time.Minute + 16*time.Second},
		"a portal's":        {all[1:2], ofPortals, []string{"120000000000"}, 2 * time.Minute},
		"a portal's absurd": {all[1:2], ofPortals, []string{"9223372036854775807"}, math.MaxInt64},
	} {
		for _, vendor := range test.vendors {
			t.Run(name+", "+vendor, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					v, begin := vendors()[vendor](), time.Now()
					client := v.client(t, http.Header{test.header: test.values})
					_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
					told := requireLimited(t, err)
					require.Equal(t, test.want, told.RetryAfter)
					require.Equal(t, http.StatusTooManyRequests, told.StatusCode)
					require.Equal(t, 1, told.Attempts)
					require.ErrorContains(t, err, "retry after "+test.want.String())
					require.Zero(t, time.Since(begin))

					<-time.After(10 * time.Second)
					v.Forget()
					_, err = client.Clients.Get(t.Context(), "any")
					told = requireLimited(t, err)
					require.Equal(t, test.want-10*time.Second, told.RetryAfter)
					require.Zero(t, told.Attempts)
					require.Empty(t, v.Requests(), "nothing was sent")
				})
			})
		}
	}
}

// inTwoMinutes is a date by the clock of a bubble, which begins with the year 2000.
func inTwoMinutes(layout string) []string {
	return []string{time.Date(2000, 1, 1, 0, 2, 0, 0, time.UTC).Format(layout)}
}

// Where a vendor names no wait there is none to tell: the waits between the attempts were the
// library's own.
func TestAWaitThatNobodyNamedIsNotTold(t *testing.T) {
	for vendor, start := range vendors() {
		for name, header := range map[string]http.Header{
			"nothing": nil, "no waits": {
				"Retry-After": {"soon", "-1", "1,5", ""}, "Inin-Ratelimit-Reset": {"0"}, "X-Ratelimit-Reset": {"-1"},
			},
			"dates that are over": {"Retry-After": {
				"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
			}},
		} {
			t.Run(vendor+", "+name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					v, begin := start(), time.Now()
					_, err := v.client(t, header).Clients.List(t.Context(), oauthclients.ListOptions{})
					require.ErrorIs(t, err, oauthclients.ErrRateLimited)
					var told *oauthclients.Error
					require.ErrorAs(t, err, &told)
					require.Zero(t, told.RetryAfter)
					require.Equal(t, 4, told.Attempts)
					require.GreaterOrEqual(t, time.Since(begin), 3*500*time.Millisecond)
				})
			})
		}
	}
}
