package dcr_test

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests stores that take no notice of a context, that panic, and that end their goroutine.

var (
	errLeft  = errors.New("the caller has had enough")
	errWrong = errors.New("index out of reach")
)

// odd is a store with one step that does something first: "Load", "Save", "Delete", "List", "Lock" or
// "unlock".
type odd struct {
	dcr.Store

	step string
	does func()
}

func (o *odd) at(step string) {
	if o.step == step && o.does != nil {
		o.does()
	}
}

func (o *odd) Load(ctx context.Context, id string) (*dcr.Handle, error) {
	o.at("Load")
	return o.Store.Load(ctx, id)
}

func (o *odd) Save(ctx context.Context, h dcr.Handle) error {
	o.at("Save")
	return o.Store.Save(ctx, h)
}

func (o *odd) Delete(ctx context.Context, id string) error {
	o.at("Delete")
	return o.Store.Delete(ctx, id)
}

func (o *odd) List(ctx context.Context, after string, limit int) ([]string, error) {
	o.at("List")
	return o.Store.List(ctx, after, limit)
}

func (o *odd) Lock(ctx context.Context, id string) (unlock func(), err error) {
	o.at("Lock")
	open, err := o.Store.(dcr.Locker).Lock(ctx, id)
	return func() { defer open(); o.at("unlock") }, err
}

// verb is one that uses the store, and the steps of the store that it takes.
type verb struct {
	call  func(context.Context, *world, dcr.Handle) error
	steps []string
}

func verbs(t *testing.T) map[string]verb {
	t.Helper()
	locked := []string{"Lock", "Load", "unlock"}
	return map[string]verb{
		"Get": {func(ctx context.Context, w *world, h dcr.Handle) error {
			_, err := w.client.Clients.Get(ctx, h.ClientID)
			return err
		}, locked},
		"Create": {func(ctx context.Context, w *world, _ dcr.Handle) error {
			_, err := w.client.Clients.Create(ctx, sample(1))
			return err
		}, []string{"Save"}},
		"Update": {func(ctx context.Context, w *world, h dcr.Handle) error {
			_, err := w.client.Clients.Update(ctx, h.ClientID, func(c *oauthclients.OAuthClient) { c.Name += "." })
			return err
		}, append([]string{"Save"}, locked...)},
		"Delete": {func(ctx context.Context, w *world, h dcr.Handle) error {
			return w.client.Clients.Delete(ctx, h.ClientID)
		},
			append([]string{"Delete"}, locked...)},
		"List": {func(ctx context.Context, w *world, _ dcr.Handle) error {
			_, err := w.client.Clients.List(ctx, oauthclients.ListOptions{})
			return err
		}, append([]string{"List"}, locked...)},
		"Adopt": {func(ctx context.Context, w *world, h dcr.Handle) error { return w.api(t).Adopt(ctx, h) },
			append([]string{"Save"}, locked...)},
		"Handle": {func(ctx context.Context, w *world, h dcr.Handle) error {
			_, err := w.api(t).Handle(ctx, h.ClientID)
			return err
		}, []string{"Load"}},
		"Forget": {func(ctx context.Context, w *world, h dcr.Handle) error { return w.api(t).Forget(ctx, h.ClientID) },
			append([]string{"Delete"}, locked...)},
	}
}

// atEachStep plays every verb against a store that is odd at every step of it.
func atEachStep(t *testing.T, play func(t *testing.T, w *world, store *odd, call func(context.Context) error)) {
	t.Helper()
	for name, v := range verbs(t) {
		for _, step := range v.steps {
			t.Run(name+"/"+step, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					store := &odd{Store: dcr.NewMemoryStore(), step: step}
					w := worldWith(t, store, dcrtest.WithTokenRotation())
					h, _ := w.server.Handle(w.create(t).ID)
					play(t, w, store, func(ctx context.Context) error { return v.call(ctx, w, h) })
				})
			})
		}
	}
}

