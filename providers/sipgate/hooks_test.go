package sipgate

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds what the hooks decide before anything is cleaned of secrets.

// A secret may have a registered word in it, which is then cleaned out of the error. What the word
// means was decided before that.
func TestWhatASignOutMeansIsKnownByTheRawAnswer(t *testing.T) {
	for body, kind := range map[string]error{
		`{"error":"invalid_grant"}`: oauthclients.ErrUnauthenticated, `{"error":"invalid_client"}`: oauthclients.ErrUnauthenticated,
		`{"error":"invalid_gr`: oauthclients.ErrUnavailable, ``: oauthclients.ErrUnavailable,
	} {
		e := &oauthclients.Error{Kind: oauthclients.ErrUnauthenticated, Operation: opSignOut, StatusCode: http.StatusBadRequest}
		explainToken(&oauthclients.Response{Status: http.StatusBadRequest, Body: []byte(body)}, e)
		require.Equal(t, kind, e.Kind, body)
	}
	e := &oauthclients.Error{Kind: oauthclients.ErrUnauthenticated, Operation: "Token", Code: codeInvalidGrant}
	explainToken(&oauthclients.Response{Status: http.StatusBadRequest, Body: []byte(`{"error":"invalid_grant"}`)}, e)
	require.Equal(t, oauthclients.ErrUnauthenticated, e.Kind, "no other call ends a session")
}

// What is not sipgate's says nothing about a client or a credential.
func TestWhoseAnswerItIs(t *testing.T) {
	isAPI := connection(t, Provider{}).IsAPI
	for body, own := range map[string]bool{
		"": true, " \n": true, `{"status":401}`: true, `[]`: true, "Unauthorized": true, "unauthorized\n": true,
		"default backend - 404": false, "<html>": false, `{"error":"inv`: false, "Unauthorized by the gateway": false, "401": false,
	} {
		require.Equal(t, own, isAPI(&oauthclients.Response{Status: http.StatusUnauthorized, Body: []byte(body)}), body)
	}
	require.False(t, isAPI(&oauthclients.Response{Status: http.StatusNotFound, Body: []byte("Unauthorized")}))
}

// The password grant is for one realm, whatever the realm of the sign-ins is. Its tokens are renewed and
// ended there.
func TestTheRealmOfTheClientOfThePasswordGrant(t *testing.T) {
	for _, realm := range []string{"", RealmThirdParty, "another"} {
		c := connection(t, Provider{Realm: realm})
		e := c.EndpointFor(DefaultPasswordClientID, c.Endpoints.Grants[oauthclients.GrantRefreshToken])
		require.Equal(t, "https://login.sipgate.com/auth/realms/sipgate-apps/protocol/openid-connect/token", e.TokenURL)
	}
}

func connection(t *testing.T, p Provider) *oauthclients.Connection {
	t.Helper()
	c, err := p.Connect()
	require.NoError(t, err)
	return c
}
