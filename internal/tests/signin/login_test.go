package signin

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests Begin: the address that the person is sent to (RFC 6749 section 4.1.1, RFC 7636
// section 4.3), and what of it nobody may guess.

// s256 is the rule of RFC 7636 section 4.2.
func s256(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func TestBeginAsksForACodeAndNothingElse(t *testing.T) {
	require.Equal(t, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "the example of RFC 7636 appendix B")

	server := world.NewMemServer()
	auth := world.WebLogin()
	auth.Scopes = []string{"balance:read", "account:read", "a+b&c"}
	auth.Token = &oauth2.Token{AccessToken: "held-access-token", RefreshToken: "held-refresh-token"}
	login, page := world.BeginAt(t, server, auth)
	require.Equal(t, server.URL()+"/oauth/authorize", strings.TrimSuffix(login.URL, "?"+page.RawQuery))
	require.Equal(t, 1, strings.Count(login.URL, "?"))
	require.Equal(t, url.Values{
		"response_type": {"code"}, "client_id": {"client-1"}, "redirect_uri": {"https://app.example.com/callback"},
		"scope": {"balance:read account:read a+b&c"}, "state": {login.State},
		"code_challenge": {s256(login.Verifier)}, "code_challenge_method": {"S256"},
	}, page.Query())
	for _, secret := range []string{world.OddSecret, login.Verifier, "held-access-token", "held-refresh-token"} {
		world.RequireNoLeak(t, login.URL, secret)
	}
}

func TestBeginWithoutScopesAsksForNone(t *testing.T) {
	_, page := world.BeginAt(t, world.NewMemServer(), world.WebLogin())
	require.False(t, page.Query().Has("scope"))
}

func TestBeginWithoutPKCESendsNoChallenge(t *testing.T) {
	auth := world.WebLogin()
	auth.DisablePKCE = true
	login, page := world.BeginAt(t, world.NewMemServer(), auth)
	require.Empty(t, login.Verifier)
	require.NotContains(t, login.URL, "code_challenge")
	require.Equal(t, login.State, page.Query().Get("state"), "state is not optional")
}

// The server compares byte by byte (RFC 6749 section 3.1.2.3, RFC 9700 section 2.1).
func TestBeginSendsTheRedirectURLAsItIs(t *testing.T) {
	for _, redirect := range oddRedirects() {
		t.Run(redirect, func(t *testing.T) {
			auth := world.WebLogin()
			auth.RedirectURL = redirect
			login, page := world.BeginAt(t, world.NewMemServer(), auth)
			require.Equal(t, []string{redirect}, page.Query()["redirect_uri"])
			require.Equal(t, 1, strings.Count(login.URL, "?"))
			require.Len(t, page.Query(), 6)
		})
	}
}

func oddRedirects() []string {
	return []string{
		"https://app.example.com", "https://app.example.com/", "https://app.example.com/callback/",
		"https://app.example.com/callback?a=1&b=2", "https://app.example.com/cb?next=%2Fhome%3Fx%3D1&empty=",
		"https://app.example.com/cb?", "https://app.example.com/a%2Fb%2fc", "https://app.example.com/a b?c d",
		"https://app.example.com/a+b?c+d=1+1", "https://app.example.com/käse/日本?ü=ß", "https://APP.Example.com:443/Callback",
		"HTTPS://app.example.com/cb", "https://app.example.com/a/../b//c", "https://app.example.com/cb?a[]=1;b=2",
		"com.example.app:/oauth2redirect", "com.example.app://callback", "http://127.0.0.1:8085/callback", "http://[::1]:8085/cb",
		"https://app.example.com/cb?client_id=other&lang=x&response_type=token",
	}
}

func TestBeginKeepsOddClientIDs(t *testing.T) {
	for _, id := range []string{"2556404-0-dc848ae6:sipgate-apps", "a b", "a&client_id=b", "ä%2F?#", "client+1"} {
		auth := world.WebLogin()
		auth.ClientID = id
		login, page := world.BeginAt(t, world.NewMemServer(), auth)
		require.Equal(t, []string{id}, page.Query()["client_id"])
		require.Equal(t, 1, strings.Count(login.URL, "?"))
	}
}

// RFC 6749 section 10.10 asks for a chance of at most 2^-128, RFC 7636 section 7.1 for 256 bits;
// each place of the text must use what its alphabet has.
func TestBeginIsUnguessable(t *testing.T) {
	server := world.NewMemServer()
	provider, auth, option := server.Provider(), world.WebLogin(), oauthclients.WithHTTPClient(server.HTTPClient())
	const logins = 10_000
	states, verifiers := map[string]bool{}, map[string]bool{}
	for range logins {
		login, err := auth.Begin(t.Context(), provider, option)
		require.NoError(t, err)
		states[login.State], verifiers[login.Verifier] = true, true
	}
	require.Len(t, states, logins)
	require.Len(t, verifiers, logins)
	require.GreaterOrEqual(t, bitsOf(states), 128.0)
	require.GreaterOrEqual(t, bitsOf(verifiers), 256.0)
	unreserved := regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`) // RFC 7636 section 4.1
	for verifier := range verifiers {
		require.Regexp(t, unreserved, verifier)
	}
	require.Empty(t, server.Requests())
}

// bitsOf sums up how many characters are met at each place.
func bitsOf(texts map[string]bool) float64 {
	var places []map[byte]bool
	for text := range texts {
		for i := range len(text) {
			if i == len(places) {
				places = append(places, map[byte]bool{})
			}
			places[i][text[i]] = true
		}
	}
	bits := 0.0
	for _, met := range places {
		bits += math.Log2(float64(len(met)))
	}
	return bits
}

func TestBeginGivesTheProviderTheLastWord(t *testing.T) {
	_, page := world.BeginAt(t, world.NewMemServer(), world.WebLogin(), func(c *oauthclients.Connection) {
		c.AuthorizeURL = func(u *url.URL) { u.RawQuery += "&org=acme" }
	})
	require.Equal(t, "acme", page.Query().Get("org"))
}

func TestBeginAsksForTheEndpointOfTheClient(t *testing.T) {
	_, page := world.BeginAt(t, world.NewMemServer(), world.WebLogin(), func(c *oauthclients.Connection) {
		c.EndpointFor = func(clientID string, e oauth2.Endpoint) oauth2.Endpoint {
			e.AuthURL = "https://login.example.com/" + clientID
			return e
		}
	})
	require.Equal(t, "login.example.com/client-1", page.Host+page.Path)
}

// A hook must not lead the person to a page that anybody on the way can change.
func TestBeginRefusesAnUnsafeEndpoint(t *testing.T) {
	server := world.NewMemServer()
	for _, address := range []string{"http://login.example.com/authorize", "https://login.example.com/authorize#realm", "javascript:alert(1)"} {
		_, err := world.WebLogin().Begin(t.Context(), world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) {
			c.EndpointFor = func(_ string, e oauth2.Endpoint) oauth2.Endpoint { e.AuthURL = address; return e }
		}}))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, address)
		_, err = world.WebLogin().Begin(t.Context(), world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) {
			e := c.Endpoints.Grants[oauthclients.GrantAuthorizationCode]
			e.AuthURL = address
			c.Endpoints.Grants[oauthclients.GrantAuthorizationCode] = e
		}}))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, address)
	}
}

// RFC 6749 section 3.1 allows it, and wants it to stay.
func TestTheSignInPageMayHaveAQuery(t *testing.T) {
	server := world.NewMemServer()
	login, err := world.WebLogin().Begin(t.Context(), world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) {
		c.EndpointFor = func(_ string, e oauth2.Endpoint) oauth2.Endpoint { e.AuthURL += "?policy=a%20b"; return e }
	}}))
	require.NoError(t, err)
	page, err := url.Parse(login.URL)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(login.URL, "?"))
	require.Equal(t, "a b", page.Query().Get("policy"))
	require.Equal(t, "code", page.Query().Get("response_type"))
}

// discoversLogin makes a provider find its sign-in page with one request; fail is its end.
func discoversLogin(fail error) func(*oauthclients.Connection) {
	return func(c *oauthclients.Connection) {
		static := c.Endpoints
		c.Endpoints.Grants = nil
		c.Discover = func(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
			_, err := anon.Call(ctx, &oauthclients.Call{Operation: "Discover", Method: http.MethodGet, Path: "/clients"})
			return static, errors.Join(err, fail)
		}
	}
}

func TestBeginDiscovers(t *testing.T) {
	server := world.NewMemServer()
	provider := world.Edited(server, []func(*oauthclients.Connection){discoversLogin(nil)})
	login, err := world.WebLogin().Begin(t.Context(), provider, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.Contains(t, login.URL, server.URL()+"/oauth/authorize?")
	require.Len(t, server.Requests(), 1)
	require.Empty(t, server.Requests()[0].Header.Get("Authorization"))
}

func TestBeginFailsWithTheDiscovery(t *testing.T) {
	server := world.NewMemServer()
	broken := errors.New("the document has no authorization_endpoint")
	provider := world.Edited(server, []func(*oauthclients.Connection){discoversLogin(broken)})
	login, err := world.WebLogin().Begin(t.Context(), provider, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.Nil(t, login)
	require.ErrorIs(t, err, broken)
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)

	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("the person left")
	cancel(cause)
	server.Forget()
	login, err = world.WebLogin().Begin(ctx, provider, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.Nil(t, login)
	require.ErrorIs(t, err, cause)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, server.Requests())
}
