package recorded_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/recorded"
)

// This file tests what is written down, and what counts as another shape.

// server gives out other values each time.
func server(t *testing.T, number int) *recorded.Place {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"token_endpoint":%q,"registration_endpoint":%q}`, s.URL+"/token", s.URL+"/register")
	})
	mux.HandleFunc("POST /register", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"client_id":"id-%d-of-a-client","client_secret":"secret-%d","client_id_issued_at":18%08d,"issued":"17%08d",`+
			`"at":"2030-01-02T03:04:%02d.5Z","scope":%q,"uri":"%s/id-%d-of-a-client","handle":"8a6e0804-2bd0-4672-b79d-d97027f9071%d"}`,
			number, number, number, number, number, []string{"a b", "b a"}[number%2], s.URL, number, number)
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Basic realm="r %d", error=e`, number))
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		fmt.Fprintf(w, `{"refresh_token":"refresh-%d","expires_in":%d,"list":[%s]}`, number, 3600-number, []string{`"a","m"`, `"m","a"`}[number%2])
	})
	return &recorded.Place{HTTP: s.Client(), Issuer: s.URL, SignIn: func(context.Context, string) (url.Values, error) {
		return url.Values{"code": {fmt.Sprint("code-", number)}}, nil
	}}
}

func play(t *testing.T, number int) recorded.Record {
	t.Helper()
	r := recorded.Record{Server: "A server", Asked: map[string]any{"redirect_uris": []any{"https://app.example.com/callback"}}}
	var err error
	r.Answers, err = server(t, number).Play(t.Context(), r)
	require.NoError(t, err)
	return r
}

func TestWhatIsNewEachTimeIsNotWrittenDown(t *testing.T) {
	var texts []string
	for number := range 2 {
		path := filepath.Join(t.TempDir(), recorded.File("A server"))
		written := play(t, number+1)
		require.NoError(t, written.Write(path))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		texts = append(texts, string(text))
		there, err := recorded.Read(path)
		require.NoError(t, err)
		require.Empty(t, recorded.Differences(there.Answers, written.Answers))
	}
	require.Equal(t, texts[0], texts[1])
	for _, secret := range []string{"secret-", "refresh-1", "id-1", "code-1", "127.0.0.1", "8a6e0804"} {
		require.NotContains(t, texts[0], secret)
	}
	for _, kept := range []string{`"SECRET"`, `"TOKEN"`, `"http://server.example/ID"`, `1700000000`, `"1700000000"`, `3600`, `"Basic error realm"`} {
		require.Contains(t, texts[0], kept)
	}
}

func answers(t *testing.T, body string) []recorded.Answer {
	t.Helper()
	a := recorded.Answer{Name: "a read", Status: http.StatusOK, Media: "application/json"}
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&a.Body))
	return []recorded.Answer{a}
}

func TestWhatIsAnotherShape(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":"y","list":["z"],"deep":{"n":2}}`:                 "",
		`{"a":"y","list":["z"],"deep":{"n":2},"more":null}`:     "a read: body.more is null, and not missing",
		`{"a":"y","list":["z",1],"deep":{"n":2}}`:               "a read: body.list[] is number|string, and not string",
		`{"a":"y","list":["z"],"deep":{"n":"2"}}`:               "a read: body.deep.n is string, and not number",
		`{"list":["z"],"deep":{"n":2}}`:                         "a read: body.a is missing, and not string",
		`{"a":true,"list":["z"],"deep":{"n":2}}`:                "a read: body.a is boolean, and not string",
		`{"a":"y","list":["z"],"deep":{"n":2},"error":"other"}`: "a read: body.error is string, and not missing; a read: error is other, and not missing",
	} {
		got := recorded.Differences(answers(t, `{"a":"x","list":["x","y"],"deep":{"n":1}}`), answers(t, body))
		require.Equal(t, want, strings.Join(got, "; "))
	}
	one := answers(t, `{}`)
	other := answers(t, `{}`)
	other[0].Status, other[0].Media, other[0].Challenge = http.StatusUnauthorized, "text/html", "Bearer realm"
	require.Equal(t, []string{
		"a read: challenge is Bearer realm, and not missing", "a read: media type is text/html, and not application/json", "a read: status is 401, and not 200",
	}, recorded.Differences(one, other))
	require.Equal(t, []string{"a read: it was not asked for"}, recorded.Differences(one, nil))
	require.Equal(t, []string{"a read: it is not recorded"}, recorded.Differences(nil, one))
}
