package verbs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests Raw: the provider's own JSON, without secrets, cut out only when asked.

func rawOf(t *testing.T, raw string) json.RawMessage {
	t.Helper()
	driver := &world.StubDriver{OnGet: func(string) (*oauthclients.Record, error) {
		return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: "id-1"}, Raw: json.RawMessage(raw)}, nil
	}}
	c, err := driver.Client(t, nil).Clients.Get(t.Context(), "id-1")
	require.NoError(t, err)
	return c.Raw()
}

func TestRawKeepsEverythingButSecretsInItsOrder(t *testing.T) {
	raw := rawOf(t, `{ "zeta": 1, "client_secret": "v1", "id": "id-1", "clientSecret":"v2", "big": 12345678901234567890,
		"nested": [{"secret": {"a": "v3"}, "x": null}, {"refresh_token": "v4"}], "html": "<a&b>", "alpha": {"access_token": "v5", "y": 1.50} }`)
	want := `{"zeta":1,"id":"id-1","big":12345678901234567890,"nested":[{"x":null},{}],"html":"<a&b>","alpha":{"y":1.50}}`
	require.Equal(t, []string{want}, []string{string(raw)}, "byte for byte: order and numbers count")
}

func TestRawOfWhatIsNotJSONIsNothing(t *testing.T) {
	for _, raw := range []string{"", "client_secret=v1", `{"client_secret":"v1"`} {
		require.Nil(t, rawOf(t, raw), raw)
	}
}

func TestRawOfACallersOwnClientIsNothing(t *testing.T) {
	require.Nil(t, (&oauthclients.OAuthClient{Name: "app"}).Raw())
}

func TestRawIsACopy(t *testing.T) {
	driver := &world.StubDriver{OnGet: func(string) (*oauthclients.Record, error) {
		return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: "id-1"}, Raw: json.RawMessage(`{"id":"id-1"}`)}, nil
	}}
	c, err := driver.Client(t, nil).Clients.Get(t.Context(), "id-1")
	require.NoError(t, err)
	c.Raw()[0] = 'X'
	require.JSONEq(t, `{"id":"id-1"}`, string(c.Raw()))
	require.JSONEq(t, `{"id":"id-1"}`, string(c.Clone().Raw()))
}

// rawPage lists a page with these bodies and gives the clients' raw JSON.
func rawPage(t *testing.T, page oauthclients.RecordPage, n int) []string {
	t.Helper()
	page.Records = append(page.Records, make([]oauthclients.Record, n-len(page.Records))...)
	for i := range page.Records {
		page.Records[i].Client = &oauthclients.OAuthClient{ID: "id-" + string(rune('1'+i))}
	}
	driver := &world.StubDriver{OnList: func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) { return &page, nil }}
	got, err := driver.Client(t, nil).Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	raws := make([]string, len(got.Clients))
	for i, c := range got.Clients {
		raws[i] = string(c.Raw())
	}
	return raws
}

func TestRawOfAPage(t *testing.T) {
	want := []string{`{"id":"id-1","x":[1]}`, `{"id":"id-2"}`}
	const entries = `[{"id":"id-1","client_secret":"v1","x":[1]}, {"id":"id-2","secret":"v2"}]`
	for name, page := range map[string]oauthclients.RecordPage{
		"under a member": {Body: json.RawMessage(`{"total":2,"clients":` + entries + `,"next":"x"}`), Member: "clients"},
		"bare list":      {Body: json.RawMessage("\n " + entries)},
		"own JSON first": {
			Body: json.RawMessage(`[{"id":"wrong"},{"id":"id-2"}]`), Records: []oauthclients.Record{{Raw: json.RawMessage(want[0])}},
		},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, want, rawPage(t, page, 2)) })
	}
}

// A page whose text cannot be read has clients all the same: it is cut only when Raw is asked.
func TestRawOfAPageThatCannotBeCut(t *testing.T) {
	for name, page := range map[string]oauthclients.RecordPage{
		"no body": {}, "no JSON": {Body: json.RawMessage(`secret=v1`)}, "no JSON under a member": {Body: json.RawMessage(`{`), Member: "clients"},
		"no member": {Body: json.RawMessage(`{"clients":[{"id":"id-1"}]}`), Member: "entries"}, "no list": {Body: json.RawMessage(`{"id":"id-1"}`)},
		"too short": {Body: json.RawMessage(`[]`)},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, []string{""}, rawPage(t, page, 1)) })
	}
}

// Decoding every entry a second time would nearly double the cost of a list.
func TestRawDoesNotReadThePageBeforeItIsAsked(t *testing.T) {
	body := json.RawMessage(`{"clients":[{"id":"id-1"}` + strings.Repeat(`,{"id":"id-1","secret":"v"}`, 10000) + `]}`)
	driver := &world.StubDriver{OnList: func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		return &oauthclients.RecordPage{
			Records: []oauthclients.Record{{Client: &oauthclients.OAuthClient{ID: "id-1"}}}, Body: body, Member: "clients",
		}, nil
	}}
	client := driver.Client(t, nil)
	allocations := testing.AllocsPerRun(10, func() { _, _ = client.Clients.List(t.Context(), oauthclients.ListOptions{}) })
	require.Less(t, allocations, 50.0)
}
