package tokens

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what New makes of the strategy's Go value: it takes this package's types, and
// keeps a copy that nobody can change.

type (
	mineByValue   struct{ oauthclients.AuthCode }
	mineByAddress struct{ *oauthclients.AuthCode }
	mineOther     struct{ oauthclients.ClientCredentials }
	mineAny       struct{ oauthclients.Auth }
)

func TestNewRefusesATypeThatEmbedsAStrategy(t *testing.T) {
	code := world.SessionUntil(world.InAnHour())
	for name, auth := range map[string]oauthclients.Auth{
		"value": mineByValue{code}, "its address": &mineByValue{code}, "address": mineByAddress{&code},
		"client credentials": mineOther{world.ClientCredentials()}, "interface": mineAny{oauthclients.NoAuth{}},
		"nil address": mineByAddress{}, "nil interface": mineAny{}, "address of a nil interface": &mineAny{},
	} {
		for kept, opts := range map[string][]oauthclients.Option{
			"in memory": nil, "stored": {oauthclients.WithTokenStore(world.StoreWith(nil))},
		} {
			t.Run(name+" "+kept, func(t *testing.T) {
				_, err := oauthclients.New(world.NewRealm().Provider(), auth, opts...)
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Equal(t, "Auth", world.Failure(t, err).Fields[0].Field)
				require.Equal(t, "invalid", world.Failure(t, err).Fields[0].Code)
			})
		}
	}
}

// The program's token is a pointer in the strategy. Under the race detector, with calls that
// read the strategy's secrets for their errors.
func TestTheProgramMayChangeItsTokenDuringCalls(t *testing.T) {
	for name, start := range map[string]func() *oauth2.Token{
		"good": func() *oauth2.Token { return world.FirstToken(world.InAnHour()) }, "expired": func() *oauth2.Token { return world.FirstToken(world.AnHourAgo()) },
	} {
		for form, given := range map[string]func(*oauthclients.AuthCode) oauthclients.Auth{
			"value":   func(a *oauthclients.AuthCode) oauthclients.Auth { return *a },
			"address": func(a *oauthclients.AuthCode) oauthclients.Auth { return a },
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				r := world.NewRealm()
				var hooked *oauth2.Token
				r.Hooked = func(a oauthclients.AuthCode, _ *oauth2.Token) error { hooked = a.Token; return nil }
				auth := world.SessionUntil(world.InAnHour())
				auth.Token = start()
				token := auth.Token
				client := r.Client(t, given(&auth), nil)
				errs := world.Together(20, func(i int) error {
					if i == 0 {
						for range 1000 {
							*token = oauth2.Token{AccessToken: "other", RefreshToken: "other", Expiry: world.AnHourAgo()}
						}
						return nil
					}
					_ = client.Clients.Delete(t.Context(), "id-1") // fails, and scrubs its error
					return world.List(t, client)
				})
				for _, err := range errs {
					require.NoError(t, err)
				}
				require.LessOrEqual(t, r.Refreshes(), 1)
				require.NoError(t, client.SignOut(t.Context()))
				require.Equal(t, "access-1", hooked.AccessToken, "the hook sees what New was given")
				require.NotContains(t, r.Happened(), "refresh_token other")
				require.Equal(t, "other", token.AccessToken, "the program's own")
			})
		}
	}
}
