package sipgate_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests Keycloak's logout (contract 2.3) on the wire.

const logoutOfThirdParty = "/auth/realms/third-party/protocol/openid-connect/logout"

// signedInClient holds a live session; edit may change its strategy.
func signedInClient(t *testing.T, server *fakeserver.Server, edit func(*oauthclients.AuthCode)) *oauthclients.Client {
	t.Helper()
	auth := deskLogin("2556404-0-dc848ae6")
	auth.Token = &oauth2.Token{AccessToken: "acc3ss.of.person", RefreshToken: "refr3sh.of+person/=="}
	if edit != nil {
		edit(&auth)
	}
	client, err := oauthclients.New(at(server, ""), auth, over(server), quick())
	require.NoError(t, err)
	return client
}

// answersLogout is a login server whose logout answers alike.
func answersLogout(status int, body string) *fakeserver.Server {
	return fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
}

// requireNothingConfidential prints err in the ways that programs do.
func requireNothingConfidential(t *testing.T, err error, secrets ...string) {
	t.Helper()
	var text strings.Builder
	holder := struct{ Err error }{err}
	_, _ = fmt.Fprintf(&text, "%v %+v %#v %s %q %x %v %+v %#v", err, err, err, err, err, err, holder, holder, holder)
	slog.New(slog.NewTextHandler(&text, nil)).Error("failed", "err", err)
	slog.New(slog.NewJSONHandler(&text, nil)).Error("failed", "err", err)
	var failed *oauthclients.Error
	if errors.As(err, &failed) {
		_, _ = text.Write(failed.Body())
		_, _ = fmt.Fprintf(&text, "%v %+v %#v", *failed, failed, *failed)
	}
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), fmt.Sprintf("%x", secret)} {
			require.NotContains(t, text.String(), form)
		}
	}
}

func TestSignOutOnTheWire(t *testing.T) {
	for name, public := range map[string]bool{"with a secret": false, "public": true} {
		t.Run(name, func(t *testing.T) {
			server := takesAll()
			want := url.Values{"client_id": {"2556404-0-dc848ae6"}, "refresh_token": {"refr3sh.of+person/=="}}
			client := signedInClient(t, server, func(a *oauthclients.AuthCode) {
				if public {
					a.ClientSecret = oauthclients.Secret{}
				} else {
					want.Set("client_secret", a.ClientSecret.Reveal())
				}
			})
			require.NoError(t, client.SignOut(t.Context()))
			require.Len(t, server.Requests(), 1)
			request := server.Requests()[0]
			require.Equal(t, logoutOfThirdParty, request.Path)
			require.Empty(t, request.Query)
			require.Equal(t, want, sentForm(t, request))
			require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired, "nobody is signed in any more")
			require.Len(t, server.Requests(), 1)
		})
	}
}

