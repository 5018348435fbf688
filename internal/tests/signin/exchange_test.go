package signin

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what Finish sends for a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5), and
// that it does so once: a code that comes twice may end the sign-in.

// withBasic makes the token endpoint take the client's credentials in the header.
func withBasic(c *oauthclients.Connection) {
	e := c.Endpoints.Grants[oauthclients.GrantAuthorizationCode]
	e.AuthStyle = oauth2.AuthStyleInHeader
	c.Endpoints.Grants[oauthclients.GrantAuthorizationCode] = e
}

// exchanged finishes with a code and returns the one request that went out.
func exchanged(t *testing.T, auth oauthclients.AuthCode, code string, edits ...func(*oauthclients.Connection)) (url.Values, http.Header) {
	t.Helper()
	server := world.NewMemServer()
	login := world.TheLogin()
	if auth.DisablePKCE {
		login.Verifier = ""
	}
	token, err := auth.Finish(t.Context(), world.Edited(server, edits), login, world.ComesBack("code", code), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	require.Equal(t, "t-token-1", token.AccessToken)
	require.Len(t, server.Requests(), 1)
	request := server.Requests()[0]
	require.Equal(t, "POST /oauth/token", request.Method+" "+request.Path)
	require.Empty(t, request.Query)
	require.Equal(t, "application/x-www-form-urlencoded", request.Header.Get("Content-Type"))
	require.Equal(t, "application/json", request.Header.Get("Accept"))
	return world.FormOf(t, request.Body), request.Header
}

func TestTheExchangeOnTheWire(t *testing.T) {
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte("client-1:"+url.QueryEscape(world.OddSecret)))
	form := func(pairs ...string) url.Values {
		values := url.Values{"grant_type": {"authorization_code"}, "code": {"c-0-d-e"}, "redirect_uri": {"https://app.example.com/callback"}}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		return values
	}
	verifier := world.TheLogin().Verifier
	for name, c := range map[string]struct {
		basic, public, noPKCE bool
		form                  url.Values
		authorization         string
	}{
		"form":                        {form: form("client_id", "client-1", "client_secret", world.OddSecret, "code_verifier", verifier)},
		"form, public":                {public: true, form: form("client_id", "client-1", "code_verifier", verifier)},
		"form, without PKCE":          {noPKCE: true, form: form("client_id", "client-1", "client_secret", world.OddSecret)},
		"form, public, without PKCE":  {public: true, noPKCE: true, form: form("client_id", "client-1")},
		"Basic":                       {basic: true, form: form("code_verifier", verifier), authorization: basic},
		"Basic, public":               {basic: true, public: true, form: form("client_id", "client-1", "code_verifier", verifier)},
		"Basic, without PKCE":         {basic: true, noPKCE: true, form: form(), authorization: basic},
		"Basic, public, without PKCE": {basic: true, public: true, noPKCE: true, form: form("client_id", "client-1")},
	} {
		t.Run(name, func(t *testing.T) {
			auth := world.WebLogin()
			auth.DisablePKCE = c.noPKCE
			auth.Scopes = []string{"balance:read"} // asked for at the sign-in, not here
			auth.Token = &oauth2.Token{AccessToken: "held-access", RefreshToken: "held-refresh"}
			if c.public {
				auth.ClientSecret = oauthclients.Secret{}
			}
			var edits []func(*oauthclients.Connection)
			if c.basic {
				edits = append(edits, withBasic)
			}
			sent, header := exchanged(t, auth, "c-0-d-e", edits...)
			require.Equal(t, c.form, sent)
			require.Equal(t, c.authorization, header.Get("Authorization"))
		})
	}
}

// RFC 6749 section 2.3.1: id and secret are form-encoded before they are put together, so that a
// colon in the id separates nothing.
func TestTheExchangeEncodesBasicCredentials(t *testing.T) {
	for _, c := range []struct{ id, secret, encoded string }{
		{"2556404-0-dc848ae6:sipgate-apps", "a:b", "2556404-0-dc848ae6%3Asipgate-apps:a%3Ab"},
		{"a b", "c+d", "a+b:c%2Bd"}, {"ü", "%", "%C3%BC:%25"}, {"a", ":", "a:%3A"},
	} {
		auth := world.WebLogin()
		auth.ClientID, auth.ClientSecret = c.id, oauthclients.NewSecret(c.secret)
		form, header := exchanged(t, auth, "c-0-d-e", withBasic)
		decoded, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(header.Get("Authorization"), "Basic "))
		require.NoError(t, err)
		require.Equal(t, c.encoded, string(decoded))
		require.False(t, form.Has("client_id") || form.Has("client_secret"))
	}
}

