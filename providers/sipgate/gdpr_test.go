package sipgate_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the privacy and terms pages of a client: what is asked, and what is made of the
// answer.

const gdprPath = clientsPath + "/" + deskID + "/gdpr"

// Every exchange demands the credential, although sipgate's description lists none here.
func TestGDPR(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, gdprPath), http.StatusOK, "gdpr_response.json"))
	pages, err := native(t, client).GDPR(t.Context(), deskID)
	require.NoError(t, err)
	require.Equal(t, &sipgate.GDPR{
		PolicyURI: "https://orders.example.com/privacy", TermsURI: "https://orders.example.com/terms",
	}, pages)
}

func TestGDPROfAClientWithoutPages(t *testing.T) {
	cases := map[string]sipgate.GDPR{
		`{"privacyUrl":"","termsUrl":""}`:     {},
		`{"privacyUrl":null,"termsUrl":null}`: {},
		`{"termsUrl":"t","new":1}`:            {TermsURI: "t"},
		`{"privacyUrl":"p"}`:                  {PolicyURI: "p"},
		`{"privacyUrl":"p","termsUrl":null}`:  {PolicyURI: "p"},
	}
	for body, want := range cases {
		client := play(t, answeringText(t, exchange(http.MethodGet, gdprPath), http.StatusOK, body))
		pages, err := native(t, client).GDPR(t.Context(), deskID)
		require.NoError(t, err, body)
		require.Equal(t, &want, pages)
	}
}

func TestUnusableGDPRIsAnError(t *testing.T) {
	requireUnusable(t, "GDPR", map[string]string{
		`{}`:                                    "lacks privacyUrl and termsUrl",
		`null`:                                  "lacks privacyUrl and termsUrl",
		`{"name":"Order desk"}`:                 "lacks privacyUrl and termsUrl",
		`{"privacyUrl":{"a":1},"termsUrl":"t"}`: "privacyUrl",
		`{"privacyUrl":"p","termsUrl":[1,2]}`:   "termsUrl",
	})
}

func TestIDsOfGDPRAreOnePathSegment(t *testing.T) {
	for id, segment := range map[string]string{
		deskID + ":sipgate-apps": deskID + ":sipgate-apps",
		"a/b?c%2F d":             "a%2Fb%3Fc%252F%20d",
		"../balance":             "..%2Fbalance",
	} {
		client := play(t, answering(exchange(http.MethodGet, clientsPath+"/"+segment+"/gdpr"), http.StatusOK, "gdpr_response.json"))
		_, err := native(t, client).GDPR(t.Context(), id)
		require.NoError(t, err)
	}
}

func TestGDPRWithoutAnIDIsNotSent(t *testing.T) {
	for id, code := range map[string]string{"": "required", " \t": "required", ".": "invalid", "..": "invalid"} {
		pages, err := native(t, play(t)).GDPR(t.Context(), id)
		require.Nil(t, pages)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		var failed *oauthclients.Error
		require.ErrorAs(t, err, &failed)
		require.Equal(t, "GDPR", failed.Operation)
		require.Len(t, failed.Fields, 1)
		require.Equal(t, []string{"ID", code}, []string{failed.Fields[0].Field, failed.Fields[0].Code})
		require.NotEmpty(t, failed.Fields[0].Message)
	}
}

// The pages are those of the client, before and after a change.
func TestGDPROfTheFake(t *testing.T) {
	server := sipgatetest.New(sipgatetest.WithAppsRealm())
	client := inside(t, server)
	api := native(t, client)
	created, err := client.Clients.Create(t.Context(), desk())
	require.NoError(t, err)
	pages, err := api.GDPR(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, &sipgate.GDPR{PolicyURI: desk().PolicyURI, TermsURI: desk().TermsURI}, pages)

	_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.TermsURI = "" })
	require.NoError(t, err)
	pages, err = api.GDPR(t.Context(), created.ID)
	require.NoError(t, err)
	require.Equal(t, &sipgate.GDPR{PolicyURI: desk().PolicyURI}, pages)

	require.NoError(t, client.Clients.Delete(t.Context(), created.ID))
	_, err = api.GDPR(t.Context(), created.ID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}
