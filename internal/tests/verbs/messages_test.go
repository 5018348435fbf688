package verbs

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// A server may send anything; an error's text stays one line that a person can read.
func TestATextOfTheServerCannotFloodALog(t *testing.T) {
	body, err := json.Marshal(map[string]string{"error": "x\ny", "error_description": strings.Repeat("ü\n", 1<<20)})
	require.NoError(t, err)
	client, _ := world.Answering(t, http.StatusConflict, string(body))
	err = world.Get(t, client)
	failed := world.Failure(t, err)
	require.Equal(t, "x y", failed.Code)
	require.Less(t, len(failed.Message), 2100)
	require.True(t, strings.HasPrefix(failed.Message, "ü ü"))
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), "\uFFFD")
	require.ErrorIs(t, err, oauthclients.ErrConflict)
}

// Without an id nothing tells two clients apart; none of them may be lost.
func TestClientsWithoutAnIDAreNotTakenForOne(t *testing.T) {
	driver := &world.StubDriver{OnList: func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		return &oauthclients.RecordPage{Records: []oauthclients.Record{
			{Client: &oauthclients.OAuthClient{Name: "a"}}, {Client: &oauthclients.OAuthClient{Name: "b"}},
		}}, nil
	}}
	page, err := driver.Client(t, nil).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 2)
}
