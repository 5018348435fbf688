package genesys_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds which clients have Genesys Cloud's own API, and what its calls have in common.

func native(t *testing.T, client *oauthclients.Client) *genesys.API {
	t.Helper()
	api, err := genesys.Of(client)
	require.NoError(t, err)
	require.NotNil(t, api)
	return api
}

// playNative is the API of a client that speaks to exactly these exchanges, after its login.
func playNative(t *testing.T, exchanges ...providertest.Exchange) *genesys.API {
	t.Helper()
	return native(t, playClient(t, append([]providertest.Exchange{login()}, exchanges...)...))
}

// connectNative is the API of a client of a fake without a socket.
func connectNative(t *testing.T, opts ...genesystest.Option) (*genesystest.Server, *genesys.API) {
	t.Helper()
	fake, client := connectClient(t, opts...)
	return fake, native(t, client)
}

func TestOnlyClientsOfGenesysHaveItsAPI(t *testing.T) {
	other, err := oauthclients.New(sipgate.Provider{}, oauthclients.BearerToken("token"))
	require.NoError(t, err)
	cases := map[string]struct {
		client *oauthclients.Client
		reason string
	}{
		"another provider's": {other, "sipgate"},
		"none":               {nil, "oauthclients.New"},
		"not made by New":    {&oauthclients.Client{}, "oauthclients.New"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			api, err := genesys.Of(c.client)
			require.Nil(t, api)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "genesys: Of: ")
			require.ErrorContains(t, err, c.reason)
		})
	}
}

// callsByID are the calls that name a client or a scope. Whatever fails, they have no result.
func callsByID(api *genesys.API) map[string]func(ctx context.Context, id string) error {
	return map[string]func(context.Context, string) error{
		"Deactivate": func(ctx context.Context, id string) error {
			got, err := api.Deactivate(ctx, id)
			return withoutResult(got == nil, err)
		},
		"Activate": func(ctx context.Context, id string) error {
			got, err := api.Activate(ctx, id)
			return withoutResult(got == nil, err)
		},
		"WaitDeleted": func(ctx context.Context, id string) error {
			got, err := api.WaitDeleted(ctx, id, genesys.WaitOptions{})
			return withoutResult(got == genesys.Deletion{}, err)
		},
		"Scope": func(ctx context.Context, id string) error {
			got, err := api.Scope(ctx, id)
			return withoutResult(got == nil, err)
		},
		"Authorization": func(ctx context.Context, id string) error {
			got, err := api.Authorization(ctx, id)
			return withoutResult(got == nil, err)
		},
		"UsageQuery": func(ctx context.Context, id string) error {
			return onlyError(api.UsageQuery(ctx, id, genesys.UsageQuery{Interval: aWeek()}))
		},
		"UsageSummary": func(ctx context.Context, id string) error { return onlyError(api.UsageSummary(ctx, id, 7)) },
	}
}

// allCalls are those of callsByID, for one id, and the others.
func allCalls(api *genesys.API, id string) map[string]func(context.Context) error {
	calls := map[string]func(context.Context) error{
		"Scopes": func(ctx context.Context) error {
			got, err := api.Scopes(ctx)
			return withoutResult(got == nil, err)
		},
		"Authorizations": func(ctx context.Context) error {
			got, err := api.Authorizations(ctx)
			return withoutResult(got == nil, err)
		},
		"Me": func(ctx context.Context) error {
			got, err := api.Me(ctx)
			return withoutResult(got == nil, err)
		},
	}
	for name, call := range callsByID(api) {
		calls[name] = func(ctx context.Context) error { return call(ctx, id) }
	}
	return calls
}

var errResult = errors.New("there is a result beside the error")

func withoutResult(none bool, err error) error {
	if err != nil && !none {
		return errResult
	}
	return err
}

// rowsOf ranges over rows until it ends, and looks whether an error ends it, without a row.
func rowsOf(seq iter.Seq2[*genesys.UsageRow, error]) (rows []*genesys.UsageRow, err error) {
	for row, failed := range seq {
		if err != nil {
			return rows, errors.New("it goes on after an error")
		}
		if failed != nil == (row != nil) {
			return rows, errResult
		}
		if err = failed; err == nil {
			rows = append(rows, row)
		}
	}
	return rows, err
}

func onlyError(seq iter.Seq2[*genesys.UsageRow, error]) error {
	rows, err := rowsOf(seq)
	return withoutResult(len(rows) == 0, err)
}

func aWeek() genesys.Interval {
	start := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	return genesys.Interval{Start: start, End: start.AddDate(0, 0, 7)}
}

func TestNativeCallsRefuseIDsThatLeadElsewhere(t *testing.T) {
	fake, api := connectNative(t)
	for _, id := range []string{"", " ", "\t\n", ".", ".."} {
		for name, call := range callsByID(api) {
			err := call(t.Context(), id)
			require.ErrorContains(t, err, "genesys: "+name+": ")
			require.Equal(t, []string{"ID"}, invalidFields(t, err), "%s %q", name, id)
		}
	}
	require.Empty(t, fake.Requests())
}

// An id is one segment of the path, whatever is in it; a colon needs no escape there.
func TestNativeCallsEscapeIDs(t *testing.T) {
	paths := map[string]string{
		"Deactivate": listPath + "/%s", "Activate": listPath + "/%s", "WaitDeleted": listPath + "/%s",
		"Scope": "/api/v2/oauth/scopes/%s", "Authorization": "/api/v2/oauth/authorizations/%s",
		"UsageQuery": listPath + "/%s/usage/query", "UsageSummary": listPath + "/%s/usage/summary",
	}
	for id, segment := range map[string]string{"a/../b?c% d": "a%2F..%2Fb%3Fc%25%20d", "users:readonly": "users:readonly"} {
		fake, api := connectNative(t)
		calls := callsByID(api)
		require.Len(t, calls, len(paths))
		for name, call := range calls {
			fake.Forget()
			_ = call(t.Context(), id)
			requests := fake.Requests()
			require.Equal(t, fmt.Sprintf(paths[name], segment), requests[len(requests)-1].Path, name)
		}
	}
}

