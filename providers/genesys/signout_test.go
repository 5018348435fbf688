package genesys_test

import (
	"io"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the end of a session: DELETE /api/v2/tokens/me.

const heldToken = "acc3ss+of/person"

// session is a client of a person who signed in.
func session(t *testing.T, server *fakeserver.Server) *oauthclients.Client {
	t.Helper()
	auth := deskLogin()
	auth.Token = &oauth2.Token{AccessToken: heldToken, RefreshToken: "r3fresh", Expiry: time.Now().Add(time.Hour)}
	client, err := oauthclients.New(at(server), auth, options(server)...)
	require.NoError(t, err)
	return client
}

func TestSignOutOnTheWire(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusAccepted, http.StatusNoContent} {
		server := loginServer(status, "")
		client := session(t, server)
		require.NoError(t, client.SignOut(t.Context()))
		require.Len(t, server.Requests(), 1)
		request := server.Requests()[0]
		require.Equal(t, "DELETE /api/v2/tokens/me", request.Method+" "+request.Path)
		require.Equal(t, "Bearer "+heldToken, request.Header.Get("Authorization"))
		require.Empty(t, request.Body)
		require.Empty(t, request.Query)
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
		require.Len(t, server.Requests(), 1)
	}
}

// A token of client credentials is ended alike; the next call gets another.
func TestSignOutOfClientCredentials(t *testing.T) {
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/oauth/token":
			_, _ = io.WriteString(w, `{"access_token":"b6Hn","token_type":"bearer","expires_in":86399}`)
		case "/api/v2/oauth/clients":
			_, _ = io.WriteString(w, `{"entities":[]}`)
		}
	}))
	client, err := oauthclients.New(at(server), oauthclients.ClientCredentials{ClientID: "c", ClientSecret: oauthclients.NewSecret("s")}, options(server)...)
	require.NoError(t, err)
	list := func() {
		_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
	}
	require.NoError(t, client.SignOut(t.Context()), "there is no token yet")
	require.Empty(t, server.Requests())
	list()
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, 1, server.Count(http.MethodDelete, "/api/v2/tokens/me"))
	require.Equal(t, "Bearer b6Hn", server.Requests()[2].Header.Get("Authorization"))
	list()
	require.Equal(t, 2, server.Count(http.MethodPost, "/oauth/token"))
}

func TestSignOutAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		body     string
		kind     error
		code     string
		requests int
	}{
		"over already":  {401, `{"message":"Invalid login credentials.","code":"bad.credentials","status":401}`, nil, "", 1},
		"expired":       {401, `{"code":"credentials.expired"}`, nil, "", 1},
		"empty 401":     {401, "", nil, "", 1},
		"a page's 401":  {401, "<html><title>Sign in to the network</title>", oauthclients.ErrUnavailable, "", 1},
		"a proxy's 401": {401, "proxy authentication needed", oauthclients.ErrUnavailable, "", 1},
		"forbidden":     {403, `{"code":"not.authorized","message":"No."}`, oauthclients.ErrPermission, "not.authorized", 1},
		"bad request":   {400, `{"code":"bad.request"}`, oauthclients.ErrInvalid, "bad.request", 1},
		"redirect":      {302, "", oauthclients.ErrUnavailable, "", 1},
		"server error":  {500, `{"code":"internal.server.error"}`, oauthclients.ErrUnavailable, "internal.server.error", 4},
		"gateway":       {502, "<html>", oauthclients.ErrUnavailable, "", 4},
		"unavailable":   {503, `{"code":"service.unavailable"}`, oauthclients.ErrUnavailable, "service.unavailable", 4},
		"timeout":       {504, `{"code":"request.timeout"}`, oauthclients.ErrUnavailable, "request.timeout", 4},
		"limited":       {429, `{"code":"too.many.requests"}`, oauthclients.ErrRateLimited, "too.many.requests", 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := loginServer(c.status, c.body)
				client := session(t, server)
				err := client.SignOut(t.Context())
				require.Len(t, server.Requests(), c.requests)
				for _, r := range server.Requests() {
					require.Equal(t, "DELETE /api/v2/tokens/me", r.Method+" "+r.Path, "a refused token is not renewed to be deleted")
				}
				_, listed := client.Clients.List(t.Context(), oauthclients.ListOptions{})
				require.ErrorIs(t, listed, oauthclients.ErrLoginRequired, "the token is forgotten all the same")
				if c.kind == nil {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, c.kind)
				var failed *oauthclients.Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, []string{"genesys", "SignOut", c.code}, []string{failed.Provider, failed.Operation, failed.Code})
				providertest.RequireHidden(t, err, heldToken, "r3fresh", "s3cr+t of the cli&nt")
			})
		})
	}
}

func TestSignOutIsRepeatedOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"refused": {Refuse: true, Times: 2}, "dropped": {Drop: true, Times: 2}, "500": {Status: 500, Times: 2}, "429": {Status: 429, Times: 2},
		"done, then unknown": {Status: 500, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := loginServer(http.StatusNoContent, "")
				if name == "done, then unknown" {
					server = loginServer(http.StatusUnauthorized, "")
				}
				server.Inject(fault)
				require.NoError(t, session(t, server).SignOut(t.Context()))
			})
		})
	}
}

func TestSignOutEchoesNothing(t *testing.T) {
	for _, body := range []string{
		heldToken, "<p>" + heldToken, `{"message":"` + heldToken + `","code":"` + heldToken + `","contextId":"` + heldToken + `"}`,
		`{"message":"Bearer ` + url.QueryEscape(heldToken) + `"}`,
	} {
		err := session(t, loginServer(http.StatusForbidden, body)).SignOut(t.Context())
		require.Error(t, err)
		providertest.RequireHidden(t, err, heldToken)
	}
}
