package tokens_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds what Clear forgets, fetches that go on without their callers, and how early
// is early.

func TestClearForgetsTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour}
		c := tokens.NewCache(i.fetch)
		c.Clear() // nothing yet
		requireToken(t, c, "token-1")
		c.Clear()
		c.Clear()
		requireToken(t, c, "token-2")
		requireToken(t, c, "token-2")
	})
}

// Whoever waited for it may have it, since it asked before. It is not kept.
func TestWhatAFetchUnderWayBringsIsForgottenToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour, takes: 10 * time.Second}
		c := tokens.NewEndlessCache(i.fetch)
		first := ask(t.Context(), c)
		pass(time.Second)
		c.Clear()
		require.Equal(t, "token-1", (<-first).token.AccessToken)
		requireToken(t, c, "token-2")
	})
}

// Who asks after Clear must not get what was asked for before it.
func TestNobodyJoinsAFetchFromBeforeClear(t *testing.T) {
	for name, build := range map[string]func(tokens.Fetch) *tokens.Cache{"New": tokens.NewCache, "NewEndless": tokens.NewEndlessCache} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := &issuer{life: time.Hour, takes: 10 * time.Second}
				c := build(i.fetch)
				first := ask(t.Context(), c)
				pass(time.Second)
				c.Clear()
				second := ask(t.Context(), c)
				require.Equal(t, "token-1", (<-first).token.AccessToken)
				require.Equal(t, "token-2", (<-second).token.AccessToken)
				requireToken(t, c, "token-2")
				require.Equal(t, 2, i.count())
			})
		})
	}
}

func TestAnEndlessFetchGoesOnAndTheNextCallerJoinsIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour, takes: 10 * time.Second}
		c := tokens.NewEndlessCache(func(ctx context.Context) (*oauth2.Token, error) { return i.fetch(context.WithoutCancel(ctx)) })
		begin := time.Now()
		for range 5 {
			ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errEnough)
			_, err := c.Token(ctx)
			require.ErrorIs(t, err, errEnough)
			cancel()
		}
		requireToken(t, c, "token-1")
		require.Equal(t, 10*time.Second, time.Since(begin))
		require.Equal(t, 1, i.count())
	})
}

func TestAnEndlessFetchThatEverybodyHasLeftIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour, takes: 10 * time.Second}
		c := tokens.NewEndlessCache(func(ctx context.Context) (*oauth2.Token, error) { return i.fetch(context.WithoutCancel(ctx)) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		pass(time.Minute)
		begin := time.Now()
		requireToken(t, c, "token-1")
		require.Zero(t, time.Since(begin))
	})
}

func TestAnEndlessFetchThatFailsIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errDown := errors.New("503")
		i := &issuer{takes: 10 * time.Second, fails: []error{errDown}}
		c := tokens.NewEndlessCache(func(ctx context.Context) (*oauth2.Token, error) { return i.fetch(context.WithoutCancel(ctx)) })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		pass(time.Minute)
		requireToken(t, c, "token-1")
	})
}

func TestMargin(t *testing.T) {
	const s = time.Second
	for name, test := range map[string]struct {
		left time.Duration // until its end
		life int64         // ExpiresIn, 0 for unknown
		want time.Duration
	}{
		"an hour":                  {time.Hour, 3600, 30 * s},
		"a minute":                 {60 * s, 60, 30 * s},
		"half a minute":            {30 * s, 30, 15 * s},
		"a second":                 {s, 1, s / 2},
		"late in a long life":      {31 * s, 3600, 30 * s},
		"late in a short life":     {5 * s, 20, 10 * s},
		"over":                     {-s, 3600, 30 * s},
		"unknown, long":            {time.Hour, 0, 30 * s},
		"unknown, short":           {20 * s, 0, 10 * s},
		"negative life is unknown": {20 * s, -1, 10 * s},
		"huge":                     {time.Hour, math.MaxInt64, 30 * s},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				token := &oauth2.Token{Expiry: time.Now().Add(test.left), ExpiresIn: test.life}
				require.Equal(t, test.want, tokens.Margin(token))
			})
		})
	}
}
