package outside_test

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"example.com/outside"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what the suite does not ask: discovery, the trade, calls with a credential
// of their own, the native API.

// paths lists the requests that reached the server.
func (s *server) paths() []string {
	var all []string
	for _, r := range s.Requests() {
		all = append(all, r.Method+" "+strings.TrimPrefix(r.Path, base))
	}
	return all
}

func get(t *testing.T, client *oauthclients.Client) error {
	t.Helper()
	_, err := client.Clients.Get(t.Context(), "app-0001")
	return err
}

func TestTheProviderNeedsTheRootPackageAndTheKitAlone(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	seen := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		seen++
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			require.NoError(t, err)
			if strings.Contains(strings.Split(path, "/")[0], ".") {
				require.Contains(t, []string{
					"github.com/oauthclients/oauthclients", "github.com/oauthclients/oauthclients/providers/providerkit", "golang.org/x/oauth2",
				}, path, name)
			}
		}
	}
	require.Positive(t, seen)
}

// The first call finds the addresses and trades the key, in this order and once.
func TestTheWayToTheFirstCall(t *testing.T) {
	s := newServer()
	client := newClient(t, s, oauthclients.BearerToken(goodKey))
	require.Empty(t, s.Requests(), "New does no I/O")
	for range 2 {
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"GET /.well-known/outside", "POST /tickets", "GET /apps", "GET /apps"}, s.paths())
	requests := s.Requests()
	require.Empty(t, requests[0].Header.Get("Authorization"), "the description is open")
	require.Equal(t, "Bearer "+goodKey, requests[1].Header.Get("Authorization"))
	for _, r := range requests[2:] {
		require.Equal(t, "ticket-1", r.Header.Get("X-Ticket"))
		require.Empty(t, r.Header.Get("Authorization"), "the key itself stays at home")
		require.Equal(t, base+"/apps", r.Path)
	}
}

func TestClientCredentialsAreTradedToo(t *testing.T) {
	s := newServer()
	client := newClient(t, s, oauthclients.ClientCredentials{ClientID: appID, ClientSecret: oauthclients.NewSecret(appSecret)})
	require.ErrorIs(t, get(t, client), oauthclients.ErrNotFound)
	require.Equal(t, []string{"GET /.well-known/outside", "POST /login", "POST /tickets", "GET /apps/app-0001"}, s.paths())

	s.revoke(false)
	s.Forget()
	require.ErrorIs(t, get(t, client), oauthclients.ErrNotFound)
	require.Equal(t, []string{"GET /apps/app-0001", "POST /tickets", "GET /apps/app-0001"}, s.paths(), "the token was still good")

	s.revoke(true)
	s.Forget()
	require.ErrorIs(t, get(t, client), oauthclients.ErrNotFound)
	require.Equal(t, []string{"GET /apps/app-0001", "POST /tickets", "POST /login", "POST /tickets", "GET /apps/app-0001"}, s.paths())
}

func TestATicketIsRenewedBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer()
		client := newClient(t, s, oauthclients.BearerToken(goodKey))
		for _, wait := range []time.Duration{0, 59 * time.Second, 2 * time.Second} {
			<-time.After(wait)
			require.ErrorIs(t, get(t, client), oauthclients.ErrNotFound)
		}
		require.Equal(t, 2, s.Count(http.MethodPost, base+"/tickets"), "a ticket of 90 seconds is used for 60")
	})
}

func TestAWrongKeyIsSentOnce(t *testing.T) {
	s := newServer()
	err := get(t, newClient(t, s, oauthclients.BearerToken("wr0ng-key")))
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "bad_key", failed.Code)
	require.NotContains(t, fmt.Sprintf("%+v %s", failed, failed.Body()), "wr0ng-key")
	require.Equal(t, []string{"GET /.well-known/outside", "POST /tickets"}, s.paths())
}

func TestTheVendorsErrorsAreRead(t *testing.T) {
	s := newServer()
	_, err := newClient(t, s, oauthclients.BearerToken(goodKey)).Clients.Create(t.Context(),
		&oauthclients.OAuthClient{Name: strings.Repeat("x", 101)})
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "too_long", failed.Code)
	require.Equal(t, "trace-1", failed.RequestID)
	require.Equal(t, []oauthclients.FieldError{{Field: "title", Code: "too_long", Message: "at most 100"}}, failed.Fields)
	require.Equal(t, "outside: Create: invalid request (status 422 Unprocessable Entity): too_long: "+
		"The title is too long.: title: at most 100 [POST "+s.URL()+"/tenant-7/api/apps, request trace-1]", err.Error())
}

