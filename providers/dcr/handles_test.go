package dcr_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds what becomes of handles when things go wrong.

// world is a server and a client whose handles are in store.
type world struct {
	server *dcrtest.Server
	client *oauthclients.Client
	store  dcr.Store
}

func newWorld(t *testing.T, options ...dcrtest.Option) *world {
	t.Helper()
	return worldWith(t, dcr.NewMemoryStore(), options...)
}

func worldWith(t *testing.T, store dcr.Store, options ...dcrtest.Option) *world {
	t.Helper()
	server := dcrtest.New(options...)
	provider := server.Provider()
	provider.Registrations = store
	client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Nanosecond, MaxWait: time.Microsecond}))
	require.NoError(t, err)
	return &world{server, client, store}
}

func (w *world) create(t *testing.T) *oauthclients.OAuthClient {
	t.Helper()
	created, err := w.client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	return created
}

func (w *world) rename(t *testing.T, id string) error {
	t.Helper()
	_, err := w.client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name += " (edited)" })
	return err
}

// requireCurrent: the store has the handle that the server takes.
func (w *world) requireCurrent(t *testing.T, id string) {
	t.Helper()
	h, found := w.server.Handle(id)
	require.True(t, found)
	requireHandle(t, w.store, id, h.URI, h.Token.Reveal())
}

// full is a store that takes nothing.
type full struct{ dcr.Store }

var errFull = errors.New("no space left on device")

func (full) Save(context.Context, dcr.Handle) error { return errFull }

func TestAHandleThatCannotBeSavedComesBack(t *testing.T) {
	w := worldWith(t, full{dcr.NewMemoryStore()})
	created, err := w.client.Clients.Create(t.Context(), sample(1))
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.ErrorIs(t, err, errFull)
	require.NotErrorIs(t, err, oauthclients.ErrUnavailable, "that would invite to create it again")
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	h, found := w.server.Handle(created.ID)
	require.True(t, found)
	require.Equal(t, h.Token.Reveal(), lost.Handle.Token.Reveal())
	require.Equal(t, h.URI, lost.Handle.URI)
	require.False(t, created.Secret.IsZero(), "the secret is not lost either")
	providertest.RequireHidden(t, err, h.Token.Reveal(), created.Secret.Reveal())

	// The handle is good for another store.
	other := newWorld(t)
	other.server, other.client = w.server, worldAt(t, w.server, other.store)
	api, err := dcr.Of(other.client)
	require.NoError(t, err)
	require.NoError(t, api.Adopt(t.Context(), lost.Handle))
	require.NoError(t, other.client.Clients.Delete(t.Context(), created.ID))
}

func worldAt(t *testing.T, server *dcrtest.Server, store dcr.Store) *oauthclients.Client {
	t.Helper()
	provider := server.Provider()
	provider.Registrations = store
	client, err := oauthclients.New(provider, server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	return client
}

// failing is a store whose Save fails from the second time on.
type failing struct {
	dcr.Store

	saves int
}

func (f *failing) Save(ctx context.Context, h dcr.Handle) error {
	if f.saves++; f.saves > 1 {
		return errFull
	}
	return f.Store.Save(ctx, h)
}

func TestAReplacedTokenThatCannotBeSavedComesBack(t *testing.T) {
	w := worldWith(t, &failing{Store: dcr.NewMemoryStore()}, dcrtest.WithTokenRotation())
	created := w.create(t)
	updated, err := w.client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Edited" })
	require.Equal(t, "Edited", updated.Name, "the client as it now is comes beside the error")
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	h, _ := w.server.Handle(created.ID)
	require.Equal(t, h.Token.Reveal(), lost.Handle.Token.Reveal())
}

// The caller leaves while what the answer brought is saved; it is saved all the same, and comes back
// with the error.
func TestAReplacedTokenIsSavedWhenTheCallerLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	store := &leaving{Store: dcr.NewMemoryStore(), leave: leave, left: make(chan struct{}), saved: make(chan error, 1)}
	w := worldWith(t, store, dcrtest.WithTokenRotation())
	created := w.create(t)
	store.armed = true
	updated, err := w.client.Clients.Update(ctx, created.ID, func(c *oauthclients.OAuthClient) { c.Name = "Edited" })
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.Equal(t, "Edited", updated.Name)
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	now, _ := w.server.Handle(created.ID)
	require.Equal(t, now.Token.Reveal(), lost.Handle.Token.Reveal())
	close(store.left)
	require.NoError(t, <-store.saved)
	w.requireCurrent(t, created.ID)
}

