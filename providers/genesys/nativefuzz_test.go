package genesys

import (
	"encoding/json"
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
