package signin_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the ledger.

func anyone(signin.Grant) error { return nil }

// exchanged redeems a new code of a new session.
func exchanged(t *testing.T, l *signin.Ledger) (tokens signin.Tokens, code string) {
	t.Helper()
	session, _ := l.SignIn("user")
	code = l.Authorize(signin.Grant{Session: session, User: "user", ClientID: "client", Scopes: []string{"a"}})
	tokens, err := l.Redeem(code, anyone)
	require.NoError(t, err)
	return tokens, code
}

func requireBearer(t *testing.T, l *signin.Ledger, token string, want error) {
	t.Helper()
	_, err := l.Bearer(token)
	require.ErrorIs(t, err, want)
}

func TestACodeIsGoodOnceForAsManyAsAsk(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{})
	code := ledger.Authorize(signin.Grant{ClientID: "client"})
	var won, used atomic.Int32
	var group errgroup.Group
	for range 100 {
		group.Go(func() error {
			_, err := ledger.Redeem(code, anyone)
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, signin.ErrUsed), errors.Is(err, signin.ErrEnded):
				used.Add(1)
			default:
				return err
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
	require.EqualValues(t, 1, won.Load())
	require.EqualValues(t, 99, used.Load())
}

func TestTokensStandForTheGrant(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{})
	tokens, _ := exchanged(t, ledger)
	bearer, err := ledger.Bearer(tokens.Access)
	require.NoError(t, err)
	holder, err := ledger.Holder(tokens.Refresh)
	require.NoError(t, err)
	require.Equal(t, tokens.Grant, bearer)
	require.Equal(t, tokens.Grant, holder)
	require.Equal(t, []string{"a"}, bearer.Scopes)
	require.NotEmpty(t, bearer.ID)
	require.NotEmpty(t, bearer.Session)

	_, err = ledger.Bearer(tokens.Refresh)
	require.ErrorIs(t, err, signin.ErrUnknown)
	_, err = ledger.Holder(tokens.Access)
	require.ErrorIs(t, err, signin.ErrUnknown)
	_, err = ledger.Redeem(tokens.Access, anyone)
	require.ErrorIs(t, err, signin.ErrUnknown)
	_, err = ledger.Refresh(tokens.Access, anyone)
	require.ErrorIs(t, err, signin.ErrUnknown)
}

func TestAReplayEndsTheGrant(t *testing.T) {
	for name, replay := range map[string]func(l *signin.Ledger, tokens signin.Tokens, code string) error{
		"code": func(l *signin.Ledger, _ signin.Tokens, code string) error {
			_, err := l.Redeem(code, anyone)
			return err
		},
		"refresh token": func(l *signin.Ledger, tokens signin.Tokens, _ string) error {
			_, err := l.Refresh(tokens.Refresh, anyone)
			return err
		},
	} {
		ledger := signin.NewLedger(signin.Rules{})
		tokens, code := exchanged(t, ledger)
		bystander, _ := exchanged(t, ledger)
		renewed, err := ledger.Refresh(tokens.Refresh, anyone)
		require.NoError(t, err)
		require.NotEqual(t, tokens.Refresh, renewed.Refresh)

		require.ErrorIs(t, replay(ledger, tokens, code), signin.ErrUsed, name)
		require.ErrorIs(t, replay(ledger, tokens, code), signin.ErrEnded, name)
		requireBearer(t, ledger, tokens.Access, signin.ErrEnded)
		requireBearer(t, ledger, renewed.Access, signin.ErrEnded)
		_, err = ledger.Refresh(renewed.Refresh, anyone)
		require.ErrorIs(t, err, signin.ErrEnded, name)
		requireBearer(t, ledger, bystander.Access, nil)
	}
}

func TestRefusedExchanges(t *testing.T) {
	refused := errors.New("refused")
	refuse := func(signin.Grant) error { return refused }
	for retry, want := range map[bool]error{false: signin.ErrUsed, true: nil} {
		ledger := signin.NewLedger(signin.Rules{RetryRefused: retry})
		code := ledger.Authorize(signin.Grant{})
		_, err := ledger.Redeem(code, refuse)
		require.Equal(t, refused, err)
		_, err = ledger.Redeem(code, anyone)
		require.ErrorIs(t, err, want)
	}
	ledger := signin.NewLedger(signin.Rules{})
	tokens, _ := exchanged(t, ledger)
	_, err := ledger.Refresh(tokens.Refresh, refuse)
	require.Equal(t, refused, err)
	_, err = ledger.Refresh(tokens.Refresh, anyone)
	require.NoError(t, err, "a refused refresh spends nothing")
}

