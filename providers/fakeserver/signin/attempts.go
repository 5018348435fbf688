package signin

import (
	"crypto/rand"
	"net/http"
	"sync"
	"time"
)

// This file holds sign-ins that are under way: pages that a person has in front of them.

// Attempts keeps what a server must know when the form of one of its pages comes back. It is
// safe for concurrent use.
type Attempts[T any] struct {
	lifetime time.Duration

	mu   sync.Mutex
	open map[string]attempt[T]
}

type attempt[T any] struct {
	browser string
	ends    time.Time
	state   T
}

// NewAttempts returns a store for pages that are good for the given time.
func NewAttempts[T any](lifetime time.Duration) *Attempts[T] {
	return &Attempts[T]{lifetime: lifetime, open: map[string]attempt[T]{}}
}

// Open keeps the state of a new page, and returns an id for its form.
func (a *Attempts[T]) Open(browser string, state T) (id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id = rand.Text()
	a.open[id] = attempt[T]{browser: browser, ends: time.Now().Add(a.lifetime), state: state}
	return id
}

// Find returns the state of a page that is still good, to the browser that got it.
func (a *Attempts[T]) Find(id, browser string) (state T, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	found, ok := a.open[id]
	if !ok || found.browser != browser || !time.Now().Before(found.ends) {
		return state, false
	}
	return found.state, true
}

// Close forgets a page. It reports whether it was there, so that of two answers to one page
// only one counts.
func (a *Attempts[T]) Close(id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, ok := a.open[id]
	delete(a.open, id)
	return ok
}

// SetCookie gives the browser a cookie that ends with it, that no script can read, and that
// stays at home when another site posts a form.
func SetCookie(w http.ResponseWriter, name, value, path string, secure bool) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // a server without TLS cannot set a secure cookie
		Name: name, Value: value, Path: path, HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode,
	})
}

// Cookie is the value of a browser's cookie, "" without one.
func Cookie(r *http.Request, name string) string {
	cookie, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return cookie.Value
}
