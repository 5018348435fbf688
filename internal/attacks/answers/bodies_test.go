package answers

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has bodies and headers without an end, and texts of megabytes.

func heavyBodies(t *testing.T) []answer {
	t.Helper()
	packed := bomb(t)
	var all []answer
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		all = append(all,
			answer{name: fmt.Sprintf("%d, an endless body", status), give: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_ = endless(w, `{"a":`) // ends when the caller leaves
			}},
			answer{name: fmt.Sprintf("%d, a gzip bomb", status), give: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.WriteHeader(status)
				_, _ = w.Write(packed)
			}},
		)
	}
	return all
}

// slowBodies are those that have no end of their own.
func slowBodies() (all []answer) {
	for _, status := range []int{http.StatusOK, http.StatusCreated, http.StatusBadRequest, http.StatusUnauthorized} {
		all = append(all,
			answer{name: fmt.Sprintf("%d, a trickled body", status), give: trickle(status), held: true},
			answer{name: fmt.Sprintf("%d, a body that never comes", status), give: func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(status)
				_ = http.NewResponseController(w).Flush()
				<-r.Context().Done()
			}, held: true},
		)
	}
	return all
}

// trickle sends a byte now and then, for as long as somebody listens.
func trickle(status int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		ticks := time.NewTicker(10 * time.Millisecond)
		defer ticks.Stop()
		for {
			_, _ = io.WriteString(w, " ")
			_ = http.NewResponseController(w).Flush()
			select {
			case <-ticks.C:
			case <-r.Context().Done():
				return
			}
		}
	}
}

func longHeaders() []answer {
	all := []answer{
		{name: "endless headers", only: target.HTTP1, give: rawThen(func(w io.Writer) error {
			if _, err := io.WriteString(w, "HTTP/1.1 200 OK\r\n"); err != nil {
				return err
			}
			return endless(w, "X-Header: value\r\n")
		})},
		{name: "one endless header", only: target.HTTP1, give: rawThen(func(w io.Writer) error {
			if _, err := io.WriteString(w, "HTTP/1.1 200 OK\r\nX-Header: "); err != nil {
				return err
			}
			return endless(w, "value")
		})},
	}
	for _, name := range []string{"Location", "WWW-Authenticate", "Retry-After", "X-Request-Id", "Inin-Correlation-Id", "Content-Type", "Set-Cookie"} {
		for _, size := range []int{200 << 10} {
			all = append(all, answer{name: fmt.Sprintf("%s of %d", name, size), give: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set(name, "https://x.example/"+strings.Repeat("a", size))
				w.WriteHeader(statusFor(name))
				_, _ = io.WriteString(w, `{"error":"x","client_secret":"`+planted+`"}`)
			}})
		}
	}
	return all
}

func statusFor(header string) int {
	switch header {
	case "Location":
		return http.StatusFound
	case "WWW-Authenticate":
		return http.StatusUnauthorized
	case "Retry-After":
		return http.StatusTooManyRequests
	default:
		return http.StatusBadRequest
	}
}

// texts are errors whose words are megabytes long.
func texts() (all []answer) {
	long := strings.Repeat("word ", 1<<18)
	many := strings.Repeat(`{"field":"`+strings.Repeat("f", 1000)+`","message":"m"},`, 1000)
	for name, body := range map[string]string{
		"a description":  `{"error":"invalid_request","error_description":"` + long + `","client_secret":"` + planted + `"}`,
		"a code":         `{"error":"` + long + `","code":"` + long + `"}`,
		"a message":      `{"message":"` + long + `","detail":"` + long + `","title":"` + long + `","reason":"` + long + `"}`,
		"a request id":   `{"contextId":"` + long + `","trace_id":"` + long + `","message":"m"}`,
		"many fields":    `{"message":"m","errors":[` + strings.TrimSuffix(many, ",") + `],"details":[` + strings.TrimSuffix(many, ",") + `]}`,
		"a field's name": `{"message":"m","errors":{"` + strings.ReplaceAll(long, " ", "_") + `":["x"]}}`,
		"nested errors":  `{"error":{"message":"` + long + `"}}`, "plain text": long,
	} {
		all = append(all, answer{name: name + " of megabytes", give: give(http.StatusBadRequest, body)})
	}
	return all
}
