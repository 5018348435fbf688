package sipgate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the decoders against arbitrary input, and what only a driver can be asked.

func TestRegenerateSecretOfTheDriver(t *testing.T) {
	_, err := (&driver{}).RegenerateSecret(t.Context(), "a")
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, "RegenerateSecret", unsupported.Operation)
}

func TestUpdateOverNothingIsNotSent(t *testing.T) {
	want := WebphoneClient("a")
	_, err := (&driver{}).Update(t.Context(), &oauthclients.Record{Client: want}, want, nil)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
}

// What a client is read as must be what is written back.
func FuzzClientAnswer(f *testing.F) {
	for _, name := range []string{"create_response.json", "create_response_without_secret.json", "update_response.json"} {
		f.Add(seed(f, name))
	}
	for _, text := range []string{`null`, `{}`, `[]`, `{"clientId":"a","redirectUris":null}`, `{"clientId":"a","name":1}`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var read clientAnswer
		if json.Unmarshal(body, &read) != nil {
			return
		}
		require.NotEmpty(t, read.ClientID)
		require.ErrorIs(t, json.Unmarshal(body, &clientAnswer{asked: read.ClientID + "x"}), errOtherClient)
		object, err := providerkit.ParseObject(body)
		require.NoError(t, err)
		require.NoError(t, lay(toWire(fromWire(&read.wireClient)), &object))
		var written map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(object.JSON(), &written))
		requireSettings(t, &read.wireClient, written)
	})
}

func requireSettings(t *testing.T, read *wireClient, written map[string]json.RawMessage) {
	t.Helper()
	require.NotContains(t, written, "clientId")
	require.NotContains(t, written, "clientSecret")
	settable := map[string]json.RawMessage{} // by exact name: decoding a struct ignores case
	for _, name := range []string{"name", "description", "redirectUris", "webOrigins", "privacyUrl", "termsUrl"} {
		require.Contains(t, written, name)
		settable[name] = written[name]
	}
	text, err := json.Marshal(settable)
	require.NoError(t, err)
	var settings wireSettings
	require.NoError(t, json.Unmarshal(text, &settings))
	require.NotNil(t, settings.RedirectURIs)
	require.NotNil(t, settings.WebOrigins)
	require.Equal(t, toWire(fromWire(read)), settings)
}

// A list has as many clients as its member, in the same order.
func FuzzListAnswer(f *testing.F) {
	f.Add(seed(f, "list_response.json"))
	for _, text := range []string{
		`null`, `{}`, `[]`, `[{"clientId":"a"}]`, `{"data":null}`, `{"items":[{"clientId":"a"}]}`, `{"data":{}}`,
		`{"DATA":[]}`, `{"data":[{"clientId":"a","name":"b"}],"data":[{"clientId":"c"}]}`, `{"data":[{"clientId":"a"}`, `[{"clientId":"a"}]x`,
		`{"data":[{"clientId":"a"},]}`, `{"data":[{"clientId":"a"}],}`, `{"data" [{"clientId":"a"}]}`, `{"data":[{"clientId":"a"}{"clientId":"b"}]}`, `{"data":[],"a":}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var list listAnswer
		if err := list.UnmarshalJSON(body); err != nil {
			return
		}
		require.True(t, json.Valid(body), "nobody else has looked")
		entries := entriesOf(t, body, list.member)
		require.Len(t, list.records, len(entries))
		for i, entry := range entries {
			var alone clientAnswer
			require.NoError(t, json.Unmarshal(entry, &alone))
			require.Equal(t, fromRead(&alone.wireClient), list.records[i].Client)
		}
	})
}

func entriesOf(t *testing.T, body []byte, member string) []json.RawMessage {
	t.Helper()
	list := json.RawMessage(body)
	if member != "" {
		var envelope map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(body, &envelope))
		list = envelope[member]
	}
	var entries []json.RawMessage
	require.NoError(t, json.Unmarshal(list, &entries))
	return entries
}

// An error body may be anything; what is taken from it is printable and on one line, and the
// kind stays that of the status.
func FuzzExplain(f *testing.F) {
	for _, name := range []string{"error_list.json", "error_flat.json", "error_text.txt", "token_error.json"} {
		f.Add(400, seed(f, name))
	}
	f.Add(403, []byte("<html>"))
	f.Add(401, []byte(`{"errors":[{"source":{"pointer":"/a\u2028b"}}]}`))
	f.Add(500, []byte{0xff, 0, '\n'})
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		for _, hook := range []func(*oauthclients.Response, *oauthclients.Error){explain, explainToken} {
			e := &oauthclients.Error{Kind: oauthclients.ErrConflict, StatusCode: status}
			hook(&oauthclients.Response{Status: status, Body: body}, e)
			require.Equal(t, oauthclients.ErrConflict, e.Kind)
			requireOneLine(t, e.Code, e.Message)
			for _, field := range e.Fields {
				requireOneLine(t, field.Field, field.Message)
			}
		}
	})
}

func requireOneLine(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		require.True(t, utf8.ValidString(text))
		for _, r := range text {
			require.True(t, unicode.IsPrint(r), "%q", text)
		}
	}
}

func seed(f *testing.F, name string) []byte {
	f.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(f, err)
	return text
}
