package oauthclients

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file is the server on 127.0.0.1 that the browser comes back to: one path, one sign-in,
// and a page that tells the person how it went.

// loopback serves the callback of one login.
type loopback struct {
	login   *Login
	back    string // the redirect URI
	path    string
	server  *http.Server
	served  chan struct{}
	shown   chan struct{}   // closed when open has returned
	arrived chan url.Values // the first callback that belongs to the login

	ended chan struct{} // closed when failure is set
	// failure is why the sign-in failed; nil if it did not.
	failure error

	mu     sync.Mutex
	turned url.Values // an error that came without the state of the login
}

func serveLoopback(listeners []net.Listener, redirect string, back *url.URL, login *Login) *loopback {
	s := &loopback{
		login: login, back: redirect, path: back.Path, served: make(chan struct{}), shown: make(chan struct{}),
		arrived: make(chan url.Values, 1), ended: make(chan struct{}),
	}
	if s.path == "" {
		s.path = "/" // what a browser asks for then
	}
	s.server = &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: log.New(io.Discard, "", 0), // whatever else knocks at a local port is no news
	}
	var serving sync.WaitGroup
	for _, listener := range listeners {
		serving.Go(func() { _ = s.server.Serve(listener) }) // returns when end closes it
	}
	go func() {
		defer close(s.served)
		serving.Wait()
	}()
	return s
}

// end shows the person how the sign-in went, closes the server, and waits for open, so that an
// open that does not wait for the browser is over when Interactive returns. It waits for nothing when
// ctx has ended.
func (s *loopback) end(ctx context.Context, failure error) {
	s.failure = failure
	close(s.ended)
	wait, cancel := context.WithTimeout(ctx, briefly)
	defer cancel()
	closed := flight.Begin(func() (struct{}, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), briefly)
		defer cancel()
		if s.server.Shutdown(ctx) != nil {
			_ = s.server.Close()
		}
		return struct{}{}, nil
	})
	<-s.served // as soon as Shutdown has begun
	select {
	case <-closed:
	case <-ctx.Done():
	}
	select {
	case <-s.shown:
	case <-wait.Done():
	}
}

// briefly is long enough to write a small page: a browser keeps connections that it never uses.
const briefly = time.Second

// ServeHTTP takes the callback. Whatever does not belong to the sign-in is turned away: any page
// in the person's browser can send requests here.
func (s *loopback) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	callback := mended(s.back, r.URL.Query())
	switch {
	case r.URL.Path != s.path:
		show(w, http.StatusNotFound, "Nothing here", "")
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		show(w, http.StatusMethodNotAllowed, "Nothing here", "")
	case !belongs(s.login, callback):
		s.turnAway(callback)
		show(w, http.StatusBadRequest, "Not this sign-in", "The program waits for another one. Begin again from the program.")
	default:
		s.take(w, r, callback)
	}
}

// turnAway remembers the latest error that was not believed: a server may leave the state out of one.
func (s *loopback) turnAway(callback url.Values) {
	if callback.Get("error") == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turned = callback
}

// turnedAway says what was not believed, "" if there was nothing.
func (s *loopback) turnedAway(a AuthCode) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turned == nil {
		return ""
	}
	e := &Error{Code: s.turned.Get("error"), Message: s.turned.Get("error_description")}
	e.clean(append(a.secrets(), s.login.State, s.login.Verifier))
	text := "; a callback without the state of this sign-in was not believed, which said " + texts.Short(e.Code, maxFieldText)
	if e.Message != "" {
		text += ": " + texts.Short(e.Message, maxFieldText)
	}
	return text
}

// take hands the callback over and waits for how it went. A page that is loaded again waits for
// the same.
func (s *loopback) take(w http.ResponseWriter, r *http.Request, callback url.Values) {
	select {
	case s.arrived <- callback:
	default:
	}
	select {
	case <-s.ended:
	case <-r.Context().Done():
		return
	}
	if s.failure != nil {
		title, text := inWords(s.failure)
		show(w, http.StatusOK, title, text)
		return
	}
	show(w, http.StatusOK, "You are signed in", "You can close this tab and go back to the program.")
}

// inWords tells a person who said no that this was understood, and everybody else what the
// program was told.
func inWords(failure error) (title, text string) {
	var failed *Error
	if errors.As(failure, &failed) && failed.Code == "access_denied" {
		return "You did not give access", "You can close this tab and go back to the program."
	}
	return "The sign-in failed", failure.Error()
}

// show writes a page. It loads nothing and tells nobody where it was, since its address has the
// code in it.
func show(w http.ResponseWriter, status int, title, text string) {
	page := fmt.Sprintf(loopbackPage, html.EscapeString(title), html.EscapeString(title), html.EscapeString(text))
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Length", strconv.Itoa(len(page)))
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Connection", "close")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, page) // a browser that left needs no page
}

const loopbackPage = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>%s</title>
<style>
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 0 1.5rem; text-align: center; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; }
p { margin: 0; max-width: 34rem; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>%s</h1>
<p>%s</p>
</main>
</body>
</html>
`
