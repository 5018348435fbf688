package docspacetest

import (
	"net/http"
	"strconv"
	"time"
)

// This file holds the rate limits: one bucket per account and method, refilled continuously.
// Requests without a signature have one per address. Everybody together has another, for a second.

// allow counts a request, or refuses it with the time until the next one fits, in nanoseconds
// and without a body, as the portal does it.
func (s *Server) allow(w http.ResponseWriter, method, who string) bool {
	remaining, wait := s.take(method, who)
	w.Header().Set("X-Ratelimit-Remaining", strconv.Itoa(remaining))
	w.Header().Set("X-Ratelimit-Reset", strconv.FormatInt(wait.Nanoseconds(), 10))
	if wait > 0 {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTooManyRequests)
		return false
	}
	return true
}

// take keeps for each bucket the time at which it will be full again.
func (s *Server) take(method, who string) (remaining int, wait time.Duration) {
	limit := perMinute(method)
	interval := time.Minute / time.Duration(limit)
	s.mu.Lock()
	defer s.mu.Unlock()
	bucket := method + " " + who
	now := time.Now()
	full := s.buckets[bucket]
	if full.Before(now) {
		full = now
	}
	full = full.Add(interval)
	if over := full.Sub(now) - time.Minute; over > 0 {
		return 0, over
	}
	s.buckets[bucket] = full
	return int((time.Minute - full.Sub(now)) / interval), 0
}

func perMinute(method string) int {
	switch method {
	case http.MethodGet:
		return 200
	case http.MethodPost:
		return 10
	}
	return 15
}

// second is what the whole service has taken in the second that began then.
type second struct {
	begin time.Time
	calls int
}

// What the whole service takes in a second, with a signature and without one.
const (
	signedCalls = 125
	publicCalls = 25
)

// busy refuses what is too much for everybody together. Nobody waits, and the call has been counted.
func (s *Server) busy(w http.ResponseWriter, r *http.Request, kind string, limit int) bool {
	if !s.serviceLimit || s.takeSecond(kind, limit) {
		return false
	}
	refuse(w, r, http.StatusTooManyRequests, "Too many requests. Please try again later.")
	return true
}

func (s *Server) takeSecond(kind string, limit int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, present := time.Now(), s.seconds[kind]
	if now.Sub(present.begin) >= time.Second {
		present = second{begin: now}
	}
	present.calls++
	s.seconds[kind] = present
	return present.calls <= limit
}
