package dcr_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about clients that a server has registered without what a sign-in needs: there are some that take
// what a registration leaves out for none.

func TestASignInWithoutItsGrantTypeSaysSo(t *testing.T) {
	const word = "the client may be registered without the grant type or the response type of a sign-in"
	for _, said := range []string{"", "The client is not authorized to use 'grant_type=authorization_code'"} {
		body := `{"error":"unauthorized_client","error_description":"` + said + `"}`
		provider, auth := oauthclients.Shared(dcr.Provider{Issuer: deskURL}), oauthclients.AuthCode{ClientID: "ID", RedirectURL: signInURL}
		d := &desk{replies: []deskReply{
			{body: `{"issuer":"` + deskURL + `","authorization_endpoint":"` + deskURL + `/auth","token_endpoint":"` + deskURL + `/token"}`},
			{status: http.StatusNotFound}, {status: http.StatusBadRequest, body: body},
		}}
		web := oauthclients.WithHTTPClient(&http.Client{Transport: d})
		login, err := auth.Begin(t.Context(), provider, web)
		require.NoError(t, err)
		_, err = auth.Finish(t.Context(), provider, login, url.Values{"code": {"the-code-of-ada"}, "state": {login.State}}, web)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, word)
		require.ErrorContains(t, err, said)

		_, err = auth.Finish(t.Context(), provider, login, url.Values{
			"error": {"unauthorized_client"}, "error_description": {said}, "state": {login.State},
		}, web)
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, word)
		require.ErrorContains(t, err, said)
	}
}
