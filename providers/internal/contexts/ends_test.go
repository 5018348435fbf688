package contexts_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file ends the contexts.

// early is when a context ends: before anything else happens.
const early = 5 * time.Second

// scene is a stage at one vendor.
type scene struct {
	stage
	vendor string
}

// scenes are all stages at all vendors that have them, by name.
func scenes() map[string]scene {
	all := map[string]scene{}
	for _, s := range stages() {
		vendors := s.vendors
		if vendors == nil {
			vendors = []string{sipgate, docspace, genesys}
		}
		for _, vendor := range vendors {
			all[s.name+", "+vendor] = scene{s, vendor}
		}
	}
	return all
}

// set starts a world in which the call will stop at the stage.
func (s *scene) set(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, s.vendor)
	var options []oauthclients.Option
	if s.options != nil {
		options = s.options(w)
	}
	if s.tokenless && s.prepare != nil {
		s.prepare(t, w)
	}
	w.client = w.connect(t, options...)
	if !s.tokenless {
		require.NoError(t, get(t.Context(), w))
		if s.prepare != nil {
			s.prepare(t, w)
		}
	}
	w.Forget()
	return w
}

// requireLeft checks what a call says that was left at a stage.
func (s *scene) requireLeft(t *testing.T, err, end error) {
	t.Helper()
	require.ErrorIs(t, err, errLeft, "the caller's own reason")
	require.ErrorIs(t, err, end)
	require.Equal(t, s.unknown, failure(t, err).OutcomeUnknown(), "may it have been executed? %v", err)
	require.ErrorContains(t, err, s.says)
}

func TestACallEndsWithItsContext(t *testing.T) {
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := s.set(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(early, func() { cancel(errLeft) })
				begin := time.Now()
				s.requireLeft(t, s.call(ctx, w), context.Canceled)
				require.Equal(t, early, time.Since(begin), "in the same instant")
				require.Equal(t, s.reaches, w.calls())
				<-time.After(10 * time.Minute)
				require.Equal(t, s.reaches, w.calls(), "nothing is sent afterwards")
			})
		})
	}
}

// Where it is known beforehand that the time will not do nobody waits for its end.
func TestACallEndsWithItsDeadline(t *testing.T) {
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := s.set(t)
				ctx, cancel := context.WithTimeoutCause(t.Context(), early, errLeft)
				defer cancel()
				begin := time.Now()
				err := s.call(ctx, w)
				if s.foreseen == nil {
					s.requireLeft(t, err, context.DeadlineExceeded)
					require.Equal(t, early, time.Since(begin), "in the same instant")
				} else {
					require.ErrorIs(t, err, s.foreseen)
					require.NotErrorIs(t, err, context.DeadlineExceeded)
					require.Equal(t, s.unknown, failure(t, err).OutcomeUnknown())
					require.Equal(t, s.wait, failure(t, err).RetryAfter)
					require.Zero(t, time.Since(begin))
				}
				require.Equal(t, s.reaches, w.calls())
				<-time.After(10 * time.Minute)
				require.Equal(t, s.reaches, w.calls(), "nothing is sent afterwards")
			})
		})
	}
}

func failure(t *testing.T, err error) *oauthclients.Error {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	return failed
}

// A context that has ended already sends nothing, not even for a token.
func TestACallWithAnEndedContextSendsNothing(t *testing.T) {
	for name, s := range scenes() {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := s.set(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				cancel(errLeft)
				begin, err := time.Now(), s.call(ctx, w)
				require.ErrorIs(t, err, errLeft)
				require.ErrorIs(t, err, context.Canceled)
				require.False(t, failure(t, err).OutcomeUnknown())
				require.Zero(t, time.Since(begin))
				<-time.After(10 * time.Minute)
				require.Empty(t, w.Requests())
			})
		})
	}
}

// Whoever waits for the same thing gets it, when it comes, and it is asked for once.
func TestWhoLeavesDoesNotDisturbWhoStays(t *testing.T) {
	for name, s := range scenes() {
		if s.shared == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := s.set(t)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(early, func() { cancel(errLeft) })
				begin, stays := time.Now(), make(chan error, 2)
				left := make(chan error, 1)
				go func() { left <- s.call(ctx, w) }()
				synctest.Wait()
				for range cap(stays) {
					go func() { stays <- get(t.Context(), w) }()
				}
				s.requireLeft(t, <-left, context.Canceled)
				require.Equal(t, early, time.Since(begin))
				for range cap(stays) {
					require.NoError(t, <-stays)
				}
				require.Equal(t, patience, time.Since(begin))
				method, path, _ := strings.Cut(s.shared, " ")
				require.Equal(t, 1, w.asked(method, path))
			})
		})
	}
}

// In the queue behind a gate nobody knows how long those in front take. When the time is over the
// error tells what the call waited for. It is no ErrRateLimited: who gets one tries again after
// RetryAfter, and there is no wait to be told.
func TestACallEndsInTheQueueBehindTheGate(t *testing.T) {
	for _, vendor := range []string{sipgate, docspace, genesys} {
		for name, end := range map[string]error{"cancel": context.Canceled, "deadline": context.DeadlineExceeded} {
			t.Run(name+", "+vendor, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, vendor)
					w.client = w.connect(t, once(w)...)
					w.answers(http.MethodPost, http.StatusTooManyRequests, "1")
					require.ErrorIs(t, create(t.Context(), w), oauthclients.ErrRateLimited)
					w.hang(http.MethodPost, "/clients", 0)
					front := make(chan error, 1)
					go func() { front <- create(t.Context(), w) }()
					synctest.Wait()
					w.Forget()

					ctx, cancel := context.WithCancelCause(t.Context())
					if name == "cancel" {
						time.AfterFunc(early, func() { cancel(errLeft) })
					} else {
						var stop context.CancelFunc
						ctx, stop = context.WithTimeoutCause(ctx, early, errLeft)
						defer stop()
					}
					begin := time.Now()
					err := create(ctx, w)
					(&scene{}).requireLeft(t, err, end)
					require.Equal(t, early, time.Since(begin))
					require.NotErrorIs(t, err, oauthclients.ErrRateLimited)
					require.ErrorContains(t, err, "rate limit")
					require.NoError(t, <-front)
					require.Equal(t, 1, w.calls(), "that of the one in front")
					cancel(nil)
				})
			})
		}
	}
}

// A client without its secret is not lost: its id comes back, and the reason is told. It is not
// wrapped, for whoever tries again after a cancelled call would make a second client.
func TestACreateThatWasLeftBeforeItReadTheSecret(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := sipgatetest.New(sipgatetest.WithoutCreateSecret())
		w := &world{Server: s.Server, provider: s.Provider(), auth: s.Auth()}
		client := w.connect(t)
		w.hang(http.MethodGet, "/clients", 0)
		ctx, cancel := context.WithTimeoutCause(t.Context(), early, errLeft)
		defer cancel()
		begin := time.Now()
		made, err := client.Clients.Create(ctx, worlds()[sipgate]().app)
		require.Equal(t, early, time.Since(begin))
		require.ErrorIs(t, err, oauthclients.ErrNotApplied)
		require.ErrorContains(t, err, errLeft.Error())
		require.NotErrorIs(t, err, oauthclients.ErrUnavailable)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		require.NotEmpty(t, made.ID)

		read, err := client.Clients.Get(t.Context(), made.ID)
		require.NoError(t, err)
		require.False(t, read.Secret.IsZero())
	})
}
