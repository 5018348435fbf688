package main

import (
	"log/slog"
	"net/http"
	"time"
)

// This file holds what surrounds every request: the headers of its answer, and a line in the log.

// policy lets a page load this server's stylesheet and icon, and nothing else: no script, no
// frame around it. It does not set form-action, which Chromium also applies to where a form's
// answer redirects to; here that is sipgate.
const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"

func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Referrer-Policy", "no-referrer") // the callback's address has the code in it
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Cache-Control", "no-store") // a balance is nobody else's business
		next.ServeHTTP(w, r)
	})
}

// logged writes one line per request. The query stays out of it, since that of the callback has
// the code, and so do all headers, since the cookie is one.
func logged(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		log.InfoContext(r.Context(), "request", "method", r.Method, "path", r.URL.Path,
			"status", answer.status, "took", time.Since(began).Round(time.Millisecond))
	})
}

// statusWriter remembers the status for the log.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
