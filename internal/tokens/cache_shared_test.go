package tokens_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds many callers of one cache: one fetch for all, and everybody waits only as
// long as it wants to.

var errEnough = errors.New("waited long enough")

// got is what one caller got.
type got struct {
	token *oauth2.Token
	err   error
}

// ask calls Token from a goroutine of its own.
func ask(ctx context.Context, c *tokens.Cache) <-chan got {
	result := make(chan got, 1)
	go func() {
		token, err := c.Token(ctx)
		result <- got{token, err}
	}()
	return result
}

func askAll(ctx context.Context, c *tokens.Cache, n int) []<-chan got {
	all := make([]<-chan got, n)
	for i := range all {
		all[i] = ask(ctx, c)
	}
	return all
}

func TestAThousandCallersFetchOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour, takes: time.Second}
		c := tokens.NewCache(i.fetch)
		for _, want := range []string{"token-1", "token-2"} { // the first token, and its renewal
			for _, result := range askAll(t.Context(), c, 1000) {
				r := <-result
				require.NoError(t, r.err)
				require.Equal(t, want, r.token.AccessToken)
			}
			pass(59*time.Minute + 40*time.Second)
		}
		require.Equal(t, 2, i.count())
	})
}

func TestAThousandCallersShareOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		errDown := errors.New("503")
		i := &issuer{takes: time.Second, fails: []error{errDown}}
		c := tokens.NewCache(i.fetch)
		for _, result := range askAll(t.Context(), c, 1000) {
			require.ErrorIs(t, (<-result).err, errDown)
		}
		requireToken(t, c, "token-1")
	})
}

func TestAThousandRejectionsOfOneTokenFetchOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{life: time.Hour, takes: time.Second}
		c := tokens.NewCache(i.fetch)
		rejected, err := c.Token(t.Context())
		require.NoError(t, err)
		var calls sync.WaitGroup
		for n := range 1000 {
			calls.Go(func() {
				pass(time.Duration(n) * 10 * time.Millisecond) // before, during and after the fetch
				c.Drop(rejected)
				token, err := c.Token(t.Context())
				if err != nil || token.AccessToken != "token-2" {
					t.Errorf("got %v, %v", token, err)
				}
			})
		}
		calls.Wait()
		require.Equal(t, 2, i.count())
	})
}

func TestAWaiterLeavesOnItsOwnDeadlineAndTheFetchGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{takes: time.Minute}
		c := tokens.NewCache(i.fetch)
		begin := time.Now()
		ctx, cancel := context.WithTimeoutCause(t.Context(), 50*time.Millisecond, errEnough)
		defer cancel()
		first := ask(ctx, c) // it is the one that started the fetch
		synctest.Wait()
		others := askAll(t.Context(), c, 10)
		left := <-first
		require.ErrorIs(t, left.err, errEnough)
		require.Nil(t, left.token)
		require.Equal(t, 50*time.Millisecond, time.Since(begin))

		for _, result := range others {
			r := <-result
			require.NoError(t, r.err)
			require.Equal(t, "token-1", r.token.AccessToken)
		}
		require.Equal(t, time.Minute, time.Since(begin))
		require.Equal(t, 1, i.count())
	})
}

func TestTheLastWaiterToLeaveEndsTheFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fetches, ended := 0, make(chan time.Time, 1)
		c := tokens.NewCache(func(ctx context.Context) (*oauth2.Token, error) {
			if fetches++; fetches > 1 {
				return &oauth2.Token{AccessToken: "fresh"}, nil
			}
			<-ctx.Done()
			ended <- time.Now()
			return nil, ctx.Err()
		})
		begin := time.Now()
		var all []<-chan got
		for _, patience := range []time.Duration{time.Second, 2 * time.Second, 5 * time.Second} {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			t.Cleanup(cancel)
			all = append(all, ask(ctx, c))
		}
		for _, result := range all {
			require.ErrorIs(t, (<-result).err, context.DeadlineExceeded)
		}
		require.Equal(t, 5*time.Second, (<-ended).Sub(begin))
		requireToken(t, c, "fresh")
	})
}

func TestAContextThatHasEndedFetchesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := tokens.NewCache(i.fetch)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errEnough)
		_, err := c.Token(ctx)
		require.ErrorIs(t, err, errEnough)
		synctest.Wait()
		require.Zero(t, i.count())
	})
}

// A token that is there is given at once, whoever fetches or hangs elsewhere.
func TestCachesAreIndependent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hanging, ready := tokens.NewCache((&issuer{takes: time.Hour}).fetch), tokens.NewCache((&issuer{}).fetch)
		ctx, cancel := context.WithCancel(t.Context())
		stuck := ask(ctx, hanging)
		synctest.Wait()
		begin := time.Now()
		requireToken(t, ready, "token-1")
		require.Zero(t, time.Since(begin))
		cancel()
		require.ErrorIs(t, (<-stuck).err, context.Canceled)
	})
}

// Real goroutines without a plan, for the race detector.
func TestTokensAndDropsAtTheSameTime(t *testing.T) {
	i := &issuer{life: time.Hour}
	c := tokens.NewCache(i.fetch)
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			for range 100 {
				token, err := c.Token(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				c.Drop(token)
			}
		})
	}
	callers.Wait()
	require.LessOrEqual(t, i.count(), 20*100)
	require.Positive(t, i.count())
}
