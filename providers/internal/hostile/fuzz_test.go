package hostile

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file has the same in fuzz targets: any answer to any verb, and any id.

// cell is one verb of one vendor.
type cell struct {
	vendor vendor
	verb   verb
}

func cells() []cell {
	var list []cell
	for v, verb := range everyVerb() {
		list = append(list, cell{*v, *verb})
	}
	return list
}

// sent is what goes out before or with the request of a cell: an answer may repeat it.
func (c *cell) sent() []string {
	first := map[string]string{
		"sipgate": "s3cret-password", "genesys": "s3cret-of-ours", "docspace": "s3cret-api-key", "docspace guide": "s3cret-api-key",
	}
	secrets := []string{first[c.vendor.name]}
	if c.verb.step != stepToken && c.vendor.token != "" {
		secrets = append(secrets, "s3cret-token", "s3cret.signature.jwt")
		return slices.DeleteFunc(secrets, func(s string) bool { return s != secrets[0] && !strings.Contains(c.vendor.tokenAnswer, s) })
	}
	return secrets
}

// Whatever a server answers to whatever verb: no panic, a result or an error, the status kept, a
// kind that the status or the verb has, a text that can be shown, and nothing of what was sent.
func FuzzAnswer(f *testing.F) {
	for n, c := range cells() {
		w := play(&c.vendor, &c.verb, func(string) *answer { return nil })
		right := strings.ReplaceAll(w.rightBody(c.verb.step), "s3cret", "an5wer")
		f.Add(n, 200, []byte(right), "")
		f.Add(n, 200, []byte(`{"response":`+right+`}`), "0")
		for _, status := range []int{400, 401, 403, 404, 409, 429, 503, 600} {
			f.Add(n, status, []byte(`{"error":"invalid_grant","error_description":"you sent s3cret-token","errors":[{"field":"f","message":"m"}]}`), "1")
		}
		f.Add(n, 403, []byte{}, "")
		f.Add(n, 400, []byte("rate limit exceeded, s3cret-password and s3cret.signature.jwt"), "99999999999999999999")
	}
	f.Fuzz(func(t *testing.T, n, status int, body []byte, header string) {
		c := cells()[max(n, 0)%len(cells())]
		if status < 100 || status > 999 {
			status = http.StatusOK
		}
		w := play(&c.vendor, &c.verb, func(string) *answer {
			a := text(status, string(body))
			a.header = http.Header{"Retry-After": {header}, "Inin-Ratelimit-Reset": {header}, "X-Ratelimit-Reset": {header}, "Inin-Correlation-Id": {header}}
			return a
		})
		w.again = true
		o := c.verb.call(t.Context(), c.vendor.connect(t, w), &c.vendor)
		o.what, o.hidden = c.vendor.name+": "+c.verb.name, c.sent()
		if errors.Is(o.err, oauthclients.ErrInvalid) && innermost(o.err).StatusCode == 0 {
			require.Equal(t, stepRead, c.verb.step, "%s: %v", o.what, o.err)
			require.Zero(t, w.count(stepWrite), "what was read cannot be written back, and nothing was written: %s", o.what)
			return
		}
		requireSound(t, &c.verb, &o, status)
		require.Zero(t, w.count(stepOther), "%s: %v", o.what, w.requests())
		require.LessOrEqual(t, w.count(c.verb.step), c.verb.skip+4, o.what)
		requireKind(t, &c, &o, status, body)
	})
}

// requireKind: what a server says in a body changes little of what its status says.
func requireKind(t *testing.T, c *cell, o *outcome, status int, body []byte) {
	t.Helper()
	var failed *oauthclients.Error
	if !errors.As(o.err, &failed) || isNotApplied(o.err) {
		return
	}
	wait := innermost(o.err).RetryAfter
	require.LessOrEqual(t, time.Duration(0), wait, o.what)
	switch {
	case status/100 == 2:
		require.Contains(t, []error{oauthclients.ErrUnavailable, oauthclients.ErrOutcomeUnknown}, failed.Kind, "%s: %v", o.what, o.err)
		writes := []step{stepCreate, stepWrite, stepRemove, stepRegenerate}
		require.Equal(t, slices.Contains(writes, c.verb.step) || c.verb.skip == 1, failed.OutcomeUnknown(), "%s: %v", o.what, o.err)
	case status == http.StatusNotFound && c.verb.step != stepToken && c.verb.skip == 0:
		want := oauthclients.ErrNotFound
		if body = bytes.TrimSpace(body); c.verb.step == stepList || len(body) > 0 && !json.Valid(body) && body[0] != '{' && body[0] != '[' {
			want = oauthclients.ErrUnavailable // there is no such list, or something on the way has answered
		}
		require.Equal(t, want, failed.Kind, "%s: %v", o.what, o.err)
	case status/100 != 4 && c.verb.step != stepToken:
		require.ErrorIs(t, o.err, oauthclients.ErrUnavailable, "%s: %v", o.what, o.err)
	default:
		require.False(t, c.verb.step == stepToken && errors.Is(o.err, oauthclients.ErrNotFound), "%s: %v", o.what, o.err)
	}
}

