package resets

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file tests that nothing below the library sends a request again whose headers were
// written: net/http does so by itself when a stream is reset, and what the server executes each
// time are clients that nobody knows of.

func resetsByName() map[string]reset {
	return map[string]reset{
		"PROTOCOL_ERROR": code(http2.ErrCodeProtocol), "REFUSED_STREAM": code(http2.ErrCodeRefusedStream),
		"INTERNAL_ERROR": code(http2.ErrCodeInternal), "CANCEL": code(http2.ErrCodeCancel), "NO_ERROR": code(http2.ErrCodeNo),
		"ENHANCE_YOUR_CALM": code(http2.ErrCodeEnhanceYourCalm), "HTTP_1_1_REQUIRED": code(http2.ErrCodeHTTP11Required),
		"GOAWAY(0)": goAway, "closed": closed,
	}
}

// attempts are the settings under which an attack runs.
const (
	single   = 1
	standard = 4 // RetryPolicy.MaxAttempts by default
)

// repeats says how often a request may be executed.
type repeats int

const (
	once    repeats = iota // however often requests may be repeated
	limited                // as often as RetryPolicy.MaxAttempts says
	counted                // as often as the error tells: a read
)

// attack is a request that is executed and reset.
type attack struct {
	name    string
	repeats repeats
	at      func(*target.Target) (method, path string) // "" where the provider has none
	call    func(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error
}

func attacks() []attack {
	return []attack{
		{"Create", once, func(f *target.Target) (string, string) { return http.MethodPost, f.Clients }, verb(target.Create)},
		{"RegenerateSecret", once, regenerate, verb(target.Regenerate)},
		{"Get", counted, func(f *target.Target) (string, string) { return http.MethodGet, f.Clients }, verb(read)},
		{"Token", limited, token, firstCall},
		{"code", once, tokenEndpoint, exchange},
		{"refresh", once, tokenEndpoint, refresh},
		{"revocation", limited, revocation, signOut},
	}
}

func regenerate(f *target.Target) (method, path string) {
	if !f.Regenerates {
		return "", ""
	}
	return f.RegenerateMethod(), f.Clients
}

func token(f *target.Target) (method, path string) {
	if f.Name == target.DocSpace {
		return http.MethodGet, f.Token // a signature
	}
	return http.MethodPost, f.Token
}

func tokenEndpoint(f *target.Target) (method, path string) { return http.MethodPost, f.Code }

func revocation(f *target.Target) (method, path string) {
	if f.Name == target.Genesys {
		return http.MethodDelete, f.Revoke
	}
	return http.MethodPost, f.Revoke
}

func read(ctx context.Context, _ *target.Target, c *oauthclients.Client, id string) error {
	_, err := c.Clients.Get(ctx, id)
	return err
}

// firstCall is a call that needs a token: at a server with registration that is a Create.
func firstCall(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error {
	t.Helper()
	if f.Name == target.DCR {
		return verb(target.Create)(ctx, t, f, opts)
	}
	return verb(read)(ctx, t, f, opts)
}

// verb calls one with a client that has no token yet.
func verb(call func(context.Context, *target.Target, *oauthclients.Client, string) error) func(context.Context, *testing.T, *target.Front, []oauthclients.Option) error {
	return func(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error {
		t.Helper()
		begin(ctx)
		return call(ctx, f.Target, f.Client(t, opts...), f.ID)
	}
}

func TestWhatWasExecutedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		for _, a := range attacks() {
			for kind, reset := range resetsByName() {
				for _, attempts := range []int{single, standard} {
					method, path := a.at(target.New(name))
					if path == "" {
						continue
					}
					t.Run(strings.Join([]string{name, a.name, kind, map[int]string{single: "once", standard: "repeating"}[attempts]}, "/"), func(t *testing.T) {
						t.Parallel()
						newFront(t, name).run(t, a, method, path, reset, attempts)
					})
				}
			}
		}
	}
}

// front is a provider behind the server of single frames.
type front struct {
	*target.Front
	server *server
}

func newFront(t *testing.T, name string) *front {
	t.Helper()
	s := &server{}
	f := target.NewFrontOn(t, name, target.HTTP2, func(handler http.Handler) (string, *http.Client) {
		s.handler = handler
		return s.start(t)
	})
	return &front{f, s}
}

func (f *front) run(t *testing.T, a attack, method, path string, kind reset, attempts int) {
	t.Helper()
	matches := f.Is(method, path)
	opts := []oauthclients.Option{oauthclients.WithRetry(oauthclients.RetryPolicy{
		MaxAttempts: attempts, MinWait: time.Millisecond, MaxWait: 5 * time.Millisecond,
	})}
	begun := false
	limit := 10 * time.Second // a call ends by itself
	if a.repeats == counted {
		limit = time.Second / 2 // net/http may go on with it until then
	}
	ended := target.Run(t, limit, func(ctx context.Context) error {
		return a.call(context.WithValue(ctx, attackBegins{}, func() {
			begun = true
			f.Fake.Forget()
			choose := func(r *http.Request) reset {
				if matches(r) {
					return kind
				}
				return nil
			}
			f.server.resets.Store(&choose)
		}), t, f.Front, opts)
	})
	require.True(t, begun)
	require.Nil(t, ended.Panic)
	require.False(t, ended.Hung)
	require.Error(t, ended.Err, "nobody can know what became of it")
	var failed *oauthclients.Error
	require.ErrorAs(t, ended.Err, &failed)
	executed := f.executed(method, path)
	told := []any{"the server executed it %d times; the call ended after %v with: %v", executed, ended.Took, ended.Err}
	if a.repeats == counted {
		require.LessOrEqual(t, executed, failed.Attempts, told...)
		require.GreaterOrEqual(t, executed, failed.Attempts-1, told...) // the last one may be under way
		return
	}
	require.LessOrEqual(t, executed, map[repeats]int{once: 1, limited: attempts}[a.repeats], told...)
	require.Equal(t, executed, failed.Attempts, "Attempts counts the requests that were sent")
}

// attackBegins is the key of the function that lets the resets begin.
type attackBegins struct{}

func begin(ctx context.Context) {
	ctx.Value(attackBegins{}).(func())()
}

func (f *front) executed(method, path string) (n int) {
	for _, r := range f.Fake.Requests() {
		if r.Method == method && strings.HasPrefix(r.Path, path) {
			n++
		}
	}
	return n
}
