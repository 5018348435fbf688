package dcr_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds what there is beyond the portable verbs.

func (w *world) api(t *testing.T) *dcr.API {
	t.Helper()
	api, err := dcr.Of(w.client)
	require.NoError(t, err)
	return api
}

func TestAdopt(t *testing.T) {
	for name, options := range map[string][]dcrtest.Option{
		"oidc-provider": nil, "rotating with reads": {dcrtest.WithReadRotation()}, "Hydra": {dcrtest.WithHydraManners()},
	} {
		t.Run(name, func(t *testing.T) {
			elsewhere := newWorld(t, options...)
			created := elsewhere.create(t)
			h, err := elsewhere.api(t).Handle(t.Context(), created.ID)
			require.NoError(t, err)

			here := &world{elsewhere.server, nil, dcr.NewMemoryStore()}
			here.client = worldAt(t, here.server, here.store)
			_, err = here.client.Clients.Get(t.Context(), created.ID)
			require.ErrorIs(t, err, oauthclients.ErrNotFound)
			require.NoError(t, here.api(t).Adopt(t.Context(), h))
			here.requireCurrent(t, created.ID)
			require.NoError(t, here.rename(t, created.ID))
			require.NoError(t, here.client.Clients.Delete(t.Context(), created.ID))
		})
	}
}

func TestAHandleThatTheServerRefusesIsNotAdopted(t *testing.T) {
	w := newWorld(t)
	mine, other := w.create(t), w.create(t)
	good, err := w.api(t).Handle(t.Context(), mine.ID)
	require.NoError(t, err)
	ofOther, err := w.api(t).Handle(t.Context(), other.ID)
	require.NoError(t, err)

	bad := good
	bad.Token = oauthclients.NewSecret("worn-out-token")
	require.ErrorIs(t, w.api(t).Adopt(t.Context(), bad), oauthclients.ErrUnauthenticated)
	w.requireCurrent(t, mine.ID)

	swapped := ofOther
	swapped.ClientID = mine.ID
	require.ErrorContains(t, w.api(t).Adopt(t.Context(), swapped), "another client")
	w.requireCurrent(t, mine.ID)

	unknown := bad
	unknown.ClientID = "unknown"
	require.ErrorIs(t, w.api(t).Adopt(t.Context(), unknown), oauthclients.ErrUnauthenticated)
	h, err := w.store.Load(t.Context(), "unknown")
	require.NoError(t, err)
	require.Nil(t, h)
}

// A handle that has lost a part is no handle of a server that only registers.
func TestAHandleWithoutAPartIsNotAdopted(t *testing.T) {
	for name, lose := range map[string]func(*dcr.Handle){
		"Handle.Token": func(h *dcr.Handle) { h.Token = oauthclients.Secret{} },
		"Handle.URI":   func(h *dcr.Handle) { h.URI = "" },
	} {
		for manners, option := range map[string]dcrtest.Option{
			"oidc-provider": dcrtest.WithManner(dcrtest.OIDCProvider), "Hydra": dcrtest.WithHydraManners(),
		} {
			t.Run(name+" of "+manners, func(t *testing.T) {
				w := newWorld(t, option)
				created := w.create(t)
				h, err := w.api(t).Handle(t.Context(), created.ID)
				require.NoError(t, err)
				lose(&h)
				err = w.api(t).Adopt(t.Context(), h)
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.ErrorContains(t, err, name+": must not be empty")
				require.ErrorContains(t, err, created.ID)
				w.requireCurrent(t, created.ID)
			})
		}
	}
}

// Nobody knows what a handle is worth while the server is down: it is kept.
func TestAdoptAtAServerThatIsDown(t *testing.T) {
	w := newWorld(t)
	created := w.create(t)
	h, err := w.api(t).Handle(t.Context(), created.ID)
	require.NoError(t, err)
	require.NoError(t, w.api(t).Forget(t.Context(), created.ID))
	w.server.Inject(fakeserver.Fault{Method: http.MethodGet, PathContains: "/reg/", Status: http.StatusBadGateway})
	require.ErrorIs(t, w.api(t).Adopt(t.Context(), h), oauthclients.ErrUnavailable)
	w.requireCurrent(t, created.ID)
}

func TestHandlesThatCannotBeRight(t *testing.T) {
	w := newWorld(t)
	right := dcr.Handle{ClientID: "a", URI: w.server.URL() + "/reg/a", Token: oauthclients.NewSecret("a-token")}
	for field, change := range map[string]func(*dcr.Handle){
		"Handle.ClientID":              func(h *dcr.Handle) { h.ClientID = " " },
		"Handle.Token":                 func(h *dcr.Handle) { h.Token = oauthclients.Secret{} },
		"Handle.URI: must not":         func(h *dcr.Handle) { h.URI = "" },
		"Handle.URI: must be at":       func(h *dcr.Handle) { h.URI = "https://evil.example.com/reg/a" },
		"Handle.URI: must be a URL wi": func(h *dcr.Handle) { h.URI = "http://u:p@127.0.0.1/reg/a" },
	} {
		wrong := right
		change(&wrong)
		err := w.api(t).Adopt(t.Context(), wrong)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, field)
	}
	require.Zero(t, w.server.Count("", "/reg"))
	for _, id := range []string{"", " "} {
		_, err := w.api(t).Handle(t.Context(), id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorIs(t, w.api(t).Forget(t.Context(), id), oauthclients.ErrInvalid)
	}
}

func TestOfAnotherProvider(t *testing.T) {
	server := sipgatetest.New()
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	for _, c := range []*oauthclients.Client{nil, {}, client} {
		_, err := dcr.Of(c)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
	}
}

func TestRegenerateSecret(t *testing.T) {
	w := newWorld(t, dcrtest.WithSecretRotation(), dcrtest.WithTokenRotation())
	created := w.create(t)
	before, _ := w.server.Metadata(created.ID)
	secret, err := w.client.Clients.RegenerateSecret(t.Context(), created.ID)
	require.NoError(t, err)
	require.NotEqual(t, created.Secret.Reveal(), secret.Reveal())
	after, _ := w.server.Metadata(created.ID)
	require.Equal(t, before, after, "nothing else has changed")
	w.requireCurrent(t, created.ID)
}

// A server that was said to issue new secrets, and does not.
func TestASecretThatStays(t *testing.T) {
	server := dcrtest.New()
	provider := server.Provider()
	provider.RotateSecretOnUpdate = true
	client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	created, err := client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	secret, err := client.Clients.RegenerateSecret(t.Context(), created.ID)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.ErrorContains(t, err, "RotateSecretOnUpdate")
	require.True(t, secret.IsZero())
}
