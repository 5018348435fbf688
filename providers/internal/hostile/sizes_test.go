package hostile

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file answers with more than anybody wants to read: bodies of 100 MB and without an end,
// headers of a megabyte, a million entries.

const (
	limit   = 10 << 20   // of what is read of one answer
	most    = 20 * limit // of what may be allocated for one call, all in all
	million = 1_000_000
)

// flood is a body that is made while it is read: begin, and then more again and again.
type flood struct {
	begin, more string
	size        int // 0: there is no end
	read        int
}

func (f *flood) Read(p []byte) (n int, err error) {
	for n < len(p) && (f.size == 0 || f.read+n < f.size) {
		next := f.begin
		if at := f.read + n - len(f.begin); at >= 0 {
			next = f.more[at%len(f.more):]
		}
		n += copy(p[n:], next)
	}
	f.read += n
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// floods are begun right or not at all, and go on for 100 MB or without an end: one for each
// vendor, and each for another verb, since one of them takes a while.
func floods() map[[2]string]*flood {
	much := func(text string) string { return strings.Repeat(text, 100_000/len(text)) }
	return map[[2]string]*flood{
		{"sipgate", "Get"}:                      {begin: `{"name":"`, more: much("x")},
		{"sipgate", "the token"}:                {more: much(" "), size: 100 << 20},
		{"docspace", "the token"}:               {begin: `{"response":"`, more: much("s3cret")},
		{"docspace guide", "List"}:              {begin: `{"data":[`, more: much(`{"id":"a"},`)},
		{"genesys", "Create"}:                   {more: much("[")},
		{"genesys", "Delete"}:                   {more: much("\x00"), size: 100 << 20},
		{"docspace", "Update, what is written"}: {more: much("x")},
	}
}

// No more than the limit is read, and no more than a few times of it is ever allocated. What
// came is of no use, and is not asked for again: it would be as large.
func TestBodiesThatAreTooLarge(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			body := floods()[[2]string{v.name, verb.name}]
			if body == nil {
				return
			}
			w := play(v, verb, func(string) *answer { return &answer{status: 200, body: body} })
			o, allocated := measured(func() outcome { return verb.call(t.Context(), v.connect(t, w), v) })
			requireSound(t, verb, &o, 200)
			requireEnd(t, v, verb, cutShort(v, verb), &o, w)
			require.Less(t, body.read, limit+64<<10)
			require.Less(t, allocated, uint64(most))
		})
	}
}

// cutShort: an answer that was not read to its end may have said anything, also to a write
// whose answer is not looked at otherwise.
func cutShort(v *vendor, verb *verb) end {
	if want := verb.useless(v); want.kind != nil {
		return want
	}
	return end{kind: oauthclients.ErrUnavailable, unknown: true}
}

func measured(call func() outcome) (o outcome, allocated uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	o = call()
	runtime.ReadMemStats(&after)
	return o, after.TotalAlloc - before.TotalAlloc
}

// Whatever stands in a header, an error stays short, and a wait has a bound.
func TestHeadersOfAMegabyte(t *testing.T) {
	for _, filler := range []string{"9", "\x1b[2J\r\n", "\xff"} {
		long := strings.Repeat(filler, (1<<20)/len(filler))
		header := http.Header{}
		for _, name := range []string{
			"Retry-After", "X-Ratelimit-Reset", "Inin-Ratelimit-Reset", "Inin-Correlation-Id", "X-Request-Id", "Location", "Content-Type",
			"Content-Length", "Date", "WWW-Authenticate", "Set-Cookie", "X-" + strings.Repeat("a", 1<<20),
		} {
			header[name] = []string{long, long}
		}
		for _, v := range vendors() {
			requireNotDrowned(t, &v, header, filler)
		}
	}
}

