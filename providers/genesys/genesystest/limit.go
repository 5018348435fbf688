package genesystest

import (
	"net/http"
	"strconv"
	"time"
)

// This file holds the rate limits.

// limit is n requests per window; n 0 is no limit.
type limit struct {
	n   int
	per time.Duration
}

// window counts the requests since its start.
type window struct {
	start time.Time
	count int
}

// take counts a request and reports whether it is allowed.
func (w *window) take(l limit) bool {
	now := time.Now()
	if w.start.IsZero() || !now.Before(w.start.Add(l.per)) {
		*w = window{start: now}
	}
	w.count++
	return l.n == 0 || w.count <= l.n
}

// left is how many seconds the window has left, rounded up.
func (w *window) left(l limit) string {
	rest := time.Until(w.start.Add(l.per))
	return strconv.FormatInt(int64((rest+time.Second-1)/time.Second), 10)
}

// limited counts an API request of a token, and writes the headers of the limit.
func (s *Server) limited(w http.ResponseWriter, r *http.Request) *failure {
	if s.apiLimit.n == 0 {
		return nil
	}
	token := r.Header.Get("Authorization")
	if s.apiWindows[token] == nil {
		s.apiWindows[token] = &window{}
	}
	current := s.apiWindows[token]
	allowed := current.take(s.apiLimit)
	w.Header().Set("inin-ratelimit-count", strconv.Itoa(current.count))
	w.Header().Set("inin-ratelimit-allowed", strconv.Itoa(s.apiLimit.n))
	w.Header().Set("inin-ratelimit-reset", current.left(s.apiLimit))
	if allowed {
		return nil
	}
	w.Header().Set("Retry-After", current.left(s.apiLimit))
	return fail(http.StatusTooManyRequests, "too.many.requests",
		"Rate limit exceeded the maximum. Retry the request in ["+current.left(s.apiLimit)+"] seconds")
}
