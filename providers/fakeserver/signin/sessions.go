package signin

import "crypto/rand"

// This file holds the sessions of people at the login server, and the ends of things.

// SignIn begins a session for a person. The id goes wherever the protocol shows it; the cookie
// is for the person's browser alone.
func (l *Ledger) SignIn(user string) (id, cookie string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	id, cookie = newID(), rand.Text()
	l.sessions[cookie] = &session{id: id, user: user}
	return id, cookie
}

// SignedIn is the session that a browser's cookie stands for, unless it has ended.
func (l *Ledger) SignedIn(cookie string) (id, user string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.sessions[cookie]
	if s == nil || s.ended {
		return "", "", false
	}
	return s.id, s.user, true
}

// GoesOn reports whether there is a session of that id, and it has not ended.
func (l *Ledger) GoesOn(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.session(id)
	return s != nil && !s.ended
}

// session is for holders of the lock; nil if there is none of that id.
func (l *Ledger) session(id string) *session {
	for _, s := range l.sessions {
		if s.id == id {
			return s
		}
	}
	return nil
}

// Bearer is the grant that an access token stands for.
func (l *Ledger) Bearer(accessToken string) (Grant, error) { return l.look(l.access, accessToken) }

// Holder is the grant that a refresh token stands for. Looking does not use the token.
func (l *Ledger) Holder(refreshToken string) (Grant, error) { return l.look(l.refresh, refreshToken) }

func (l *Ledger) look(in map[string]*voucher, value string) (Grant, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := in[value]
	if v == nil {
		return Grant{}, ErrUnknown
	}
	return v.grant.Grant, v.check()
}

// EndSession ends a session and everything that was allowed in it.
func (l *Ledger) EndSession(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.session(id); s != nil {
		s.ended = true
	}
}

// EndGrant ends one grant: its code, its access tokens and its refresh token. The session in
// which it was allowed goes on.
func (l *Ledger) EndGrant(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, in := range []map[string]*voucher{l.codes, l.access, l.refresh} {
		for _, v := range in {
			v.grant.ended = v.grant.ended || v.grant.ID == id
		}
	}
}

// EndClient ends every grant of a client, with its codes and tokens: those of one user, or of all if user
// is "".
func (l *Ledger) EndClient(user, clientID string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, values := range []map[string]*voucher{l.codes, l.access, l.refresh} {
		for _, v := range values {
			if v.grant.ClientID == clientID && (user == "" || v.grant.User == user) {
				v.grant.ended = true
			}
		}
	}
}

// Revoke forgets one access token.
func (l *Ledger) Revoke(accessToken string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.access, accessToken)
}

// RevokeAll forgets every access token. Refresh tokens and sessions stay.
func (l *Ledger) RevokeAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.access)
}

// EndAll ends every session and every grant.
func (l *Ledger) EndAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.access)
	for _, s := range l.sessions {
		s.ended = true
	}
	for _, in := range []map[string]*voucher{l.codes, l.refresh} {
		for _, v := range in {
			v.grant.ended = true
		}
	}
}
