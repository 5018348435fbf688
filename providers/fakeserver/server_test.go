package fakeserver_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds the record of requests, and how a server starts and ends.

func TestEveryRequestIsRecordedAsItWasSent(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, &echo{})
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut,
				s.URL()+"/clients/a%2Fb%20c?cursor=x%2By&cursor=z&empty=", strings.NewReader(`{"name":"Order desk"}`))
			require.NoError(t, err)
			request.Header.Set("Authorization", "Bearer token-1")
			request.Header.Add("X-Two", "a")
			request.Header.Add("X-Two", "b")
			answer, err := s.send(request)
			require.NoError(t, err)
			require.JSONEq(t, `{"name":"Order desk"}`, answer.body, "the handler reads the body that was recorded")

			require.Len(t, s.Requests(), 1)
			recorded := s.Requests()[0]
			require.Equal(t, http.MethodPut, recorded.Method)
			require.Equal(t, "/clients/a%2Fb%20c", recorded.Path)
			require.Equal(t, url.Values{"cursor": {"x+y", "z"}, "empty": {""}}, recorded.Query)
			require.Equal(t, "Bearer token-1", recorded.Header.Get("Authorization"))
			require.Equal(t, []string{"a", "b"}, recorded.Header["X-Two"])
			require.JSONEq(t, `{"name":"Order desk"}`, string(recorded.Body))
		})
	}
}

func TestPathsAreRecordedAsTheyWereSent(t *testing.T) {
	paths := map[string]string{
		"": "/", "/": "/", "/a": "/a", "/a/": "/a/", "/a//b": "/a//b", "/%2E%2E": "/%2E%2E", "/a%20b": "/a%20b",
		"/%61": "/%61", "/a%3Fb": "/a%3Fb", "/%25": "/%25", "/%C3%BC": "/%C3%BC", "/a;b,c:d@e": "/a;b,c:d@e",
	}
	for name, way := range ways() {
		for sent, want := range paths {
			t.Run(name+" "+sent, func(t *testing.T) {
				s := way(t, &echo{})
				require.Equal(t, http.StatusOK, s.status(t.Context(), http.MethodGet, sent))
				require.Equal(t, want, s.Requests()[0].Path)
			})
		}
	}
}

func TestRequestsAreCountedInOrder(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, &echo{})
			sent := []string{"GET /a", "POST /a", "GET /b", "GET /a"}
			for _, line := range sent {
				method, path, _ := strings.Cut(line, " ")
				require.Equal(t, http.StatusOK, s.status(t.Context(), method, path))
			}
			var recorded []string
			for _, r := range s.Requests() {
				recorded = append(recorded, r.Method+" "+r.Path)
			}
			require.Equal(t, sent, recorded)
			for _, c := range []struct {
				method, path string
				want         int
			}{
				{"", "", 4}, {"GET", "", 3}, {"POST", "", 1}, {"", "/a", 3}, {"GET", "/a", 2}, {"GET", "/c", 0}, {"PUT", "", 0},
			} {
				require.Equal(t, c.want, s.Count(c.method, c.path), "%s %s", c.method, c.path)
			}
			s.Forget()
			require.Zero(t, s.Count("", ""))
			require.Empty(t, s.Requests())
			require.Equal(t, http.StatusOK, s.status(t.Context(), http.MethodGet, "/a"))
			require.Equal(t, 1, s.Count("", ""))
		})
	}
}

func TestTheListOfRequestsIsACopy(t *testing.T) {
	s := inProcess(t, &echo{})
	s.status(t.Context(), http.MethodGet, "/a")
	list := s.Requests()
	list[0].Method = "CHANGED"
	s.status(t.Context(), http.MethodGet, "/b")
	require.Len(t, list, 1)
	require.Equal(t, 2, s.Count(http.MethodGet, ""))
}

func TestAServerOverASocket(t *testing.T) {
	first, second := overSocket(t, &echo{}), overSocket(t, &echo{})
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, first.URL())
	require.NotEqual(t, first.URL(), second.URL())
	require.Equal(t, http.StatusOK, first.status(t.Context(), http.MethodGet, "/a"))
	require.Equal(t, 1, first.Count("", ""))
	require.Zero(t, second.Count("", ""))

	inside := reached{first.Server, first.HTTPClient()}
	require.Equal(t, http.StatusOK, inside.status(t.Context(), http.MethodGet, "/b"), "both ways lead to it")
	require.Equal(t, 2, first.Count("", ""))

	first.Close()
	first.Close()
	_, err := first.do(t.Context(), http.MethodGet, "/c", "")
	require.Error(t, err)
}

func TestAServerInsideTheProcess(t *testing.T) {
	s := inProcess(t, &echo{})
	u, err := url.Parse(s.URL())
	require.NoError(t, err)
	require.Equal(t, "https", u.Scheme, "a provider refuses plain http off the loopback")
	require.Empty(t, u.Path)
	for _, address := range []string{s.URL() + "/a", "https://login.example.test/token", "http://localhost:1/x"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		require.NoError(t, err)
		answer, err := s.send(request)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, answer.status)
	}
	require.Equal(t, 3, s.Count("", ""))
	fakeserver.New(&echo{}).Close() // was never started
}

func TestTheHandlerSeesTheHostThatWasAsked(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Host)) }))
			answer, err := s.do(t.Context(), http.MethodGet, "/", "")
			require.NoError(t, err)
			require.Equal(t, s.URL()[strings.Index(s.URL(), "//")+2:], answer.body)
		})
	}
}
