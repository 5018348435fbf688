package sipgate_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds errors about answers that cannot be read: they name the member, and repeat
// nothing of what stands there.

func TestErrorsRepeatNothingOfAnAnswer(t *testing.T) {
	const number = "31415926535897932384626433832795"
	long := strings.Repeat("9", 1<<20) + number
	for body, member := range map[string]string{
		`{"amount":` + number + `,"currency":"EUR"}`:                     "amount",
		`{"amount":` + long + `,"currency":"EUR"}`:                       "amount",
		`{"amount":1,"currency":[` + long + `,{}]}`:                      "currency",
		`{"amount":"n3w-Of-The-Answer","currency":"EUR"}`:                "amount",
		`{"amount":1.5` + number + `,"currency":"n3w-Of-The-Answer"}`:    "amount",
		`{"amount":["n3w-Of-The-Answer"],"currency":"EUR"}`:              "amount",
		`"` + strings.Repeat("n3w-Of-The-Answer", 1<<16) + `"`:           "the answer must be an object; the string there",
		`{"amount":1,"currency":{"n3w-Of-The-Answer":"` + number + `"}}`: "currency",
	} {
		server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }))
		client, err := oauthclients.New(at(server, ""), oauthclients.BearerToken("token"), over(server), quick())
		require.NoError(t, err)
		api, err := sipgate.Of(client)
		require.NoError(t, err)
		_, err = api.Balance(t.Context())
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, member)
		for ; err != nil; err = errors.Unwrap(err) {
			text := fmt.Sprintf("%v %+v", err, err)
			require.NotContains(t, text, "n3w-Of-The-Answer")
			require.NotContains(t, text, number)
			require.Less(t, len(text), 4096)
		}
	}
}