func TestTheExchangeRepeatsTheRedirectURLByteForByte(t *testing.T) {
	for _, redirect := range oddRedirects() {
		auth := world.WebLogin()
		auth.RedirectURL = redirect
		form, _ := exchanged(t, auth, "c-0-d-e")
		require.Equal(t, []string{redirect}, form["redirect_uri"])
	}
}

// DocSpace puts its region before a code, and Keycloak dots into it.
func TestTheExchangeEncodesOddCodes(t *testing.T) {
	for _, code := range []string{
		"eu:Zm9v+Yg/==", "2Eamxyz7vQLiHyGqklDox5l1NIDaJ0Fd08ngBaeVNtM.0714e913-f108-4e45-8ad4-976d39dfe0c2", "a&code=b", "100%", "a b", "ä€😀",
		"\x00\r\n", strings.Repeat("long", 2000),
	} {
		form, _ := exchanged(t, world.WebLogin(), code)
		require.Equal(t, []string{code}, form["code"])
	}
}

func TestACodeIsSentOnceWhateverTheAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		fault fakeserver.Fault
		kind  error
		code  string
	}{
		"invalid_grant":     {fakeserver.Fault{Status: 400, Body: `{"error":"invalid_grant"}`}, oauthclients.ErrUnauthenticated, "invalid_grant"},
		"invalid_client":    {fakeserver.Fault{Status: 401, Body: `{"error":"invalid_client"}`}, oauthclients.ErrUnauthenticated, "invalid_client"},
		"empty 401":         {fakeserver.Fault{Status: 401}, oauthclients.ErrUnauthenticated, ""},
		"403":               {fakeserver.Fault{Status: 403}, oauthclients.ErrPermission, ""},
		"408":               {fakeserver.Fault{Status: 408}, oauthclients.ErrUnavailable, ""},
		"500":               {fakeserver.Fault{Status: 500}, oauthclients.ErrUnavailable, ""},
		"502":               {fakeserver.Fault{Status: 502, Body: "<html>Bad Gateway</html>"}, oauthclients.ErrUnavailable, ""},
		"503":               {fakeserver.Fault{Status: 503}, oauthclients.ErrUnavailable, ""},
		"504":               {fakeserver.Fault{Status: 504}, oauthclients.ErrUnavailable, ""},
		"reset before":      {fakeserver.Fault{Drop: true}, oauthclients.ErrUnavailable, ""},
		"reset after":       {fakeserver.Fault{Drop: true, Execute: true}, oauthclients.ErrUnavailable, ""},
		"truncated JSON":    {fakeserver.Fault{Status: 200, Body: `{"access_token":"tok`}, oauthclients.ErrUnavailable, ""},
		"empty":             {fakeserver.Fault{Status: 200}, oauthclients.ErrUnavailable, ""},
		"HTML":              {fakeserver.Fault{Status: 200, Body: "<html>Sign in</html>"}, oauthclients.ErrUnavailable, ""},
		"no token":          {fakeserver.Fault{Status: 200, Body: `{"token_type":"bearer"}`}, oauthclients.ErrUnavailable, ""},
		"302":               {fakeserver.Fault{Status: 302, Header: http.Header{"Location": {"/elsewhere"}}}, oauthclients.ErrUnavailable, ""},
		"307":               {fakeserver.Fault{Status: 307, Header: http.Header{"Location": {"https://evil.test/collect"}}}, oauthclients.ErrUnavailable, ""},
		"308 without where": {fakeserver.Fault{Status: 308}, oauthclients.ErrUnavailable, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := world.NewMemServer()
				server.Inject(c.fault)
				start := time.Now()
				token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
				require.Nil(t, token)
				require.ErrorIs(t, err, c.kind)
				require.Len(t, server.Requests(), 1, "whatever the answer")
				require.Zero(t, time.Since(start), "and nobody waits")
				failed := world.Failure(t, err)
				require.Equal(t, []string{world.MemName, "Token"}, []string{failed.Provider, failed.Operation})
				require.Equal(t, c.code, failed.Code)
				require.Equal(t, c.fault.Status, failed.StatusCode)
				world.RequireHidden(t, err, "c-0-d-e", world.TheLogin().Verifier, world.OddSecret)
			})
		})
	}
}

