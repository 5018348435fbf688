package genesys

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file feeds the decoders of the native API what no server should send.

// decodes reads a list and a single entry, as the calls do, and tells whether either took it.
func decodes[T any](list *listAnswer[T], one *T, text []byte, decode func([]byte, *T) error) bool {
	inList := json.Unmarshal([]byte(`{"entities":[`+string(text)+`]}`), list) == nil
	return decode(text, one) == nil || inList
}

// A scope has an id, and is the same by itself and in a list.
func FuzzScope(f *testing.F) {
	addFixtures(f, "scope_response.json")
	for _, text := range []string{`{}`, `null`, `{"id":"oauth"}`, `{"id":" "}`, `{"ID":"a","selfuri":1}`, `[]`, `{"id":"a"},{"id":"b"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var list listAnswer[scopeAnswer]
		var one scopeAnswer
		if !decodes(&list, &one, text, func(text []byte, one *scopeAnswer) error { return json.Unmarshal(text, one) }) {
			return
		}
		for _, entry := range list.entities {
			require.NotEmpty(t, strings.TrimSpace(entry.ID))
		}
		if one.ID != "" {
			require.Equal(t, []scopeAnswer{one}, list.entities)
		}
		other := scopeAnswer{asked: one.ID + "x"}
		require.Error(t, json.Unmarshal(text, &other), "it is about another one")
		require.Zero(t, other.Scope, "half an answer is none")
	})
}

// An authorization has a client with an id, and is the same by itself and in a list.
func FuzzAuthorization(f *testing.F) {
	addFixtures(f, "authorization_response.json")
	for _, text := range []string{`{}`, `null`, `{"client":null}`, `{"client":{"id":"c"}}`, `{"client":{"id":"c"},"state":"REVOKED","pending":null}`,
		`{"client":{"id":"c"},"scope":[null],"dateCreated":null}`, `{"client":{"id":"c"}},null`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var list listAnswer[authorizationAnswer]
		var one authorizationAnswer
		if !decodes(&list, &one, text, func(text []byte, one *authorizationAnswer) error { return json.Unmarshal(text, one) }) {
			require.Nil(t, one.Client, "half an answer is none")
			return
		}
		for _, entry := range list.entities {
			require.NotEmpty(t, strings.TrimSpace(entry.Client.ID))
		}
		if one.Client != nil {
			require.Equal(t, []authorizationAnswer{one}, list.entities)
		}
	})
}

// A description has a client with an id.
func FuzzTokenInfo(f *testing.F) {
	addFixtures(f, "token_info_response.json")
	for _, text := range []string{`{}`, `null`, `{"OAuthClient":{"id":"c"}}`, `{"oauthclient":{"id":"c","secret":"s"}}`, `{"OAuthClient":{"organization":null}}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got tokenInfoAnswer
		if json.Unmarshal(text, &got) != nil {
			require.Zero(t, got, "half an answer is none")
			return
		}
		require.NotEmpty(t, strings.TrimSpace(got.Client.ID))
		require.LessOrEqual(t, len(got.Client.GrantTypes), 1)
	})
}

// Whatever the id of a job is, its results are below the client.
func FuzzUsageExecution(f *testing.F) {
	addFixtures(f, "usage_execution_response.json")
	for _, text := range []string{`{}`, `null`, `{"executionId":"."}`, `{"executionId":"../../x"}`, `{"executionId":"a?b#c%2F"}`, `{"ExecutionID":"\u0000"}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got usageExecution
		if json.Unmarshal(text, &got) != nil {
			require.Zero(t, got, "half an answer is none")
			return
		}
		base, err := url.Parse("https://api.mypurecloud.ie")
		require.NoError(t, err)
		u, err := base.Parse(resultsPath("c", got.id))
		require.NoError(t, err)
		require.Equal(t, base.Host, u.Host)
		before, segment, found := strings.Cut(u.EscapedPath(), "/results/")
		require.True(t, found)
		require.Equal(t, clientsPath+"/c/usage/query", before)
		require.NotContains(t, segment, "/")
		id, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, got.id, id)
	})
}

// A result has a status, and as many rows as were sent.
func FuzzUsageResult(f *testing.F) {
	addFixtures(f, "usage_running_response.json", "usage_complete_response.json", "usage_failed_response.json", "usage_page_response.json")
	for _, text := range []string{`{}`, `null`, `{"queryStatus":"COMPLETE","results":[{}]}`, `{"queryStatus":"Complete","results":[null]}`,
		`{"queryStatus":"x","results":[{"requests":9223372036854775807}],"cursors":null}`, `{"queryStatus":"Complete","results":[{"date":null}]}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got usageResult
		if json.Unmarshal(text, &got) != nil {
			require.Zero(t, got, "half an answer is none")
			return
		}
		require.NotEmpty(t, strings.TrimSpace(string(got.status)))
		var wire struct {
			Results []any `json:"results"`
		}
		require.NoError(t, json.Unmarshal(text, &wire))
		require.Len(t, got.rows, len(wire.Results))
	})
}
