package tokens_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds how long a token is kept and who fetches the next one. Many callers at once
// are in shared_test.go.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// issuer is a token endpoint: it gives token-1, token-2 and so on.
type issuer struct {
	life  time.Duration // 0: unknown
	takes time.Duration

	mu     sync.Mutex
	issued int
	fails  []error // for the next fetches
}

func (i *issuer) fetch(ctx context.Context) (*oauth2.Token, error) {
	select {
	case <-time.After(i.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.fails) > 0 {
		err := i.fails[0]
		i.fails = i.fails[1:]
		return nil, err
	}
	i.issued++
	token := &oauth2.Token{AccessToken: fmt.Sprintf("token-%d", i.issued)}
	if i.life != 0 {
		token.Expiry = time.Now().Add(i.life)
	}
	return token, nil
}

func (i *issuer) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.issued
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }

func requireToken(t *testing.T, c *tokens.Cache, want string) {
	t.Helper()
	token, err := c.Token(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, token.AccessToken)
}

func TestATokenIsRenewed30SecondsBeforeItsEnd(t *testing.T) {
	for _, life := range []time.Duration{time.Minute, 5 * time.Minute, time.Hour, 24 * time.Hour} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := tokens.NewCache((&issuer{life: life}).fetch)
				requireToken(t, c, "token-1")
				pass(life - 30*time.Second - time.Nanosecond)
				requireToken(t, c, "token-1")
				pass(time.Nanosecond)
				requireToken(t, c, "token-2")
			})
		})
	}
}

// A token that lives less than twice the margin is used for a part of its life: fetching one
// for every call would lock the account, and none may be used after its end.
func TestAShortLivedTokenIsUsedMoreThanOnceButNotTooLong(t *testing.T) {
	for _, life := range []time.Duration{time.Second, 10 * time.Second, 29 * time.Second, 30 * time.Second, 31 * time.Second, 59 * time.Second} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := &issuer{life: life}
				c := tokens.NewCache(i.fetch)
				for range 10 {
					requireToken(t, c, "token-1")
				}
				pass(life / 4)
				requireToken(t, c, "token-1")
				pass(life*3/4 - time.Nanosecond)
				requireToken(t, c, "token-2")
			})
		})
	}
}

func TestATokenOfUnknownLifeIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := tokens.NewCache(i.fetch)
		for range 5 {
			requireToken(t, c, "token-1")
			pass(1000 * time.Hour)
		}
		require.Equal(t, 1, i.count())
	})
}

// A server with a wrong clock gives tokens that are over at once. Each is given to who waited
// for it, none is kept.
func TestATokenThatIsOverIsNotKept(t *testing.T) {
	for _, life := range []time.Duration{-time.Nanosecond, -time.Second, -time.Hour} {
		t.Run(life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := tokens.NewCache((&issuer{life: life}).fetch)
				requireToken(t, c, "token-1")
				requireToken(t, c, "token-2")
				requireToken(t, c, "token-3")
			})
		})
	}
}

func TestAFailedFetchIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errFirst, errSecond := errors.New("503"), errors.New("invalid_grant")
		i := &issuer{fails: []error{errFirst, errSecond}}
		c := tokens.NewCache(i.fetch)
		for _, want := range []error{errFirst, errSecond} {
			token, err := c.Token(t.Context())
			require.ErrorIs(t, err, want)
			require.Nil(t, token)
		}
		requireToken(t, c, "token-1")
		requireToken(t, c, "token-1")
	})
}

func TestDropForgetsOnlyTheRejectedToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour}
		c := tokens.NewCache(i.fetch)
		first, err := c.Token(t.Context())
		require.NoError(t, err)
		c.Drop(first)
		requireToken(t, c, "token-2")

		for range 5 { // the other calls that had the first token hear of its rejection later
			c.Drop(first)
			requireToken(t, c, "token-2")
		}
		c.Drop(&oauth2.Token{AccessToken: "token-2"}) // the token counts, not the pointer
		requireToken(t, c, "token-3")
		require.Equal(t, 3, i.count())
	})
}

func TestDropOnAnEmptyCacheIsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := tokens.NewCache(i.fetch)
		c.Drop(&oauth2.Token{AccessToken: "token-1"})
		requireToken(t, c, "token-1")
		require.Equal(t, 1, i.count())
	})
}

func TestARenewalThatFailsIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour}
		c := tokens.NewCache(i.fetch)
		requireToken(t, c, "token-1")
		pass(59*time.Minute + 45*time.Second)
		errDown := errors.New("503")
		i.fails = []error{errDown}
		_, err := c.Token(t.Context())
		require.ErrorIs(t, err, errDown)
		requireToken(t, c, "token-2")
	})
}
