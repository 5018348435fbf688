package transport_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds answers that are read whole: redirects that are not followed, sizes, gzip.

func TestARedirectIsAnAnswer(t *testing.T) {
	locations := map[string]string{
		"same host":    "/v1/elsewhere",
		"other host":   "https://evil.example.test/v1/clients",
		"none":         "",
		"malformed":    "http://[::1%en0]:port/%zz",
		"other scheme": "ftp://files.example.test/x",
	}
	for name, location := range locations {
		for _, code := range []int{300, 301, 302, 303, 304, 305, 307, 308} {
			t.Run(name+" "+strconv.Itoa(code), func(t *testing.T) {
				s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
					if location != "" {
						w.Header().Set("Location", location)
					}
					w.WriteHeader(code)
				})
				outcome := over(keepingTransport(t), briefly).Do(t.Context(), s.to(create()))
				require.NoError(t, outcome.Err)
				require.Equal(t, code, outcome.Response.Status)
				require.Equal(t, location, outcome.Response.Header.Get("Location"))
				require.Equal(t, 1, outcome.Attempts)
				require.Equal(t, mayBeDone(code), outcome.Sent)
				require.EqualValues(t, 1, s.requests.Load())
			})
		}
	}
}

func TestTheBodyOfARedirectIsKept(t *testing.T) {
	s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/login")
		w.WriteHeader(http.StatusFound)
		_, _ = io.WriteString(w, "sign in first")
	})
	outcome := over(keepingTransport(t)).Do(t.Context(), s.to(get()))
	require.Equal(t, "sign in first", string(outcome.Response.Body))
}

func TestABodyIsReadUpToTheCap(t *testing.T) {
	cases := map[string]struct {
		size  int
		whole bool
	}{
		"empty": {0, true}, "one byte": {1, true}, "the cap": {transport.MaxBody, true},
		"one more": {transport.MaxBody + 1, false}, "three times": {3 * transport.MaxBody, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := listen(t, sends(c.size))
			response := over(freshTransport(t), briefly).Do(t.Context(), s.to(get())).Response
			require.Len(t, response.Body, min(c.size, transport.MaxBody))
			if c.whole {
				require.NoError(t, response.Broken)
				return
			}
			require.Error(t, response.Broken)
		})
	}
}

// A body without an end must neither fill the memory nor hold the call for long.
func TestAnEndlessBodyIsCut(t *testing.T) {
	s := listen(t, func(w http.ResponseWriter, r *http.Request) {
		chunk := make([]byte, 1<<16)
		for r.Context().Err() == nil {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	outcome := over(freshTransport(t), briefly).Do(t.Context(), s.to(get()))
	require.Error(t, outcome.Response.Broken)
	require.Len(t, outcome.Response.Body, transport.MaxBody)
	require.Equal(t, 1, outcome.Attempts)
}

func zipped(t *testing.T, text []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return buf.Bytes()
}

func TestGzip(t *testing.T) {
	document := []byte(`{"items":["` + string(bytes.Repeat([]byte("order desk "), 1000)) + `"]}`)
	small, bomb := zipped(t, document), zipped(t, make([]byte, 12<<20))
	cases := map[string]struct {
		sent     []byte
		want     []byte
		broken   string
		attempts int
	}{
		"whole":     {small, document, "", 1},
		"cut off":   {small[:len(small)/2], nil, "unexpected EOF", 3},
		"not gzip":  {[]byte(`{"items":[]}, and no gzip at all`), nil, "gzip", 3},
		"too large": {bomb, make([]byte, transport.MaxBody), "10 MiB", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				_, _ = w.Write(c.sent)
			})
			outcome := over(freshTransport(t), briefly).Do(t.Context(), s.to(get()))
			require.NoError(t, outcome.Err)
			require.Equal(t, c.attempts, outcome.Attempts)
			if c.broken != "" {
				require.ErrorContains(t, outcome.Response.Broken, c.broken)
			} else {
				require.NoError(t, outcome.Response.Broken)
			}
			if c.want != nil {
				require.True(t, bytes.Equal(c.want, outcome.Response.Body))
			}
		})
	}
}

// net/http's client takes an answer without a body from a RoundTripper, as fakes in tests give
// it, for an empty one; a user who passes such a client must not meet a panic.
func TestARoundTripperMayLeaveTheBodyOut(t *testing.T) {
	for _, code := range []int{http.StatusOK, http.StatusNoContent, http.StatusFound, http.StatusNotFound} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			s := serve(func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: code, Request: r}, nil
			})
			var outcome *transport.Outcome
			require.NotPanics(t, func() { outcome = over(s).Do(t.Context(), get()) })
			require.NoError(t, outcome.Err)
			require.Equal(t, code, outcome.Response.Status)
			require.Empty(t, outcome.Response.Body)
			require.NoError(t, outcome.Response.Broken)
		})
	}
}

func TestARoundTripperThatGivesNothingIsAnError(t *testing.T) {
	s := serve(func(*http.Request) (*http.Response, error) { return nil, nil }) //nolint:nilnil // that is the bug
	var outcome *transport.Outcome
	require.NotPanics(t, func() { outcome = over(s, attempts(1)).Do(t.Context(), get()) })
	require.Error(t, outcome.Err)
	require.Nil(t, outcome.Response)
}

func TestAURLThatCannotBeParsedIsAnErrorWithoutIt(t *testing.T) {
	s := serve(status(http.StatusOK))
	request := create()
	request.URL = "https://api.example.test:bad-port/v1?cursor=hidden-value"
	outcome := over(s).Do(t.Context(), request)
	require.Error(t, outcome.Err)
	require.NotContains(t, outcome.Err.Error(), "hidden-value")
	require.Zero(t, outcome.Attempts)
	require.False(t, outcome.Sent)
	require.Zero(t, s.count())
}
