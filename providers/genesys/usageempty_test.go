package genesys_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file tests usage pages without rows.

// An empty page that leads on is not the end: the rows behind it count.
func TestEmptyUsagePagesBeforeOthers(t *testing.T) {
	for empty, whole := range map[int]bool{0: true, 1: true, 2: true, 3: false, 300: false} {
		looks := 0
		server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := `{"executionId":"e"}`
			if r.Method != http.MethodPost {
				looks++
				body = fmt.Sprintf(`{"queryStatus":"Complete","results":[],"cursors":{"after":"%d"}}`, looks)
				switch looks {
				case 1:
					body = `{"queryStatus":"Complete","results":[{"requests":1}],"cursors":{"after":"1"}}`
				case empty + 2:
					body = `{"queryStatus":"Complete","results":[{"requests":2}]}`
				}
			}
			_, _ = w.Write([]byte(body))
		}))
		client, err := oauthclients.New(genesys.Provider{APIURL: server.URL()}, oauthclients.BearerToken("t"), oauthclients.WithHTTPClient(server.HTTPClient()))
		require.NoError(t, err)
		rows, err := rowsOf(native(t, client).UsageQuery(t.Context(), "c", daily()))
		if whole {
			require.NoError(t, err, empty)
			require.Len(t, rows, 2)
			continue
		}
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, "rows are missing")
		require.Len(t, rows, 1)
		require.Equal(t, 4, looks)
	}
}
