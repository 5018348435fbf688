package docspace_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests the portal's revocation (contract section 9, RFC 7009).

const (
	heldAccess  = "acc3ss.of+person"
	heldRefresh = "eu:refr3sh+of/person=="
)

// portalSession is a client with a live session.
func portalSession(t *testing.T, server *fakeserver.Server, wire docspace.Wire, edit func(*oauthclients.AuthCode)) *oauthclients.Client {
	t.Helper()
	auth := portalLogin()
	auth.Token = &oauth2.Token{AccessToken: heldAccess, RefreshToken: heldRefresh}
	if edit != nil {
		edit(&auth)
	}
	client, err := oauthclients.New(docspace.Provider{Portal: server.URL(), Wire: wire}, auth, portalOptions(server)...)
	require.NoError(t, err)
	return client
}

func TestRevocationOnTheWire(t *testing.T) {
	for name, wire := range bothWires() {
		for refresh, token := range map[string]string{heldRefresh: heldRefresh, "": heldAccess} {
			t.Run(fmt.Sprintf("%s refresh token %t", name, refresh != ""), func(t *testing.T) {
				server := portalThatAnswers(http.StatusOK, "")
				want := url.Values{"client_id": {portalLogin().ClientID}, "client_secret": {"s3cr+t of the cli&nt"}, "token": {token}}
				client := portalSession(t, server, wire, func(a *oauthclients.AuthCode) { a.Token.RefreshToken = refresh })
				require.NoError(t, client.SignOut(t.Context()))
				require.Len(t, server.Requests(), 1, "no signature is needed")
				require.Equal(t, "/oauth2/revoke", server.Requests()[0].Path)
				require.Empty(t, server.Requests()[0].Query)
				require.Equal(t, want, formSent(t, server.Requests()[0]))
				_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
				require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
				require.Len(t, server.Requests(), 1)
			})
		}
	}
}

// A public client proves itself with a code verifier alone, and a revocation has none.
func TestAPublicClientCannotRevoke(t *testing.T) {
	for name, wire := range bothWires() {
		t.Run(name, func(t *testing.T) {
			server := portalThatAnswers(http.StatusOK, "")
			client := portalSession(t, server, wire, func(a *oauthclients.AuthCode) { a.ClientSecret = oauthclients.Secret{} })
			require.ErrorIs(t, client.SignOut(t.Context()), errors.ErrUnsupported)
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.ErrorIs(t, err, oauthclients.ErrLoginRequired, "the token is forgotten all the same")
			require.Empty(t, server.Requests())
		})
	}
}

func TestRevocationAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		body     string
		kind     error
		code     string
		requests int
	}{
		"revoked, or unknown": {200, "", nil, "", 1},
		"no content":          {204, "", nil, "", 1},
		"wrong secret":        {401, `{"error":"invalid_client"}`, oauthclients.ErrUnauthenticated, "invalid_client", 1},
		"400 for it":          {400, `{"error":"invalid_client"}`, oauthclients.ErrUnauthenticated, "invalid_client", 1},
		"malformed": {
			400, `{"error":"invalid_request","error_description":"OAuth 2.0 Parameter: token","error_uri":"https://datatracker.ietf.org"}`,
			oauthclients.ErrInvalid, "invalid_request", 1,
		},
		"other type":  {400, `{"error":"unsupported_token_type"}`, oauthclients.ErrInvalid, "unsupported_token_type", 1},
		"nginx":       {502, "<html>Bad Gateway</html>", oauthclients.ErrUnavailable, "", 4},
		"unavailable": {503, "", oauthclients.ErrUnavailable, "", 4},
		"redirect":    {302, "", oauthclients.ErrUnavailable, "", 1},
	} {
		for wireName, wire := range bothWires() {
			t.Run(name+" "+wireName, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := portalThatAnswers(c.status, c.body)
					client := portalSession(t, server, wire, nil)
					err := client.SignOut(t.Context())
					require.Len(t, server.Requests(), c.requests)
					_, listed := client.Clients.List(t.Context(), oauthclients.ListOptions{})
					require.ErrorIs(t, listed, oauthclients.ErrLoginRequired, "the token is forgotten all the same")
					if c.kind == nil {
						require.NoError(t, err)
						return
					}
					require.ErrorIs(t, err, c.kind)
					var failed *oauthclients.Error
					require.ErrorAs(t, err, &failed)
					require.Equal(t, []string{"docspace", "SignOut", c.code}, []string{failed.Provider, failed.Operation, failed.Code})
					providertest.RequireHidden(t, err, heldAccess, heldRefresh, "s3cr+t of the cli&nt")
				})
			})
		}
	}
}

func TestRevocationIsRepeatedOnTrouble(t *testing.T) {
	for name, fault := range map[string]fakeserver.Fault{
		"refused": {Refuse: true, Times: 2}, "dropped": {Drop: true, Times: 2}, "done and dropped": {Execute: true, Drop: true, Times: 2},
		"500": {Status: 500, Times: 2}, "429": {Status: 429, Times: 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := portalThatAnswers(http.StatusOK, "")
				server.Inject(fault)
				require.NoError(t, portalSession(t, server, docspace.WireServer, nil).SignOut(t.Context()))
			})
		})
	}
}

func TestRevocationEchoesNothing(t *testing.T) {
	const secret = "s3cr+t of the cli&nt"
	form := url.Values{"client_secret": {secret}, "token": {heldRefresh}}.Encode()
	for _, body := range []string{
		form, "<pre>" + form + "</pre>", `{"error":"invalid_client","error_description":"` + secret + " " + heldRefresh + `"}`,
		`{"detail":"` + heldRefresh + `"}`, `{"error":{"message":"` + secret + `"}}`,
	} {
		err := portalSession(t, portalThatAnswers(http.StatusUnauthorized, body), docspace.WireServer, nil).SignOut(t.Context())
		require.Error(t, err)
		providertest.RequireHidden(t, err, secret, heldRefresh, heldAccess)
	}
}

// At the fake: the refresh token is worthless afterwards.
func TestRevocationAtTheFake(t *testing.T) {
	portal := docspacetest.New()
	auth := portal.AuthCode("https://app.example.com/callback")
	option := oauthclients.WithHTTPClient(portal.HTTPClient())
	login, err := auth.Begin(t.Context(), portal.Provider(), option)
	require.NoError(t, err)
	callback, err := portal.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(t.Context(), portal.Provider(), login, callback, option)
	require.NoError(t, err)
	require.NoError(t, connect(t, portal, auth).SignOut(t.Context()))
	auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken}
	_, err = connect(t, portal, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrLoginRequired)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "invalid_grant", failed.Code)
}

// An API key is the program's own.
func TestSignOutOfAnAPIKeyDoesNothing(t *testing.T) {
	portal := docspacetest.New()
	client := connect(t, portal, portal.Auth())
	require.ErrorIs(t, client.SignOut(t.Context()), errors.ErrUnsupported)
	require.Empty(t, portal.Requests())
	_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
}
