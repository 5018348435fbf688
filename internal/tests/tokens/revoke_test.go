package tokens

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the sign-out at a server whose metadata name a revocation endpoint (RFC 7009).

// revoker is such a server. It answers what a test wants.
type revoker struct {
	*fakeserver.Server

	mu    sync.Mutex
	asked []url.Values
	// answers gets each form and the header of its request.
	answers func(form url.Values, h http.Header) (status int, body string)
}

func newRevoker(answers func(url.Values, http.Header) (int, string)) *revoker {
	r := &revoker{answers: answers}
	if answers == nil {
		r.answers = func(url.Values, http.Header) (int, string) { return http.StatusOK, "" }
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/revoke", func(w http.ResponseWriter, request *http.Request) {
		_ = request.ParseForm()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked = append(r.asked, request.PostForm)
		status, body := r.answers(request.PostForm, request.Header)
		w.Header().Set("Content-Type", "text/html; charset=utf-8") // an empty body is no page
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
	r.Server = fakeserver.New(mux)
	return r
}

// names adds the members of the metadata.
func (r *revoker) client(t *testing.T, auth oauthclients.Auth, others map[string]string) *oauthclients.Client {
	t.Helper()
	members := map[string]string{"revocation_endpoint": r.URL() + "/oauth/revoke?p=policy"}
	for name, value := range others {
		members[name] = value
	}
	provider := world.MemProvider{BaseURL: r.URL(), Edit: func(c *oauthclients.Connection) {
		world.InHeader(c)
		c.Endpoints.Others = members
	}}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(r.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	return client
}

func publicSession() oauthclients.AuthCode {
	auth := world.SessionUntil(world.InAnHour())
	auth.ClientSecret = oauthclients.Secret{}
	return auth
}

func TestSignOutRevokesTheRefreshTokenFirst(t *testing.T) {
	r := newRevoker(nil)
	client := r.client(t, world.SessionUntil(world.InAnHour()), nil)
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []url.Values{
		{"token": {"refresh-1"}, "token_type_hint": {"refresh_token"}}, {"token": {"access-1"}, "token_type_hint": {"access_token"}},
	}, r.asked)
	for _, request := range r.Requests() {
		require.Equal(t, basic("client-1", world.RealmSecret), request.Header.Get("Authorization"))
		require.Equal(t, "policy", request.Query.Get("p"))
	}
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	require.NoError(t, client.SignOut(t.Context()), "nobody is signed in")
	require.Len(t, r.asked, 2)
}

// A renewal would only make another token to be revoked.
func TestAnExpiredTokenIsRevokedAsItIs(t *testing.T) {
	r := newRevoker(nil)
	require.NoError(t, r.client(t, world.SessionUntil(world.AnHourAgo()), nil).SignOut(t.Context()))
	require.Len(t, r.asked, 2)
	r = newRevoker(nil)
	auth := world.SessionUntil(world.InAnHour())
	auth.Token.RefreshToken = ""
	require.NoError(t, r.client(t, auth, nil).SignOut(t.Context()))
	require.Equal(t, []url.Values{{"token": {"access-1"}, "token_type_hint": {"access_token"}}}, r.asked)
}

func TestOnlyTheAccessTokensRefusalIsForgiven(t *testing.T) {
	for name, c := range map[string]struct {
		refuses string
		status  int
		kind    error
	}{
		"access, 400":  {"access_token", 400, nil},
		"access, 401":  {"access_token", 401, oauthclients.ErrUnauthenticated},
		"access, 503":  {"access_token", 503, oauthclients.ErrUnavailable},
		"refresh, 400": {"refresh_token", 400, oauthclients.ErrInvalid},
		"refresh, 404": {"refresh_token", 404, oauthclients.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRevoker(func(form url.Values, _ http.Header) (int, string) {
				if form.Get("token_type_hint") == c.refuses {
					return c.status, `{"error":"unsupported_token_type"}`
				}
				return http.StatusOK, ""
			})
			client := r.client(t, world.SessionUntil(world.InAnHour()), nil)
			err := client.SignOut(t.Context())
			require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired, "it is forgotten all the same")
			if c.kind == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.kind)
			require.Equal(t, []string{world.MemName, "SignOut", "client-1"}, []string{world.Failure(t, err).Provider, world.Failure(t, err).Operation, world.Failure(t, err).ClientID})
			world.RequireHidden(t, err, "refresh-1", "access-1", world.RealmSecret)
		})
	}
}

func TestTheFirstTokensRefusalIsNoReasonToLeaveTheSecond(t *testing.T) {
	r := newRevoker(func(url.Values, http.Header) (int, string) {
		return http.StatusBadRequest, `{"error":"invalid_request"}`
	})
	require.ErrorIs(t, r.client(t, world.SessionUntil(world.InAnHour()), nil).SignOut(t.Context()), oauthclients.ErrInvalid)
	require.Len(t, r.asked, 2)
}

