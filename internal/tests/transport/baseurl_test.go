package transport

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests that a credential goes to the place that it was issued for, and to no other:
// calls to another host of a provider, and token endpoints of single OAuth2 clients.

func TestTheClientsOwnCredentialStaysWithTheAPI(t *testing.T) {
	for name, auth := range map[string]oauthclients.Auth{
		"code": world.SessionUntil(world.InAnHour()), "expired": world.SessionUntil(world.AnHourAgo()), "password": world.PasswordGrant(), "bearer": oauthclients.BearerToken("t0ken"),
		"basic": oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret("p")}, "none": oauthclients.NoAuth{},
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			_, err := world.CallerOf(t, r.Client(t, auth, nil)).Call(t.Context(), &oauthclients.Call{
				Operation: "Native", Method: http.MethodGet, BaseURL: "https://login.example.com", Path: "/a",
			})
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Equal(t, "Native", world.Failure(t, err).Operation)
			require.ErrorContains(t, err, "BaseURL")
			require.Empty(t, r.Requests(), "neither the call nor a token for it")
		})
	}
}

func TestACallToAnotherHostWithACredentialOfItsOwn(t *testing.T) {
	for name, test := range map[string]struct {
		credential oauthclients.Credential
		want       string
	}{
		"none": {oauthclients.NoCredential(), ""},
		"own":  {oauthclients.BearerCredential(oauthclients.NewSecret("own-t0ken")), "Bearer own-t0ken"},
	} {
		for _, slash := range []string{"", "/", "//"} {
			t.Run(name+slash, func(t *testing.T) {
				r := world.NewRealm()
				var host string
				client := world.CallerOf(t, r.Client(t, world.SessionUntil(world.AnHourAgo()), nil, func(c *oauthclients.Connection) { c.Authorize = neverAuthorize(t) }))
				_, _ = client.Call(t.Context(), &oauthclients.Call{
					Method: http.MethodPost, BaseURL: "https://login.example.com/realm" + slash, Path: "/logout", Query: url.Values{"a": {"1 2"}},
					Body: url.Values{"x": {"y"}}, Credential: test.credential,
				})
				requests := r.Requests()
				require.Len(t, requests, 1, "no token is fetched for it")
				require.Equal(t, "/realm/logout", requests[0].Path)
				require.Equal(t, url.Values{"a": {"1 2"}}, requests[0].Query)
				require.Equal(t, "x=y", string(requests[0].Body))
				require.Equal(t, test.want, requests[0].Header.Get("Authorization"))
				require.Empty(t, host)
			})
		}
	}
}

// neverAuthorize is a hook that must not be asked.
func neverAuthorize(t *testing.T) func(http.Header, *oauth2.Token) {
	t.Helper()
	return func(_ http.Header, token *oauth2.Token) {
		if token != nil {
			t.Errorf("a token was put on a call that has its own credential")
		}
	}
}

func TestABaseURLThatCannotBeUsedIsRefused(t *testing.T) {
	for name, address := range badURLs() {
		if address == "" {
			continue // the API's own
		}
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			_, err := world.CallerOf(t, r.Client(t, oauthclients.NoAuth{}, nil)).Call(t.Context(), &oauthclients.Call{
				Operation: "Native", Method: http.MethodGet, BaseURL: address, Path: "/a", Credential: oauthclients.NoCredential(),
			})
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "BaseURL")
			require.NotContains(t, err.Error(), "pa55")
			require.Empty(t, r.Requests())
		})
	}
}

// What a provider makes of an endpoint for one OAuth2 client is checked like the endpoint itself.
func TestTheEndpointForOneClientIsCheckedBeforeARefresh(t *testing.T) {
	for name, edit := range map[string]func(*oauth2.Endpoint){
		"plain http":   func(e *oauth2.Endpoint) { e.TokenURL = "http://login.example.com/token" },
		"with user":    func(e *oauth2.Endpoint) { e.TokenURL = "https://user:pa55@login.example.com/token" },
		"fragment":     func(e *oauth2.Endpoint) { e.TokenURL += "?key=1#pa55" },
		"no address":   func(e *oauth2.Endpoint) { e.TokenURL = "" },
		"no AuthStyle": func(e *oauth2.Endpoint) { e.AuthStyle = oauth2.AuthStyleAutoDetect },
		"sign-in page": func(e *oauth2.Endpoint) { e.AuthURL = "http://login.example.com/authorize" },
	} {
		t.Run(name, func(t *testing.T) {
			r := world.NewRealm()
			client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil, func(c *oauthclients.Connection) {
				c.EndpointFor = func(_ string, e oauth2.Endpoint) oauth2.Endpoint { edit(&e); return e }
			})
			err := world.List(t, client)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
			require.Equal(t, "Token", world.Failure(t, err).Operation)
			require.ErrorContains(t, err, "refresh_token")
			require.NotContains(t, err.Error(), "pa55")
			require.Empty(t, r.Requests())
		})
	}
}

func TestTheEndpointForOneClientIsUsed(t *testing.T) {
	r := world.NewRealm()
	var asked []string
	client := r.Client(t, world.SessionUntil(world.AnHourAgo()), nil, func(c *oauthclients.Connection) {
		c.EndpointFor = func(clientID string, e oauth2.Endpoint) oauth2.Endpoint {
			asked = append(asked, fmt.Sprint(clientID, " ", e.AuthStyle))
			e.TokenURL, e.AuthStyle = r.URL()+"/realms/of/"+clientID, oauth2.AuthStyleInHeader
			return e
		}
	})
	require.Error(t, world.List(t, client), "nobody serves that address")
	require.Equal(t, []string{fmt.Sprint("client-1 ", oauth2.AuthStyleInParams)}, asked)
	require.Len(t, r.Requests(), 1)
	require.Equal(t, "/realms/of/client-1", r.Requests()[0].Path)
	require.NotEmpty(t, r.Requests()[0].Header.Get("Authorization"))
	require.Equal(t, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"refresh-1"}}, world.FormOf(t, r.Requests()[0].Body))
}
