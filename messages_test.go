package oauthclients_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// A server may send anything; an error's text stays one line that a person can read.
func TestATextOfTheServerCannotFloodALog(t *testing.T) {
	body, err := json.Marshal(map[string]string{"error": "x\ny", "error_description": strings.Repeat("ü\n", 1<<20)})
	require.NoError(t, err)
	client, _ := answering(t, http.StatusConflict, string(body))
	err = get(t, client)
	failed := failure(t, err)
	require.Equal(t, "x y", failed.Code)
	require.Less(t, len(failed.Message), 2100)
	require.True(t, strings.HasPrefix(failed.Message, "ü ü"))
	require.NotContains(t, err.Error(), "\n")
	require.NotContains(t, err.Error(), "\uFFFD")
	require.ErrorIs(t, err, oauthclients.ErrConflict)
}

// Without an id nothing tells two clients apart; none of them may be lost.
func TestClientsWithoutAnIDAreNotTakenForOne(t *testing.T) {
	driver := &stubDriver{list: func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		return &oauthclients.RecordPage{Records: []oauthclients.Record{
			{Client: &oauthclients.OAuthClient{Name: "a"}}, {Client: &oauthclients.OAuthClient{Name: "b"}},
		}}, nil
	}}
	page, err := driver.client(t, nil).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 2)
}
