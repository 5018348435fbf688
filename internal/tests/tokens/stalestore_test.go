package tokens

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests stores that are behind, such as a replica or a copy that was restored. What
// the client has used up or was refused must not come back from there, and the store gets what
// is newer.

// replica gives back what was saved a few saves ago.
type replica struct {
	behind int
	note   func(string)
	tokens []*oauth2.Token
}

func (s *replica) Load(context.Context) (*oauth2.Token, error) {
	held := *s.tokens[max(0, len(s.tokens)-1-s.behind)]
	return &held, nil
}

func (s *replica) Save(_ context.Context, t *oauth2.Token) error {
	s.note("save " + t.AccessToken)
	saved := *t
	s.tokens = append(s.tokens, &saved)
	return nil
}

func TestAReplicaThatIsBehindBringsBackNoToken(t *testing.T) {
	for name, behind := range map[string]int{"by one": 1, "by two": 2, "for ever": 1000} {
		for why, lead := range map[string]func(*world.Realm){
			"expired":  func(*world.Realm) { <-time.After(2 * time.Hour) },
			"rejected": func(r *world.Realm) { r.Change(func() { r.Revoked = true }) },
		} {
			t.Run(name+" "+why, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := world.NewRealm()
					store := &replica{behind: behind, note: func(string) {}, tokens: []*oauth2.Token{world.FirstToken(world.InAnHour())}}
					client := r.Client(t, world.NoSession(), store)
					for range 5 {
						lead(r)
						require.NoError(t, world.List(t, client))
					}
					requireEachOnce(t, r.Happened())
					require.Equal(t, 5, r.Refreshes())
					require.Equal(t, "refresh-6", store.tokens[len(store.tokens)-1].RefreshToken)
				})
			})
		}
	}
}

// requireEachOnce checks that no refresh token went out twice, and no access token again after
// it was replaced.
func requireEachOnce(t *testing.T, happened []string) {
	t.Helper()
	seen := map[string]int{}
	for i, line := range happened {
		last, again := seen[line]
		require.False(t, again && last != i-1, "%s came back: %v", line, happened)
		seen[line] = i
	}
}

func TestARestoredCopyGetsTheNewestToken(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.InAnHour()))
	store.Note = r.Note
	client := r.Client(t, world.NoSession(), store)
	for range 2 {
		r.Change(func() { r.Revoked = true })
		require.NoError(t, world.List(t, client))
	}
	store.Put(world.FirstToken(world.InAnHour()))
	r.Change(func() { r.Revoked = true })
	r.Happened()
	require.NoError(t, world.List(t, client))
	require.Equal(t, []string{
		"call access-3", "save access-3 refresh-3", "refresh_token refresh-3", "save access-4 refresh-4", "call access-4",
	}, r.Happened())
	require.NoError(t, world.List(t, r.Client(t, world.NoSession(), store)), "the next program finds it")
}

// With a provider that does not rotate the refresh token says nothing of the token's age.
func TestARejectedAccessTokenOfAStaleStoreIsNotSentAgain(t *testing.T) {
	r := world.NewRealm()
	r.Keeps = true
	store := &replica{behind: 1000, note: r.Note, tokens: []*oauth2.Token{world.FirstToken(world.InAnHour())}}
	client := r.Client(t, world.NoSession(), store)
	for range 3 {
		r.Change(func() { r.Revoked = true })
		require.NoError(t, world.List(t, client))
	}
	calls := 0
	for _, line := range r.Happened() {
		if line == "call access-1" {
			calls++
		}
	}
	require.Equal(t, 1, calls)
}

// A sign-out elsewhere is no delay of the store.
func TestAnEmptiedStoreIsNotStale(t *testing.T) {
	r := world.NewRealm()
	store := world.LockStoreWith(world.FirstToken(world.AnHourAgo()))
	client := r.Client(t, world.NoSession(), store)
	require.NoError(t, world.List(t, client))
	store.Put(&oauth2.Token{})
	r.Change(func() { r.Revoked = true })
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrLoginRequired)
	require.Empty(t, store.Held().RefreshToken)
}

// A program that runs for years must not keep every token that was ever refused.
func TestWhatIsRememberedOfRejectedTokensHasABound(t *testing.T) {
	r := world.NewRealm()
	r.Refuse = true
	store := world.StoreWith(nil)
	client := r.Client(t, world.NoSession(), store)
	refused := func(i int) int {
		store.Put(&oauth2.Token{AccessToken: "t0ken-" + strconv.Itoa(i), Expiry: world.InAnHour()})
		r.Forget()
		require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnauthenticated)
		return r.Calls()
	}
	const tokens = 10_000
	for i := range tokens {
		require.Equal(t, 1, refused(i))
	}
	require.Zero(t, refused(tokens-1), "the newest is known")
	require.Zero(t, refused(tokens-2))
	require.Equal(t, 1, refused(0), "the oldest is forgotten")
}
