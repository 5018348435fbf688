package docspace_test

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds what the two lists of the native API have in common: their size, and the ways
// in which they end.

// requireOneError ranges over a list that fails at once.
func requireOneError[T any](t *testing.T, list iter.Seq2[*T, error], operation string, kind error, reason string) {
	t.Helper()
	steps := 0
	for entry, err := range list {
		steps++
		require.Nil(t, entry)
		require.ErrorIs(t, err, kind)
		require.ErrorContains(t, err, "docspace: "+operation+": ")
		require.ErrorContains(t, err, reason)
	}
	require.Equal(t, 1, steps, "the error, and nothing after it")
}

// The portal has no default for the limit.
func TestTheLimitIsAlwaysSent(t *testing.T) {
	for asked, sent := range map[int]string{-1: "30", 0: "30", 1: "1", 50: "50", 51: "50"} {
		portal := docspacetest.New()
		api := native(t, connect(t, portal, portal.Auth()))
		opts := oauthclients.ListOptions{PageSize: asked}
		consentsOf(t, api, opts)
		for _, err := range api.Infos(t.Context(), opts) {
			require.NoError(t, err)
		}
		requests := portal.Requests()[1:]
		require.Len(t, requests, 2)
		for _, r := range requests {
			require.Equal(t, url.Values{"limit": {sent}}, r.Query, r.Path)
		}
	}
}

func TestBreakingOutOfAListSendsNothingMore(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	api := native(t, client)
	signInTo(t, portal, 3)
	for range api.Consents(t.Context(), oauthclients.ListOptions{PageSize: 1}) {
		break
	}
	for range api.Infos(t.Context(), oauthclients.ListOptions{PageSize: 1}) {
		break
	}
	require.Equal(t, 1, portal.Count(http.MethodGet, consentsPath))
	require.Equal(t, 1, portal.Count(http.MethodGet, clientsPath+"/info"))

	list := api.Consents(t.Context(), oauthclients.ListOptions{PageSize: 2})
	for range 2 { // a sequence can be ranged over again, from its beginning
		count := 0
		for _, err := range list {
			require.NoError(t, err)
			count++
		}
		require.Equal(t, 3, count)
	}
}

// An error in the middle ends the list; what came before it was good.
func TestAListEndsWithItsFirstError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal := docspacetest.New()
		api := native(t, connect(t, portal, portal.Auth(), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1})))
		signInTo(t, portal, 3)
		portal.Inject(fakeserver.Fault{PathContains: "/consents", Skip: 1, Status: http.StatusServiceUnavailable})
		portal.Inject(fakeserver.Fault{PathContains: "/clients/info", Skip: 1, Status: http.StatusServiceUnavailable})
		opts := oauthclients.ListOptions{PageSize: 2}
		require.Equal(t, []string{"ok", "ok", "error"}, steps(api.Consents(t.Context(), opts)))
		require.Equal(t, []string{"ok", "ok", "error"}, steps(api.Infos(t.Context(), opts)))
	})
}

func steps[T any](list iter.Seq2[*T, error]) []string {
	var steps []string
	for entry, err := range list {
		switch {
		case err == nil && entry != nil:
			steps = append(steps, "ok")
		case err != nil && entry == nil:
			steps = append(steps, "error")
		default:
			steps = append(steps, "both or neither")
		}
	}
	return steps
}

// Between the pages the caller may leave.
func TestAListEndsWithItsContext(t *testing.T) {
	portal := docspacetest.New()
	api := native(t, connect(t, portal, portal.Auth()))
	signInTo(t, portal, 2)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range api.Consents(ctx, oauthclients.ListOptions{PageSize: 1}) {
		last = err
		cancel()
	}
	require.ErrorIs(t, last, context.Canceled)
	require.Equal(t, 1, portal.Count(http.MethodGet, consentsPath))
}
