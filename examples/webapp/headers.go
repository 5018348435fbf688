package main

import (
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// This file holds what surrounds every request: the headers of its answer, a line in the log, and
// the one name that this machine has.

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

// oneName sends a browser that knows this machine by another name, such as localhost, to the app's
// own address: the cookie of a sign-in that it begins there would not be seen at the callback. The
// port has to be the same, since a proxy on this machine may have put another name into Host.
func oneName(own *url.URL, next http.Handler) http.Handler {
	if own.Scheme != "http" || !isLoopback(own.Hostname()) {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := url.URL{Host: r.Host}
		if r.Method != http.MethodGet || asked.Host == own.Host || asked.Port() != own.Port() || !isLoopback(asked.Hostname()) {
			next.ServeHTTP(w, r)
			return
		}
		target := url.URL{Scheme: own.Scheme, Host: own.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		http.Redirect(w, r, target.String(), http.StatusSeeOther)
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
