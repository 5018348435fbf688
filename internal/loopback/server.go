// Package loopback is the small server on a person's own machine that the browser comes back to after a
// sign-in (RFC 8252 section 7.3): one path, one callback, and a page that tells how it went. It knows
// nothing of OAuth2: what belongs to the sign-in, and what the page says, is told by its user.
package loopback

import (
	"context"
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

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file is the server. Where it listens is in listen.go.

// Page is what a person is shown.
type Page struct{ Title, Text string }

// Check reads the query of a request. It is false for one that does not belong to the sign-in.
type Check func(query url.Values) (callback url.Values, belongs bool)

// Server serves the callback of one sign-in.
type Server struct {
	path    string
	check   Check
	server  *http.Server
	served  chan struct{}
	shown   chan struct{}   // closed when the page to sign in at has been shown
	arrived chan url.Values // the first callback that belongs to the sign-in

	ended chan struct{} // closed when page is set
	page  Page
}

// Serve answers at the listeners. Wait and End are called once each, in this order.
func Serve(listeners []net.Listener, path string, check Check) *Server {
	s := &Server{
		path: path, check: check, served: make(chan struct{}), shown: make(chan struct{}),
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
		serving.Go(func() { _ = s.server.Serve(listener) }) // returns when End closes it
	}
	go func() {
		defer close(s.served)
		serving.Wait()
	}()
	return s
}

// Wait calls open, which shows the page to sign in at, and waits for the first callback that belongs to the
// sign-in. The error is that of open, or of ctx.
func (s *Server) Wait(ctx context.Context, open func() error) (url.Values, error) {
	if ctx.Err() != nil {
		close(s.shown) // a page that comes too late helps nobody
		return nil, ctxerr.Of(ctx)
	}
	opened := flight.Begin(func() (struct{}, error) {
		defer close(s.shown)
		return struct{}{}, open()
	})
	for {
		select {
		case callback := <-s.arrived:
			return callback, nil
		case result := <-opened:
			if _, err := result(); err != nil {
				return nil, err
			}
			opened = nil // it is shown; nothing more will come
		case <-ctx.Done():
			return nil, ctxerr.Of(ctx)
		}
	}
}

// End shows the person how the sign-in went, closes the server, and waits for the open of Wait, so that one
// that does not wait for the browser is over afterwards. It waits for nothing when ctx has ended.
func (s *Server) End(ctx context.Context, page Page) {
	s.page = page
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
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != s.path:
		show(w, http.StatusNotFound, Page{Title: "Nothing here"})
		return
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		show(w, http.StatusMethodNotAllowed, Page{Title: "Nothing here"})
		return
	}
	callback, belongs := s.check(r.URL.Query())
	if !belongs {
		show(w, http.StatusBadRequest, Page{"Not this sign-in", "The program waits for another one. Begin again from the program."})
		return
	}
	s.take(w, r, callback)
}

// take hands the callback over and waits for how it went. A page that is loaded again waits for
// the same.
func (s *Server) take(w http.ResponseWriter, r *http.Request, callback url.Values) {
	select {
	case s.arrived <- callback:
	default:
	}
	select {
	case <-s.ended:
		show(w, http.StatusOK, s.page)
	case <-r.Context().Done():
	}
}

// show writes a page. It loads nothing and tells nobody where it was, since its address has the
// code in it.
func show(w http.ResponseWriter, status int, p Page) {
	page := fmt.Sprintf(pageHTML, html.EscapeString(p.Title), html.EscapeString(p.Title), html.EscapeString(p.Text))
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

const pageHTML = `<!DOCTYPE html>
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
