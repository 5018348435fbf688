package dcr_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds lists in which something is wrong with one client, and with all of them.

func TestOneClientThatCannotBeRead(t *testing.T) {
	for name, c := range map[string]struct {
		fault  fakeserver.Fault
		status oauthclients.Status
		says   string
	}{
		"500":             {fakeserver.Fault{Status: http.StatusInternalServerError}, dcr.StatusUnreadable, "500"},
		"403":             {fakeserver.Fault{Status: http.StatusForbidden}, dcr.StatusUnreadable, "does not let this client be managed"},
		"another client":  {fakeserver.Fault{Status: http.StatusOK, Body: `{"client_id":"another"}`}, dcr.StatusUnreadable, "another client"},
		"no client":       {fakeserver.Fault{Status: http.StatusOK, Body: `["x"]`}, dcr.StatusUnreadable, "no client"},
		"no id":           {fakeserver.Fault{Status: http.StatusOK, Body: `{"client_name":"x"}`}, dcr.StatusUnreadable, "no client_id"},
		"an error in 200": {fakeserver.Fault{Status: http.StatusOK, Body: `{"error":"invalid_request"}`}, dcr.StatusUnreadable, "invalid_request"},
		"a dead token":    {fakeserver.Fault{Status: http.StatusUnauthorized}, dcr.StatusDead, "the registration access token is dead"},
		"gone":            {fakeserver.Fault{Status: http.StatusNotFound}, dcr.StatusDead, "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			first, odd, last := w.create(t), w.create(t), w.create(t)
			c.fault.PathContains, c.fault.Method = "/reg/"+odd.ID, http.MethodGet
			w.server.Inject(c.fault)
			found := map[string]oauthclients.Status{}
			for client, err := range w.client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
				require.NoError(t, err)
				found[client.ID] = client.Status
				if client.ID == odd.ID {
					require.Contains(t, dcr.ExtraOf(client).Trouble, c.says)
					continue
				}
				require.Empty(t, dcr.ExtraOf(client).Trouble)
				require.NotEmpty(t, client.Name)
			}
			require.Equal(t, map[string]oauthclients.Status{first.ID: "", odd.ID: c.status, last.ID: ""}, found)
		})
	}
}

// A handle that cannot be used is kept, and breaks no list.
func TestAHandleThatCannotBeUsedBreaksNoList(t *testing.T) {
	for _, address := range []string{"/reg/relative", "reg", "https://evil.example.com/reg/1", "http://[::1", "mailto:a@example.com"} {
		t.Run(address, func(t *testing.T) {
			asked := 0
			w := newWorld(t, dcrtest.WithRegistrationURI(func(issuer, id string) string {
				if asked++; asked == 1 {
					return address
				}
				return issuer + "/reg/" + id
			}))
			odd, err := w.client.Clients.Create(t.Context(), sample(1))
			var unusable *dcr.HandleError
			require.ErrorAs(t, err, &unusable)
			require.Equal(t, address, unusable.Handle.URI)
			good := w.create(t)
			page, err := w.client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.NoError(t, err)
			require.Len(t, page.Clients, 2)
			for _, c := range page.Clients {
				if c.ID == odd.ID {
					require.Equal(t, dcr.StatusUnreadable, c.Status)
					require.Contains(t, dcr.ExtraOf(c).Trouble, "Handle.URI")
					continue
				}
				require.Equal(t, good.Name, c.Name)
			}
		})
	}
}

// A list that cannot be read is no list of clients with something wrong, and nobody goes on when the
// server is away.
func TestAListEndsWhenTheServerIsAway(t *testing.T) {
	for name, answer := range map[string]func() (*http.Response, error){
		"no answer":   func() (*http.Response, error) { return nil, errors.New("connection refused") },
		"a proxy":     page(http.StatusNotFound, "default backend - 404"),
		"502":         page(http.StatusBadGateway, ""),
		"503":         page(http.StatusServiceUnavailable, "Bootstrap in progress."),
		"rate limit":  page(http.StatusTooManyRequests, "{}"),
		"login page":  page(http.StatusOK, "<html>"),
		"a redirect":  page(http.StatusTemporaryRedirect, ""),
		"a 200 alone": page(http.StatusOK, ""),
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			clients := manyKnown(t, 2000, roundTrip(func(*http.Request) (*http.Response, error) {
				asked.Add(1)
				return answer()
			}))
			_, err := clients.List(t.Context(), oauthclients.ListOptions{PageSize: 100})
			require.Error(t, err)
			require.NotErrorIs(t, err, oauthclients.ErrNotFound)
			require.LessOrEqual(t, asked.Load(), int64(8*2), "each reader has begun one")
		})
	}
}

func page(status int, body string) func() (*http.Response, error) {
	return func() (*http.Response, error) {
		response := &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody}
		if body != "" {
			response.Body = readerOf(body)
		}
		return response, nil
	}
}

// manyKnown is a client with handles, at a server that answers as it is said.
func manyKnown(t *testing.T, count int, transport http.RoundTripper) *oauthclients.ClientsService {
	t.Helper()
	store := dcr.NewMemoryStore()
	for n := range count {
		id := fmt.Sprintf("client-%04d", n)
		require.NoError(t, store.Save(t.Context(), dcr.Handle{ClientID: id, URI: deskRegister + "/" + id, Token: oauthclients.NewSecret("t0k3n-" + id)}))
	}
	client, err := oauthclients.New(dcr.Provider{RegistrationEndpoint: deskRegister, Registrations: store}, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(&http.Client{Transport: transport}),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 2, MinWait: time.Nanosecond, MaxWait: time.Microsecond}))
	require.NoError(t, err)
	return client.Clients
}

// The server goes away in the middle of a walk: what was read is not lost to the next page's error, and
// the first failure is the one that is told.
func TestAWalkThatMeetsAServerGoingAway(t *testing.T) {
	var mu sync.Mutex
	asked := 0
	clients := manyKnown(t, 300, roundTrip(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked > 120 {
			return nil, errors.New("connection refused")
		}
		id := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: readerOf(`{"client_id":"` + id + `"}`), Request: r}, nil
	}))
	read := 0
	var failed error
	for _, err := range clients.All(t.Context(), oauthclients.ListOptions{PageSize: 100}) {
		if failed = err; err == nil {
			read++
		}
	}
	require.Equal(t, 100, read)
	require.ErrorContains(t, failed, "connection refused")
	require.LessOrEqual(t, asked, 120+8*2)
}
