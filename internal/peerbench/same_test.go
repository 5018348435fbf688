package peerbench_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/bench/stub"
)

// This file checks, without measuring anything, that what is compared can be compared: both sides
// of each pair ask for the same, and find the same.

func TestBothSidesDoTheSame(t *testing.T) {
	between := newRecorder(t)
	for name, works := range map[string][]work{
		"Create": creates(t, between.stub), "List25": lists(t, between.stub, 25),
	} {
		for _, w := range works {
			t.Run(name+"/"+w.vendor, func(t *testing.T) {
				between.seen = nil
				same(t, w)
				require.Len(t, between.seen, 2, "one request a side")
				byHand, byOther := between.seen[0], between.seen[1]
				require.Equal(t, byHand.line, byOther.line)
				if byHand.body == "" {
					require.Empty(t, byOther.body)
					return
				}
				require.JSONEq(t, byHand.body, byOther.body)
			})
		}
	}
}

// request is what a side sent: method, address and authorization in one line, and the body.
type request struct{ line, body string }

// recorder stands between the sides and the stub. The calls go one after the other, so that it
// needs no lock.
type recorder struct {
	stub *stub.Process // the recorder's own address, in the stub's place
	seen []request
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	target, err := url.Parse(server.URL)
	require.NoError(t, err)
	r := &recorder{}
	proxy := &httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.SetURL(target) },
		Transport: &http.Transport{DisableKeepAlives: true},
	}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		line := q.Method + " " + q.URL.String() + " " + q.Header.Get("Authorization")
		r.seen = append(r.seen, request{line, string(body)})
		q.Body = io.NopCloser(bytes.NewReader(body))
		proxy.ServeHTTP(w, q)
	}))
	t.Cleanup(web.Close)
	r.stub = &stub.Process{URL: web.URL}
	return r
}
