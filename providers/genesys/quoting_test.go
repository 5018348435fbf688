package genesys_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds errors about answers that cannot be read: they name the member, and repeat
// nothing of what stands there.

const (
	// unknownSecret is one that this library has never seen, so that nothing but not telling hides it.
	unknownSecret = "n3w-Of-The-Answer-7f3a"
	unknownNumber = "31415926535897932384626433832795"
)

// requireNothingRepeated looks at an error and at everything below it.
func requireNothingRepeated(t *testing.T, err error, member string) {
	t.Helper()
	require.Error(t, err)
	require.ErrorContains(t, err, member)
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v", err, err)
		require.NotContains(t, text, unknownSecret)
		require.NotContains(t, text, unknownNumber)
		require.Less(t, len(text), 4096)
	}
}

func TestErrorsOfClientsRepeatNothing(t *testing.T) {
	for client, kind := range map[string]string{
		`"` + unknownSecret + `"`: "string", `"Bearer ` + strings.Repeat(unknownSecret, 1000) + `"`: "string",
		strings.Repeat("9", 1<<20) + unknownNumber: "number", `["` + unknownSecret + `",{}]`: "array", unknownNumber + ".5": "number",
	} {
		fake, connected := connectClient(t)
		api := native(t, connected)
		fake.Inject(fakeserver.Fault{PathContains: authorizationsPath + "/", Status: http.StatusOK, Body: client})
		fake.Inject(fakeserver.Fault{PathContains: authorizationsPath, Status: http.StatusOK, Body: `{"entities":[` + client + `]}`})
		fake.Inject(fakeserver.Fault{PathContains: tokenInfoPath, Status: http.StatusOK, Body: client})
		fake.Inject(fakeserver.Fault{Method: http.MethodGet, PathContains: listPath + "/", Status: http.StatusOK, Body: client})
		fake.Inject(fakeserver.Fault{PathContains: listPath, Status: http.StatusOK, Body: `{"entities":[` + client + `]}`})
		_, err := api.Authorization(t.Context(), "c")
		requireNothingRepeated(t, err, kind)
		_, err = api.Authorizations(t.Context())
		requireNothingRepeated(t, err, kind)
		_, err = api.Me(t.Context())
		requireNothingRepeated(t, err, kind)
		_, err = api.Deactivate(t.Context(), "c")
		requireNothingRepeated(t, err, kind)
		_, err = connected.Clients.FindByName(t.Context(), "n")
		requireNothingRepeated(t, err, kind)
	}
}

// An id that was not asked for and a state that nobody knows are the server's words, whatever is in
// them.
func TestErrorsOfOtherAnswersRepeatNothing(t *testing.T) {
	fake, api := connectNative(t)
	for path, body := range map[string]string{
		authorizationsPath: `{"client":{"id":"` + unknownSecret + `"}}`, scopesPath: `{"id":"` + unknownSecret + `"}`,
		listPath: `{"id":"c","state":"` + unknownSecret + `"}`,
	} {
		fake.Inject(fakeserver.Fault{PathContains: path, Status: http.StatusOK, Body: body})
	}
	_, err := api.Authorization(t.Context(), "c")
	requireNothingRepeated(t, err, `another client than "c"`)
	_, err = api.Scope(t.Context(), "users")
	requireNothingRepeated(t, err, `another scope than "users"`)
	_, err = api.WaitDeleted(t.Context(), "c", genesys.WaitOptions{})
	requireNothingRepeated(t, err, "the client is (not a word): it is not being deleted")
}

func TestErrorsOfUsageRepeatNothing(t *testing.T) {
	for body, member := range map[string]string{
		`{"queryStatus":"Complete","results":[{"date":"` + unknownSecret + `"}]}`:      "results.date",
		`{"queryStatus":"Complete","results":[{"requests":` + unknownNumber + `}]}`:    "results.requests",
		`{"queryStatus":"Complete","results":[{"status429":"` + unknownSecret + `"}]}`: "results.status429",
		`{"queryStatus":"Complete","cursors":{"after":{"n":` + unknownNumber + `}}}`:   "cursors.after",
		`{"queryStatus":"` + unknownSecret + `"}`:                                      "the unexpected status (not a word)",
		`{"queryStatus":"Failed"}`: "failed at the vendor",
	} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: "/results/", Status: http.StatusOK, Body: body})
		fake.Inject(fakeserver.Fault{PathContains: "/usage/query", Status: http.StatusOK, Body: `{"executionId":"job-1"}`})
		requireNothingRepeated(t, onlyError(api.UsageQuery(t.Context(), exportID, daily())), member)
	}
}

// The id of a job is the server's too, also where nothing but time has ended the wait.
func TestAJobThatDoesNotEndIsNotNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, api := used(t, 1, genesystest.WithUsagePolls(1<<20))
		fake.Inject(fakeserver.Fault{PathContains: "/results/", Status: http.StatusOK, Body: `{"queryStatus":"Running"}`})
		fake.Inject(fakeserver.Fault{PathContains: "/usage/query", Status: http.StatusOK, Body: `{"executionId":"` + unknownSecret + `"}`})
		query := daily()
		query.PollInterval = 7 * time.Second // no look when the wait ends
		requireNothingRepeated(t, onlyError(api.UsageQuery(t.Context(), exportID, query)), "has not ended in 1h0m0s")
	})
}
