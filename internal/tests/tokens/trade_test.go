package tokens

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests providers that trade the credential of the user for another one: there are
// two caches then, and a rejection drops the right one.

// bureau issues tokens "t-token-1" and so on, trades what it gets for signatures "sig-1" and so
// on, which are good for a minute, and serves one client to who has a good one. Everybody else
// gets an empty 403.
type bureau struct {
	*fakeserver.Server

	mu      sync.Mutex
	tokens  int
	signed  int
	bad     map[string]bool // tokens and signatures that are not good any more
	refused int             // the status of a refused trade, 401 if 0
}

func newBureau() *bureau {
	b := &bureau{bad: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /oauth/token", b.token)
	mux.HandleFunc("POST /v1/trade", b.trade)
	mux.HandleFunc("GET /v1/clients/{id}", b.get)
	b.Server = fakeserver.New(mux)
	return b
}

// spoil makes tokens or signatures worthless.
func (b *bureau) spoil(values ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, value := range values {
		b.bad[value] = true
	}
}

func (b *bureau) token(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tokens++
	world.Answer(w, http.StatusOK, map[string]any{"access_token": "t-token-" + strconv.Itoa(b.tokens), "expires_in": 3600})
}

func (b *bureau) trade(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bad[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")] {
		w.WriteHeader(max(b.refused, http.StatusUnauthorized))
		return
	}
	b.signed++
	world.Answer(w, http.StatusOK, map[string]string{"signature": "sig-" + strconv.Itoa(b.signed)})
}

func (b *bureau) get(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	signature := r.Header.Get("X-Signature")
	if signature == "" || b.bad[signature] {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	world.Answer(w, http.StatusOK, map[string]string{"id": r.PathValue("id")})
}

// client trades every credential at the bureau.
func (b *bureau) client(t *testing.T, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	provider := world.MemProvider{BaseURL: b.URL(), Edit: func(c *oauthclients.Connection) {
		c.Trade = tradeAtBureau
		c.Authorize = func(h http.Header, token *oauth2.Token) { h.Set("X-Signature", token.AccessToken) }
		c.Rejected = func(r *oauthclients.Response) bool { return r.Status == http.StatusForbidden && len(r.Body) == 0 }
	}}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(b.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	return client
}

func tradeAtBureau(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
	var signed struct{ Signature string }
	_, err := anon.Call(ctx, &oauthclients.Call{
		Operation: "Token", Method: http.MethodPost, Path: "/trade",
		Credential: oauthclients.BearerCredential(held), Result: &signed,
	})
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{AccessToken: signed.Signature, Expiry: time.Now().Add(time.Minute)}, nil
}

// sent lists the requests as "METHOD path credential", in order.
func (b *bureau) sent() []string {
	var lines []string
	for _, r := range b.Requests() {
		lines = append(lines, strings.TrimSpace(r.Path+" "+r.Header.Get("Authorization")+r.Header.Get("X-Signature")))
	}
	return lines
}

func neverTrade(t *testing.T) func(context.Context, *oauthclients.Caller, oauthclients.Secret) (*oauth2.Token, error) {
	t.Helper()
	return func(context.Context, *oauthclients.Caller, oauthclients.Secret) (*oauth2.Token, error) {
		return nil, errors.New("this credential must not be traded")
	}
}

func TestATradedCredentialIsCached(t *testing.T) {
	b := newBureau()
	client := b.client(t, oauthclients.BearerToken("key"))
	require.NoError(t, world.Get(t, client))
	require.NoError(t, world.Get(t, client))
	require.Equal(t, []string{"/v1/trade Bearer key", "/v1/clients/id-1 sig-1", "/v1/clients/id-1 sig-1"}, b.sent())
}

func TestATradedCredentialIsRenewedBeforeItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau()
		client := b.client(t, world.PasswordGrant())
		require.NoError(t, world.Get(t, client))
		<-time.After(29 * time.Second)
		require.NoError(t, world.Get(t, client))
		require.Equal(t, 1, b.Count("", "/v1/trade"))
		<-time.After(2 * time.Second)
		require.NoError(t, world.Get(t, client))
		require.Equal(t, 2, b.Count("", "/v1/trade"))
		require.Equal(t, 1, b.Count("", "/oauth/token"), "what is held lives longer")
	})
}

func TestARejectionDropsOnlyTheTradedToken(t *testing.T) {
	b := newBureau()
	client := b.client(t, world.PasswordGrant())
	require.NoError(t, world.Get(t, client))
	b.spoil("sig-1")
	b.Forget()
	require.NoError(t, world.Get(t, client))
	require.Equal(t, []string{"/v1/clients/id-1 sig-1", "/v1/trade Bearer t-token-1", "/v1/clients/id-1 sig-2"}, b.sent())
}

