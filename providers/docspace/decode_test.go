package docspace

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the decoders by themselves: tables for what the wire may hold, and a fuzz
// target for each.

func TestParseTimestamp(t *testing.T) {
	second := time.Date(2026, 6, 30, 10, 13, 11, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"2026-06-30T10:13:11Z":                        second,
		"2026-06-30T10:13:11.4Z":                      second.Add(400 * time.Millisecond),
		"2026-06-30T10:13:11.482913Z":                 second.Add(482913 * time.Microsecond),
		"2026-06-30T10:13:11.123456789Z":              second.Add(123456789),
		"2026-06-30T12:13:11+02:00":                   second,
		"2026-06-30T12:13:11.4829+02:00[Europe/Riga]": second.Add(482900 * time.Microsecond),
		"2026-06-30T10:13:11Z[UTC]":                   second,
		"":                                            {},
		"[UTC]":                                       {},
		"yesterday":                                   {},
		"2026-06-30":                                  {},
	} {
		require.Equal(t, want, parseTimestamp(text), text)
	}
}

// One member that cannot be read is no reason to lose the client.
func TestTimestampOfAnotherType(t *testing.T) {
	var w clientWire
	require.NoError(t, json.Unmarshal([]byte(`{"client_id":"x","created_on":1782815591,"modified_on":null}`), &w))
	client, err := fromWire(&w)
	require.NoError(t, err)
	require.True(t, client.CreatedAt.IsZero())
	require.True(t, client.UpdatedAt.IsZero())
}

func TestReadingPrefersSnakeCase(t *testing.T) {
	var w clientWire
	require.NoError(t, json.Unmarshal([]byte(`{"client_id":"a","clientId":"b","id":"c",
		"redirect_uris":[],"redirectUris":["https://camel.example.com"],
		"logout_redirect_uri":"https://one.example.com","website_url":null,"websiteUrl":"https://camel.example.com"}`), &w))
	client, err := fromWire(&w)
	require.NoError(t, err)
	require.Equal(t, "a", client.ID)
	require.Empty(t, client.RedirectURIs, "an empty list is an answer")
	require.Equal(t, []string{"https://one.example.com"}, client.PostLogoutRedirectURIs)
	require.Equal(t, "https://camel.example.com", client.ClientURI)
	require.Empty(t, client.Status, "unknown where the answer does not tell")
}

func TestSignatureExpiry(t *testing.T) {
	now := time.Unix(1782815591, 0)
	jwt := func(payload string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2ln"
	}
	for token, want := range map[string]time.Time{
		jwt(`{"exp":1782815891}`):   now.Add(5 * time.Minute),
		jwt(`{"exp":1782815651}`):   now.Add(time.Minute),
		jwt(`{"exp":1782815651.5}`): now.Add(time.Minute),
		"e30." + base64.URLEncoding.EncodeToString([]byte(`{"exp":1782815651}`)) + ".c2ln": now.Add(time.Minute),
		jwt(`{"exp":1782815000}`): now.Add(signatureLifetime), // this machine's clock is ahead
		jwt(`{"exp":1e300}`):      now.Add(signatureLifetime),
		jwt(`{"exp":"soon"}`):     now.Add(signatureLifetime),
		jwt(`{}`):                 now.Add(signatureLifetime),
		jwt(`{`):                  now.Add(signatureLifetime),
		"a.*.c":                   now.Add(signatureLifetime),
		"opaque":                  now.Add(signatureLifetime),
	} {
		require.Equal(t, want, signatureExpiry(token, now), token)
	}
}

func TestCursorGoesRound(t *testing.T) {
	id, created, ok := splitCursor(joinCursor("a&b=%", "2026-06-30T10:13:11+02:00"))
	require.True(t, ok)
	require.Equal(t, "a&b=%", id)
	require.Equal(t, "2026-06-30T10:13:11+02:00", created)
	require.Empty(t, joinCursor("", "x"), "one cursor without the other is none")
	require.Empty(t, joinCursor("x", ""))
}

