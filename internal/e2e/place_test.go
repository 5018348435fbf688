package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file is what the auth strategies are tested at: servers of three different authors, each
// told about the same OAuth2 clients, and the provider for them. The servers themselves are in
// fosite_test.go, gooauth2_test.go and oidcplace_test.go.

const (
	// whoamiPath takes the access tokens of the server and no others: {"sub": "frieda"}.
	whoamiPath = "/whoami"
	// closedPath takes no token at all.
	closedPath = "/closed"
)

// place is one running server.
type place struct {
	habits

	address string
	// seen are the requests that reached the server, sign-ins left out.
	seen *wire
	// revoke ends one access token and nothing else.
	revoke func(t *testing.T, access string)
}

// habits are how a server is, where the RFCs leave it open or servers do not keep to them.
type habits struct {
	name             string
	authorize, token string // paths
	tokenType        string // as it is spelled; RFC 6749 section 5.1: any case
	wayBack          int    // status of the way back to the program
	deadGrant        int    // status of invalid_grant
	// notAllowed is what a client hears that asks with a grant it is not registered for, and
	// unknownClient one that is not registered at all.
	notAllowed, unknownClient refusal
	// rawBasic: the server takes HTTP Basic as it stands, not form-encoded inside as RFC 6749
	// section 2.3.1 has it.
	rawBasic bool
	// renewsForAnybody: the secret of the client is not looked at where a token is renewed, though
	// RFC 6749 section 6 wants it.
	renewsForAnybody bool
	// reuseEndsSignIn: a refresh token that comes a second time ends the whole sign-in, as
	// RFC 9700 section 4.14.2 wants it.
	reuseEndsSignIn bool
	// signIn signs the person in without a browser, and returns with which status the server
	// sends it back, and with what query.
	signIn func(t *testing.T, address string) (status int, back url.Values)
}

// refusal is an answer of the token endpoint, and what the library makes of it.
type refusal struct {
	status int
	code   string
	kind   error
}

// badClient is the answer of RFC 6749 section 5.2.
func badClient() refusal {
	return refusal{http.StatusUnauthorized, "invalid_client", oauthclients.ErrUnauthenticated}
}

// member is one OAuth2 client.
type member struct {
	id, secret string
	way        way
	grants     []oauthclients.GrantType
}

// members are everybody that a server knows.
type members struct {
	clients  []member
	password string // of the person
	redirect string // of every client
}

// opening starts a server, which ends with the test.
type opening struct {
	habits

	start func(t *testing.T, m members) *place
}

func places() []opening {
	return []opening{
		{fositeHabits(), startFosite},
		{goOAuth2Habits(), startGoOAuth2},
		{oidcHabits(), startOIDCPlace},
	}
}

// serve lets h answer at an address of its own, and keeps the requests that reach it.
func serve(t *testing.T, m habits, h http.Handler) *place {
	t.Helper()
	seen := &wire{}
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := read(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		kept, err := requestOf(r, body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		seen.keep(kept)
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(listener.Close)
	return &place{habits: m, address: listener.URL, seen: seen}
}

// enter signs the person in as a browser would, and returns the query of the callback.
func (p *place) enter(t *testing.T, address string) url.Values {
	t.Helper()
	status, back := p.signIn(t, address)
	p.seen.take()
	require.Equal(t, p.wayBack, status)
	everything.learn("code", back.Get("code"))
	return back
}

// redirectedAtOnce is the sign-in at a server that asks the person nothing.
func redirectedAtOnce(t *testing.T, address string) (status int, back url.Values) {
	t.Helper()
	return arrival(t, get(t, stopping(nil), address))
}

// stopping follows redirects up to the program's own address.
func stopping(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if isCallback(next.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

func get(t *testing.T, hc *http.Client, address string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	answer, err := hc.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// arrival reads where a server sends the browser back to.
func arrival(t *testing.T, answer *http.Response) (status int, back url.Values) {
	t.Helper()
	target, err := answer.Location()
	require.NoError(t, err, answer.Status)
	require.True(t, isCallback(target))
	return answer.StatusCode, target.Query()
}

// placeProvider is the provider for a server whose addresses are known beforehand.
type placeProvider struct {
	at       *place
	style    oauth2.AuthStyle
	resource string
	// without is a grant that it has no endpoint for.
	without oauthclients.GrantType
}

func (p placeProvider) Name() string { return p.at.name }

func (placeProvider) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{Auth: []oauthclients.AuthKind{
		oauthclients.AuthKindPassword, oauthclients.AuthKindClientCredentials, oauthclients.AuthKindAuthorizationCode,
		oauthclients.AuthKindBearer, oauthclients.AuthKindTokenSource, oauthclients.AuthKindNone, oauthclients.AuthKindBasic,
	}}
}

// Connect leaves the refresh token grant to the endpoint of the code.
func (p placeProvider) Connect() (*oauthclients.Connection, error) {
	endpoint := oauth2.Endpoint{AuthURL: p.at.address + p.at.authorize, TokenURL: p.at.address + p.at.token, AuthStyle: p.style}
	grants := map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantAuthorizationCode: endpoint,
		oauthclients.GrantPassword:          endpoint,
		oauthclients.GrantClientCredentials: endpoint,
	}
	delete(grants, p.without)
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return userinfoDriver{c, p.resource} },
		Endpoints: oauthclients.Endpoints{BaseURL: p.at.address, Grants: grants},
	}, nil
}