func TestUpdateKeepsWhatThePackageDoesNotKnow(t *testing.T) {
	s := newServer()
	client := newClient(t, s, oauthclients.BearerToken(goodKey))
	created, err := client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	require.Contains(t, string(created.Raw()), `"color":"green"`)
	require.NotContains(t, string(created.Raw()), "app_secret")
	updated, err := client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
		outside.ExtraOf(c).Tier = "gold"
	})
	require.NoError(t, err)
	require.Equal(t, &outside.Extra{Tier: "gold", Labels: []string{"x", "y"}, Region: "eu", Revision: 2}, updated.Extra)
	require.Equal(t, "green", s.apps[0]["color"])
}

func TestTheRegionIsChosenByCreateAlone(t *testing.T) {
	s := newServer()
	client := newClient(t, s, oauthclients.BearerToken(goodKey))
	created, err := client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { outside.ExtraOf(c).Region = "us" })
	require.ErrorIs(t, err, errors.ErrUnsupported)
	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { outside.ExtraOf(c).Revision = 9 })
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Zero(t, s.Count(http.MethodPut, ""))
}

func TestTheNativeAPI(t *testing.T) {
	s := newServer()
	client := newClient(t, s, oauthclients.BearerToken(goodKey))
	api, err := outside.Of(client)
	require.NoError(t, err)

	version, err := api.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, "7.1", version)
	owner, err := api.OwnerOf(t.Context(), oauthclients.NewSecret("key-2"))
	require.NoError(t, err)
	require.Equal(t, "owner of key-2", owner)
	require.Zero(t, s.Count("", base+"/tickets"), "neither call needs the client's own credential")

	created, err := client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	s.Inject(fakeserver.Fault{PathContains: "/lock", Times: 1, Status: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"0"}}})
	locked, err := lockQuickly(t, s, created.ID)
	require.NoError(t, err)
	require.Equal(t, oauthclients.StatusDisabled, locked.Status)
	require.Equal(t, 2, s.Count(http.MethodPost, base+"/apps/"+created.ID+"/lock"), "a POST that may be repeated is")
}

// lockQuickly locks with waits that a test does not feel.
func lockQuickly(t *testing.T, s *server, id string) (*oauthclients.OAuthClient, error) {
	t.Helper()
	client, err := oauthclients.New(outside.Provider{Issuer: s.URL()}, oauthclients.BearerToken(goodKey),
		oauthclients.WithHTTPClient(s.HTTPClient()), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxWait: time.Millisecond}))
	require.NoError(t, err)
	api, err := outside.Of(client)
	require.NoError(t, err)
	return api.Lock(t.Context(), id)
}

// stranger is another provider; its driver is not ours.
type stranger struct{ outside.Provider }

type strangeDriver struct{ oauthclients.Driver }

func (stranger) Name() string { return "stranger" }

func (stranger) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(*oauthclients.Caller) oauthclients.Driver { return &strangeDriver{} },
		Endpoints: oauthclients.Endpoints{BaseURL: "https://stranger.example.com"},
	}, nil
}

func TestTheNativeAPIOfAnotherProvidersClient(t *testing.T) {
	client, err := oauthclients.New(stranger{}, oauthclients.BearerToken(goodKey))
	require.NoError(t, err)
	_, err = outside.Of(client)
	require.ErrorContains(t, err, "stranger")
}

func TestExtraOf(t *testing.T) {
	c := &oauthclients.OAuthClient{}
	outside.ExtraOf(c).Tier = "gold"
	require.Equal(t, "gold", outside.ExtraOf(c).Tier, "attached")
	require.Equal(t, "outside", c.Extra.Provider())
}

// Over a real socket nothing is different.
func TestOverASocket(t *testing.T) {
	s := newServer()
	var address string
	socket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/.well-known/outside" {
			reply(w, http.StatusOK, map[string]string{"api": address + base, "token": address + "/login"})
			return
		}
		s.ServeHTTP(w, r)
	}))
	defer socket.Close()
	address = socket.URL
	client, err := oauthclients.New(outside.Provider{Issuer: socket.URL}, oauthclients.BearerToken(goodKey))
	require.NoError(t, err)
	created, err := client.Clients.Create(t.Context(), sample(1))
	require.NoError(t, err)
	require.Equal(t, "app-secret-1", created.Secret.Reveal())
	require.NoError(t, client.Clients.Delete(t.Context(), created.ID))
	require.ErrorIs(t, get(t, client), oauthclients.ErrNotFound)
}
