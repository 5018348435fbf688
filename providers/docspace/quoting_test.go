package docspace_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
)

// This file holds errors about answers that cannot be read: they name the member, and repeat
// nothing of what stands there.

func TestErrorsRepeatNothingOfAnAnswer(t *testing.T) {
	const number = "31415926535897932384626433832795"
	for entry, kind := range map[string]string{
		`"n3w-Of-The-Answer"`: "string", `"` + strings.Repeat("n3w-Of-The-Answer", 1<<16) + `"`: "string",
		number: "number", strings.Repeat("9", 1<<20) + number: "number", `["n3w-Of-The-Answer"]`: "array", `true`: "bool",
	} {
		for _, body := range []string{entry, `{"response":` + entry + `}`, `{"data":[` + entry + `]}`, `{"response":[` + entry + `]}`} {
			client := answered(t, docspace.Provider{}, http.StatusOK, body)
			api := native(t, client)
			_, err := api.Info(t.Context(), "x")
			requireNothingRepeated(t, err, "")
			_, err = client.Clients.Get(t.Context(), "x")
			requireNothingRepeated(t, err, "")
			_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
			requireNothingRepeated(t, err, "")
			for _, err := range api.Infos(t.Context(), oauthclients.ListOptions{}) {
				requireNothingRepeated(t, err, "")
			}
			for _, err := range api.Consents(t.Context(), oauthclients.ListOptions{}) {
				requireNothingRepeated(t, err, "")
			}
		}
		_, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, `[`+entry+`]`)).Scopes(t.Context())
		requireNothingRepeated(t, err, "must be an object; the "+kind+" there")
	}
	_, err := answered(t, docspace.Provider{}, http.StatusOK, `{"data":[{"client_id":"x"}],"last_client_id":"x","last_created_on":{"n3w-Of-The-Answer":`+number+`}}`).
		Clients.List(t.Context(), oauthclients.ListOptions{})
	requireNothingRepeated(t, err, "last_created_on")
}

// requireNothingRepeated looks at an error and at everything below it.
func requireNothingRepeated(t *testing.T, err error, member string) {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorContains(t, err, member)
	for ; err != nil; err = errors.Unwrap(err) {
		text := fmt.Sprintf("%v %+v", err, err)
		require.NotContains(t, text, "n3w-Of-The-Answer")
		require.NotContains(t, text, "31415926535897932384626433832795")
		require.Less(t, len(text), 4096)
	}
}
