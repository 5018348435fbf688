package tokens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what becomes of a panic in what the user wrote, where the library calls it in a
// goroutine of its own: it comes back where the user can recover it, and leaves nothing locked.

var errPanicked = errors.New("index out of reach")

func goesWrong() { panic(errPanicked) } //nolint:forbidigo // what the user's code does is what is tested

// panicOf is what call panics with, nil if it does not.
func panicOf(call func()) (value any) {
	defer func() { value = recover() }()
	call()
	return nil
}

// requirePanic asserts that call panics in this goroutine with the value and the stack of where it
// came from.
func requirePanic(t *testing.T, call func()) {
	t.Helper()
	value := panicOf(call)
	err, ok := value.(error)
	require.True(t, ok, "%v", value)
	require.ErrorIs(t, err, errPanicked)
	require.Contains(t, err.Error(), "index out of reach")
	require.Contains(t, err.Error(), "goesWrong", "the original stack")
}

// wild is a store with one step that panics, or ends its goroutine, once.
type wild struct {
	world.LockStore
	step string
	does func()
}

func (w *wild) at(step string) {
	if does := w.does; w.step == step && does != nil {
		w.does = nil
		does()
	}
}

func (w *wild) Load(ctx context.Context) (*oauth2.Token, error) {
	w.at("Load")
	return w.LockStore.Load(ctx)
}

func (w *wild) Save(ctx context.Context, t *oauth2.Token) error {
	w.at("Save")
	return w.LockStore.Save(ctx, t)
}

func (w *wild) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	w.at("Lock")
	held, open, err := w.LockStore.Lock(ctx)
	return held, func() { open(); w.at("unlock") }, err
}

func TestAPanicOfATokenStoreComesBack(t *testing.T) {
	for _, step := range []string{"Load", "Save", "Lock", "unlock"} {
		t.Run(step, func(t *testing.T) {
			r := world.NewRealm()
			store := &wild{world.LockStoreWith(world.FirstToken(world.AnHourAgo())), step, goesWrong}
			client := r.Client(t, world.NoSession(), store)
			requirePanic(t, func() { _ = world.List(t, client) })
			require.NoError(t, world.List(t, client), "nothing stays locked")
			store.does = goesWrong
			requirePanic(t, func() { _ = client.SignOut(t.Context()) })
			require.NoError(t, client.SignOut(t.Context()))
			store.does = goesWrong
			requirePanic(t, func() { _, _ = world.Stores(t.Context(), t, store) })
			_, err := world.Stores(t.Context(), t, store)
			require.NoError(t, err)
		})
	}
}

func TestATokenStoreThatEndsItsGoroutineIsAnError(t *testing.T) {
	for _, step := range []string{"Load", "Save", "Lock"} {
		t.Run(step, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := world.NewRealm()
				store := &wild{world.LockStoreWith(world.FirstToken(world.AnHourAgo())), step, runtime.Goexit}
				client := r.Client(t, world.NoSession(), store)
				require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
				require.NoError(t, world.List(t, client))
				store.does = runtime.Goexit
				require.ErrorIs(t, client.SignOut(t.Context()), oauthclients.ErrUnavailable)
				require.NoError(t, client.SignOut(t.Context()))
			})
		})
	}
}

// source is a TokenSource that does something first.
type source struct{ does func() }

func (s *source) Token() (*oauth2.Token, error) {
	if s.does != nil {
		s.does()
	}
	return &oauth2.Token{AccessToken: "access-1"}, nil
}

func TestAPanicOfATokenSourceComesBackToEverybodyWhoWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		from := &source{func() { <-time.After(time.Second); goesWrong() }}
		client := r.Client(t, oauthclients.FromTokenSource(from), nil)
		for _, err := range world.Together(20, func(int) error {
			return panicOf(func() { _ = world.List(t, client) }).(error)
		}) {
			require.ErrorIs(t, err, errPanicked)
		}
		from.does = runtime.Goexit
		require.Error(t, world.List(t, client))
		from.does = nil
		require.NoError(t, world.List(t, client))
	})
}

// The call is over when it panics.
func TestAPanicThatNobodyWaitsForIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := world.NewRealm()
		late := func() { <-time.After(time.Second); goesWrong() }
		client := r.Client(t, oauthclients.FromTokenSource(&source{late}), nil)
		require.ErrorIs(t, inTime(t, lists(client)), world.ErrLeft)
		store := &wild{world.LockStoreWith(world.FirstToken(world.AnHourAgo())), "Load", late}
		ownClient := r.Client(t, world.NoSession(), store)
		require.ErrorIs(t, inTime(t, ownClient.SignOut), world.ErrLeft)
		<-time.After(time.Minute)
		require.NoError(t, ownClient.SignOut(t.Context()))
	})
}

// tripper panics at what is sent to the token endpoint.
type tripper struct{ http.RoundTripper }

func (tr tripper) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Path == "/oauth/token" {
		goesWrong()
	}
	return tr.RoundTripper.RoundTrip(request)
}

func TestAPanicBelowARenewalComesBack(t *testing.T) {
	r := world.NewRealm()
	client, err := oauthclients.New(r.Provider(), world.SessionUntil(world.AnHourAgo()),
		oauthclients.WithHTTPClient(&http.Client{Transport: tripper{r.HTTPClient().Transport}}))
	require.NoError(t, err)
	for range 2 {
		requirePanic(t, func() { _ = world.List(t, client) })
	}
}

func TestAPanicOfAHookComesBack(t *testing.T) {
	for name, edit := range map[string]func(*oauthclients.Connection){
		"trade": func(c *oauthclients.Connection) {
			c.Trade = func(context.Context, *oauthclients.Caller, oauthclients.Secret) (*oauth2.Token, error) {
				goesWrong()
				return nil, nil
			}
		},
		"discovery": func(c *oauthclients.Connection) {
			c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) {
				goesWrong()
				return oauthclients.Endpoints{}, nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := world.NewRealm().Client(t, world.SessionUntil(world.InAnHour()), nil, edit)
			for range 2 {
				requirePanic(t, func() { _ = world.List(t, client) })
			}
		})
	}
}

func TestAPanicOfOpenComesBack(t *testing.T) {
	auth, port := world.FixedPort(t)
	interactive := func(does func()) error {
		_, err := auth.Interactive(world.Soon(t), world.NewMemServer().Provider(), func(string) error { does(); return nil })
		return err
	}
	for range 2 { // the port is free again
		requirePanic(t, func() { _ = interactive(goesWrong) })
		require.ErrorIs(t, interactive(runtime.Goexit), oauthclients.ErrUnavailable)
	}
	require.NotEmpty(t, port)
}

func TestAPanicHasItsValueAndItsStack(t *testing.T) {
	client := world.NewRealm().Client(t, oauthclients.FromTokenSource(&source{func() { panic(17) }}), nil) //nolint:forbidigo // the user's
	panicked, ok := panicOf(func() { _ = world.List(t, client) }).(*oauthclients.PanicError)
	require.True(t, ok)
	require.Equal(t, 17, panicked.Value)
	require.Contains(t, string(panicked.Stack), "panicback_test.go")
	require.Contains(t, fmt.Sprint(panicked), "17\n\n")
	require.NoError(t, panicked.Unwrap())
}