func TestReadPage(t *testing.T) {
	const entry = `{"client_id":"x"}`
	for body, cursor := range map[string]string{
		`{"data":[` + entry + `],"last_client_id":"x","last_created_on":"y"}`:              "id=x&on=y",
		`{"data":[` + entry + `],"lastClientId":"x","lastCreatedOn":"y"}`:                  "id=x&on=y",
		`{"response":{"data":[` + entry + `],"last_client_id":"x","last_created_on":"y"}}`: "id=x&on=y",
		`{"response":{"data":[` + entry + `]},"last_client_id":"x","last_created_on":"y"}`: "id=x&on=y",
		`{"response":[` + entry + `],"last_client_id":"x","last_created_on":"y"}`:          "id=x&on=y",
		`{"data":[` + entry + `]}`:     "",
		`[` + entry + `]`:              "",
		`{"response":[` + entry + `]}`: "",
	} {
		page, err := toPage(json.RawMessage(body), true)
		require.NoError(t, err, body)
		require.Len(t, page.Records, 1)
		require.Equal(t, "x", page.Records[0].Client.ID)
		require.Equal(t, cursor, page.NextCursor, body)
	}
	page, err := toPage(json.RawMessage(`{"data":[],"last_client_id":"x","last_created_on":"y"}`), true)
	require.NoError(t, err)
	require.Empty(t, page.NextCursor, "an empty page ends the list, whatever it says")
}

// The driver looks once more at what the core has checked: a DELETE without an id removes
// every client of the account.
func TestClientPathRefuses(t *testing.T) {
	for _, id := range []string{"", " ", "\t", ".", ".."} {
		_, err := clientPath("/api/2.0/clients", opDelete, id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		d, g := &driver{clients: "/api/2.0/clients"}, &guideDriver{clients: "/api/2.0/clients"}
		require.ErrorIs(t, d.Delete(t.Context(), id), oauthclients.ErrInvalid)
		require.ErrorIs(t, g.Delete(t.Context(), id), oauthclients.ErrInvalid)
		_, err = d.Get(t.Context(), id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		_, err = g.Get(t.Context(), id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		_, err = d.RegenerateSecret(t.Context(), id)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		old := &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: id}, Raw: json.RawMessage(`{}`)}
		_, err = g.Update(t.Context(), old, &oauthclients.OAuthClient{}, nil)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
	}
}

func seed(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	for _, text := range []string{``, `null`, `{}`, `[]`, `[null]`, `{"response":{}}`, `{"data":null}`, `{"client_id":5}`, `"x"`} {
		f.Add([]byte(text))
	}
}

func FuzzClient(f *testing.F) {
	seed(f, "*_response.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var w clientWire
		if w.read(body) != nil {
			return
		}
		record, err := toRecord(&w, body)
		if err != nil {
			require.Nil(t, record)
			return
		}
		require.NotEmpty(t, record.Client.ID)
		require.True(t, json.Valid(record.Raw))
		require.NoError(t, checkRecord(record, nil, record.Client.ID))
		require.ErrorIs(t, checkRecord(record, nil, record.Client.ID+"x"), errOtherClient)
		_, err = toUpdate(record, record.Client, nil)
		require.NoError(t, err, "what was read can be written back")
	})
}

func FuzzGuideClient(f *testing.F) {
	seed(f, "guide_*.json")
	f.Fuzz(func(t *testing.T, body []byte) {
		var w guideWire
		if w.read(body) != nil {
			return
		}
		if record, err := toGuideRecord(&w, body); err == nil {
			require.NotEmpty(t, record.Client.ID)
			_, err := guideUpdateWire(record.Raw, record.Client)
			require.NoError(t, err)
		}
	})
}