// RFC 7009 section 2.2: a token that is invalid is as good as revoked.
func TestASuccessThatIsNone(t *testing.T) {
	for body, kind := range map[string]error{
		"": nil, "{}": nil, `{"error":"invalid_token"}`: nil, "null": nil, "OK": nil,
		`{"error":"invalid_client"}`: oauthclients.ErrUnauthenticated, "<html>Sign in</html>": oauthclients.ErrUnavailable,
	} {
		r := newRevoker(func(url.Values, http.Header) (int, string) { return http.StatusOK, body })
		require.ErrorIs(t, r.client(t, world.SessionUntil(world.InAnHour()), nil).SignOut(t.Context()), kind, body)
	}
}

func TestAClientProvesItselfAtTheRevocationEndpoint(t *testing.T) {
	for name, c := range map[string]struct {
		method oauthclients.ClientAuthMethod
		takes  string
		basic  bool
	}{
		"registered":            {oauthclients.ClientSecretPost, "", false},
		"it is taken":           {oauthclients.ClientSecretPost, "client_secret_basic client_secret_post", false},
		"Basic alone":           {oauthclients.ClientSecretPost, "client_secret_basic private_key_jwt", true},
		"post alone":            {oauthclients.ClientSecretBasic, "client_secret_post", false},
		"none that we can":      {oauthclients.ClientSecretBasic, "private_key_jwt tls_client_auth", true},
		"Basic, the id as well": {oauthclients.ClientSecretBasicWithID, "client_secret_basic", true},
	} {
		t.Run(name, func(t *testing.T) {
			r, auth := newRevoker(nil), world.SessionUntil(world.InAnHour())
			auth.AuthMethod = c.method
			require.NoError(t, r.client(t, auth, map[string]string{"revocation_endpoint_auth_methods_supported": c.takes}).SignOut(t.Context()))
			for i, request := range r.Requests() {
				require.Equal(t, c.basic, request.Header.Get("Authorization") != "")
				require.Equal(t, !c.basic, r.asked[i].Get("client_secret") == world.RealmSecret)
			}
		})
	}
}

func TestAnAssertionGoesToTheRevocationEndpoint(t *testing.T) {
	var audience string
	r, auth := newRevoker(nil), publicSession()
	auth.AuthMethod, auth.Assertion = oauthclients.PrivateKeyJWT, func(_ context.Context, a string) (string, error) {
		audience = a
		return "signed", nil
	}
	require.NoError(t, r.client(t, auth, nil).SignOut(t.Context()))
	require.Equal(t, r.URL()+"/oauth/token", audience, "the token endpoint stands for the server")
	require.Equal(t, "signed", r.asked[0].Get("client_assertion"))
}

// The MCP Python SDK wants to see a client_secret from everybody.
func TestAPublicClientMayNeedAnEmptySecret(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusUnauthorized} {
		r := newRevoker(func(form url.Values, _ http.Header) (int, string) {
			if !form.Has("client_secret") {
				return http.StatusBadRequest, `{"error":"invalid_request","error_description":"client_secret: Field required"}`
			}
			return status, ""
		})
		err := r.client(t, publicSession(), nil).SignOut(t.Context())
		require.Len(t, r.asked, 4)
		require.Equal(t, []string{"client-1"}, r.asked[0]["client_id"])
		require.Equal(t, []string{""}, r.asked[1]["client_secret"])
		if status == http.StatusOK {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, "a server at which public clients cannot revoke")
		}
	}
}

func TestARevocationIsRepeatedOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"reset": {Drop: true}, "done and reset": {Drop: true, Execute: true}, "503": {Status: 503}, "429": {Status: 429}, "408": {Status: 408},
	} {
		r := newRevoker(nil)
		fault.Times = 3
		r.Inject(fault)
		require.NoError(t, r.client(t, world.SessionUntil(world.InAnHour()), nil).SignOut(t.Context()), name)
	}
}

func TestTheHookIsTheProvidersOwnWay(t *testing.T) {
	r := world.NewRealm()
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, func(c *oauthclients.Connection) {
		c.Endpoints.Others = map[string]string{"revocation_endpoint": r.URL() + "/oauth/revoke"}
	})
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"logout refresh-1"}, r.Happened())
}

// An address that a server names is checked when it is used.
func TestAnUnsafeRevocationEndpointGetsNoToken(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, world.SessionUntil(world.InAnHour()), func(c *oauthclients.Connection) {
		found := c.Endpoints
		found.Others = map[string]string{"revocation_endpoint": "http://login.example.com/revoke", "unused": "::"}
		c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) { return found, nil }
	})
	err := client.SignOut(t.Context())
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "revocation_endpoint")
	require.Empty(t, server.Requests())
}

func TestASignOutThatCannotDiscoverForgetsTheToken(t *testing.T) {
	broken := errors.New("no metadata")
	client := world.NewMemServer().Client(t, oauthclients.AuthCode{ClientID: "client-1", Token: &oauth2.Token{AccessToken: "access-1"}}, func(c *oauthclients.Connection) {
		c.Discover = func(context.Context, *oauthclients.Caller) (oauthclients.Endpoints, error) {
			return oauthclients.Endpoints{}, broken
		}
	})
	require.ErrorIs(t, client.SignOut(t.Context()), broken)
	require.NoError(t, client.SignOut(t.Context()), "nobody is signed in")
}
