package limits_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds what the tests of this package share: an account at each vendor that has
// limits, the way to it, and many callers at once.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The limits of the vendors: the fakes have them from the vendors' documents.
const (
	portalPosts = 10  // a minute, and account; a place comes free every six seconds
	portalGets  = 200 // a minute, and account; a place comes free every 300 ms
	orgRequests = 300 // in a window of a minute, and token
)

// account is a vendor's account with its limits switched on.
type account struct {
	server   interface{ HTTPClient() *http.Client }
	provider oauthclients.Provider
	auth     oauthclients.Auth
	app      func(name string) *oauthclients.OAuthClient
}

func portal() *account {
	server := docspacetest.New(docspacetest.WithRateLimits())
	return &account{server, server.Provider(), server.Auth(), func(name string) *oauthclients.OAuthClient {
		return &oauthclients.OAuthClient{
			Name: name, LogoURI: "data:image/png;base64,iVBORw0KGgo=", Scopes: []string{"files:read"},
			ClientURI: "https://app.example.com", TermsURI: "https://app.example.com/terms", PolicyURI: "https://app.example.com/privacy",
			RedirectURIs: []string{"https://app.example.com/callback"}, AllowedOrigins: []string{"https://app.example.com"},
			PostLogoutRedirectURIs: []string{"https://app.example.com/bye"},
		}
	}}
}

func org(opts ...genesystest.Option) *account {
	server := genesystest.New(append(opts, genesystest.WithRateLimit(orgRequests, time.Minute))...)
	return &account{server, server.Provider(), server.Auth(), func(name string) *oauthclients.OAuthClient {
		return &oauthclients.OAuthClient{
			Name: name, GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
			RedirectURIs: []string{"https://app.example.com/callback"}, Scopes: []string{"users:readonly"},
		}
	}}
}

// connect makes a client whose requests go over w.
func (a *account) connect(t *testing.T, w *wire, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	w.server = a.server.HTTPClient().Transport
	client, err := oauthclients.New(a.provider, a.auth, append(opts, oauthclients.WithHTTPClient(&http.Client{Transport: w}))...)
	require.NoError(t, err)
	return client
}

// requireMade checks that there are exactly n clients, and none of them twice.
func (a *account) requireMade(t *testing.T, n int) {
	t.Helper()
	names := map[string]bool{}
	count := 0
	for client, err := range a.connect(t, slow(0)).Clients.All(t.Context(), oauthclients.ListOptions{PageSize: 50}) {
		require.NoError(t, err)
		names[client.Name] = true
		count++
	}
	require.Equal(t, n, count, "clients that were made")
	require.Len(t, names, n, "none was made twice")
}

// wire is the way to a server. A request takes its time before it arrives, so that all of a
// crowd are under way when the first of them is refused; what comes back is counted.
type wire struct {
	server http.RoundTripper
	takes  func(n int) time.Duration // the n-th request

	mu   sync.Mutex
	sent int
	got  map[string]int // by method and status, "POST 429"; those for tokens as "token 200"
}

// slow is a wire on which every request takes as long.
func slow(d time.Duration) *wire { return &wire{takes: func(int) time.Duration { return d }} }

// uneven is a wire on which some requests take longer than others, from 50 to 250 ms.
func uneven() *wire {
	return &wire{takes: func(n int) time.Duration { return time.Duration(50+n*77%201) * time.Millisecond }}
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if takes := w.takes(w.next()); takes > 0 {
		select {
		case <-time.After(takes):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	answer, err := w.server.RoundTrip(r)
	if err == nil {
		w.count(r, answer.StatusCode)
	}
	return answer, err
}

func (w *wire) next() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent++
	return w.sent
}

func (w *wire) count(r *http.Request, status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.got == nil {
		w.got = map[string]int{}
	}
	what := r.Method
	if strings.HasSuffix(r.URL.Path, "/token") {
		what = "token"
	}
	w.got[what+" "+strconv.Itoa(status)]++
}

// answers are what came back so far.
func (w *wire) answers() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	copied := map[string]int{}
	for what, n := range w.got {
		copied[what] = n
	}
	return copied
}

// verb is a call of the n-th caller.
type verb func(ctx context.Context, a *account, client *oauthclients.Client, n int) error

func create(ctx context.Context, a *account, client *oauthclients.Client, n int) error {
	_, err := client.Clients.Create(ctx, a.app(fmt.Sprintf("app %d", n)))
	return err
}

func list(ctx context.Context, _ *account, client *oauthclients.Client, _ int) error {
	_, err := client.Clients.List(ctx, oauthclients.ListOptions{})
	return err
}

// crowd calls n times at once and returns the errors when all are done.
func crowd(n int, call func(i int) error) []error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { errs[i] = call(i) })
	}
	all.Wait()
	return errs
}

func requireNone(t *testing.T, errs []error) {
	t.Helper()
	for _, err := range errs {
		require.NoError(t, err)
	}
}