func TestASecondRejectionIsTheAnswer(t *testing.T) {
	b := newBureau()
	client := b.client(t, oauthclients.BearerToken("key"))
	b.spoil("sig-1", "sig-2", "sig-3")
	err := world.Get(t, client)
	require.Equal(t, http.StatusForbidden, world.Failure(t, err).StatusCode)
	require.Equal(t, []string{
		"/v1/trade Bearer key", "/v1/clients/id-1 sig-1", "/v1/trade Bearer key", "/v1/clients/id-1 sig-2",
	}, b.sent())
}

func TestARefusedTradeDropsTheHeldTokenOnce(t *testing.T) {
	b := newBureau()
	client := b.client(t, world.PasswordGrant())
	require.NoError(t, world.Get(t, client))
	b.spoil("sig-1", "t-token-1")
	b.Forget()
	require.NoError(t, world.Get(t, client))
	require.Equal(t, []string{
		"/v1/clients/id-1 sig-1", "/v1/trade Bearer t-token-1", "/oauth/token", "/v1/trade Bearer t-token-2",
		"/v1/clients/id-1 sig-2",
	}, b.sent())
}

func TestATradeThatKeepsRefusingIsAskedTwice(t *testing.T) {
	b := newBureau()
	client := b.client(t, world.PasswordGrant())
	b.spoil("t-token-1", "t-token-2", "t-token-3")
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrUnauthenticated)
	require.Equal(t, []string{"/oauth/token", "/v1/trade Bearer t-token-1", "/oauth/token", "/v1/trade Bearer t-token-2"}, b.sent())
}

// There is no other key to be had: sending the wrong one again may lock the account.
func TestARefusedKeyIsSentOnce(t *testing.T) {
	b := newBureau()
	b.spoil("key")
	client := b.client(t, oauthclients.BearerToken("key"))
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrUnauthenticated)
	require.Equal(t, []string{"/v1/trade Bearer key"}, b.sent())
}

func TestATradeThatFailsOtherwiseKeepsTheHeldToken(t *testing.T) {
	b := newBureau()
	b.refused = http.StatusConflict
	b.spoil("t-token-1")
	client := b.client(t, world.PasswordGrant())
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrConflict)
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrConflict)
	require.Equal(t, []string{"/oauth/token", "/v1/trade Bearer t-token-1", "/v1/trade Bearer t-token-1"}, b.sent())
}

func TestNoCredentialIsNotTraded(t *testing.T) {
	b := newBureau()
	require.ErrorIs(t, world.Get(t, b.client(t, oauthclients.NoAuth{})), oauthclients.ErrPermission)
	require.Equal(t, []string{"/v1/clients/id-1"}, b.sent())
}

func TestATradeWithoutATokenIsAnError(t *testing.T) {
	for name, token := range map[string]*oauth2.Token{"nil": nil, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, oauthclients.BearerToken("key"), func(c *oauthclients.Connection) {
				c.Trade = func(context.Context, *oauthclients.Caller, oauthclients.Secret) (*oauth2.Token, error) {
					return token, nil
				}
			})
			require.ErrorIs(t, world.Get(t, client), oauthclients.ErrUnavailable)
			require.Empty(t, server.Requests())
		})
	}
}

func TestManyCallsTradeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau()
		b.Inject(fakeserver.Fault{PathContains: "/v1/trade", Delay: time.Second})
		client := b.client(t, world.PasswordGrant())
		for _, err := range world.Together(200, func(int) error { return world.Get(t, client) }) {
			require.NoError(t, err)
		}
		require.Equal(t, 1, b.Count("", "/oauth/token"))
		require.Equal(t, 1, b.Count("", "/v1/trade"))
	})
}

func TestAFailedTradeIsSharedWithoutARace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBureau()
		b.spoil("key")
		b.Inject(fakeserver.Fault{PathContains: "/v1/trade", Delay: time.Second})
		client := b.client(t, oauthclients.BearerToken("key"))
		for _, err := range world.Together(50, func(int) error { return world.Get(t, client) }) {
			require.Equal(t, "Token", world.Failure(t, err).Operation)
		}
		require.Equal(t, 1, b.Count("", "/v1/trade"))
	})
}

// The token that was traded is a secret too, in whatever header a provider sends it.
func TestTheHeldTokenIsScrubbedFromErrorsOfTheTrade(t *testing.T) {
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/token" {
			world.Answer(w, http.StatusOK, map[string]string{"access_token": "held-t0ken"})
			return
		}
		w.WriteHeader(http.StatusConflict)
		_, _ = io.WriteString(w, "you sent "+r.Header.Get("X-Held"))
	}))
	provider := world.MemProvider{BaseURL: server.URL(), Edit: func(c *oauthclients.Connection) {
		c.Trade = func(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
			_, err := anon.Call(ctx, &oauthclients.Call{
				Operation: "Token", Method: http.MethodGet, Path: "/trade", Header: http.Header{"X-Held": {held.Reveal()}},
			})
			return nil, err
		}
	}}
	client, err := oauthclients.New(provider, world.ClientCredentials(), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	err = world.Get(t, client)
	require.Equal(t, "you sent [REDACTED]", string(world.Failure(t, err).Body()))
}
