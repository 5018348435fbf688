package dcr_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds a server that answers word for word what a test says.

const (
	deskURL      = "https://as.example.com"
	deskRegister = deskURL + "/register"
	deskManaged  = deskRegister + "?client_id=ID"
)

// deskReply is one answer; the zero status is 200.
type deskReply struct {
	status int
	body   string
	header http.Header
}

// deskRequest is one request.
type deskRequest struct {
	method, url, token string
	body               map[string]any
}

// desk answers one reply after the other, and keeps what it was asked for. Without a reply left it fails
// the connection.
type desk struct {
	mu      sync.Mutex
	replies []deskReply
	asked   []deskRequest
}

func (d *desk) RoundTrip(r *http.Request) (*http.Response, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	request := deskRequest{method: r.Method, url: r.URL.String(), token: r.Header.Get("Authorization")}
	if r.Body != nil {
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = json.Unmarshal(text, &request.body) // there may be none
	}
	d.asked = append(d.asked, request)
	if len(d.replies) == 0 {
		return nil, io.ErrClosedPipe
	}
	next := d.replies[0]
	d.replies = d.replies[1:]
	if next.status == 0 {
		next.status = http.StatusOK
	}
	if next.header == nil {
		next.header = http.Header{}
	}
	return &http.Response{StatusCode: next.status, Header: next.header, Body: io.NopCloser(strings.NewReader(next.body)), Request: r}, nil
}

// last is the latest request.
func (d *desk) last() deskRequest { return d.asked[len(d.asked)-1] }

// atDesk is a client of a desk, with the handles of the clients in a store.
func atDesk(t *testing.T, edit func(*dcr.Provider), replies ...deskReply) (*oauthclients.Client, *desk) {
	t.Helper()
	d := &desk{replies: replies}
	provider := dcr.Provider{RegistrationEndpoint: deskRegister, Registrations: dcr.NewMemoryStore()}
	if edit != nil {
		edit(&provider)
	}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(&http.Client{Transport: d}),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 2, MinWait: time.Nanosecond, MaxWait: time.Microsecond}))
	require.NoError(t, err)
	return client, d
}

// deskStore has with the handle of the client ID.
func deskStore(t *testing.T) func(*dcr.Provider) {
	t.Helper()
	return deskStoreWith(t, dcr.Handle{ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID")})
}

func deskStoreWith(t *testing.T, handles ...dcr.Handle) func(*dcr.Provider) {
	t.Helper()
	return func(p *dcr.Provider) {
		for _, h := range handles {
			require.NoError(t, p.Registrations.Save(t.Context(), h))
		}
	}
}

// deskClient is an answer about the client ID with further members.
func deskClient(members string) string {
	text := `{"client_id":"ID","client_secret":"the-secret-of-the-client","registration_access_token":"t0k3n-0f-ID","registration_client_uri":"` + deskManaged + `"`
	if members != "" {
		text += "," + members
	}
	return text + "}"
}

func orderDesk() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "x", RedirectURIs: []string{"https://orders.example.com/cb"},
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
	}
}

func notAppliedFields(t *testing.T, err error) []string {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	var other *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &other)
	return other.Fields
}

func deskFailure(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

func readerOf(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }
