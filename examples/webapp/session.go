package main

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file holds the sessions. A browser has nothing of them but a random id: state, verifier
// and tokens stay in the memory of the server, and a restart signs everybody out.

const (
	maxSessions = 10_000
	maxLogins   = 5                // sign-ins that one browser can have open, in several tabs
	signInTime  = 10 * time.Minute // from the button to the callback
	idleTime    = 30 * time.Minute
)

// session is one browser's.
type session struct {
	logins []pending            // the sign-ins that have begun, the newest last
	client *oauthclients.Client // nil: nobody is signed in
	ends   time.Time
}

// pending is a sign-in that has begun.
type pending struct {
	*oauthclients.Login

	ends time.Time
}

type sessions struct {
	max int

	mu   sync.Mutex
	byID map[string]*session
}

func newSessions(most int) *sessions { return &sessions{max: most, byID: map[string]*session{}} }

// begin keeps a login in the session with this id, or in a new one, and returns the session's id.
// Those of other tabs stay, as long as they are not too many.
func (s *sessions) begin(id string, login *oauthclients.Login) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ends := time.Now().Add(signInTime)
	current := s.live(id)
	if current == nil {
		current = &session{}
		id = s.add(current)
	}
	if current.ends.Before(ends) {
		current.ends = ends
	}
	current.logins = append(current.logins, pending{login, ends})
	current.logins = current.logins[max(0, len(current.logins)-maxLogins):]
	return id
}

// takeLogin returns the sign-in that a callback's state names, once; nil if the session has none
// such. The others stay, so that a callback from elsewhere ends nobody's sign-in.
func (s *sessions) takeLogin(id, state string) *oauthclients.Login {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := s.live(id)
	if current == nil {
		return nil
	}
	at := slices.IndexFunc(current.logins, func(one pending) bool { return one.State == state })
	if at < 0 {
		return nil
	}
	found := current.logins[at]
	current.logins = slices.Delete(current.logins, at, at+1)
	if time.Now().After(found.ends) {
		return nil
	}
	return found.Login
}

// signIn replaces a session by a new one, with another id, in which somebody is signed in. What
// other tabs have begun goes with it.
func (s *sessions) signIn(oldID string, client *oauthclients.Client) (newID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := &session{client: client, ends: time.Now().Add(idleTime)}
	if old := s.live(oldID); old != nil {
		next.logins = old.logins
	}
	delete(s.byID, oldID)
	return s.add(next)
}

// client returns the client of who is signed in, nil for nobody. The session then lives on.
func (s *sessions) client(id string) *oauthclients.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	current := s.live(id)
	if current == nil || current.client == nil {
		return nil
	}
	current.ends = time.Now().Add(idleTime)
	return current.client
}

// end removes a session and returns the client of who was signed in, nil for nobody.
func (s *sessions) end(id string) *oauthclients.Client {
	client := s.client(id)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
	return client
}

// live is for holders of the lock.
func (s *sessions) live(id string) *session {
	current := s.byID[id]
	if current == nil || time.Now().After(current.ends) {
		return nil
	}
	return current
}

// add is for holders of the lock.
func (s *sessions) add(one *session) (id string) {
	s.makeRoom()
	id = rand.Text()
	s.byID[id] = one
	return id
}

// makeRoom drops what has ended. If there are too many sessions all the same, those go first in
// which nobody is signed in, so that a flood of sign-ins that lead nowhere signs nobody out.
func (s *sessions) makeRoom() {
	now := time.Now()
	maps.DeleteFunc(s.byID, func(_ string, one *session) bool { return now.After(one.ends) })
	if len(s.byID) < s.max {
		return
	}
	delete(s.byID, slices.MinFunc(slices.Collect(maps.Keys(s.byID)), func(x, y string) int {
		return byWorth(s.byID[x], s.byID[y])
	}))
}

func byWorth(x, y *session) int {
	if signedIn := x.client != nil; signedIn == (y.client != nil) {
		return x.ends.Compare(y.ends)
	} else if signedIn {
		return 1
	}
	return -1
}

// cookie is how a browser shows which session is its own.
type cookie struct{ secure bool }

// of returns the session id that a request shows, "" for none. It may be anything.
func (c cookie) of(r *http.Request) string {
	found, err := r.Cookie(c.name())
	if err != nil {
		return ""
	}
	return found.Value
}

func (c cookie) set(w http.ResponseWriter, id string) { http.SetCookie(w, c.with(id, 0)) }

func (c cookie) clear(w http.ResponseWriter) { http.SetCookie(w, c.with("", -1)) }

// name has the prefix with which a browser takes the cookie from this host over TLS only (RFC
// 6265bis section 4.1.3).
func (c cookie) name() string {
	if c.secure {
		return "__Host-webapp_session"
	}
	return "webapp_session"
}

// with: Lax, because the callback is a link from another site, and must show the session.
func (c cookie) with(id string, maxAge int) *http.Cookie {
	return &http.Cookie{ //nolint:gosec // not Secure only where there is no TLS: on the loopback interface
		Name: c.name(), Value: id, Path: "/", MaxAge: maxAge,
		Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	}
}
