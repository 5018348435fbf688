package sipgate_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the user info: what is asked, and what is made of the answer.

const userInfoPath = "/v2/authorization/userinfo"

func TestUserInfo(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, userInfoPath), http.StatusOK, "userinfo_response.json"))
	info, err := native(t, client).UserInfo(t.Context())
	require.NoError(t, err)
	require.Equal(t, &sipgate.UserInfo{Sub: "w0", Domain: "sipgate.de", MasterSIPID: "0000000", Locale: "de_DE"}, info)
}

// sipgate's description demands none of the members; only the user cannot be missing.
func TestUserInfoWithoutItsOtherMembers(t *testing.T) {
	for _, body := range []string{
		`{"sub":"w0"}`, `{"sub":"w0","domain":null,"masterSipId":null,"locale":null}`, `{"sub":"w0","new":[1],"locale":""}`,
	} {
		client := play(t, answeringText(t, exchange(http.MethodGet, userInfoPath), http.StatusOK, body))
		info, err := native(t, client).UserInfo(t.Context())
		require.NoError(t, err, body)
		require.Equal(t, &sipgate.UserInfo{Sub: "w0"}, info)
	}
}

func TestAnUnusableUserInfoIsAnError(t *testing.T) {
	requireUnusable(t, "UserInfo", map[string]string{
		`{"domain":"sipgate.de","locale":"de_DE"}`: "lacks sub",
		`{"sub":""}`:          "lacks sub",
		`{"sub":" "}`:         "lacks sub",
		`{"sub":null}`:        "lacks sub",
		`{}`:                  "lacks sub",
		`null`:                "lacks sub",
		`{"sub":{"id":"w0"}}`: "lacks sub",
	})
}

// The fake and the fixture are the same user, whatever the credential.
func TestUserInfoOfTheFake(t *testing.T) {
	server := sipgatetest.New()
	var documented map[string]string
	require.NoError(t, json.Unmarshal(providertest.Fixture(t, "userinfo_response.json"), &documented))
	for name, auth := range map[string]oauthclients.Auth{
		"personal access token": server.PersonalAccessToken(), "password grant": server.Auth(),
		"access token": oauthclients.BearerToken(server.AccessToken()),
	} {
		client, err := oauthclients.New(server.Provider(), auth, oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		info, err := native(t, client).UserInfo(t.Context())
		require.NoError(t, err, name)
		got := map[string]string{"sub": info.Sub, "domain": info.Domain, "masterSipId": info.MasterSIPID, "locale": info.Locale}
		require.Equal(t, documented, got)
	}
	require.Equal(t, 3, server.Count(http.MethodGet, userInfoPath))
}
