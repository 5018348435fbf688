package genesys_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file tests the wait for the end of a deletion, in virtual time.

// deleted is a client that was made at the given date and deleted now.
func deleted(t *testing.T, made string, opts ...genesystest.Option) (*genesystest.Server, *genesys.API, string) {
	t.Helper()
	fake, client := connectClient(t, opts...)
	id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"dateCreated":"` + made + `"}`)
	require.NoError(t, err)
	require.NoError(t, client.Clients.Delete(t.Context(), id))
	fake.Forget()
	return fake, native(t, client), id
}

const (
	longAgo = "1999-01-01T00:00:00Z" // the bubble's clock starts in 2000
	today   = ""
)

func TestWaitDeletedOfAClientThatIsGone(t *testing.T) {
	for name, options := range map[string][]genesystest.Option{"404": nil, "state deleted": {genesystest.WithLingeringDeletes()}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, api, id := deleted(t, today, options...)
				start := time.Now()
				got, err := api.WaitDeleted(t.Context(), id, genesys.WaitOptions{})
				require.NoError(t, err)
				require.Equal(t, genesys.Deletion{Gone: true}, got)
				require.Zero(t, time.Since(start), "it looks at once")
				require.Equal(t, 1, fake.Count("", ""))
			})
		})
	}
}

// It looks every five seconds, or as it is told.
func TestWaitDeletedOfAClientThatGoes(t *testing.T) {
	cases := map[string]struct {
		options genesys.WaitOptions
		looks   int
		waited  time.Duration
	}{
		"default": {genesys.WaitOptions{}, 6, 25 * time.Second},
		"often":   {genesys.WaitOptions{PollInterval: time.Second}, 23, 22 * time.Second},
		"seldom":  {genesys.WaitOptions{PollInterval: time.Minute}, 2, time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, api, id := deleted(t, today, genesystest.WithDeletionLag(22*time.Second))
				start := time.Now()
				got, err := api.WaitDeleted(t.Context(), id, c.options)
				require.NoError(t, err)
				require.Equal(t, genesys.Deletion{Gone: true}, got)
				require.Equal(t, c.waited, time.Since(start))
				require.Equal(t, c.looks, fake.Count(http.MethodGet, listPath+"/"+id))
			})
		})
	}
}

// An old client lingers for a week: that the wait ends before is no failure.
func TestWaitDeletedOfAClientThatLingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, api, id := deleted(t, longAgo)
		start := time.Now()
		week := start.Add(7 * 24 * time.Hour)
		got, err := api.WaitDeleted(t.Context(), id, genesys.WaitOptions{PollInterval: 7 * time.Second})
		require.NoError(t, err)
		require.False(t, got.Gone)
		require.True(t, week.Equal(got.DateToDelete), got.DateToDelete)
		require.Equal(t, 90*time.Second, time.Since(start), "the default")
		require.Equal(t, 13, fake.Count(http.MethodGet, ""))

		got, err = api.WaitDeleted(t.Context(), id, genesys.WaitOptions{MaxWait: 8 * 24 * time.Hour, PollInterval: 5 * time.Hour})
		require.NoError(t, err)
		require.Equal(t, genesys.Deletion{Gone: true}, got)
		require.GreaterOrEqual(t, time.Now(), week)
	})
}

// The context ends the wait as well, while it pauses and while it looks.
func TestWaitDeletedUntilTheContextEnds(t *testing.T) {
	for name, delay := range map[string]time.Duration{"pausing": 0, "looking": 20 * time.Second} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, api, id := deleted(t, longAgo)
				fake.Inject(fakeserver.Fault{Skip: 1, Delay: delay})
				ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
				defer cancel()
				start := time.Now()
				got, err := api.WaitDeleted(ctx, id, genesys.WaitOptions{})
				require.NoError(t, err)
				require.False(t, got.Gone)
				require.False(t, got.DateToDelete.IsZero())
				require.Equal(t, 12*time.Second, time.Since(start))
			})
		})
	}
}

// Nothing is known before the first answer.
func TestWaitDeletedWithoutAnyAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, api, id := deleted(t, longAgo)
		fake.Inject(fakeserver.Fault{Delay: 20 * time.Second})
		got, err := api.WaitDeleted(t.Context(), id, genesys.WaitOptions{MaxWait: 3 * time.Second})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, "genesys: WaitDeleted: ")
		require.ErrorContains(t, err, "no answer within 3s")
		require.Zero(t, got)

		cause := errors.New("the caller left")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(3*time.Second, func() { cancel(cause) })
		_, err = api.WaitDeleted(ctx, id, genesys.WaitOptions{})
		require.ErrorIs(t, err, cause)
	})
}

func TestWaitDeletedOfAClientThatNobodyDeletes(t *testing.T) {
	for _, state := range []string{"active", "disabled", "Frozen"} {
		fake, api := connectNative(t)
		id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"` + state + `"}`)
		require.NoError(t, err)
		got, err := api.WaitDeleted(t.Context(), id, genesys.WaitOptions{})
		require.ErrorIs(t, err, oauthclients.ErrConflict)
		require.ErrorContains(t, err, `genesys: WaitDeleted: conflict: the client is "`+state+`"`)
		require.Zero(t, got)
		require.Equal(t, 1, fake.Count(http.MethodGet, ""))
	}
}

// Somebody restores it in the middle, or the server cannot be asked any more.
func TestWaitDeletedThatIsInterrupted(t *testing.T) {
	interruptions := map[string]struct {
		fault fakeserver.Fault
		kind  error
	}{
		"restored":   {fakeserver.Fault{Status: http.StatusOK, Body: `{"id":"%s","state":"active"}`}, oauthclients.ErrConflict},
		"permission": {fakeserver.Fault{Status: http.StatusForbidden}, oauthclients.ErrPermission},
		"unreadable": {fakeserver.Fault{Status: http.StatusOK, Body: `<html>`}, oauthclients.ErrUnavailable},
	}
	for name, c := range interruptions {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake, api, id := deleted(t, longAgo)
				c.fault.Skip = 2
				if name == "restored" {
					c.fault.Body = `{"id":"` + id + `","state":"active"}`
				}
				fake.Inject(c.fault)
				got, err := api.WaitDeleted(t.Context(), id, genesys.WaitOptions{})
				require.ErrorIs(t, err, c.kind)
				require.Zero(t, got)
				require.Equal(t, 3, fake.Count(http.MethodGet, ""))
			})
		})
	}
}

func TestWaitOptionsThatAreRefused(t *testing.T) {
	fake, api := connectNative(t)
	for _, c := range []struct {
		options genesys.WaitOptions
		fields  []string
	}{
		{genesys.WaitOptions{MaxWait: -1}, []string{"MaxWait"}},
		{genesys.WaitOptions{PollInterval: -time.Second}, []string{"PollInterval"}},
		{genesys.WaitOptions{PollInterval: time.Second - 1}, []string{"PollInterval"}},
		{genesys.WaitOptions{MaxWait: -1, PollInterval: 1}, []string{"MaxWait", "PollInterval"}},
	} {
		_, err := api.WaitDeleted(t.Context(), exportID, c.options)
		require.Equal(t, c.fields, invalidFields(t, err))
	}
	require.Empty(t, fake.Requests())
}
