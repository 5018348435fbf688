package transport_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds answers that are none, and contexts that are over and have not noticed.

// The body of 101 is the connection: reading it ends with nothing, not even with the context.
func TestAnAnswerBelow200EndsThere(t *testing.T) {
	for name, rule := range rules() {
		t.Run(name, func(t *testing.T) {
			s := listen(t, func(w http.ResponseWriter, _ *http.Request) {
				conn, _, err := http.NewResponseController(w).Hijack()
				if err == nil {
					t.Cleanup(func() { _ = conn.Close() })
					_, err = conn.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\nmore"))
				}
				assert.NoError(t, err)
			})
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			outcome := over(keepingTransport(t), briefly).Do(ctx, s.to(rule.request()))
			require.NoError(t, outcome.Err, "it ends long before the context")
			require.Equal(t, http.StatusSwitchingProtocols, outcome.Response.Status)
			require.Empty(t, outcome.Response.Body)
			require.Equal(t, 1, outcome.Attempts)
			require.True(t, outcome.Sent, "nobody said that it was not executed")
		})
	}
}

// late is a context whose deadline has passed a moment before its timer fires.
type late struct{ context.Context } //nolint:containedctx // it is a context

func (late) Deadline() (time.Time, bool) { return time.Now().Add(-time.Microsecond), true }

// Who is told of a rate limit tries again when its wait is over. After an ended context there is no
// wait to be told, so that such a caller would try again at once, for ever.
func TestAContextThatHasJustEndedIsNoRateLimit(t *testing.T) {
	for name, transports := range map[string]func(t *testing.T) (*transport.Transport, *server){
		"open gate": func(*testing.T) (*transport.Transport, *server) {
			s := serve(status(http.StatusOK))
			return over(s), s
		},
		"closed gate": func(t *testing.T) (*transport.Transport, *server) {
			t.Helper()
			return closed(t, "10")
		},
		"gate closed for longer than is allowed": func(t *testing.T) (*transport.Transport, *server) {
			t.Helper()
			return closed(t, "3600")
		},
		"rate limit": func(t *testing.T) (*transport.Transport, *server) {
			t.Helper()
			s := serve(status(http.StatusOK))
			tr := over(s, limiter(0.1, 1))
			require.NoError(t, tr.Do(t.Context(), get()).Err)
			return tr, s
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, s := transports(t)
				before := s.count()
				outcome := tr.Do(late{t.Context()}, get())
				require.ErrorIs(t, outcome.Err, context.DeadlineExceeded)
				require.False(t, outcome.Held)
				require.Zero(t, outcome.RetryAfter)
				require.Equal(t, before, s.count())
			})
		})
	}
}

// One absurd Retry-After must not stop a client for a day: after the longest wait that is allowed
// one request may ask again.
func TestAHugeWaitDoesNotCloseTheGateForADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "86400", status(http.StatusOK))
		pass(time.Minute)
		held := tr.Do(t.Context(), get())
		require.True(t, held.Held)
		require.Equal(t, 24*time.Hour-time.Minute, held.RetryAfter, "what the server asked for")
		pass(maxWait - time.Minute)
		requireOK(t, queue(t.Context(), tr, 3))
		require.Equal(t, 4, s.count())
	})
}

// A window that is still full then costs one request in each such time.
func TestAHugeWaitIsProbedOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, s := closed(t, "86400", limited("86400"))
		pass(maxWait)
		for _, outcome := range queue(t.Context(), tr, 20) {
			<-outcome
		}
		require.Equal(t, 2, s.count())
	})
}

func TestRetryAfterWithAFraction(t *testing.T) {
	for value, want := range map[string]time.Duration{"1.5": 1500 * time.Millisecond, "0.25": 250 * time.Millisecond, ".5": time.Second / 2, "2.": 2 * time.Second, "1.2.3": 0, ".": 0, "": 0} {
		outcome := over(serve(limited(value)), attempts(1)).Do(t.Context(), get())
		require.Equal(t, want, outcome.RetryAfter, value)
	}
}

// leftBody comes to its end long after the call has given it up.
type leftBody struct {
	released, closed chan struct{}
}

func (b *leftBody) Read([]byte) (int, error) {
	<-b.released
	return 0, io.EOF
}

func (b *leftBody) Close() error {
	close(b.closed)
	return nil
}

// A body that is given up is closed all the same when its reader comes back.
func TestABodyThatIsGivenUpIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := &leftBody{released: make(chan struct{}), closed: make(chan struct{})}
		base := &server{answers: []answer{func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: body, Request: r}, nil
		}}}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		outcome := over(base).Do(ctx, get())
		require.ErrorIs(t, outcome.Err, context.DeadlineExceeded)
		close(body.released)
		synctest.Wait()
		select {
		case <-body.closed:
		default:
			require.Fail(t, "the body stays open")
		}
	})
}
