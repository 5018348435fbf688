package contexts_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file is the table of the stages in which a call can be when its context ends.

// stage is a place in which a call stops.
type stage struct {
	name    string
	vendors []string // nil: all of them
	// bring the call there: options of the client, and what is done once it has its token (before
	// there is one, if the call begins without).
	options   func(*world) []oauthclients.Option
	tokenless bool
	prepare   func(t *testing.T, w *world)
	call      verb

	reaches int    // requests for clients that have reached the server by then
	unknown bool   // one of them may have written
	says    string // what the error tells beside the cause
	// A deadline that comes sooner than a wait that is known ends the call at once, with this kind
	// and with the wait that the server asked for.
	foreseen error
	wait     time.Duration
	// What others wait for too is asked for once, with this method at this path.
	shared string
}

func stages() []stage {
	return []stage{
		// Before the request.
		{
			name: "a token", vendors: []string{sipgate, genesys}, tokenless: true, call: create, shared: "POST /token",
			prepare: func(_ *testing.T, w *world) { w.hang(http.MethodPost, "/token", 0) },
		},
		{
			name: "a renewed token", tokenless: true, call: create, shared: "POST /token",
			prepare: func(t *testing.T, w *world) {
				t.Helper()
				w.signIn(t)
				w.hang(http.MethodPost, "/token", 0)
			},
		},
		{
			name: "a trade", vendors: []string{docspace}, tokenless: true, call: create, shared: "GET /security/oauth2/token",
			prepare: func(_ *testing.T, w *world) { w.hang(http.MethodGet, "/security/oauth2/token", 0) },
		},
		{
			name: "discovery", tokenless: true, call: create, shared: "GET " + discoveryPath,
			prepare: func(_ *testing.T, w *world) {
				w.provider = discovering{w.provider}
				w.hang(http.MethodGet, discoveryPath, 0)
			},
		},
		{
			name: "the lock of the token store", tokenless: true, call: create, shared: "POST /token",
			options: func(w *world) []oauthclients.Option {
				return []oauthclients.Option{oauthclients.WithTokenStore(w.store)}
			},
			prepare: func(t *testing.T, w *world) {
				t.Helper()
				w.signIn(t)
				w.store.holdLock(t.Context())
			},
		},
		{
			name: "the client's own rate limit", call: create, foreseen: oauthclients.ErrRateLimited, wait: time.Minute,
			options: func(*world) []oauthclients.Option {
				return []oauthclients.Option{oauthclients.WithRateLimit(1.0/60, 1)}
			},
		},
		{
			name: "the gate", call: create, foreseen: oauthclients.ErrRateLimited, wait: time.Minute, options: once,
			prepare: func(t *testing.T, w *world) {
				t.Helper()
				w.answers(http.MethodPost, http.StatusTooManyRequests, "60")
				require.ErrorIs(t, create(t.Context(), w), oauthclients.ErrRateLimited)
			},
		},

		// Between two attempts.
		{
			name: "a read that met a 503", call: get, foreseen: oauthclients.ErrUnavailable, wait: time.Minute, reaches: 1,
			prepare: func(_ *testing.T, w *world) { w.answers(http.MethodGet, http.StatusServiceUnavailable, "60") },
		},
		{
			name: "a create that met a 429", call: create, foreseen: oauthclients.ErrRateLimited, wait: time.Minute, reaches: 1,
			prepare: func(_ *testing.T, w *world) { w.answers(http.MethodPost, http.StatusTooManyRequests, "60") },
		},
		{
			name: "an update that met a 503", call: update, foreseen: oauthclients.ErrUnavailable, wait: time.Minute, reaches: 2, unknown: true,
			prepare: func(_ *testing.T, w *world) { w.answers(http.MethodPut, http.StatusServiceUnavailable, "60") },
		},
		{
			name: "another token, after a 401", vendors: []string{sipgate, genesys}, call: create, reaches: 1, shared: "POST /token",
			prepare: func(_ *testing.T, w *world) {
				w.answers(http.MethodPost, http.StatusUnauthorized, "")
				w.hang(http.MethodPost, "/token", 0)
			},
		},
		{
			name: "another trade, after an empty 403", vendors: []string{docspace}, call: create, reaches: 1, shared: "GET /security/oauth2/token",
			prepare: func(_ *testing.T, w *world) {
				w.answers(http.MethodPost, http.StatusForbidden, "")
				w.hang(http.MethodGet, "/security/oauth2/token", 0)
			},
		},

		// During a request.
		{name: "the answer to a read", call: get, prepare: hangs(http.MethodGet, 0), reaches: 1},
		{name: "the answer to a create", call: create, prepare: hangs(http.MethodPost, 0), reaches: 1, unknown: true},
		{
			name: "the answer to a new secret", vendors: []string{docspace, genesys}, call: regenerate, prepare: hangs("", 0),
			reaches: 1, unknown: true,
		},
		{name: "the body of a read", call: get, options: breaksOff(http.MethodGet), tokenless: true, reaches: 1},
		{name: "the body of a create", call: create, options: breaksOff(http.MethodPost), tokenless: true, reaches: 1, unknown: true},

		// In the middle of a verb of several requests.
		{name: "an update that reads", call: update, prepare: hangs(http.MethodGet, 0), reaches: 1},
		{name: "an update that writes", call: update, prepare: hangs(http.MethodPut, 0), reaches: 2, unknown: true},
		{
			name: "an update that reads back", vendors: []string{docspace}, call: update, prepare: hangs(http.MethodGet, 1),
			reaches: 3, unknown: true, says: "the update was accepted",
		},
		{name: "a delete", vendors: []string{sipgate, docspace}, call: remove, prepare: hangs(http.MethodDelete, 0), reaches: 1, unknown: true},
		{name: "a delete that reads", vendors: []string{genesys}, call: remove, prepare: hangs(http.MethodGet, 0), reaches: 1},
		{name: "a delete that deactivates", vendors: []string{genesys}, call: remove, prepare: hangs(http.MethodPut, 0), reaches: 2, unknown: true},
		{
			name: "a delete that deletes", vendors: []string{genesys}, call: remove, prepare: hangs(http.MethodDelete, 0),
			reaches: 3, unknown: true, says: "the client is inactive now",
		},

		// In a list.
		{name: "the first page", call: all, prepare: hangs(http.MethodGet, 0), reaches: 1},
		{name: "the second page", vendors: []string{docspace, genesys}, call: all, prepare: hangs(http.MethodGet, 1), reaches: 2},
		{name: "work between two pages", vendors: []string{docspace, genesys}, call: allSlowly, reaches: 1},
		{name: "a search by name", call: findByName, prepare: hangs(http.MethodGet, 0), reaches: 1},
	}
}

// once turns repeating off.
func once(*world) []oauthclients.Option {
	return []oauthclients.Option{oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1})}
}

// hangs lets a request for clients wait for its answer, but for the first few.
func hangs(method string, skip int) func(*testing.T, *world) {
	return func(_ *testing.T, w *world) { w.hang(method, "/clients", skip) }
}

// breaksOff lets the answers to a method stop in the middle.
func breaksOff(method string) func(*world) []oauthclients.Option {
	return func(w *world) []oauthclients.Option {
		return []oauthclients.Option{oauthclients.WithHTTPClient(&http.Client{Transport: endless{w.HTTPClient().Transport, method}})}
	}
}

var errLeft = errors.New("the person closed the page")
