package transport_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what may be seen of a request: in the log, and in the text of an error.

// hidden are values that only the request and its answer may hold.
func hidden() []string {
	return []string{"query-value", "header-value", "body-value", "answer-value", "answer-header", "user-value"}
}

func confidential() *transport.Request {
	return &transport.Request{
		Provider: "example", Operation: "Create", Method: http.MethodPut, Repeat: transport.Write, Gate: http.MethodPut,
		URL:    "https://user-value:user-value@api.example.test/v1/clients/a%2Fb?cursor=query-value",
		Header: http.Header{"Authorization": {"Bearer header-value"}}, Body: []byte(`{"secret":"body-value"}`),
	}
}

// errDelegate is what a RoundTripper returns that asks another http.Client: the URL is in it.
func errDelegate(r *http.Request) error {
	return &url.Error{Op: "Put", URL: r.URL.String(), Err: errors.New("connection reset by peer")}
}

func confidentialAnswers() map[string]answer {
	return map[string]answer{
		"success": func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusOK, "answer-value", "X-Header", "answer-header"), nil
		},
		"503": func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusServiceUnavailable, "answer-value", "X-Header", "answer-header"), nil
		},
		"redirect": func(r *http.Request) (*http.Response, error) {
			return reply(r, http.StatusFound, "answer-value", "Location", "https://evil.example.test/?code=answer-header"), nil
		},
		"reset":       fails(errors.New("connection reset by peer")),
		"a URL error": func(r *http.Request) (*http.Response, error) { return nil, errDelegate(r) },
		"two of them": func(r *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Put", URL: r.URL.String(), Err: errDelegate(r)}
		},
		"wrapped once": func(r *http.Request) (*http.Response, error) { return nil, fmt.Errorf("proxy: %w", errDelegate(r)) },
	}
}

// logged sends the request and returns the lines that were logged.
func logged(t *testing.T, level slog.Level, a answer, tries int) (lines []string, outcome *transport.Outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		var buf bytes.Buffer
		log := slog.New(slog.NewJSONHandler(&buf, &slog.HandlerOptions{Level: level}))
		outcome = over(serve(a), attempts(tries), func(o *transport.Options) { o.Logger = log }).Do(t.Context(), confidential())
		if text := strings.TrimSpace(buf.String()); text != "" {
			lines = strings.Split(text, "\n")
		}
	})
	return lines, outcome
}

func TestTheLogHoldsNoQueryHeaderOrBody(t *testing.T) {
	for name, a := range confidentialAnswers() {
		t.Run(name, func(t *testing.T) {
			lines, _ := logged(t, slog.LevelDebug, a, 2)
			require.NotEmpty(t, lines)
			for _, value := range hidden() {
				require.NotContains(t, strings.Join(lines, "\n"), value)
			}
		})
	}
}

func TestAnErrorHoldsNoQueryHeaderOrBody(t *testing.T) {
	for name, a := range confidentialAnswers() {
		t.Run(name, func(t *testing.T) {
			_, outcome := logged(t, slog.LevelDebug, a, 2)
			if outcome.Response != nil {
				require.NoError(t, outcome.Err)
				return
			}
			require.ErrorContains(t, outcome.Err, "connection reset by peer")
			for _, value := range hidden() {
				require.NotContains(t, outcome.Err.Error(), value)
			}
		})
	}
}

func TestEveryAttemptIsALine(t *testing.T) {
	slow := func(a answer) answer { return after(1500*time.Millisecond, a) }
	cases := map[string]struct {
		answer answer
		want   map[string]any
	}{
		"answer":    {slow(status(http.StatusServiceUnavailable)), map[string]any{"status": 503.0}},
		"no answer": {slow(fails(errors.New("connection reset by peer"))), map[string]any{"error": "connection reset by peer"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			lines, _ := logged(t, slog.LevelDebug, c.answer, 3)
			require.Len(t, lines, 3)
			for i, line := range lines {
				var got map[string]any
				require.NoError(t, json.Unmarshal([]byte(line), &got))
				delete(got, "time")
				delete(got, "msg")
				want := map[string]any{
					"level": "DEBUG", "provider": "example", "operation": "Create", "method": http.MethodPut,
					"host": "api.example.test", "path": "/v1/clients/a%2Fb", "attempt": float64(i + 1), "duration": 1.5e9,
				}
				for key, value := range c.want {
					want[key] = value
				}
				require.Equal(t, want, got)
			}
		})
	}
}

func TestNothingIsLoggedAboveDebug(t *testing.T) {
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
		for name, a := range confidentialAnswers() {
			lines, _ := logged(t, level, a, 2)
			require.Empty(t, lines, "%s at %s", name, level)
		}
	}
}