func TestRefreshTokensThatAreKept(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{KeepRefreshToken: true})
	tokens, _ := exchanged(t, ledger)
	for range 2 {
		renewed, err := ledger.Refresh(tokens.Refresh, anyone)
		require.NoError(t, err)
		require.Empty(t, renewed.Refresh)
	}
}

func TestLifetimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ledger := signin.NewLedger(signin.Rules{Code: time.Second, AccessToken: time.Minute, RefreshToken: time.Hour})
		code := ledger.Authorize(signin.Grant{})
		tokens, _ := exchanged(t, ledger)
		short := ledger.Issue(signin.Grant{Lifetime: time.Second})
		<-time.After(time.Second)
		requireBearer(t, ledger, short, signin.ErrExpired)
		_, err := ledger.Redeem(code, anyone)
		require.ErrorIs(t, err, signin.ErrExpired)
		requireBearer(t, ledger, tokens.Access, nil)
		<-time.After(time.Minute)
		requireBearer(t, ledger, tokens.Access, signin.ErrExpired)
		<-time.After(time.Hour)
		_, err = ledger.Refresh(tokens.Refresh, anyone)
		require.ErrorIs(t, err, signin.ErrExpired)

		endless := signin.NewLedger(signin.Rules{})
		tokens, _ = exchanged(t, endless)
		<-time.After(1000 * time.Hour)
		requireBearer(t, endless, tokens.Access, nil)
	})
}

func TestMintMakesTheValues(t *testing.T) {
	names := map[signin.Kind]string{signin.Code: "code", signin.AccessToken: "access", signin.RefreshToken: "refresh"}
	ledger := signin.NewLedger(signin.Rules{Mint: func(k signin.Kind, g signin.Grant) string {
		return fmt.Sprint(names[k], " ", g.ClientID)
	}})
	tokens, code := exchanged(t, ledger)
	require.Equal(t, "code client", code)
	require.Equal(t, "access client", tokens.Access)
	require.Equal(t, "refresh client", tokens.Refresh)
	require.Equal(t, "access other", ledger.Issue(signin.Grant{ClientID: "other"}))
}

func TestSessions(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{})
	id, cookie := ledger.SignIn("user")
	require.NotEqual(t, id, cookie, "the id is shown to programs")
	found, user, ok := ledger.SignedIn(cookie)
	require.True(t, ok)
	require.Equal(t, []string{id, "user"}, []string{found, user})
	for _, stranger := range []string{"", id, "other"} {
		_, _, ok = ledger.SignedIn(stranger)
		require.False(t, ok)
	}
	other, _ := exchanged(t, ledger)
	pending := ledger.Authorize(signin.Grant{Session: id})
	tokens, err := ledger.Redeem(ledger.Authorize(signin.Grant{Session: id}), anyone)
	require.NoError(t, err)

	ledger.EndSession(id)
	ledger.EndSession("unknown")
	_, _, ok = ledger.SignedIn(cookie)
	require.False(t, ok)
	requireBearer(t, ledger, tokens.Access, signin.ErrEnded)
	_, err = ledger.Redeem(pending, anyone)
	require.ErrorIs(t, err, signin.ErrEnded)
	requireBearer(t, ledger, other.Access, nil)
}