// A session that is over already is answered like one that ends. Whatever else is answered, the session
// may live on.
func TestSignOutAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		body     string
		kind     error
		code     string
		requests int
	}{
		"no content":           {204, "", nil, "", 1},
		"OK":                   {200, "{}", nil, "", 1},
		"rubbish":              {400, `{"error":"invalid_grant","error_description":"Invalid refresh token"}`, oauthclients.ErrUnauthenticated, "invalid_grant", 1},
		"another client's":     {400, `{"error":"invalid_grant","error_description":"Invalid refresh token. Token client and authorized client don't match"}`, oauthclients.ErrUnauthenticated, "invalid_grant", 1},
		"broken off":           {400, `{"error":"invalid_gr`, oauthclients.ErrUnavailable, "", 1},
		"a 400 without a word": {400, "", oauthclients.ErrUnavailable, "", 1},
		"wrong client":         {400, `{"error":"invalid_client","error_description":"Invalid client credentials"}`, oauthclients.ErrUnauthenticated, "invalid_client", 1},
		"wrong secret":         {401, `{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`, oauthclients.ErrUnauthenticated, "unauthorized_client", 1},
		"client not allowed":   {400, `{"error":"unauthorized_client"}`, oauthclients.ErrUnauthenticated, "unauthorized_client", 1},
		"malformed":            {400, `{"error":"invalid_request","error_description":"No refresh token"}`, oauthclients.ErrInvalid, "invalid_request", 1},
		"forbidden":            {403, "<html>", oauthclients.ErrPermission, "", 1},
		"no such realm":        {404, `{"error":"Realm does not exist"}`, oauthclients.ErrUnavailable, "Realm does not exist", 1},
		"redirect":             {302, "", oauthclients.ErrUnavailable, "", 1},
		"internal error":       {500, `{"error":"unknown_error"}`, oauthclients.ErrUnavailable, "unknown_error", 4},
		"bad gateway":          {502, "<html>", oauthclients.ErrUnavailable, "", 4},
		"service unavailable":  {503, "", oauthclients.ErrUnavailable, "", 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := answersLogout(c.status, c.body)
				client := signedInClient(t, server, nil)
				err := client.SignOut(t.Context())
				require.Len(t, server.Requests(), c.requests)
				require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired, "the token is forgotten all the same")
				require.Len(t, server.Requests(), c.requests)
				if c.kind == nil {
					require.NoError(t, err)
					return
				}
				require.ErrorIs(t, err, c.kind)
				require.NotErrorIs(t, err, oauthclients.ErrLoginRequired)
				var failed *oauthclients.Error
				require.ErrorAs(t, err, &failed)
				require.Equal(t, []string{"sipgate", "SignOut", c.code}, []string{failed.Provider, failed.Operation, failed.Code})
				requireNothingConfidential(t, err, "refr3sh.of+person/==", "acc3ss.of.person", "s3cr+t of the cli&nt")
			})
		})
	}
}

func TestSignOutIsRepeatedOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"refused": {Refuse: true, Times: 2}, "dropped": {Drop: true, Times: 2}, "done and dropped": {Execute: true, Drop: true, Times: 2},
		"500": {Status: 500, Times: 2}, "429": {Status: 429, Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := takesAll()
				server.Inject(fault)
				require.NoError(t, signedInClient(t, server, nil).SignOut(t.Context()))
			})
		})
	}
}

// An older Keycloak refuses the token of a session that is over. After an attempt that may have ended it
// that is no trouble.
func TestASessionThatThisSignOutEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := answersLogout(400, `{"error":"invalid_grant","error_description":"Session not active"}`)
		server.Inject(fakeserver.Fault{Execute: true, Drop: true, Times: 1})
		require.NoError(t, signedInClient(t, server, nil).SignOut(t.Context()))
		require.Len(t, server.Requests(), 2)
	})
}

func TestSignOutEchoesNothing(t *testing.T) {
	const secret, refresh = "s3cr+t of the cli&nt", "refr3sh.of+person/=="
	form := url.Values{"client_secret": {secret}, "refresh_token": {refresh}}.Encode()
	for _, body := range []string{
		form, "<pre>" + form + "</pre>", secret + " " + refresh, `{"error":"invalid_client","error_description":"` + secret + " " + refresh + `"}`,
		`{"error":"` + refresh + `"}`,
	} {
		err := signedInClient(t, answersLogout(http.StatusUnauthorized, body), nil).SignOut(t.Context())
		require.Error(t, err)
		requireNothingConfidential(t, err, secret, refresh)
	}
}

// Keycloak ends a session by its refresh token alone.
func TestSignOutWithoutARefreshToken(t *testing.T) {
	server := takesAll()
	client := signedInClient(t, server, func(a *oauthclients.AuthCode) { a.Token = &oauth2.Token{AccessToken: "acc3ss.of.person"} })
	err := client.SignOut(t.Context())
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.ErrorContains(t, err, "refresh token")
	requireNothingConfidential(t, err, "acc3ss.of.person")
	require.Empty(t, server.Requests())
	require.ErrorIs(t, list(t, client), oauthclients.ErrLoginRequired)
}

func TestSignOutOfNobody(t *testing.T) {
	server := takesAll()
	client := signedInClient(t, server, func(a *oauthclients.AuthCode) { a.Token = nil })
	require.NoError(t, client.SignOut(t.Context()))
	require.Empty(t, server.Requests())
}