// leaving ends the caller's context when something is to be saved, and saves it when the caller has
// left.
type leaving struct {
	dcr.Store

	leave func()
	armed bool
	left  chan struct{}
	saved chan error
}

func (l *leaving) Save(ctx context.Context, h dcr.Handle) error {
	if !l.armed {
		return l.Store.Save(ctx, h)
	}
	l.leave()
	<-l.left
	err := ctx.Err()
	if err == nil {
		err = l.Store.Save(ctx, h)
	}
	l.saved <- err
	return err
}

func TestAnUpdateIsSentOnce(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"executed, no answer":     {Drop: true, Execute: true},
		"not executed, no answer": {Drop: true},
		"executed, 503":           {Status: http.StatusServiceUnavailable, Execute: true},
		"not executed, 503":       {Status: http.StatusServiceUnavailable},
		"executed, no JSON":       {Status: http.StatusOK, Body: "<html>", Execute: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dcrtest.WithTokenRotation())
			created := w.create(t)
			before, err := w.store.Load(t.Context(), created.ID)
			require.NoError(t, err)
			fault.Method = http.MethodPut
			w.server.Inject(fault)
			err = w.rename(t, created.ID)
			require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.ErrorContains(t, err, "may have replaced the registration access token")
			require.Equal(t, 1, w.server.Count(http.MethodPut, ""))
			requireHandle(t, w.store, created.ID, before.URI, before.Token.Reveal())
		})
	}
}

func TestAnUpdateIsSentAgainAfter429(t *testing.T) {
	w := newWorld(t, dcrtest.WithTokenRotation())
	created := w.create(t)
	w.server.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusTooManyRequests, Times: 1})
	require.NoError(t, w.rename(t, created.ID))
	require.Equal(t, 2, w.server.Count(http.MethodPut, ""))
	w.requireCurrent(t, created.ID)
}

func TestADeadHandle(t *testing.T) {
	for name, options := range map[string][]dcrtest.Option{"oidc-provider": nil, "Hydra": {dcrtest.WithHydraManners()}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options...)
			dead, alive := w.create(t), w.create(t)
			w.server.Kill(dead.ID)
			clients := w.client.Clients
			_, err := clients.Get(t.Context(), dead.ID)
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.ErrorContains(t, err, "the registration access token is dead, or the client is gone")
			require.ErrorIs(t, w.rename(t, dead.ID), oauthclients.ErrUnauthenticated)
			require.ErrorIs(t, clients.Delete(t.Context(), dead.ID), oauthclients.ErrUnauthenticated)
			require.Equal(t, 2, w.server.Count(http.MethodPost, ""), "nobody registers again")

			status := map[string]oauthclients.Status{}
			for c, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
				require.NoError(t, err)
				status[c.ID] = c.Status
			}
			require.Equal(t, map[string]oauthclients.Status{dead.ID: dcr.StatusDead, alive.ID: ""}, status)

			api, err := dcr.Of(w.client)
			require.NoError(t, err)
			require.NoError(t, api.Forget(t.Context(), dead.ID))
			_, err = clients.Get(t.Context(), dead.ID)
			require.ErrorIs(t, err, oauthclients.ErrNotFound)
			require.ErrorIs(t, api.Forget(t.Context(), dead.ID), oauthclients.ErrNotFound)
			require.Len(t, w.server.Registered(), 2)
		})
	}
}