func requireNotDrowned(t *testing.T, v *vendor, header http.Header, filler string) {
	t.Helper()
	for _, status := range []int{200, 400, 429} {
		w := &wire{vendor: v, instead: func(s step, _ int, _ *http.Request) *answer {
			if s != stepRead {
				return nil
			}
			return &answer{status: status, header: header.Clone(), body: strings.NewReader(v.client)}
		}}
		client, err := v.connect(t, w).Clients.Get(t.Context(), id)
		what := fmt.Sprintf("%s: %d, %q", v.name, status, filler)
		require.Equal(t, client == nil, err != nil, what)
		require.Equal(t, status == 200, err == nil, what)
		if err != nil {
			requireSoundError(t, &outcome{err: err, what: what}, status)
			wait := innermost(err).RetryAfter
			require.LessOrEqual(t, time.Duration(0), wait, what)
		}
	}
}

// many is a JSON list of n entries, each with its number.
func many(n int, entry string) string {
	var list strings.Builder
	for i := range n {
		if i > 0 {
			list.WriteByte(',')
		}
		fmt.Fprintf(&list, entry, i)
	}
	return list.String()
}

// As many clients as anybody has, and a million entries of no use, of which none is kept.
func TestManyEntries(t *testing.T) {
	for _, v := range vendors() {
		const clients = 20_000
		body := v.list(many(clients, `{"`+idMember(&v)+`":"%d"}`))
		require.Less(t, len(body), limit)
		page, err := listed(t, &v, body)
		require.NoError(t, err)
		require.Len(t, page.Clients, clients)
		require.Equal(t, "19999", page.Clients[clients-1].ID)

		entry := map[string]string{"sipgate": "null", "docspace": "{}", "docspace guide": "[]", "genesys": "{}"}[v.name]
		body = v.list(strings.Repeat(entry+",", million-1) + entry)
		o, allocated := measured(func() (o outcome) {
			o.page, o.err = listed(t, &v, body)
			return o
		})
		require.ErrorIs(t, o.err, oauthclients.ErrUnavailable, v.name)
		require.Less(t, allocated, uint64(most), v.name)
	}
}

// listed is what List makes of a body.
func listed(t *testing.T, v *vendor, body string) (*oauthclients.Page, error) {
	t.Helper()
	return v.connect(t, &wire{vendor: v, instead: func(s step, _ int, _ *http.Request) *answer {
		if s == stepList {
			return text(200, body)
		}
		return nil
	}}).Clients.List(t.Context(), oauthclients.ListOptions{})
}

// An update compares what was there, what was asked and what is there: a list that the vendor
// makes long must not be compared entry by entry with itself.
func TestUpdateOfAClientWithLongLists(t *testing.T) {
	lists := map[string]string{
		"authentication_methods": `"m%d"`, "roleDivisions": `{"roleId":"r%d","divisionId":"*"}`, "roleIds": `"r%d"`,
		"webOrigins": `"https://%d.example.com"`, "grantTypes": `"g%d"`,
	}
	for _, v := range vendors() {
		client := v.client
		for _, member := range members(t, v.client) {
			if entry, found := lists[member]; found {
				client = replaced(t, client, member, "["+many(20_000, entry)+"]")
			}
		}
		v.client = client
		got, err := v.connect(t, &wire{vendor: &v}).Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "front desk" })
		require.NoError(t, err, v.name)
		require.Equal(t, "front desk", got.Name)
	}
}

// An answer that names thousands of faults is told with a few.
func TestThousandsOfFaults(t *testing.T) {
	fault := `{"field":"f%[1]d","code":"c","message":"m","title":"t","source":{"pointer":"/p%[1]d"},"errorCode":"e","fieldName":"n"}`
	faults := "[" + many(2_000, fault) + "]"
	deep := strings.Repeat(`{"code":"c","errors":[`, 4_000) + "{}" + strings.Repeat("]}", 4_000)
	for _, body := range []string{
		`{"message":"bad","errors":` + faults + `}`, `{"message":"bad","details":` + faults + `}`, `{"properties":{"errors":` + faults + `}}`, deep,
	} {
		for _, v := range vendors() {
			w := &wire{vendor: &v, instead: func(s step, _ int, _ *http.Request) *answer {
				if s == stepCreate {
					return text(400, body)
				}
				return nil
			}}
			_, err := v.connect(t, w).Clients.Create(t.Context(), v.asked())
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			requireSoundError(t, &outcome{err: err, what: v.name}, 400)
			require.LessOrEqual(t, len(innermost(err).Fields), 100)
		}
	}
}
