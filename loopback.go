package oauthclients

import (
	"context"
	"errors"
	"net"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file signs in the person at whose machine the program runs (RFC 8252). Where it listens is in
// loopbacklisten.go, and the small server that the browser comes back to in loopbackserver.go.

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
// register an address with a port and set it: http, on 127.0.0.1 or [::1], or on localhost or a name
// below it where the provider takes nothing else (RFC 8252 section 8.3: another program may answer for
// that name). Such a name is bound on both families, since nobody knows which one the browser takes.
//
// Requests that do not belong to the sign-in are answered and ignored; an error that one of them told
// of is mentioned if the sign-in does not come to an end. The errors are those of [AuthCode.Finish].
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
		if err := newKeeper(c, a, store).Ready(ctx); err != nil {
			return nil, c.tokenError(err)
		}
	}
	fixed := back.Port() != "" && back.Port() != "0"
	listeners, err := listen(ctx, (&net.ListenConfig{}).Listen, back)
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