// A list that cannot be read is no list of dead clients.
func TestAListAtAServerThatIsDown(t *testing.T) {
	w := newWorld(t)
	w.create(t)
	w.server.Inject(fakeserver.Fault{Method: http.MethodGet, PathContains: "/reg/", Status: http.StatusBadGateway})
	_, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
}

func TestADeleteWhoseAnswerIsLost(t *testing.T) {
	w := newWorld(t)
	created := w.create(t)
	w.server.Inject(fakeserver.Fault{Method: http.MethodDelete, Drop: true, Execute: true, Times: 1})
	require.NoError(t, w.client.Clients.Delete(t.Context(), created.ID), "the 401 of the repetition is our own doing")
	require.Equal(t, 2, w.server.Count(http.MethodDelete, ""))
	require.Empty(t, w.server.Registered())
	h, err := w.store.Load(t.Context(), created.ID)
	require.NoError(t, err)
	require.Nil(t, h)
}

func TestAddressesElsewhere(t *testing.T) {
	for name, address := range map[string]string{
		"another host":    "https://evil.example.com/reg/1",
		"another scheme":  "https://",
		"another port":    "http://127.0.0.1:1/reg/1",
		"with a user":     "user@",
		"not even a URL":  "http://[::1",
		"with a fragment": "#",
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, dcrtest.WithRegistrationURI(func(issuer, id string) string {
				switch address {
				case "https://":
					return "https" + issuer[len("http"):] + "/reg/" + id
				case "user@":
					return "http://user@" + issuer[len("http://"):] + "/reg/" + id
				case "#":
					return issuer + "/reg/" + id + "#a"
				}
				return address
			}))
			created, err := w.client.Clients.Create(t.Context(), sample(1))
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			var unusable *dcr.HandleError
			require.ErrorAs(t, err, &unusable)
			require.Equal(t, created.ID, unusable.Handle.ClientID)
			require.False(t, created.Secret.IsZero())
			before := len(w.server.Requests())
			_, err = w.client.Clients.Get(t.Context(), created.ID)
			require.Error(t, err)
			require.Len(t, w.server.Requests(), before, "the token goes nowhere else")
		})
	}
}

func TestAnAddressWithAQuery(t *testing.T) {
	w := newWorld(t, dcrtest.WithQueryURI(), dcrtest.WithTokenRotation())
	created := w.create(t)
	require.NoError(t, w.rename(t, created.ID))
	w.requireCurrent(t, created.ID)
	require.NoError(t, w.client.Clients.Delete(t.Context(), created.ID))
	require.Empty(t, w.server.Registered())
}

func TestReplacedMetadataIsNotApplied(t *testing.T) {
	w := newWorld(t, dcrtest.WithReplacedMetadata(map[string]any{"scope": "openid", "tos_uri": nil}))
	_, err := w.client.Clients.Create(t.Context(), sample(1))
	var other *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &other)
	require.Equal(t, []string{"Scopes", "TermsURI"}, other.Fields)
}

func TestAnotherLanguageSurvivesAnUpdate(t *testing.T) {
	w := newWorld(t)
	want := sample(1)
	want.AdditionalMembers = map[string]json.RawMessage{"client_name#de": json.RawMessage(`"Bestellungen"`), "x_tier": json.RawMessage(`{"n":12345678901234567890}`)}
	created, err := w.client.Clients.Create(t.Context(), want)
	require.NoError(t, err)
	require.NoError(t, w.rename(t, created.ID))
	got, err := w.client.Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)
	var members map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(got.Raw(), &members))
	require.JSONEq(t, `"Bestellungen"`, string(members["client_name#de"]))
	require.Contains(t, string(got.Raw()), "12345678901234567890", "no digit is lost")
}
