package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the app's addresses and its one page of content, the balance.

const (
	callbackPath  = "/callback"
	signedOutPath = "/signed-out"
)

// patience is how long a person waits for sipgate.
const patience = 10 * time.Second

// app is the web application. It is safe for concurrent use.
type app struct {
	provider oauthclients.Provider
	auth     oauthclients.AuthCode
	options  []oauthclients.Option
	log      *slog.Logger
	sessions *sessions
	cookie   cookie
	pages    pages
}

// newApp returns the app for people who sign in to auth at p. auth.RedirectURL is the app's own
// address with the path /callback. No I/O is done: what is wrong with the configuration is
// found here and not by the first visitor.
func newApp(p oauthclients.Provider, auth oauthclients.AuthCode, log *slog.Logger, opts ...oauthclients.Option) (http.Handler, error) {
	opts = append([]oauthclients.Option{
		// One connection pool for the clients of all sessions.
		oauthclients.WithHTTPClient(&http.Client{Timeout: patience}),
		// A person waits: better an answer now than a balance in a minute.
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 2, MaxWait: time.Second}),
	}, opts...)
	p = oauthclients.Shared(p) // a server that names its addresses is asked once, not for every person
	if _, err := oauthclients.New(p, auth, opts...); err != nil {
		return nil, err
	}
	own, err := url.Parse(auth.RedirectURL)
	if err != nil {
		return nil, err
	}
	pages, err := parsePages(log)
	if err != nil {
		return nil, err
	}
	a := &app{
		provider: p, auth: auth, options: opts, log: log,
		sessions: newSessions(maxSessions), cookie: cookie{secure: own.Scheme == "https"}, pages: pages,
	}
	return a.handler(own)
}

// handler wraps the routes: log, then headers, then one name for this machine, then the check that
// a POST comes from our own pages (which trusts the app's public address, since a proxy may change
// the Host header).
func (a *app) handler(own *url.URL) (http.Handler, error) {
	ownPages := http.NewCrossOriginProtection()
	if err := ownPages.AddTrustedOrigin(own.Scheme + "://" + own.Host); err != nil {
		return nil, err
	}
	ownPages.SetDenyHandler(a.problem(foreignForm()))
	return logged(a.log, withHeaders(oneName(own, ownPages.Handler(a.routes())))), nil
}

func (a *app) routes() http.Handler {
	toStart := http.RedirectHandler("/", http.StatusSeeOther)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("POST /login", a.login)
	mux.HandleFunc("GET "+callbackPath, a.callback)
	mux.HandleFunc("POST /logout", a.logout)
	mux.HandleFunc("GET "+signedOutPath, a.signedOut)
	mux.Handle("GET /login", toStart) // somebody reloads what was a form's target
	mux.Handle("GET /logout", toStart)
	for _, file := range []string{"style.css", "icon.svg"} {
		mux.Handle("GET /static/"+file, static())
	}
	mux.Handle("/", a.problem(unknownPage()))
	return mux
}

// home shows the balance to those who are signed in, and everybody else how to sign in.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	client := a.sessions.client(a.cookie.of(r))
	if client == nil {
		a.pages.signedOut(w, "")
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	balance, err := readBalance(ctx, client)
	switch {
	case isSignedOut(err):
		a.forget(w, r)
		a.pages.signedOut(w, "Your session at sipgate has ended. Please sign in again.")
	case err != nil:
		a.log.WarnContext(ctx, "the balance could not be read", "error", err)
		a.pages.noBalance(w, noBalance(err))
	default:
		a.pages.balance(w, balance, time.Now())
	}
}

func readBalance(ctx context.Context, client *oauthclients.Client) (*sipgate.Balance, error) {
	api, err := sipgate.Of(client)
	if err != nil {
		return nil, err
	}
	return api.Balance(ctx)
}

func (a *app) signedOut(w http.ResponseWriter, r *http.Request) {
	if a.sessions.client(a.cookie.of(r)) != nil { // signed in again, and came back to this page
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	a.pages.signedOut(w, "You are signed out.")
}

// problem answers every request with the same page.
func (a *app) problem(p problem) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { a.pages.problem(w, p) })
}
