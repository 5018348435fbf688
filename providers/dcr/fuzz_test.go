package dcr

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file feeds the decoders and the names of files with whatever comes.

func addFixtures(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
}

// FuzzClient: an answer is refused, or becomes a client whose metadata goes back as it came.
func FuzzClient(f *testing.F) {
	addFixtures(f)
	for _, text := range []string{`null`, `{}`, `[]`, `{"client_id":"a","scope":null,"jwks":null,"default_max_age":null}`, `{"client_id":"a","default_max_age":-1}`, `{"client_id":"a","client_id_issued_at":9223372036854775807}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		record, err := recordOf(body)
		if err != nil {
			return
		}
		require.NotEmpty(t, record.Client.ID)
		requireSameAgain(t, record.Client)
		laid, err := lay(record.Client, nil, body, nil)
		require.NoError(t, err)
		members := maps.Collect(laid.All())
		for _, name := range output() {
			require.NotContains(t, members, name)
		}
		require.NotContains(t, members, memberSecret)
		var all map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(body, &all))
		for name, value := range all {
			if !providerkit.IsNothing(value) && name != memberSecret && !slices.Contains(output(), name) && !slices.Contains(structured(), name) {
				require.Equal(t, string(value), string(members[name]), name)
			}
		}
	})
}

// requireSameAgain writes every field of a client over nothing, and reads the same client. What is
// empty is left out, and has a default then.
func requireSameAgain(t *testing.T, client *oauthclients.OAuthClient) {
	t.Helper()
	if len(client.GrantTypes) == 0 || len(settings(client).ResponseTypes) == 0 {
		return
	}
	members, err := lay(client, writableFields(), json.RawMessage("{}"), nil)
	require.NoError(t, err)
	members.Add(memberID, json.RawMessage(`"x"`))
	again, err := recordOf(members.JSON())
	require.NoError(t, err)
	a, err := json.Marshal(toWire(client))
	require.NoError(t, err)
	b, err := json.Marshal(toWire(again.Client))
	require.NoError(t, err)
	require.JSONEq(t, string(a), string(b))
}

// FuzzHandle: what an answer says of another client is never taken.
func FuzzHandle(f *testing.F) {
	addFixtures(f)
	f.Add([]byte(`{"":1,"client_id":"mine","client_name":[1,2]}`))
	f.Add([]byte(`{"client_id":"mine","jwks":"{\\"keys\\":[]}","scope":[],"client_secret":{"":0},"contacts":[null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := clientAnswer{asked: "mine"}
		if err := json.Unmarshal(body, &answer); err != nil {
			return
		}
		var whole wholeClient
		if json.Unmarshal(body, &whole) == nil {
			require.Equal(t, wireHandle{whole.ID, whole.URI, whole.Token}, answer.handle, "it is read whatever the rest is worth")
		}
		require.Contains(t, []string{"", "mine"}, answer.handle.ID)
	})
}

func recordOf(body json.RawMessage) (*oauthclients.Record, error) {
	var got clientAnswer
	if err := json.Unmarshal(body, &got); err != nil {
		return nil, err
	}
	if got.handle.ID == "" {
		return nil, errNoID
	}
	return got.record(body, true), nil
}

// FuzzFileName: every id has a name of its own that every file system takes, and the way back.
func FuzzFileName(f *testing.F) {
	for _, id := range []string{"", "a", "A", "..", "%41", "~", "ü", strings.Repeat("A", 300)} {
		f.Add(id, "a")
	}
	f.Fuzz(func(t *testing.T, id, other string) {
		name := fileName(id)
		require.LessOrEqual(t, len(name), longest)
		require.Equal(t, strings.ToLower(name), name)
		require.False(t, strings.ContainsAny(name, `/\.:*?"<>| `))
		if !isHashed(name) {
			back, err := idFrom(name)
			require.NoError(t, err)
			require.Equal(t, id, back)
		}
		if id != other {
			require.NotEqual(t, name, fileName(other))
		}
	})
}

// FuzzError: whatever a server says, the error can be read.
func FuzzError(f *testing.F) {
	addFixtures(f)
	f.Add([]byte(`{"error":"invalid_client_metadata","error_description":"redirect_uris: no"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e := &oauthclients.Error{Kind: oauthclients.ErrInvalid, Operation: opUpdate}
		explain(&oauthclients.Response{Status: 400, Body: body}, e)
		require.LessOrEqual(t, len(e.Fields), 1)
		require.True(t, utf8.ValidString(e.Code))
	})
}
