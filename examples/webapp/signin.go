package main

import (
	"context"
	"net/http"

	"github.com/oauthclients/oauthclients"
)

// This file signs people in and out: the OAuth2 authorization code flow (RFC 6749 section 4.1)
// with PKCE (RFC 7636).

// login sends the browser to sipgate. What the sign-in needs when it comes back stays here, in
// the session. It is a POST, so that no other site's link or image can begin a sign-in.
func (a *app) login(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	login, err := a.auth.Begin(ctx, a.provider, a.options...)
	if err != nil {
		a.failed(w, r, err)
		return
	}
	a.cookie.set(w, a.sessions.begin(a.cookie.of(r), login))
	http.Redirect(w, r, login.URL, http.StatusSeeOther)
}

// callback is where sipgate sends the browser back to. The sign-in that it names is taken out of
// the session first: whatever becomes of it, this address works once. It only finds the sign-in;
// Finish checks the state.
func (a *app) callback(w http.ResponseWriter, r *http.Request) {
	id := a.cookie.of(r)
	login := a.sessions.takeLogin(id, r.URL.Query().Get("state"))
	if login == nil {
		a.pages.problem(w, unknownSignIn())
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	client, err := a.finish(ctx, login, r)
	if err != nil {
		a.failed(w, r, err)
		return
	}
	// Who knew the old session id, perhaps because they put it there, must not be signed in.
	a.cookie.set(w, a.sessions.signIn(id, client))
	http.Redirect(w, r, "/", http.StatusSeeOther) // which takes the code out of the address bar
}

// finish exchanges the code for a token and returns a client that uses it, and renews it for as
// long as the session lives.
func (a *app) finish(ctx context.Context, login *oauthclients.Login, r *http.Request) (*oauthclients.Client, error) {
	token, err := a.auth.Finish(ctx, a.provider, login, r.URL.Query(), a.options...)
	if err != nil {
		return nil, err
	}
	auth := a.auth
	auth.Token = token
	return oauthclients.New(a.provider, auth, a.options...)
}

// logout ends the session here, whatever sipgate says, and then the one at sipgate. A person who
// closes the browser at once has signed out all the same.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	client := a.forget(w, r)
	if client == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), patience)
	defer cancel()
	if err := client.SignOut(ctx); err != nil {
		a.log.WarnContext(ctx, "the session at sipgate could not be ended", "error", err)
		a.pages.problem(w, halfSignedOut())
		return
	}
	http.Redirect(w, r, signedOutPath, http.StatusSeeOther)
}

// forget removes the session and its cookie, and returns the client of who was signed in.
func (a *app) forget(w http.ResponseWriter, r *http.Request) *oauthclients.Client {
	a.cookie.clear(w)
	return a.sessions.end(a.cookie.of(r))
}

func (a *app) failed(w http.ResponseWriter, r *http.Request, err error) {
	a.log.WarnContext(r.Context(), "a sign-in failed", "error", err)
	a.pages.problem(w, signInProblem(err))
}
