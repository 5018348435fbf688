package oauthclients

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/loopback"
	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file signs in the person at whose machine the program runs (RFC 8252). The small server that the
// browser comes back to is internal/loopback.

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
	if store != nil { // before a person goes to the trouble
		if err := newKeeper(c, a, store).Ready(ctx); err != nil {
			return nil, c.tokenError(err)
		}
	}
	fixed := back.Port() != "" && back.Port() != "0"
	listeners, err := loopback.Listen(ctx, back)
	if err != nil {
		return nil, c.interactiveError("cannot listen for the browser's way back (end what uses the port, or set another RedirectURL)", err)
	}
	a.RedirectURL = back.String()
	if fixed { // byte for byte
		a.RedirectURL = registered
	}
	login, err := a.begin(ctx, opInteractive, c)
	if err != nil {
		loopback.Close(listeners) // nobody has come yet
		return nil, err
	}
	gate := &gate{login: login, back: a.RedirectURL}
	server := loopback.Serve(listeners, back.Path, gate.check)
	err = errUnfinished // what the person is told if something panics
	defer func() { server.End(ctx, inWords(err)) }()
	callback, err := server.Wait(ctx, func() error { return open(login.URL) })
	if err != nil {
		err = c.interactiveError("the sign-in did not come to an end"+gate.turnedAway(a), redact.Error(err, login.secrets()))
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
		return &url.URL{Scheme: "http", Host: loopback.Host, Path: "/callback"}, nil
	}
	u, err := url.Parse(redirect)
	if err != nil || u.Scheme != "http" || u.User != nil || !loopback.Knows(u.Hostname()) {
		return &url.URL{}, []FieldError{{
			"AuthCode.RedirectURL", "url", "must be http on 127.0.0.1, [::1] or localhost, such as http://127.0.0.1:8085/callback",
		}}
	}
	return u, nil
}

// inWords tells a person who said no that this was understood, and everybody else what the
// program was told.
func inWords(failure error) loopback.Page {
	var failed *Error
	switch {
	case failure == nil:
		return loopback.Page{Title: "You are signed in", Text: "You can close this tab and go back to the program."}
	case errors.As(failure, &failed) && failed.Code == "access_denied":
		return loopback.Page{Title: "You did not give access", Text: "You can close this tab and go back to the program."}
	}
	return loopback.Page{Title: "The sign-in failed", Text: failure.Error()}
}

// gate lets the callback of one login through.
type gate struct {
	login *Login
	back  string // the redirect URI

	mu     sync.Mutex
	turned url.Values // an error that came without the state of the login
}

// check turns away what does not belong to the login, and remembers the latest error that was not believed:
// a server may leave the state out of one.
func (g *gate) check(query url.Values) (callback url.Values, belonging bool) {
	callback = loopback.Mended(g.back, query)
	if belongs(g.login, callback) {
		return callback, true
	}
	if callback.Get("error") != "" {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.turned = callback
	}
	return nil, false
}

// turnedAway says what was not believed, "" if there was nothing.
func (g *gate) turnedAway(a AuthCode) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.turned == nil {
		return ""
	}
	e := &Error{Code: g.turned.Get("error"), Message: g.turned.Get("error_description")}
	e.clean(append(a.secrets(), g.login.State, g.login.Verifier))
	text := "; a callback without the state of this sign-in was not believed, which said " + texts.Short(e.Code, maxFieldText)
	if e.Message != "" {
		text += ": " + texts.Short(e.Message, maxFieldText)
	}
	return text
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
