package docspace_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the switch: what is sent, and what the read after it says.

const activationPath = clientPath + "/activation"

func TestSetEnabled(t *testing.T) {
	for enabled, files := range map[bool][2]string{
		false: {"activation_request.json", "get_disabled_response.json"},
		true:  {"activation_enable_request.json", "get_response.json"},
	} {
		client := newClient(t, docspace.Provider{}, traded(),
			signed(t, providertest.Exchange{Method: http.MethodPatch, Path: activationPath, Request: files[0]}),
			signed(t, providertest.Exchange{Method: http.MethodGet, Path: clientPath, Response: files[1]}))
		require.NoError(t, native(t, client).SetEnabled(t.Context(), clientID, enabled))
	}
}

func TestSetEnabledAtTheFake(t *testing.T) {
	portal, client, id := portalWithClient(t)
	api := native(t, client)
	for _, enabled := range []bool{false, false, true, true} { // what it is already is no error
		require.NoError(t, api.SetEnabled(t.Context(), id, enabled))
		got, err := client.Clients.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, enabled, got.Status == oauthclients.StatusActive)
	}
	require.ErrorIs(t, api.SetEnabled(t.Context(), unknownID, true), oauthclients.ErrNotFound)
	require.ErrorIs(t, native(t, connect(t, portal, portal.UserAuth())).SetEnabled(t.Context(), id, true), oauthclients.ErrNotFound)
	require.ErrorIs(t, native(t, connect(t, portal, portal.GuestAuth())).SetEnabled(t.Context(), id, true), oauthclients.ErrPermission)
}

const unknownID = "00000000-0000-4000-8000-000000000000"

// stale lets the portal answer reads of a client from a cache, that many times.
func stale(t *testing.T, portal *docspacetest.Server, times int) {
	t.Helper()
	portal.Inject(fakeserver.Fault{
		Method: http.MethodGet, PathContains: clientsPath + "/", Times: times, Status: http.StatusOK, Body: fixture(t, "get_response.json"),
	})
}

// A node that has not heard of the write yet is asked again.
func TestSetEnabledLooksPastACache(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, client, _ := portalWithClient(t)
		stale(t, portal, 2)
		portal.Inject(fakeserver.Fault{
			Method: http.MethodGet, PathContains: clientsPath + "/", Status: http.StatusOK, Body: fixture(t, "get_disabled_response.json"),
		})
		portal.Inject(fakeserver.Fault{Method: http.MethodPatch, Status: http.StatusOK})
		start := time.Now()
		require.NoError(t, native(t, client).SetEnabled(t.Context(), clientID, false))
		require.Equal(t, time.Second, time.Since(start))
		require.Equal(t, 1, portal.Count(http.MethodPatch, activationPath), "one write")
		require.Equal(t, 3, portal.Count(http.MethodGet, clientPath))
	})
}

// It has the same effect twice, so that a lost answer is no reason to give up.
func TestSetEnabledIsRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, client, id := portalWithClient(t)
		path := clientsPath + "/" + id + "/activation"
		for name, fault := range map[string]fakeserver.Fault{
			"503":         {Status: http.StatusServiceUnavailable},
			"lost answer": {Drop: true, Execute: true},
		} {
			portal.Forget()
			fault.Method, fault.Times = http.MethodPatch, 1
			portal.Inject(fault)
			require.NoError(t, native(t, client).SetEnabled(t.Context(), id, false), name)
			require.Equal(t, 2, portal.Count(http.MethodPatch, path), name)
		}
		portal.Inject(fakeserver.Fault{Method: http.MethodPatch, Status: http.StatusServiceUnavailable})
		err := native(t, client).SetEnabled(t.Context(), id, true)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	})
}

// 200, and ignored.
func TestSetEnabledThatWasIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, client, id := portalWithClient(t)
		portal.Inject(fakeserver.Fault{Method: http.MethodPatch, Status: http.StatusOK})
		start := time.Now()
		err := native(t, client).SetEnabled(t.Context(), id, false)
		var ignored *oauthclients.NotAppliedError
		require.ErrorAs(t, err, &ignored)
		require.Equal(t, &oauthclients.NotAppliedError{ID: id, Fields: []string{"Status"}}, ignored)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "SetEnabled", failed.Operation)
		require.Equal(t, oauthclients.ErrNotApplied, failed.Kind)
		require.Equal(t, time.Second, time.Since(start), "no longer than this")
		require.Equal(t, 1, portal.Count(http.MethodPatch, ""))
	})
}

// The write was accepted, so that a failed read must not look like a failed write.
func TestSetEnabledThatCannotBeReadBack(t *testing.T) {
	for name, test := range map[string]struct {
		read  providertest.Exchange
		cause error
	}{
		"gone":      {providertest.Exchange{Status: http.StatusNotFound, Response: "problem_not_found.json"}, oauthclients.ErrNotFound},
		"failing":   {providertest.Exchange{Status: http.StatusServiceUnavailable}, oauthclients.ErrUnavailable},
		"no client": {providertest.Exchange{Response: "problem_denied.json"}, oauthclients.ErrUnavailable},
		"no status": {providertest.Exchange{Response: "info_response.json"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			test.read.Method, test.read.Path = http.MethodGet, clientPath
			client := newClient(t, docspace.Provider{}, traded(),
				signed(t, providertest.Exchange{Method: http.MethodPatch, Path: activationPath, Request: "activation_request.json"}),
				signed(t, test.read))
			err := native(t, client).SetEnabled(t.Context(), clientID, false)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed)
			require.Equal(t, oauthclients.ErrOutcomeUnknown, failed.Kind)
			require.Equal(t, "SetEnabled", failed.Operation)
			require.NotErrorIs(t, err, oauthclients.ErrNotApplied)
			if test.cause != nil {
				require.ErrorIs(t, err, test.cause, "the cause is there as well")
			} else {
				require.ErrorContains(t, err, "lacks enabled")
			}
		})
	}
}

func TestTheCallerLeavesWhileTheCacheSettles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		portal, client, id := portalWithClient(t)
		portal.Inject(fakeserver.Fault{Method: http.MethodPatch, Status: http.StatusOK})
		reason := errors.New("no patience")
		ctx, cancel := context.WithTimeoutCause(t.Context(), 100*time.Millisecond, reason)
		defer cancel()
		start := time.Now()
		err := native(t, client).SetEnabled(ctx, id, false)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		require.ErrorIs(t, err, reason)
		require.Equal(t, 100*time.Millisecond, time.Since(start))
	})
}
