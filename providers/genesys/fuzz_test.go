package genesys

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file feeds the decoders what no server should send.

func addFixtures(f *testing.F, names ...string) {
	f.Helper()
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(text)
	}
}

// What decodes has an id, and can be written back without anything that is read-only.
func FuzzClient(f *testing.F) {
	addFixtures(f, "create_response.json", "create_code_response.json", "get_response.json")
	for _, seed := range []string{`{}`, `null`, `{"id":"c"}`, `{"id":"c","authorizedGrantType":"x"}`,
		`{"id":"c","accessTokenValiditySeconds":-9223372036854775808}`, `{"id":"c","dateToDelete":null,"roleIds":[null]}`,
		`{"ID":"c","Secret":"s"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var got wireAnswer
		if json.Unmarshal(text, &got) != nil {
			return
		}
		client := fromWire(&got.wireClient)
		require.ErrorIs(t, json.Unmarshal(text, &wireAnswer{asked: client.ID + "x"}), errOtherClient)
		require.NotEmpty(t, strings.TrimSpace(client.ID))
		require.LessOrEqual(t, len(client.GrantTypes), 1)
		want := client.Clone()
		want.Description = "changed"
		object, err := updateBody(&oauthclients.Record{Client: client, Raw: text}, want, []string{"Description"})
		require.NoError(t, err)
		var body map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(object.JSON(), &body))
		for _, name := range readOnly() {
			require.NotContains(t, body, name)
		}
		require.Equal(t, `"changed"`, string(body["description"]))
	})
}

// What decodes has an id in every entry, and no cursor leads to another place than the list.
func FuzzPage(f *testing.F) {
	addFixtures(f, "list_response.json")
	for _, seed := range []string{`{}`, `{"entities":null}`, `{"entities":[{"id":"a"}],"entities":[{"id":"b"}]}`, `{"entities":[{"id":"a"}],"entities":null}`, `{"entities":[null]}`, `[]`,
		`{"entities":[{"id":"a"}],"nextUri":"//evil.example.com/api/v2/oauth/clients?x=1"}`,
		`{"nextUri":"/api/v2/oauth/clients?pageNumber=2"}`, `{"nextUri":"/api/v2/oauth/clients?a=;&%zz"}`} {
		f.Add([]byte(seed))
	}
	list, err := url.Parse("https://api.mypurecloud.ie" + clientsPath)
	require.NoError(f, err)
	d := &driver{list: list}
	f.Fuzz(func(t *testing.T, text []byte) {
		var page page
		if err := page.UnmarshalJSON(text); err != nil {
			return
		}
		require.True(t, json.Valid(text), "nobody else has looked")
		entries := entitiesOf(t, text)
		require.Len(t, page.records, len(entries))
		for i, entry := range entries {
			var alone wireAnswer
			require.NoError(t, json.Unmarshal(entry, &alone))
			require.Equal(t, fromWire(&alone.wireClient), page.records[i].Client)
		}
		cursor, err := d.cursor(page.nextURI)
		if err != nil || cursor == "" {
			require.Empty(t, cursor)
			return
		}
		require.True(t, strings.HasPrefix(cursor, clientsPath+"?"), cursor)
		_, ok := d.query(cursor)
		require.True(t, ok, "a cursor that was given out must be taken back: %q", cursor)
		again, err := d.cursor(cursor)
		require.NoError(t, err)
		require.Equal(t, cursor, again)
	})
}

// entitiesOf are the entries of a page as Raw cuts them out of it.
func entitiesOf(t *testing.T, text []byte) []json.RawMessage {
	t.Helper()
	var envelope map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(text, &envelope))
	var entries []json.RawMessage
	if envelope["entities"] != nil {
		require.NoError(t, json.Unmarshal(envelope["entities"], &entries))
	}
	return entries
}

// Error bodies come from anywhere; the status of the HTTP answer must decide the kind.
func FuzzErrorBody(f *testing.F) {
	addFixtures(f, "cannot_delete_response.json", "permission_response.json", "token_error_response.json",
		"token_limited_response.json")
	for _, seed := range []string{``, `null`, `<html>`, `{"errors":[{"errors":[{"errors":[]}]}]}`, `{"code":1,"message":[]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, hook := range []func(*oauthclients.Response, *oauthclients.Error){explain, explainToken} {
			e := oauthclients.Error{Kind: oauthclients.ErrPermission}
			hook(&oauthclients.Response{Status: http.StatusForbidden, Header: http.Header{}, Body: text}, &e)
			require.Equal(t, oauthclients.ErrPermission, e.Kind)
			require.NotEmpty(t, e.Error())
		}
	})
}

// The server asks for a wait beside a 429 only, and never for one that lies in the past.
func FuzzRateLimitReset(f *testing.F) {
	for _, value := range []string{"", "0", "-1", "17", " 17 ", "60", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1.5", "17s"} {
		f.Add(429, value)
		f.Add(200, value)
	}
	f.Fuzz(func(t *testing.T, status int, value string) {
		wait, asked := retryAfter(http.MethodGet, &oauthclients.Response{Status: status, Header: http.Header{"Inin-Ratelimit-Reset": {value}}})
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.Equal(t, asked, wait > 0)
		require.True(t, status == http.StatusTooManyRequests || !asked)
		if seconds, err := strconv.ParseUint(value, 10, 16); err == nil && status == http.StatusTooManyRequests {
			require.Equal(t, time.Duration(seconds)*time.Second, wait)
		}
	})
}