// A page has as many clients as its list, in the same order, and each is what it would be alone.
func FuzzPage(f *testing.F) {
	seed(f, "list_*.json")
	for _, body := range []string{`{"data":[{"client_id":"a"},{"id":"b"}],"data":[{"clientId":"c"}]}`, `{"response":[{"id":7}],"data":null}`, `{"DATA":[]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		server, err := toPage(body, true)
		require.True(t, err != nil || json.Valid(body), "nobody else has looked")
		requirePage(t, server, err, toRecord)
		guide, err := toGuidePage(body)
		require.True(t, err != nil || json.Valid(body), "nobody else has looked")
		requirePage(t, guide, err, toGuideRecord)
	})
}

func requirePage[T any](t *testing.T, page *oauthclients.RecordPage, err error, one func(*T, json.RawMessage) (*oauthclients.Record, error)) {
	t.Helper()
	if err != nil {
		require.Nil(t, page)
		return
	}
	list := page.Body
	if page.Member != "" {
		var envelope map[string]json.RawMessage
		require.NoError(t, json.Unmarshal(page.Body, &envelope))
		list = envelope[page.Member]
	}
	var entries []json.RawMessage
	require.NoError(t, json.Unmarshal(list, &entries))
	require.Len(t, page.Records, len(entries))
	for i, entry := range entries {
		var wire T
		_, err := providerkit.Decode(entry, &wire)
		require.NoError(t, err)
		alone, err := one(&wire, entry)
		require.NoError(t, err)
		require.NotEmpty(t, page.Records[i].Client.ID)
		require.Equal(t, alone.Client.ID, page.Records[i].Client.ID)
		require.Equal(t, alone.Client.Name, page.Records[i].Client.Name)
	}
	require.True(t, len(entries) > 0 || page.NextCursor == "")
}

func FuzzProblem(f *testing.F) {
	seed(f, "*.json")
	f.Add([]byte("<html>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, operation := range []string{opGet, opToken} {
			e := &oauthclients.Error{Kind: oauthclients.ErrPermission, Operation: operation}
			explain(&oauthclients.Response{Status: http.StatusForbidden, Body: body}, e)
			require.Error(t, e.Kind)
		}
	})
}

func FuzzTimestamp(f *testing.F) {
	for _, text := range []string{"2026-06-30T10:13:11.482913Z", "2026-06-30T12:13:11+02:00[Europe/Riga]", "[", "]", "x["} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed := parseTimestamp(text)
		require.Equal(t, time.UTC, parsed.Location())
		if year := parsed.Year(); year >= 0 && year <= 9999 { // an offset can lead out of RFC 3339
			require.True(t, parsed.Equal(parseTimestamp(parsed.Format(time.RFC3339Nano))))
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add("id=x&on=y")
	f.Add("%")
	f.Fuzz(func(t *testing.T, cursor string) {
		if id, created, ok := splitCursor(cursor); ok {
			again, at, ok := splitCursor(joinCursor(id, created))
			require.True(t, ok)
			require.Equal(t, [2]string{id, created}, [2]string{again, at})
		}
	})
}

func FuzzSignatureExpiry(f *testing.F) {
	f.Add("e30.eyJleHAiOjE3ODI4MTU1OTF9.c2ln")
	f.Add("..")
	f.Fuzz(func(t *testing.T, jwt string) {
		now := time.Unix(1782815591, 0)
		require.True(t, signatureExpiry(jwt, now).After(now))
	})
}

// The portal asks for a wait beside a 429 only, and never for one that lies in the past.
func FuzzRateLimitReset(f *testing.F) {
	for _, value := range []string{"", "0", "-1", "6", "60", "100000", "100001", "59000000000", "9223372036854775807", "9223372036854775808", "1.5", " 6", "6s", "\u0666"} {
		f.Add(429, value)
		f.Add(200, value)
	}
	f.Fuzz(func(t *testing.T, status int, value string) {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			answer := &oauthclients.Response{Status: status, Header: http.Header{"X-Ratelimit-Reset": {value}}}
			wait, asked := retryAfter(method, answer)
			require.GreaterOrEqual(t, wait, time.Duration(0))
			require.True(t, status == http.StatusTooManyRequests || wait == 0 && !asked)
			require.True(t, wait > 0 || !asked)
			if seconds, err := strconv.ParseUint(value, 10, 16); err == nil && seconds > 0 && status == http.StatusTooManyRequests {
				require.Equal(t, time.Duration(seconds)*time.Second, wait)
			}
		}
	})
}