func TestEveryVerbLeavesAStoreThatTakesNoNoticeOfItsContext(t *testing.T) {
	atEachStep(t, func(t *testing.T, w *world, store *odd, call func(context.Context) error) {
		t.Helper()
		let := make(chan struct{})
		store.does = func() { <-let }
		var lost *dcr.HandleError
		for range 2 { // who comes next gets an error in his own time
			ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errLeft)
			begin := time.Now()
			err := call(ctx)
			cancel()
			require.LessOrEqual(t, time.Since(begin), 50*time.Millisecond)
			if err == nil {
				require.Equal(t, "unlock", store.step, "it has what it came for")
				continue
			}
			require.ErrorIs(t, err, errLeft)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			if errors.As(err, &lost) {
				providertest.RequireHidden(t, err, lost.Handle.Token.Reveal())
			}
		}
		close(let)
		synctest.Wait()
		_, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, "every lock is free again")
		if lost != nil { // what could not be saved in time is there
			w.requireCurrent(t, lost.Handle.ClientID)
		}
	})
}

// With a context that never ends the calls end all the same.
func TestAStoreThatNeverComesBackEndsEveryVerb(t *testing.T) {
	atEachStep(t, func(t *testing.T, w *world, store *odd, call func(context.Context) error) {
		t.Helper()
		let := make(chan struct{})
		store.does = func() { <-let }
		for range 2 {
			begin := time.Now()
			_ = call(t.Context())
			require.LessOrEqual(t, time.Since(begin), 11*time.Minute)
		}
		close(let)
		synctest.Wait()
	})
}

func TestAPanicOfAStoreComesBack(t *testing.T) {
	atEachStep(t, func(t *testing.T, w *world, store *odd, call func(context.Context) error) {
		t.Helper()
		store.does = func() { panic(errWrong) } //nolint:forbidigo // what a store does is what is tested
		func() {
			defer func() {
				panicked, ok := recover().(*oauthclients.PanicError)
				require.True(t, ok)
				require.ErrorIs(t, panicked, errWrong)
				require.Contains(t, string(panicked.Stack), "deafstore_test.go")
			}()
			_ = call(t.Context())
			require.Fail(t, "no panic")
		}()
		store.does = nil
		_, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, "nothing stays locked")
	})
}

func TestAStoreThatEndsItsGoroutineIsAnError(t *testing.T) {
	atEachStep(t, func(t *testing.T, w *world, store *odd, call func(context.Context) error) {
		t.Helper()
		if store.step == "unlock" {
			return // nothing comes of that
		}
		store.does = runtime.Goexit
		require.Error(t, call(t.Context()))
	})
}

// wildTripper panics, or ends its goroutine, at what manages a client.
type wildTripper struct {
	http.RoundTripper

	does func()
}

func (w wildTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet && r.Header.Get("Authorization") != "" {
		w.does()
	}
	return w.RoundTripper.RoundTrip(r)
}

// A list reads in goroutines of its own.
func TestAPanicBelowAListComesBack(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		w.create(t)
	}
	list := func(does func()) error {
		provider := w.server.Provider()
		provider.Registrations = w.store
		client, err := oauthclients.New(provider, w.server.Auth(),
			oauthclients.WithHTTPClient(&http.Client{Transport: wildTripper{w.server.HTTPClient().Transport, does}}))
		require.NoError(t, err)
		_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		return err
	}
	require.Error(t, list(runtime.Goexit), "no client is left out in silence")
	defer func() {
		panicked, ok := recover().(*oauthclients.PanicError)
		require.True(t, ok)
		require.ErrorIs(t, panicked, errWrong)
		require.Contains(t, string(panicked.Stack), "wildTripper")
	}()
	_ = list(func() { panic(errWrong) }) //nolint:forbidigo // what a transport does is what is tested
	require.Fail(t, "no panic")
}
