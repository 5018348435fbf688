package stores

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file attacks through token sources, transports and what opens a browser.

// source is a TokenSource, which has no context.
type source struct{ part part }

func (s source) Token() (*oauth2.Token, error) { return nil, s.part(context.Background()) }

func TestATokenSourceThatGoesWrong(t *testing.T) {
	t.Parallel()
	attackSources(t, ways)
}

func attackSources(t *testing.T, ways func(*testing.T) map[string]part) { //nolint:thelper // it is the test
	for _, name := range target.Names() {
		for way, p := range ways(t) {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, name, nil)
				auth := oauthclients.FromTokenSource(source{p})
				requireEnd(t, way, target.Run(t, limitOf(way), func(ctx context.Context) error { return create(ctx, w, auth) }))
			})
		}
	}
}

// tripper goes wrong with the requests to one path, "" for every one.
type tripper struct {
	next http.RoundTripper
	path string
	part part
}

func (tr tripper) RoundTrip(r *http.Request) (*http.Response, error) {
	if tr.path == "" || r.URL.Path == tr.path {
		return nil, tr.part(r.Context())
	}
	return tr.next.RoundTrip(r)
}

func TestATransportThatGoesWrong(t *testing.T) {
	t.Parallel()
	attackTransports(t, ways)
}

func attackTransports(t *testing.T, ways func(*testing.T) map[string]part) { //nolint:thelper // it is the test
	for _, name := range target.Names() {
		for _, at := range []string{"the first request", "the request itself"} {
			for way, p := range ways(t) {
				t.Run(name+"/"+at+" "+way, func(t *testing.T) {
					t.Parallel()
					fake := target.New(name)
					broken := tripper{next: fake.Fake.HTTPClient().Transport, part: p}
					if at == "the request itself" {
						broken.path = fake.Clients
					}
					client, err := oauthclients.New(fake.At(fake.Fake.URL()), fake.Auth, oauthclients.WithHTTPClient(&http.Client{Transport: broken}))
					require.NoError(t, err)
					ended := target.Run(t, limitOf(way), func(ctx context.Context) error { return target.Create(ctx, fake, client, "") })
					requireEnd(t, way, ended)
				})
			}
		}
	}
}

func TestABrowserThatGoesWrong(t *testing.T) {
	t.Parallel()
	attackBrowsers(t, ways)
}

func attackBrowsers(t *testing.T, ways func(*testing.T) map[string]part) { //nolint:thelper // it is the test
	for _, name := range target.Names() {
		for way, p := range ways(t) {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, name, nil)
				auth := w.Person.AuthCode("")
				requireEnd(t, way, target.Run(t, limitOf(way), func(ctx context.Context) error {
					_, err := auth.Interactive(ctx, w.At(w.Fake.URL()), func(string) error { return p(ctx) }, w.options()...)
					return err
				}))
			})
		}
	}
}

// A store that hangs after the browser came back.
func TestAStoreThatHangsAtTheEndOfASignIn(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		for _, method := range []string{"Save", "Lock"} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, name, broken(method, hangs(t)))
				auth := w.Person.AuthCode("")
				visit := w.Person.(interface{ Visit(loginURL string) error }).Visit
				requireEnd(t, "hangs", target.Run(t, limit*4, func(ctx context.Context) error {
					_, err := auth.Interactive(ctx, w.At(w.Fake.URL()), visit, w.options()...)
					return err
				}))
			})
		}
	}
}
