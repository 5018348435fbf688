package secrets

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests that errors are clean even if a server sends back everything it was sent.

// echo answers 400 with the request, once as text and once as JSON, in the body and in the
// members and headers that become Code, Message and RequestID.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := url.ParseQuery(string(body))
	var all strings.Builder
	_ = r.Header.Write(&all)
	fmt.Fprintf(&all, "body: %s\nform: %v", body, form)
	if _, encoded, ok := strings.Cut(r.Header.Get("Authorization"), "Basic "); ok {
		decoded, _ := base64.StdEncoding.DecodeString(encoded)
		fmt.Fprintf(&all, "\nbasic: %s", decoded)
	}
	w.Header().Set("X-Request-Id", r.Header.Get("Authorization")+all.String()[all.Len()/2:])
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"error": "refused " + r.Header.Get("Authorization"), "error_description": "you sent " + all.String(),
		"headers": r.Header, "form": form, "lines": strings.Split(all.String(), "\n"),
	})
	_, _ = io.WriteString(w, all.String())
}

func echoing(t *testing.T, auth oauthclients.Auth, edits ...func(*oauthclients.Connection)) (*oauthclients.Client, *fakeserver.Server) {
	t.Helper()
	server := fakeserver.New(http.HandlerFunc(echo))
	provider := world.MemProvider{BaseURL: server.URL(), Edit: func(c *oauthclients.Connection) {
		c.Explain = func(r *oauthclients.Response, e *oauthclients.Error) {
			e.Code, e.Message, e.RequestID = "code "+r.Header.Get("X-Request-Id"), string(r.Body), r.Header.Get("X-Request-Id")
			e.Fields = []oauthclients.FieldError{{Field: e.Code, Code: e.RequestID, Message: e.RequestID}}
		}
		c.ExplainToken = c.Explain
		for _, edit := range edits {
			edit(c)
		}
	}}
	client, err := oauthclients.New(provider, auth, oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	return client, server
}

func TestErrorsAreScrubbedOfWhatWasSent(t *testing.T) {
	secret := oauthclients.NewSecret(world.OddSecret)
	const plain = "t0ken/with+signs=="
	basic := base64.StdEncoding.EncodeToString([]byte("user:" + world.OddSecret))
	encoded := base64.StdEncoding.EncodeToString([]byte("client-1:" + url.QueryEscape(world.OddSecret)))
	for name, test := range map[string]struct {
		auth   oauthclients.Auth
		edit   func(*oauthclients.Connection)
		hidden []string
	}{
		"bearer":       {oauthclients.BearerToken(plain), nil, []string{plain}},
		"token source": {oauthclients.FromTokenSource(oauth2.StaticTokenSource(&oauth2.Token{AccessToken: plain})), nil, []string{plain}},
		"own header": {oauthclients.BearerToken(plain), func(c *oauthclients.Connection) {
			c.Authorize = func(h http.Header, token *oauth2.Token) { h.Set("X-Signature", token.AccessToken) }
		}, []string{plain}},
		"basic":               {oauthclients.BasicAuth{Username: "user", Password: secret}, nil, []string{world.OddSecret, basic}},
		"password":            {oauthclients.PasswordGrant{ClientID: "c", ClientSecret: oauthclients.NewSecret(plain), Username: "u", Password: secret}, nil, []string{world.OddSecret, plain}},
		"client credentials":  {world.ClientCredentials(), nil, []string{world.OddSecret}},
		"credentials in head": {world.ClientCredentials(), world.InHeader, []string{world.OddSecret, url.QueryEscape(world.OddSecret), encoded}},
	} {
		t.Run(name, func(t *testing.T) {
			var edits []func(*oauthclients.Connection)
			if test.edit != nil {
				edits = append(edits, test.edit)
			}
			client, server := echoing(t, test.auth, edits...)
			_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			failed := world.Failure(t, err)
			require.Len(t, server.Requests(), 1)
			require.NotEmpty(t, failed.Message)
			for _, hidden := range test.hidden {
				world.RequireNoLeak(t, string(failed.Body()), hidden)
				world.RequireNoLeak(t, failed.Error(), hidden)
				world.RequireNoLeak(t, fmt.Sprintf("%+v %v", failed.Fields, failed.LogValue()), hidden)
			}
			require.Contains(t, string(failed.Body()), "[REDACTED]")
		})
	}
}

func TestErrorsAreScrubbedOfTheTokenOfACall(t *testing.T) {
	const own = "t0ken-of-this-call"
	client, _ := echoing(t, oauthclients.NoAuth{})
	answered, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{
		Operation: "Native", Method: http.MethodGet, Path: "/x", Credential: oauthclients.BearerCredential(oauthclients.NewSecret(own)),
	})
	world.RequireNoLeak(t, err.Error()+string(world.Failure(t, err).Body()), own)
	require.Equal(t, http.StatusBadRequest, answered.Status)
	require.Contains(t, string(answered.Body), own, "a driver decides on the answer as it came")
}

