package docspace

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// This file holds the decoders of the native API against arbitrary answers.

func FuzzScopes(f *testing.F) {
	seed(f, "scopes_response.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var scopes scopeList
		if json.Unmarshal(body, &scopes) != nil {
			require.Nil(t, scopes, "half an answer is none")
			return
		}
		require.NotNil(t, scopes)
		for _, scope := range scopes {
			require.NotEmpty(t, scope.Name)
		}
	})
}

func FuzzConsents(f *testing.F) {
	seed(f, "consents_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var page consentPage
		if json.Unmarshal(body, &page) != nil {
			require.Zero(t, page)
			return
		}
		for _, consent := range page.Entries {
			require.NotEmpty(t, consent.ClientID)
			require.True(t, consent.Client == nil || consent.Client.ID != "")
		}
	})
}

func FuzzInfo(f *testing.F) {
	seed(f, "info_response.json")
	const id = "6c7cf17b-1bd3-47d5-94c6-be2d3570e168"
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := infoAnswer{asked: id}
		if json.Unmarshal(body, &answer) != nil {
			require.Nil(t, answer.info)
			return
		}
		require.True(t, strings.EqualFold(id, answer.info.ID))
	})
}

func FuzzInfos(f *testing.F) {
	seed(f, "infos_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var page infoPage
		if json.Unmarshal(body, &page) != nil {
			require.Zero(t, page)
			return
		}
		for _, info := range page.Entries {
			require.NotEmpty(t, info.ID)
		}
		if page.Next != "" {
			_, _, ok := splitCursor(page.Next)
			require.True(t, ok, "what comes out goes in again")
		}
	})
}

func invisible(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }

// Beside the clients lie the paths that delete all of them: no id leads to one.
func FuzzClientPath(f *testing.F) {
	for _, id := range []string{"", "tenant", "TENANT", ".", "..", "/", "%2F", "x/../tenant", "tenant;", "ſ", "tenant\u00a0", "\u200btenant", "\u2003tenant", "\x85", "\xff"} {
		f.Add(id)
	}
	const clients = "/api/2.0/clients"
	f.Fuzz(func(t *testing.T, id string) {
		path, err := clientPath(clients, opDelete, id)
		if err != nil {
			require.Empty(t, path)
			return
		}
		segment, below := strings.CutPrefix(path, clients+"/")
		require.True(t, below, path)
		require.NotContains(t, segment, "/")
		decoded, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, decoded)
		require.NotContains(t, []string{"", ".", "..", "tenant", "info", "consents"}, strings.ToLower(strings.TrimFunc(decoded, invisible)))
		require.NotContains(t, decoded, "/")
	})
}
