package stores

import (
	"context"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file attacks through a TokenStore.

// tokenStore has a part for each method; nil: it works.
type tokenStore struct {
	load, save, lock part
	token            *oauth2.Token
}

func (s *tokenStore) Load(ctx context.Context) (*oauth2.Token, error) {
	if s.load != nil {
		return nil, s.load(ctx)
	}
	return s.token, nil
}

func (s *tokenStore) Save(ctx context.Context, token *oauth2.Token) error {
	if s.save != nil {
		return s.save(ctx)
	}
	s.token = token
	return nil
}

// lockingStore is one that several clients share.
type lockingStore struct{ *tokenStore }

func (s lockingStore) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	if s.lock != nil {
		return nil, nil, s.lock(ctx)
	}
	return ctx, func() {}, nil
}

// broken is a store one of whose methods goes wrong.
func broken(method string, p part) oauthclients.TokenStore {
	s := &tokenStore{}
	switch method {
	case "Load":
		s.load = p
	case "Save":
		s.save = p
	default:
		s.lock = p
	}
	return lockingStore{s}
}

// calls are what asks a TokenStore.
func calls() map[string]func(ctx context.Context, w *world) error {
	return map[string]func(ctx context.Context, w *world) error{
		"Get":     func(ctx context.Context, w *world) error { return create(ctx, w, w.Auth) },
		"renewal": func(ctx context.Context, w *world) error { return create(ctx, w, w.signedIn) },
		"SignOut": func(ctx context.Context, w *world) error {
			client, err := oauthclients.New(w.At(w.Fake.URL()), w.signedIn, w.options()...)
			if err != nil {
				return err
			}
			return client.SignOut(ctx)
		},
		"Finish": func(ctx context.Context, w *world) error {
			_, err := w.code.Finish(ctx, w.At(w.Fake.URL()), w.login, w.callback, w.options()...)
			return err
		},
	}
}

func create(ctx context.Context, w *world, auth oauthclients.Auth) error {
	client, err := oauthclients.New(w.At(w.Fake.URL()), auth, w.options()...)
	if err != nil {
		return err
	}
	return target.Create(ctx, w.Target, client, "")
}

func TestATokenStoreThatGoesWrong(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"Load", "Save", "Lock"} {
		attackTokenStores(t, method, ways)
	}
}

func attackTokenStores(t *testing.T, method string, ways func(*testing.T) map[string]part) { //nolint:thelper // it is the test
	for _, name := range target.Names() {
		for call, run := range calls() {
			if !asks(name, call, method) {
				continue
			}
			for way, p := range ways(t) {
				t.Run(name+"/"+call+"/"+method+" "+way, func(t *testing.T) {
					t.Parallel()
					w := newWorld(t, name, broken(method, p))
					requireEnd(t, way, target.Run(t, limitOf(way), func(ctx context.Context) error { return run(ctx, w) }))
				})
			}
		}
	}
}

// asks reports whether a call comes to a method of its store.
func asks(provider, call, method string) bool {
	switch {
	case call == "Get" && provider == target.DocSpace:
		return false // an API key needs no store
	case call == "Finish":
		return method != "Load" // a new sign-in replaces what is there
	}
	return true
}

// world is a fake, a person who signed in there, and another sign-in that is to be finished.
type world struct {
	*target.Target
	store    oauthclients.TokenStore
	signedIn oauthclients.AuthCode
	code     oauthclients.AuthCode
	login    *oauthclients.Login
	callback url.Values
}

func newWorld(t *testing.T, name string, store oauthclients.TokenStore) *world {
	t.Helper()
	w := &world{Target: target.New(name)}
	w.signedIn = w.begin(t)
	var err error
	w.signedIn.Token, err = w.code.Finish(t.Context(), w.At(w.Fake.URL()), w.login, w.callback, w.options()...)
	require.NoError(t, err)
	w.signedIn.Token.Expiry = time.Now().Add(-time.Minute)
	w.begin(t)
	w.store = store
	return w
}

// begin is a sign-in up to its callback.
func (w *world) begin(t *testing.T) oauthclients.AuthCode {
	t.Helper()
	var err error
	w.code = w.Person.AuthCode(target.Redirect)
	w.login, err = w.code.Begin(t.Context(), w.At(w.Fake.URL()), w.options()...)
	require.NoError(t, err)
	w.callback, err = w.Person.SignIn(w.login.URL)
	require.NoError(t, err)
	return w.code
}

func (w *world) options() []oauthclients.Option {
	opts := []oauthclients.Option{oauthclients.WithHTTPClient(&http.Client{Transport: w.Fake.HTTPClient().Transport})}
	if w.store != nil {
		opts = append(opts, oauthclients.WithTokenStore(w.store))
	}
	return opts
}