func TestNativeCallsUnderAnEndedContext(t *testing.T) {
	cause := errors.New("the caller left")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	fake, api := connectNative(t)
	for name, call := range allCalls(api, exportID) {
		err := call(ctx)
		require.ErrorIs(t, err, cause, name)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable, name)
	}
	require.Empty(t, fake.Requests())
}

// The vendor's refusals have their kinds, the name of the call, and its code and message.
func TestNativeCallsThatAreRefused(t *testing.T) {
	kinds := map[int]error{
		http.StatusBadRequest: oauthclients.ErrInvalid, http.StatusForbidden: oauthclients.ErrPermission,
		http.StatusNotFound: oauthclients.ErrNotFound, http.StatusConflict: oauthclients.ErrConflict,
	}
	for status, kind := range kinds {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: "/api/v2/", Status: status,
			Body: `{"message":"Permission missing","code":"the.code","contextId":"5b0e","details":[],"errors":[]}`})
		for name, call := range allCalls(api, exportID) {
			fake.Forget()
			err := call(t.Context())
			if name == "WaitDeleted" && status == http.StatusNotFound {
				require.NoError(t, err, "it is gone")
				continue
			}
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed, name)
			require.ErrorIs(t, err, kind, name)
			require.Equal(t, name, failed.Operation)
			require.Equal(t, "the.code", failed.Code, name)
			require.Equal(t, "Permission missing", failed.Message, name)
			require.Equal(t, "5b0e", failed.RequestID, name)
			require.Equal(t, 1, len(fake.Requests())-fake.Count(http.MethodPost, "/oauth/token"), name)
		}
	}
}

// All of them may be repeated: they read, or do the same when they are done twice.
func TestNativeCallsAreRepeated(t *testing.T) {
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		synctest.Test(t, func(t *testing.T) {
			fake, api := connectNative(t)
			fake.Inject(fakeserver.Fault{PathContains: "/api/v2/", Status: status, Header: http.Header{"Retry-After": {"7"}}})
			for name, call := range allCalls(api, exportID) {
				fake.Forget()
				start := time.Now()
				err := call(t.Context())
				kind := oauthclients.ErrUnavailable
				if status == http.StatusTooManyRequests {
					kind = oauthclients.ErrRateLimited
				}
				require.ErrorIs(t, err, kind, name)
				require.Equal(t, 4, len(fake.Requests())-fake.Count(http.MethodPost, "/oauth/token"), name)
				require.GreaterOrEqual(t, time.Since(start), 21*time.Second, name)
			}
		})
	}
}

// A wait that is longer than the client would wait is told and not waited for.
func TestNativeCallsTellTheWaitOfALimit(t *testing.T) {
	fake, api := connectNative(t)
	fake.Inject(fakeserver.Fault{PathContains: "/api/v2/", Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"3600"}}})
	for name, call := range map[string]func(context.Context) error{"Me": allCalls(api, exportID)["Me"], "UsageQuery": allCalls(api, exportID)["UsageQuery"]} {
		var failed *oauthclients.Error
		require.ErrorAs(t, call(t.Context()), &failed, name)
		require.ErrorIs(t, failed, oauthclients.ErrRateLimited)
		require.Equal(t, time.Hour, failed.RetryAfter)
	}
}

// What cannot be read is never taken for an answer, and no call fails in silence.
func TestAnswersOfNativeCallsThatAreNone(t *testing.T) {
	for _, body := range []string{``, ` `, `null`, `[]`, `"text"`, `7`, `{`, `<html>not the API</html>`, `{"id":7}`, `{"entities":{}}`} {
		fake, api := connectNative(t)
		fake.Inject(fakeserver.Fault{PathContains: "/api/v2/", Status: http.StatusOK, Body: body})
		calls := allCalls(api, exportID)
		if strings.HasPrefix(body, `{"id"`) { // which a list does not look at
			maps.DeleteFunc(calls, func(name string, _ func(context.Context) error) bool { return strings.HasSuffix(name, "s") })
		}
		for name, call := range calls {
			err := call(t.Context())
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "%s: %s", name, body)
			require.ErrorContains(t, err, "genesys: "+name+": ")
		}
	}
}

func TestLanguage(t *testing.T) {
	fake, api := connectNative(t)
	texts := func(api *genesys.API) map[string]func(context.Context) error {
		calls := allCalls(api, "users")
		maps.DeleteFunc(calls, func(name string, _ func(context.Context) error) bool {
			return !strings.HasPrefix(name, "Scope") && !strings.HasPrefix(name, "Authorization")
		})
		require.Len(t, calls, 4)
		return calls
	}
	for language, spoken := range map[string]*genesys.API{"en-us": api, "de": api.InLanguage("de"), "pt-br": api.InLanguage("de").InLanguage("pt-br")} {
		for name, call := range texts(spoken) {
			_ = call(t.Context())
			requests := fake.Requests()
			require.Equal(t, []string{language}, requests[len(requests)-1].Header["Accept-Language"], name)
		}
	}
	fake.Forget()
	for _, tag := range []string{"", " ", "de\r\nX-Other: 1", "de;q=1", "de_DE", "abcdefghi", "-de"} {
		for name, call := range texts(api.InLanguage(tag)) {
			require.Equal(t, []string{"Language"}, invalidFields(t, call(t.Context())), "%s %q", name, tag)
		}
	}
	require.Empty(t, fake.Requests())
}