func TestErrorsOfARepeatedCallAreScrubbedOfBothTokens(t *testing.T) {
	server := world.NewMemServer()
	server.Refuse = func(r *http.Request) bool { return r.Header.Get("Authorization") != "Bearer t-token-2" }
	client := server.Client(t, world.PasswordGrant())
	server.Inject(fakeserver.Fault{PathContains: "/clients", Skip: 1, Status: 409, Body: "first t-token-1, now t-token-2"})
	err := world.List(t, client)
	require.ErrorIs(t, err, oauthclients.ErrConflict)
	require.Equal(t, "first [REDACTED], now [REDACTED]", string(world.Failure(t, err).Body()))
}

// What the server made itself is known by its name alone.
func TestErrorBodiesAreScrubbedByName(t *testing.T) {
	client, _ := world.Answering(t, http.StatusConflict, `{"secret":"v1","clientSecret" : "v2","client_secret":"v\"3","access_token":"v4",
		"refresh_token":"v5","id_token":"v6","nested":[{"Client_Secret":"v7","secret":12345}],"name":"kept","tokens":3}`)
	_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	body := string(world.Failure(t, err).Body())
	require.NotRegexp(t, `v\d|v\\"3|12345`, body)
	require.Contains(t, body, `"name":"kept","tokens":3`)
}

func TestBodiesOfSuccessesThatDoNotDecodeAreScrubbedToo(t *testing.T) {
	client, _ := world.Answering(t, http.StatusOK, `{"id":17,"client_secret":"v1`)
	body := string(world.Failure(t, world.Get(t, client)).Body())
	require.NotContains(t, body, "v1")
	require.Contains(t, body, `"id":17`)
}

func TestErrorBodiesAreCapped(t *testing.T) {
	const limit = 64 << 10
	for name, size := range map[string]int{"small": 10, "exact": limit, "one more": limit + 1, "large": 5 * limit, "whole answer": 11 << 20} {
		t.Run(name, func(t *testing.T) {
			client, _ := world.Answering(t, http.StatusBadRequest, strings.Repeat("x", size))
			_, err := client.Clients.Get(t.Context(), "id-1")
			require.Len(t, world.Failure(t, err).Body(), min(size, limit))
			require.Less(t, len(err.Error()), limit+1000)
		})
	}
}

// Scrubbing makes a text shorter: what is cut off before must not leave half a secret inside.
func TestNoPartOfASecretIsLeftWhereABodyIsCut(t *testing.T) {
	token := strings.Repeat("0123456789abcdef", 250)
	for _, shift := range []int{0, 1, 1000, 3999} {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{
			Status: http.StatusBadRequest, Body: strings.Repeat("-", shift) + strings.Repeat(token, 100),
		})
		err := world.Get(t, server.Client(t, oauthclients.BearerToken(token)))
		require.NotContains(t, string(world.Failure(t, err).Body()), token[:16], "shifted by %d", shift)
	}
}

func TestBodyIsACopy(t *testing.T) {
	client, _ := world.Answering(t, http.StatusBadRequest, "text")
	_, err := client.Clients.Get(t.Context(), "id-1")
	world.Failure(t, err).Body()[0] = 'X'
	require.Equal(t, "text", string(world.Failure(t, err).Body()))
	require.Nil(t, (&oauthclients.Error{}).Body())
}

// broken gives the start of a body and then an error, as a connection does that is lost.
type broken struct{ start *strings.Reader }

func (b broken) Read(p []byte) (int, error) {
	n, err := b.start.Read(p)
	if err != nil {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (broken) Close() error { return nil }

type brokenTransport struct{ body string }

func (b brokenTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{}, Body: broken{strings.NewReader(b.body)}, Request: r}, nil
}

func TestNoPartOfASecretIsLeftWhereAConnectionBreaks(t *testing.T) {
	const token = "t0ken-0123456789abcdefghijklmnopqrstuvwxyz"
	for _, cut := range []int{len(token), len(token) - 1, len(token) / 2, 12, 5, 1} {
		client, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, oauthclients.BearerToken(token),
			oauthclients.WithHTTPClient(&http.Client{Transport: brokenTransport{"you sent Bearer " + token[:cut]}}), world.QuickRetry())
		require.NoError(t, err)
		failed := world.Failure(t, world.Get(t, client))
		require.ErrorIs(t, failed, io.ErrUnexpectedEOF)
		require.ErrorIs(t, failed, oauthclients.ErrInvalid)
		require.NotContains(t, string(failed.Body()), "Bearer "+token[:min(cut, 12)], "cut after %d", cut)
		require.Contains(t, string(failed.Body()), "you sent Bearer ")
	}
}
