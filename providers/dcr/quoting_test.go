package dcr_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds errors about answers that cannot be read: they name the member, and repeat
// nothing of what stands there.

func TestErrorsRepeatNothingOfAnAnswer(t *testing.T) {
	const number = "31415926535897932384626433832795"
	long := strings.Repeat("9", 1<<20) + number
	for members, field := range map[string]string{
		`"client_id_issued_at":"Bearer n3w-Of-The-Answer"`: "CreatedAt",
		`"client_id_issued_at":` + long:                    "CreatedAt",
		`"client_secret_expires_at":` + number:             "Extra.SecretExpiresAt",
		`"default_max_age":"n3w-Of-The-Answer"`:            "Extra.DefaultMaxAge",
		`"default_max_age":` + number + `.5`:               "Extra.DefaultMaxAge",
		`"redirect_uris":{"n3w-Of-The-Answer":1}`:          "RedirectURIs",
		`"client_name":["n3w-Of-The-Answer",` + long + `]`: "Name",
		`"scope":[["n3w-Of-The-Answer"]]`:                  "Scopes",
		`"require_auth_time":"n3w-Of-The-Answer"`:          "Extra.RequireAuthTime",
		`"jwks":"n3w-Of-The-Answer"`:                       "Extra.JWKS",
	} {
		w := newWorld(t)
		created := w.create(t)
		handle, err := w.api(t).Handle(t.Context(), created.ID)
		require.NoError(t, err)
		body := `{"client_id":"` + created.ID + `",` + members + `}`
		w.server.Inject(fakeserver.Fault{PathContains: "/reg", Status: http.StatusOK, Body: body})
		_, err = w.client.Clients.Get(t.Context(), created.ID)
		require.NoError(t, err, "a read has nothing to complain of")
		require.NoError(t, w.api(t).Adopt(t.Context(), handle))
		_, err = w.client.Clients.Create(t.Context(), sample(1))
		requireNothingRepeated(t, err, field)
		var other *oauthclients.NotAppliedError
		require.ErrorAs(t, err, &other)
		require.Contains(t, other.Fields, field)
	}
}

// requireNothingRepeated looks at an error and at everything below it.
func requireNothingRepeated(t *testing.T, err error, member string) {
	t.Helper()
	require.ErrorContains(t, err, member)
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v", err, err)
		require.NotContains(t, text, "n3w-Of-The-Answer")
		require.NotContains(t, text, "31415926535897932384626433832795")
		require.Less(t, len(text), 4096)
	}
}

// A server that calls itself something endless fills no log.
func TestAnIssuerWithoutEnd(t *testing.T) {
	p := &pages{by: map[string]any{host + "/.well-known/openid-configuration": at("https://" + strings.Repeat("x", 1<<20))}}
	err := discover(t, p, dcr.Provider{Issuer: host})
	require.ErrorContains(t, err, "the server calls itself")
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Less(t, len(err.Error()), 4096)
}

// A client that was made and has no id: what the answer brought is in the error to be kept, and in
// no text of it.
func TestANewClientWithoutAnIDIsNotShown(t *testing.T) {
	w := newWorld(t)
	w.server.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/reg", Status: http.StatusCreated,
		Body: `{"client_secret":"n3w-Of-The-Answer","registration_access_token":"n3w-Of-The-Answer","registration_client_uri":"https://x"}`})
	_, err := w.client.Clients.Create(t.Context(), sample(1))
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	var lost *dcr.HandleError
	require.ErrorAs(t, err, &lost)
	require.Equal(t, "n3w-Of-The-Answer", lost.Handle.Token.Reveal())
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Empty(t, failed.Body())
	requireNothingRepeated(t, err, "no client_id")
}
