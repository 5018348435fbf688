package transport_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what is sent: each attempt the whole request, and the request of the caller
// stays as it was.

// full is a request with everything that can be set.
func full(method string, repeat transport.Repeat) *transport.Request {
	return &transport.Request{
		Provider: "example", Operation: "Update", Method: method, URL: "https://api.example.test/v1/clients/a%2Fb%20c?cursor=c-0001&x=%2B",
		Header: http.Header{"Accept": {"application/json"}, "Authorization": {"Bearer token-1"}, "X-Two": {"a", "b"}},
		Body:   []byte(`{"name":"Order desk"}`), Repeat: repeat, Gate: method, Limited: true,
	}
}

func clone(r *transport.Request) *transport.Request {
	c := *r
	c.Header, c.Body = r.Header.Clone(), slices.Clone(r.Body)
	return &c
}

func TestEveryAttemptSendsTheWholeRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var urls []string
		fail := func(r *http.Request) (*http.Response, error) {
			urls = append(urls, r.URL.String())
			r.Header.Set("X-Added", "by a transport") // as tracing does, on its own copy or not
			return reply(r, http.StatusServiceUnavailable, "busy"), nil
		}
		s, request := serve(fail), full(http.MethodPut, transport.Write)
		over(s).Do(t.Context(), request)
		require.Len(t, s.seen(), 3)
		for i, a := range s.seen() {
			require.Equal(t, http.MethodPut, a.method)
			require.Equal(t, string(request.Body), a.body)
			require.Equal(t, request.URL, urls[i])
			require.Equal(t, []string{"a", "b"}, a.header["X-Two"])
			require.Equal(t, []string{"Bearer token-1"}, a.header["Authorization"])
		}
	})
}

func TestTheRequestIsNotModified(t *testing.T) {
	faults := map[string]answer{
		"success": status(http.StatusOK), "retries": status(http.StatusServiceUnavailable),
		"redirect": status(http.StatusFound, "Location", "/x"), "failure": fails(http.ErrServerClosed),
		"header written": func(r *http.Request) (*http.Response, error) {
			r.Header.Del("Authorization")
			r.Header["X-Two"][0] = "changed"
			return reply(r, http.StatusOK, "{}"), nil
		},
	}
	for name, a := range faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				request := full(http.MethodPut, transport.Write)
				before := clone(request)
				over(serve(a)).Do(t.Context(), request)
				require.Equal(t, before, request)
			})
		})
	}
}

func TestARequestMayBeSentByManyAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, request := serve(status(http.StatusServiceUnavailable), status(http.StatusOK)), full(http.MethodPut, transport.Write)
		tr := over(s)
		var outcomes []<-chan *transport.Outcome
		for range 50 {
			outcomes = append(outcomes, start(t.Context(), tr, request))
		}
		requireOK(t, outcomes)
		for _, a := range s.seen() {
			require.Equal(t, string(request.Body), a.body)
		}
	})
}

// Over a socket it shows whether a request without a body claims to have one.
func TestTheLengthOfTheBody(t *testing.T) {
	cases := map[string]struct {
		method string
		body   []byte
		want   string
	}{
		"GET without":    {http.MethodGet, nil, ""},
		"DELETE without": {http.MethodDelete, nil, ""},
		"POST without":   {http.MethodPost, nil, "0"},
		"POST with":      {http.MethodPost, []byte("grant_type=password"), "19"},
		"PUT with":       {http.MethodPut, []byte("{}"), "2"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			lengths := make(chan string, 3)
			s := listen(t, func(w http.ResponseWriter, r *http.Request) {
				lengths <- r.Header.Get("Content-Length")
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			request := s.to(&transport.Request{Method: c.method, Body: c.body, Header: http.Header{}})
			outcome := over(freshTransport(t), briefly).Do(t.Context(), request)
			require.NoError(t, outcome.Err)
			require.Equal(t, 3, outcome.Attempts)
			for range 3 {
				require.Equal(t, c.want, <-lengths)
			}
		})
	}
}
