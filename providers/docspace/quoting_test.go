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
	long := strings.Repeat("9", 1<<20) + number
	for members, member := range map[string]string{
		`"tenant":` + number + `.5`: "tenant", `"tenant":` + long: "tenant", `"tenant":"n3w-Of-The-Answer"`: "tenant",
		`"name":` + long: "name", `"scopes":"n3w-Of-The-Answer"`: "scopes", `"enabled":"n3w-Of-The-Answer"`: "enabled",
		`"redirect_uris":[` + number + `]`: "redirect_uris", `"isPublic":` + number: "isPublic",
	} {
		entry := `{"client_id":"x",` + members + `}`
		for _, body := range []string{entry, `{"response":` + entry + `}`, `{"data":[` + entry + `]}`, `{"response":[` + entry + `]}`} {
			client := answered(t, docspace.Provider{}, http.StatusOK, body)
			api := native(t, client)
			_, err := api.Info(t.Context(), "x")
			if !strings.Contains(body, "[{") {
				requireNothingRepeated(t, err, member)
				_, err = client.Clients.Get(t.Context(), "x")
				requireNothingRepeated(t, err, member)
				continue
			}
			for _, err := range api.Infos(t.Context(), oauthclients.ListOptions{}) {
				requireNothingRepeated(t, err, member)
			}
		}
		for _, err := range native(t, answered(t, docspace.Provider{}, http.StatusOK,
			`{"data":[{"registered_client_id":"x","client":`+entry+`}]}`)).Consents(t.Context(), oauthclients.ListOptions{}) {
			requireNothingRepeated(t, err, member)
		}
	}
	_, err := native(t, answered(t, docspace.Provider{}, http.StatusOK, `[{"name":`+long+`}]`)).Scopes(t.Context())
	requireNothingRepeated(t, err, "name")
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
