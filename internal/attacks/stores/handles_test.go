package stores

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file attacks through the store of the handles of registered clients.

// handleStore is a store one of whose methods goes wrong.
type handleStore struct {
	dcr.Store
	method string
	part   part
}

func (s handleStore) Load(ctx context.Context, id string) (*dcr.Handle, error) {
	if s.method == "Load" {
		return nil, s.part(ctx)
	}
	return s.Store.Load(ctx, id)
}

func (s handleStore) Save(ctx context.Context, h dcr.Handle) error {
	if s.method == "Save" {
		return s.part(ctx)
	}
	return s.Store.Save(ctx, h)
}

func (s handleStore) Delete(ctx context.Context, id string) error {
	if s.method == "Delete" {
		return s.part(ctx)
	}
	return s.Store.Delete(ctx, id)
}

func (s handleStore) List(ctx context.Context, after string, n int) ([]string, error) {
	if s.method == "List" {
		return nil, s.part(ctx)
	}
	return s.Store.List(ctx, after, n)
}

func (s handleStore) Lock(ctx context.Context, id string) (unlock func(), err error) {
	if s.method == "Lock" {
		return nil, s.part(ctx)
	}
	return s.Store.(dcr.Locker).Lock(ctx, id)
}

// uses lists the methods of a store to which each verb comes for sure.
func uses() map[string][]string {
	return map[string][]string{
		"Create": {"Save"}, "Get": {"Load"}, "List": {"List", "Load"}, "All": {"List", "Load"}, "FindByName": {"List", "Load"},
		"Update": {"Load", "Save", "Lock"}, "Delete": {"Load", "Delete"}, "RegenerateSecret": {"Load", "Save", "Lock"},
	}
}

func TestAStoreOfHandlesThatGoesWrong(t *testing.T) {
	t.Parallel()
	attackHandles(t, ways)
}

func attackHandles(t *testing.T, ways func(*testing.T) map[string]part) { //nolint:thelper // it is the test
	for _, verb := range target.New(target.DCR).Verbs() {
		for _, method := range uses()[verb.Name] {
			for way, p := range ways(t) {
				t.Run(verb.Name+"/"+method+" "+way, func(t *testing.T) {
					t.Parallel()
					server := dcrtest.New(dcrtest.WithTokenRotation(), dcrtest.WithSecretRotation())
					provider := server.Provider()
					made := register(t, server, provider)
					provider.Registrations = handleStore{provider.Registrations, method, p}
					client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
					require.NoError(t, err)
					attacked := target.New(target.DCR)
					requireEnd(t, way, target.Run(t, limitOf(way), func(ctx context.Context) error { return verb.Call(ctx, attacked, client, made) }))
				})
			}
		}
	}
}

func register(t *testing.T, server *dcrtest.Server, provider dcr.Provider) (id string) {
	t.Helper()
	client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	made, err := client.Clients.Create(t.Context(), target.New(target.DCR).Sample)
	require.NoError(t, err)
	return made.ID
}