func TestEndsOfTokens(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{})
	one, _ := exchanged(t, ledger)
	two, _ := exchanged(t, ledger)
	issued := ledger.Issue(signin.Grant{})

	ledger.EndGrant(one.Grant.ID)
	requireBearer(t, ledger, one.Access, signin.ErrEnded)
	_, err := ledger.Refresh(one.Refresh, anyone)
	require.ErrorIs(t, err, signin.ErrEnded)

	requireBearer(t, ledger, two.Access, nil)
	ledger.Revoke(two.Access)
	requireBearer(t, ledger, two.Access, signin.ErrUnknown)
	requireBearer(t, ledger, issued, nil)

	ledger.RevokeAll()
	requireBearer(t, ledger, issued, signin.ErrUnknown)
	two, err = ledger.Refresh(two.Refresh, anyone)
	require.NoError(t, err, "refresh tokens outlive their access tokens")

	_, cookie := ledger.SignIn("user")
	pending := ledger.Authorize(signin.Grant{})
	ledger.EndAll()
	_, _, ok := ledger.SignedIn(cookie)
	require.False(t, ok)
	_, err = ledger.Redeem(pending, anyone)
	require.ErrorIs(t, err, signin.ErrEnded)
	_, err = ledger.Refresh(two.Refresh, anyone)
	require.ErrorIs(t, err, signin.ErrEnded)
	_, err = ledger.Bearer(two.Access)
	require.Error(t, err)
}

func TestProofOfTheRFC(t *testing.T) {
	const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" // RFC 7636 appendix B
	grant := signin.Grant{Challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}
	require.True(t, grant.Proves(verifier))
	require.False(t, grant.Proves(verifier+"x"))
	require.False(t, grant.Proves(grant.Challenge), "that is the method plain")
	require.False(t, signin.Grant{}.Proves(""))

	require.True(t, signin.WellFormed(verifier))
	require.True(t, signin.WellFormed("-._~"+verifier))
	for _, wrong := range []string{"", verifier[1:], verifier + "=", verifier + "\n", verifier + verifier + verifier} {
		require.False(t, signin.WellFormed(wrong))
	}
}

func TestAttempts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		attempts := signin.NewAttempts[string](time.Minute)
		id := attempts.Open("browser", "state")
		require.NotEqual(t, id, attempts.Open("browser", "state"))
		state, ok := attempts.Find(id, "browser")
		require.True(t, ok)
		require.Equal(t, "state", state)
		_, ok = attempts.Find(id, "other browser")
		require.False(t, ok)

		require.True(t, attempts.Close(id))
		require.False(t, attempts.Close(id))
		_, ok = attempts.Find(id, "browser")
		require.False(t, ok)

		late := attempts.Open("browser", "state")
		<-time.After(time.Minute)
		_, ok = attempts.Find(late, "browser")
		require.False(t, ok)
	})
}

// A server may keep a session that a copied refresh token would end elsewhere, and have one access token.
func TestRulesOfARefresh(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{ForgiveReplay: true, OneAccessToken: true})
	all := func(signin.Grant) error { return nil }
	first, err := ledger.Redeem(ledger.Authorize(signin.Grant{User: "u", ClientID: "c"}), all)
	require.NoError(t, err)
	second, err := ledger.Refresh(first.Refresh, all)
	require.NoError(t, err)
	_, err = ledger.Bearer(first.Access)
	require.ErrorIs(t, err, signin.ErrUnknown)
	_, err = ledger.Refresh(first.Refresh, all)
	require.ErrorIs(t, err, signin.ErrUsed)
	_, err = ledger.Bearer(second.Access)
	require.NoError(t, err)
	_, err = ledger.Refresh(second.Refresh, all)
	require.NoError(t, err)
}

func TestEndClient(t *testing.T) {
	ledger := signin.NewLedger(signin.Rules{})
	token := func(user, client string) string { return ledger.Issue(signin.Grant{User: user, ClientID: client}) }
	one, other, elsewhere := token("u", "c"), token("v", "c"), token("u", "d")
	code := ledger.Authorize(signin.Grant{User: "u", ClientID: "c"})
	ledger.EndClient("u", "c")
	for value, want := range map[string]error{one: signin.ErrEnded, other: nil, elsewhere: nil} {
		_, err := ledger.Bearer(value)
		require.ErrorIs(t, err, want)
	}
	_, err := ledger.Redeem(code, func(signin.Grant) error { return nil })
	require.ErrorIs(t, err, signin.ErrEnded)
	ledger.EndClient("", "c")
	_, err = ledger.Bearer(other)
	require.ErrorIs(t, err, signin.ErrEnded)
}