// Whatever an id is: what reaches the server is one escaped segment behind the clients' path and
// means exactly this id, or nothing is sent at all.
func FuzzID(f *testing.F) {
	for _, seed := range []string{
		id, "a/b", "..", ".", "../x", "..%2f", "%2e%2e", "a?b=c", "a#b", "a;b", " ", "\t", "\u00a0", "a b", "%", "%zz", "\x00", "\xff", "\r\nX: y",
		"tenant", "TENANT", "info", "consents", "tenant/", "secret", "id/secret", "id/regenerate", "//evil.example", `\\evil`, "@evil.example", ":443", "ü", "。。", "+",
		strings.Repeat("a", 10_000), "\u202e", "ﬀ", "İ", "tenan\u212a", "ＴＥＮＡＮＴ", ". ", "..\u200b", "http://evil.example/",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, v := range vendors() {
			w := &wire{vendor: &v, instead: echoing(&v)}
			client := v.connect(t, w)
			_, err := client.Clients.Get(t.Context(), id)
			requireAboutID(t, &v, w, id, err)
			_, err = client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "front desk" })
			requireAboutID(t, &v, w, id, err)
			requireAboutID(t, &v, w, id, client.Clients.Delete(t.Context(), id))
			_, err = client.Clients.RegenerateSecret(t.Context(), id)
			if !errors.Is(err, errors.ErrUnsupported) {
				requireAboutID(t, &v, w, id, err)
			}
		}
	})
}

// echoing answers with a client that has the id in the path, as far as JSON can say it.
func echoing(v *vendor) func(step, int, *http.Request) *answer {
	return func(_ step, _ int, r *http.Request) *answer {
		segment, below := strings.CutPrefix(r.URL.EscapedPath(), v.clients+"/")
		if !below || r.Method == http.MethodDelete {
			return nil
		}
		segment, _, _ = strings.Cut(segment, "/")
		asked, _ := url.PathUnescape(segment)
		return text(http.StatusOK, strings.ReplaceAll(v.client, `"`+id+`"`, quoted(asked)))
	}
}

func requireAboutID(t *testing.T, v *vendor, w *wire, id string, err error) {
	t.Helper()
	sent := slices.DeleteFunc(w.forget(), func(r request) bool { return r.step == stepToken })
	if err != nil {
		requireSoundError(t, &outcome{err: err, what: v.name}, innermost(err).StatusCode)
	}
	if len(sent) == 0 {
		require.True(t, errors.Is(err, oauthclients.ErrInvalid) || errors.Is(err, oauthclients.ErrNotFound), "%s: %q: %v", v.name, id, err)
		return
	}
	require.NotEmpty(t, strings.TrimSpace(id))
	for _, r := range sent {
		path := r.path
		for _, action := range []string{"/secret", "/regenerate"} {
			if r.method == http.MethodPost || r.method == http.MethodPatch {
				path = strings.TrimSuffix(path, action)
			}
		}
		segment, below := strings.CutPrefix(path, v.clients+"/")
		require.True(t, below, "%s: %q: %s", v.name, id, r.path)
		require.NotContains(t, segment, "/")
		require.NotContains(t, []string{"", ".", ".."}, segment)
		meant, err := url.PathUnescape(segment)
		require.NoError(t, err)
		require.Equal(t, id, meant, v.name)
		require.Empty(t, r.query)
		require.True(t, v.clients != docspaceVendor().clients || !slices.Contains([]string{"tenant", "info", "consents"}, strings.ToLower(id)), "a neighbour")
	}
}

// Whatever a cursor is, given by a caller or by a server: it leads to the list or nowhere.
func FuzzCursor(f *testing.F) {
	for _, cursor := range []string{
		"/api/v2/oauth/clients?pageNumber=2", "?p=2", "id=x&on=y", "id=x", "%", "https://evil.example/api/v2/oauth/clients?p=2", "//evil.example?x", "\x00", "\xff",
		"/api/v2/oauth/clients/../users", "id=a%26b&on=%0d%0a", "id=x&on=y&limit=1", ";", "#", " ", "/api/v2/oauth/clients?" + strings.Repeat("a", 5_000),
	} {
		f.Add(cursor)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, v := range vendors() {
			given := &wire{vendor: &v}
			page, err := v.connect(t, given).Clients.List(t.Context(), oauthclients.ListOptions{Cursor: cursor})
			require.Equal(t, page == nil, err != nil, v.name)
			if err != nil {
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Zero(t, given.count(stepList), v.name)
			}
			requireListAlone(t, given)
			named := pages(t, &v, 3, func(n int) string {
				if n > 0 {
					return v.list(numbered(&v, n))
				}
				return leadingTo(&v, cursor, numbered(&v, n))
			})
			requireWholeOrRefused(t, &v, named, v.nextLinks && cursor != "")
			requireListAlone(t, named)
		}
	})
}

// requireWholeOrRefused goes through a list whose first page may lead to a second one: that is read,
// or it is an error that it cannot be. Such a list never ends in silence behind its first page.
func requireWholeOrRefused(t *testing.T, v *vendor, w *wire, leads bool) {
	t.Helper()
	var last error
	for _, err := range v.connect(t, w).Clients.All(t.Context(), oauthclients.ListOptions{}) {
		last = err
	}
	if last != nil {
		require.ErrorIs(t, last, oauthclients.ErrUnavailable, v.name)
		require.ErrorContains(t, last, "the list is not whole", v.name)
	}
	require.Equal(t, last != nil || !leads, w.count(stepList) == 1, "%s: %v", v.name, last)
}

func requireListAlone(t *testing.T, w *wire) {
	t.Helper()
	for _, r := range w.requests() {
		require.Contains(t, []step{stepToken, stepList}, r.step, "%s: %s %s", w.vendor.name, r.method, r.path)
		require.Equal(t, r.step == stepList, r.path == w.vendor.clients)
		_, err := url.ParseQuery(r.query)
		require.NoError(t, err, w.vendor.name)
	}
}
