package sipgate_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file tests the session of the password grant (contract 2.1 and 2.3).

func passwordSession(t *testing.T, server *fakeserver.Server, clientID, realm string) *oauthclients.Client {
	t.Helper()
	store := oauthclients.FileTokenStore(t.TempDir() + "/token.json")
	require.NoError(t, store.Save(t.Context(), &oauth2.Token{AccessToken: "acc3ss.of.person", RefreshToken: "refr3sh.of+person/=="}))
	auth := oauthclients.PasswordGrant{ClientID: clientID, Username: "user@example.com", Password: oauthclients.NewSecret("p4ss of the person")}
	client, err := oauthclients.New(at(server, realm), auth, over(server), quick(), oauthclients.WithTokenStore(store))
	require.NoError(t, err)
	return client
}

// An empty ClientID stands for the client of the vendor's documentation, which is in the realm of the password
// grant, whatever Realm is.
func TestTheSessionOfThePasswordGrantIsEndedInItsRealm(t *testing.T) {
	for _, c := range []struct{ clientID, realm, path string }{
		{"", "", "/auth/realms/sipgate-apps/protocol/openid-connect/logout"},
		{"", sipgate.RealmThirdParty, "/auth/realms/sipgate-apps/protocol/openid-connect/logout"},
		{"7-1-x:sipgate-apps", "", "/auth/realms/sipgate-apps/protocol/openid-connect/logout"},
	} {
		server := takesAll()
		require.NoError(t, passwordSession(t, server, c.clientID, c.realm).SignOut(t.Context()))
		require.Len(t, server.Requests(), 1)
		require.Equal(t, c.path, server.Requests()[0].Path)
		form := sentForm(t, server.Requests()[0])
		require.Equal(t, "refr3sh.of+person/==", form.Get("refresh_token"))
		if c.clientID == "" {
			require.Equal(t, sipgate.DefaultPasswordClientID, form.Get("client_id"))
		}
	}
}

// An earlier attempt of the sign-out may have ended the session, and an older Keycloak refuses its token then.
func TestASignOutThatWasDoneBeforeIsDone(t *testing.T) {
	server := answersLogout(http.StatusBadRequest, `{"error":"invalid_grant","error_description":"Session not active"}`)
	server.Inject(fakeserver.Fault{Times: 1, Drop: true, Execute: true})
	require.NoError(t, signedInClient(t, server, nil).SignOut(t.Context()))
	require.Len(t, server.Requests(), 2)
}
