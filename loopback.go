package oauthclients

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/url"
	"syscall"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file signs in the person at whose machine the program runs (RFC 8252). The small server
// that the browser comes back to is in loopbackserver.go.

// loopbackHost is bound unless RedirectURL has another loopback host.
const loopbackHost = "127.0.0.1"

// Interactive signs in the person who runs the program: it calls open with the address of the
// provider's page, waits until the browser comes back to a small server on this machine, and
// returns the token; with [WithTokenStore] it saves it. It is for tools (RFC 8252 section 7.3).
//
// open shows the page: it starts a browser, or prints the address. It runs in a goroutine of its
// own, so that it may wait for the browser; one that does can outlast Interactive. Its error
// ends the sign-in, and its panic goes on in the caller's goroutine; what comes of one that outlasts
// Interactive is dropped. ctx ends the waiting too: give it a deadline.
//
// Without RedirectURL the browser comes back to http://127.0.0.1:{port}/callback with a free
// port. A provider must take any port of a loopback address, by RFC 8252; for one that does not,
// register an address with a port and set it: http, on 127.0.0.1 or [::1], or on localhost or a name below
// it where the provider takes nothing else (RFC 8252 section 8.3: another program may answer for that
// name). Such a name is bound on both families, since nobody knows which one the browser takes.
//
// Requests that do not belong to the sign-in are answered and ignored; an error that one of them told of is
// mentioned if the sign-in does not come to an end. The errors are those of [AuthCode.Finish].
func (a AuthCode) Interactive(ctx context.Context, p Provider, open func(url string) error, opts ...Option) (*oauth2.Token, error) {
	registered := a.RedirectURL
	back, faults := loopbackURL(registered)
	if open == nil {
		faults = append(faults, FieldError{"open", "required", "must show the address to the person"})
	}
	a.RedirectURL = back.String()
	c, store, err := a.connect(opInteractive, p, opts, faults...)
	if err != nil {
		return nil, err
	}
	defer c.transport.CloseIdle() // it is used for one sign-in
	if store != nil {             // before a person goes to the trouble
		if err := newKeeper(c, a, store).ready(ctx); err != nil {
			return nil, err
		}
	}
	fixed := back.Port() != "" && back.Port() != "0"
	listeners, err := listen(ctx, back)
	if err != nil {
		return nil, c.interactiveError("cannot listen for the browser's way back (end what uses the port, or set another RedirectURL)", err)
	}
	a.RedirectURL = back.String()
	if fixed { // byte for byte
		a.RedirectURL = registered
	}
	login, err := a.begin(ctx, opInteractive, c)
	if err != nil {
		closeAll(listeners) // nobody has come yet
		return nil, err
	}
	server := serveLoopback(listeners, a.RedirectURL, back, login)
	err = errUnfinished // what the person is told if something panics
	defer func() { server.end(ctx, err) }()
	callback, err := server.wait(ctx, open)
	if err != nil {
		err = c.interactiveError("the sign-in did not come to an end"+server.turnedAway(a), err)
		return nil, err
	}
	token, err := a.finish(ctx, opInteractive, c, store, login, callback)
	return token, err
}

var errUnfinished = errors.New("the program stopped in the middle of the sign-in")

func (c *core) interactiveError(message string, err error) error {
	return &Error{Kind: ErrUnavailable, Provider: c.name, Operation: opInteractive, Message: message, Err: err}
}

// loopbackURL is the address that the browser comes back to, its port still open.
func loopbackURL(redirect string) (*url.URL, []FieldError) {
	if redirect == "" {
		return &url.URL{Scheme: "http", Host: loopbackHost, Path: "/callback"}, nil
	}
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.User != nil || len(familiesOf(u.Hostname())) == 0 {
		return &url.URL{}, []FieldError{{
			"AuthCode.RedirectURL", "url", "must be http on 127.0.0.1, [::1] or localhost, such as http://127.0.0.1:8085/callback",
		}}
	}
	return u, nil
}

// family is an address to listen at.
type family struct{ network, host string }

// familiesOf are the addresses that a host of this machine has. Only these two are ever bound.
func familiesOf(host string) []family {
	four, six := family{"tcp4", loopbackHost}, family{"tcp6", "::1"}
	switch {
	case host == four.host:
		return []family{four}
	case net.ParseIP(host).Equal(net.IPv6loopback):
		return []family{six}
	case isLoopbackName(host):
		return []family{four, six}
	}
	return nil
}

// listen binds the port of back, or a free one, which it puts into back.
func listen(ctx context.Context, back *url.URL) ([]net.Listener, error) {
	const tries = 8 // a port that is free in one family may be taken in the other
	families, fixed := familiesOf(back.Hostname()), back.Port() != "" && back.Port() != "0"
	var err error
	for range tries {
		var listeners []net.Listener
		if listeners, err = listenAt(ctx, families, cmp.Or(back.Port(), "0")); err == nil {
			back.Host = net.JoinHostPort(back.Hostname(), portOf(listeners[0]))
			return listeners, nil
		}
		if fixed {
			break
		}
	}
	return nil, err
}

// listenAt binds the same port in each family. A machine may lack one of two.
func listenAt(ctx context.Context, families []family, port string) ([]net.Listener, error) {
	var listeners []net.Listener
	var missing error
	for _, f := range families {
		listener, err := (&net.ListenConfig{}).Listen(ctx, f.network, net.JoinHostPort(f.host, port))
		switch {
		case err == nil:
			listeners, port = append(listeners, listener), portOf(listener)
		case len(families) > 1 && !isTaken(err):
			missing = err
		default:
			closeAll(listeners)
			return nil, err
		}
	}
	if len(listeners) == 0 {
		return nil, missing
	}
	return listeners, nil
}

// isTaken: another program has the port. A browser that went there would tell it the code.
func isTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EACCES)
}

func portOf(listener net.Listener) string {
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		_ = listener.Close()
	}
}

// wait shows the page and waits for the first callback that belongs to the sign-in.
func (s *loopback) wait(ctx context.Context, open func(url string) error) (url.Values, error) {
	if ctx.Err() != nil {
		close(s.shown) // a page that comes too late helps nobody
		return nil, ctxerr.Of(ctx)
	}
	opened := flight.Begin(func() (struct{}, error) {
		defer close(s.shown)
		return struct{}{}, open(s.login.URL)
	})
	for {
		select {
		case callback := <-s.arrived:
			return callback, nil
		case result := <-opened:
			if _, err := result(); err != nil {
				return nil, redact.Error(err, s.login.secrets())
			}
			opened = nil // it is shown; nothing more will come
		case <-ctx.Done():
			return nil, ctxerr.Of(ctx)
		}
	}
}

// secrets are what must not be seen of a login: of its address the values in the query that are new
// for every sign-in or say who signs in. A short value is a word, such as prompt=login.
func (l Login) secrets() []string {
	secrets := []string{l.State, l.Verifier}
	page, err := url.Parse(l.URL)
	if err != nil {
		return append(secrets, l.URL)
	}
	for name, values := range page.Query() {
		switch name {
		case "response_type", "client_id", "redirect_uri", "scope", "code_challenge_method":
			continue // known to everybody, and words that an error needs
		}
		for _, value := range values {
			if len(value) >= 8 {
				secrets = append(secrets, value)
			}
		}
	}
	return secrets
}
