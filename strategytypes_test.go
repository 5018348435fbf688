package oauthclients_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
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
	code := sessionUntil(inAnHour())
	for name, auth := range map[string]oauthclients.Auth{
		"value": mineByValue{code}, "its address": &mineByValue{code}, "address": mineByAddress{&code},
		"client credentials": mineOther{clientCredentials()}, "interface": mineAny{oauthclients.NoAuth{}},
		"nil address": mineByAddress{}, "nil interface": mineAny{}, "address of a nil interface": &mineAny{},
	} {
		for kept, opts := range map[string][]oauthclients.Option{
			"in memory": nil, "stored": {oauthclients.WithTokenStore(storeWith(nil))},
		} {
			t.Run(name+" "+kept, func(t *testing.T) {
				_, err := oauthclients.New(newRealm().provider(), auth, opts...)
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Equal(t, "Auth", failure(t, err).Fields[0].Field)
				require.Equal(t, "invalid", failure(t, err).Fields[0].Code)
			})
		}
	}
}

// The program's token is a pointer in the strategy. Under the race detector, with calls that
// read the strategy's secrets for their errors.
func TestTheProgramMayChangeItsTokenDuringCalls(t *testing.T) {
	for name, start := range map[string]func() *oauth2.Token{
		"good": func() *oauth2.Token { return firstToken(inAnHour()) }, "expired": func() *oauth2.Token { return firstToken(anHourAgo()) },
	} {
		for form, given := range map[string]func(*oauthclients.AuthCode) oauthclients.Auth{
			"value":   func(a *oauthclients.AuthCode) oauthclients.Auth { return *a },
			"address": func(a *oauthclients.AuthCode) oauthclients.Auth { return a },
		} {
			t.Run(name+" "+form, func(t *testing.T) {
				r := newRealm()
				var hooked *oauth2.Token
				r.hooked = func(a oauthclients.AuthCode, _ *oauth2.Token) error { hooked = a.Token; return nil }
				auth := sessionUntil(inAnHour())
				auth.Token = start()
				token := auth.Token
				client := r.client(t, given(&auth), nil)
				errs := together(20, func(i int) error {
					if i == 0 {
						for range 1000 {
							*token = oauth2.Token{AccessToken: "other", RefreshToken: "other", Expiry: anHourAgo()}
						}
						return nil
					}
					_ = client.Clients.Delete(t.Context(), "id-1") // fails, and scrubs its error
					return list(t, client)
				})
				for _, err := range errs {
					require.NoError(t, err)
				}
				require.LessOrEqual(t, r.refreshes(), 1)
				require.NoError(t, client.SignOut(t.Context()))
				require.Equal(t, "access-1", hooked.AccessToken, "the hook sees what New was given")
				require.NotContains(t, r.happened(), "refresh_token other")
				require.Equal(t, "other", token.AccessToken, "the program's own")
			})
		}
	}
}
