package answers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file measures what the library does with an error of ten megabytes, in the worst shapes for
// whoever looks for secrets in it, beside net/http reading the same and encoding/json.

// tenMegabytes are less under the race detector, which would make minutes of it.
const tenMegabytes = 10<<20/slower - 64

// shapes are bodies by what they are made of.
func shapes() map[string]string {
	fill := func(piece string) string { return strings.Repeat(piece, tenMegabytes/len(piece)) }
	return map[string]string{
		"cookies":         fill(`'cookie:`),
		"cookies in JSON": `{"error":"x","message":"` + fill(`'cookie:`) + `"}`,
		"nesting":         strings.Repeat("[", tenMegabytes/2) + strings.Repeat("]", tenMegabytes/2),
		"escapes":         `{"message":"` + fill(`\u005c`) + `"}`,
		"percents":        fill(`%25`),
		"base64":          base64.StdEncoding.EncodeToString([]byte(strings.Repeat("token=abc&", tenMegabytes*3/4/10))),
		"JSON in JSON":    `{"message":` + nested(`{"client_secret":"`+planted+`"}`, 4) + `,"more":"` + fill(`\\\\\\\\`) + `"}`,
		"one line":        fill("a"),
		"short members":   `{` + fill(`"a":1,`) + `"z":1}`,
		"secret members":  `{` + fill(`"token":"a",`) + `"z":1}`,
		"JWT beginnings":  fill(`eyJ`),
		"JWTs":            fill(`eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2lnbmF0dXJl `),
		"equals":          fill(`token=`),
		"backslashes":     fill(`\`),
		"control signs":   fill("\x1b[31m\r\n"),
	}
}

// nested writes a JSON as a text in a JSON, again and again, until it is long.
func nested(text string, deep int) string {
	for range deep {
		inner, _ := json.Marshal(text) // texts always have a JSON
		text = string(inner)
	}
	return text
}

const (
	// mayTake is how much longer than reading it.
	mayTake = (1 + slower) * time.Second / 4
	// mayAllocate is how much memory, beside that of reading it.
	mayAllocate = 64 << 20
	tries       = 3 // the best one counts: the machine may be busy
)

func TestTheWorkOnALongErrorIsBounded(t *testing.T) { //nolint:paralleltest // it is timed
	bodies := shapes()
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) { requireQuick(t, target.Sipgate, body) })
	}
	for _, provider := range target.Names()[1:] {
		for _, name := range []string{"cookies in JSON", "short members"} {
			t.Run(provider+"/"+name, func(t *testing.T) { requireQuick(t, provider, bodies[name]) })
		}
	}
}

func requireQuick(t *testing.T, provider, body string) {
	t.Helper()
	f := target.NewFront(t, provider, target.HTTP1)
	client := f.Client(t, once())
	require.NoError(t, read(t.Context(), client, f))
	f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
		give(http.StatusBadRequest, body)(w, r)
		return true
	})
	var plain, ours cost
	for range tries {
		plain = costOf(func() { readPlainly(t, f) })
		var ended target.Ended
		ours = costOf(func() {
			ended = target.Run(t, 10*time.Second, func(ctx context.Context) error { return read(ctx, client, f) })
		})
		require.Error(t, ended.Err)
		require.False(t, ended.Hung)
		requireShort(t, f, "Get", ended.Err)
		if more := ours.took - plain.took; more < mayTake || more > 4*mayTake {
			break // it is in time, or will not be
		}
	}
	require.Less(t, ours.took, plain.took+mayTake, "beside what net/http and encoding/json take for the same")
	require.Less(t, ours.bytes, plain.bytes+mayAllocate, "bytes")
}

// readPlainly is what everybody has to do with an answer.
func readPlainly(t *testing.T, f *target.Front) {
	t.Helper()
	answer, err := f.Plain().Get(f.URL + f.Clients)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	var document map[string]json.RawMessage
	_ = json.Unmarshal(body, &document) // most are no JSON
}

// cost is what some work took.
type cost struct {
	took  time.Duration
	bytes uint64
}

func costOf(work func()) cost {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	work()
	took := time.Since(begin)
	runtime.ReadMemStats(&after)
	return cost{took, after.TotalAlloc - before.TotalAlloc}
}