func TestARateLimitOfTheExchangeTellsHowLongToWait(t *testing.T) {
	server := world.NewMemServer()
	server.Inject(fakeserver.Fault{Status: 429, Header: http.Header{"Retry-After": {"30"}}})
	_, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
	require.ErrorIs(t, err, oauthclients.ErrRateLimited)
	require.Equal(t, 30*time.Second, world.Failure(t, err).RetryAfter)
	require.Len(t, server.Requests(), 1)
}

// A vendor's rate limit under status 400 is repeated for other grants.
// Who is refused by a rate limit has used nothing up, whatever status it has.
func TestACodeIsRepeatedForTheVendorsRateLimit(t *testing.T) {
	server := world.Issuing(http.StatusBadRequest, `{"error":"invalid_request"}`)
	provider := world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) {
		c.ExplainToken = func(_ *oauthclients.Response, e *oauthclients.Error) { e.Kind = oauthclients.ErrRateLimited }
	}})
	_, err := world.WebLogin().Finish(t.Context(), provider, world.TheLogin(), world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	require.ErrorIs(t, err, oauthclients.ErrRateLimited)
	require.Equal(t, 4, server.TokenRequests())
}

func TestACodeIsSentAgainWhereNoConnectionOpened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Refuse: true, Times: 3})
		token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
		require.NoError(t, err)
		require.Equal(t, "t-token-1", token.AccessToken)
		require.Len(t, server.Requests(), 1)
	})
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Refuse: true})
		token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
		require.Nil(t, token)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.Equal(t, 4, world.Failure(t, err).Attempts)
		world.RequireHidden(t, err, "c-0-d-e", world.TheLogin().Verifier, world.OddSecret)
	})
}

func TestTheExchangeEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Delay: time.Hour})
		ctx, cancel := withCause(t, 50*time.Millisecond)
		defer cancel()
		start := time.Now()
		token, err := world.WebLogin().Finish(ctx, server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.Nil(t, token)
		require.ErrorIs(t, err, world.ErrLeft)
		require.Equal(t, 50*time.Millisecond, time.Since(start))
		require.Len(t, server.Requests(), 1)
	})
	synctest.Test(t, func(t *testing.T) {
		server := world.NewMemServer()
		ctx, cancel := withCause(t, 0)
		defer cancel()
		token, err := world.WebLogin().Finish(ctx, server.Provider(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.Nil(t, token)
		require.ErrorIs(t, err, world.ErrLeft)
		require.Empty(t, server.Requests(), "a context that is done sends nothing")
	})
}

// net/http itself repeats a request whose reused connection breaks before an answer, if it may.
func TestACodeIsSentOnceOverASocketThatBreaks(t *testing.T) {
	const whole = `{"access_token":"t-token-1","token_type":"bearer"}`
	for name, end := range map[string]func(net.Conn){
		"closed": func(net.Conn) {},
		"half answer": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n"+whole[:20])
		},
		"half header": func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Le") },
		"no HTTP":     func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n") },
	} {
		t.Run(name, func(t *testing.T) {
			var posts atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				if posts.Add(1) == 1 {
					_, _ = io.WriteString(w, whole)
					return
				}
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					end(conn)
					_ = conn.Close()
				}
			}))
			defer server.Close()
			finish := func() (*oauth2.Token, error) {
				return world.WebLogin().Finish(t.Context(), world.MemProvider{BaseURL: server.URL}, world.TheLogin(), world.ComesBack("code", "c-0-d-e"),
					oauthclients.WithHTTPClient(server.Client()), world.QuickRetry())
			}
			_, err := finish() // leaves a connection to be used again
			require.NoError(t, err)
			token, err := finish()
			require.Nil(t, token)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.EqualValues(t, 2, posts.Load())
			world.RequireHidden(t, err, "c-0-d-e", world.TheLogin().Verifier, world.OddSecret)
			require.NotContains(t, err.Error(), "access_token")
		})
	}
}
