package fakeserver

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// This file holds what a fake can do wrong on purpose.

// Fault is a failure that a server shows instead of, or around, its own answer.
type Fault struct {
	// Method and a part of the path choose the requests; "" stands for any. Token requests are
	// POST as well: PathContains "/clients" leaves them alone.
	Method, PathContains string
	// Skip lets that many matching requests through first.
	Skip int
	// Times is how many requests fail, 0 for all.
	Times int

	// Delay waits before anything else; the wait ends when the caller leaves.
	Delay time.Duration
	// Execute lets the server do what was asked before the fault shows, so that the caller
	// cannot know.
	Execute bool

	// Refuse answers as if nobody listened. Only the in-process client can show it; over a
	// socket the connection is closed.
	Refuse bool
	// Drop closes the connection without an answer.
	Drop bool
	// Status, Header and Body are the answer; Status 0 with nothing else set only delays.
	Status int
	Header http.Header
	Body   string
}

// Inject adds a fault. Faults are tried in the order in which they were added; a request that
// none of them matches is served as usual.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = -1 // counted down for ever
	}
	s.faults = append(s.faults, &f)
}

// Heal drops all faults.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// nextFault finds the fault for a request and counts it down; nil if there is none.
func (s *Server) nextFault(r *http.Request) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times == 0 || !f.matches(r) {
			continue
		}
		if f.Skip > 0 {
			f.Skip--
			continue
		}
		f.Times--
		fault := *f
		return &fault
	}
	return nil
}

func (f *Fault) matches(r *http.Request) bool {
	return (f.Method == "" || f.Method == r.Method) && strings.Contains(r.URL.EscapedPath(), f.PathContains)
}

func (f *Fault) serve(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	if !wait(r.Context(), f.Delay) {
		return
	}
	shows := f.Refuse || f.Drop || f.Status != 0
	if f.Execute && shows {
		handler.ServeHTTP(newRecorder(), r)
	}
	switch {
	case f.Refuse || f.Drop:
		panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's way to close the connection without an answer
	case !shows:
		handler.ServeHTTP(w, r)
	default:
		for name, values := range f.Header {
			w.Header()[http.CanonicalHeaderKey(name)] = values
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body) // a caller that left needs no body
	}
}

// wait reports whether the caller was still there afterwards.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
