package signin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what Finish makes of the token endpoint's answer (RFC 6749 section 5.1), and
// that a token that was issued is never lost.

// withCause is a context that ends after d because of ErrLeft.
func withCause(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeoutCause(t.Context(), d, world.ErrLeft)
}

// answered finishes at a server whose token endpoint answers body.
func answered(t *testing.T, body string) (*oauth2.Token, error) {
	t.Helper()
	server := world.Issuing(http.StatusOK, body)
	token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack("code", "c-0-d-e"))
	require.Equal(t, 1, server.TokenRequests())
	return token, err
}

func TestFinishReadsTheToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for members, lifetime := range map[string]time.Duration{
			`"expires_in":300`: 300 * time.Second, `"expires_in":"300"`: 300 * time.Second, `"expires_in":86399.5`: 86399 * time.Second,
			`"expires_in":0`: 0, `"expires_in":-1`: 0, `"expires_in":null`: 0, `"expires_in":"never"`: 0, `"x":1`: 0,
		} {
			for kind, tokenType := range map[string]string{"bearer": `"bearer"`, "Bearer": `"Bearer"`, "BEARER": `"BEARER"`, "missing": "null", "empty": `""`} {
				token, err := answered(t, `{"access_token":"acc3ss","refresh_token":"refr3sh","token_type":`+tokenType+`,`+members+`}`)
				require.NoError(t, err, "%s %s", members, kind)
				require.Equal(t, []string{"acc3ss", "refr3sh", "Bearer"}, []string{token.AccessToken, token.RefreshToken, token.Type()})
				if lifetime == 0 {
					require.True(t, token.Expiry.IsZero(), "%s: nobody knows", members)
					continue
				}
				require.Equal(t, lifetime, time.Until(token.Expiry), members)
			}
		}
	})
}

// What Keycloak answers, by sipgate's page on authentication.
func TestFinishKeepsWhatElseIsAnswered(t *testing.T) {
	token, err := answered(t, `{"access_token":"acc3ss","expires_in":300,"refresh_expires_in":2592000,"token_type":"bearer",
		"id_token":"eyJhbGciOiJSUzI1NiJ9.e30.SUQ","not-before-policy":0,"session_state":"32c512d5","scope":"balance:read"}`)
	require.NoError(t, err)
	require.Empty(t, token.RefreshToken)
	require.Equal(t, "balance:read", token.Extra("scope"))
	require.Equal(t, "eyJhbGciOiJSUzI1NiJ9.e30.SUQ", token.Extra("id_token"))
	require.InDelta(t, 2592000, token.Extra("refresh_expires_in"), 0)
	require.Equal(t, "32c512d5", token.Extra("session_state"))
	require.Nil(t, token.Extra("access_token"), "once is enough")
}

func TestFinishTakesNoTokenThatCannotBeSent(t *testing.T) {
	for name, body := range map[string]string{
		"mac": `{"access_token":"h1dden","token_type":"mac"}`, "DPoP": `{"access_token":"h1dden","token_type":"DPoP"}`,
		"newline": `{"access_token":"h1dden\n"}`, "header": `{"access_token":"h1dden\r\nX-Injected: 1"}`, "blank": `{"access_token":"h1dden h1dden"}`,
		"umlaut": `{"access_token":"h1ddenä"}`, "empty": `{"access_token":""}`, "null": `{"access_token":null}`, "true": `{"access_token":true}`, "numbers": `{"access_token":[12345678,12345678]}`,
		"object": `{"access_token":{"h1dden":12345678}}`,
		"list":   `["h1dden"]`, "text": `"h1dden"`, "two documents": `{"access_token":"h1dden"}{}`,
	} {
		t.Run(name, func(t *testing.T) {
			token, err := answered(t, body)
			require.Nil(t, token)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			world.RequireHidden(t, err, "h1dden", "12345678")
		})
	}
}

// shelf is a TokenStore whose every step a test can replace.
type shelf struct {
	kept *oauth2.Token
	load func(context.Context) error
	save func(context.Context) error
	lock func(context.Context) (func(), error)

	mu                    sync.Mutex // one Finish may have left the store when the next one comes
	loads, locks, unlocks int
}

func (s *shelf) change(edit func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	edit()
}

func (s *shelf) Load(ctx context.Context) (kept *oauth2.Token, err error) {
	s.change(func() { s.loads++ })
	if s.load != nil {
		if err := s.load(ctx); err != nil {
			return nil, err
		}
	}
	s.change(func() { kept = s.kept })
	return kept, nil
}

func (s *shelf) Save(ctx context.Context, t *oauth2.Token) error {
	if s.save != nil {
		if err := s.save(ctx); err != nil {
			return err
		}
	}
	s.change(func() { s.kept = t })
	return nil
}

func (s *shelf) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	s.change(func() { s.locks++ })
	if s.lock != nil {
		unlock, err := s.lock(ctx)
		return ctx, unlock, err
	}
	return ctx, func() { s.change(func() { s.unlocks++ }) }, nil
}

func TestFinishSavesTheToken(t *testing.T) {
	store := &shelf{kept: &oauth2.Token{AccessToken: "of-somebody-else"}}
	token, err := world.Stores(t.Context(), t, store)
	require.NoError(t, err)
	require.Equal(t, "acc3ss", store.kept.AccessToken)
	require.Equal(t, "refr3sh", store.kept.RefreshToken)
	require.Equal(t, "acc3ss", token.AccessToken)
	require.Equal(t, []int{1, 1, 1}, []int{store.loads, store.locks, store.unlocks}, "a store that cannot be read is not written over")
}

func TestAFailedFinishLeavesTheStoreAlone(t *testing.T) {
	store := &shelf{kept: &oauth2.Token{AccessToken: "of-the-last-sign-in"}}
	server := world.Issuing(http.StatusBadRequest, `{"error":"invalid_grant"}`)
	for _, callback := range []map[string][]string{world.ComesBack("code", "c-0-d-e"), world.ComesBack("error", "access_denied"), {"code": {"c-0-d-e"}}} {
		_, err := world.WebLogin().Finish(t.Context(), server.Provider(), world.TheLogin(), callback,
			oauthclients.WithHTTPClient(server.HTTPClient()), oauthclients.WithTokenStore(store))
		require.Error(t, err)
	}
	require.Equal(t, "of-the-last-sign-in", store.kept.AccessToken)
	require.Zero(t, store.locks)
}

func TestATokenThatCannotBeSavedIsReturned(t *testing.T) {
	full := errors.New("no space left on device")
	store := &shelf{save: func(context.Context) error { return full }}
	token, err := world.Stores(t.Context(), t, store)
	require.ErrorIs(t, err, full)
	require.ErrorContains(t, err, "TokenStore")
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)
	require.Equal(t, "acc3ss", token.AccessToken)
	require.Equal(t, "refr3sh", token.RefreshToken)
	world.RequireHidden(t, err, "acc3ss", "refr3sh")
	require.Equal(t, 1, store.unlocks)
}

func TestATokenWhoseStoreStaysLockedIsReturned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{lock: func(ctx context.Context) (func(), error) {
			<-ctx.Done()
			return nil, context.Cause(ctx)
		}}
		ctx, cancel := withCause(t, 10*time.Second)
		defer cancel()
		start := time.Now()
		token, err := world.Stores(ctx, t, store)
		require.ErrorIs(t, err, world.ErrLeft)
		require.Equal(t, 10*time.Second, time.Since(start))
		require.Equal(t, "acc3ss", token.AccessToken)
		require.Nil(t, store.kept)

		start = time.Now()
		token, err = world.Stores(t.Context(), t, store)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.Equal(t, "acc3ss", token.AccessToken)
		require.Less(t, time.Since(start), 10*time.Minute, "without a deadline it does not wait for ever")
	})
}

// The token has been issued; that the person's request ends must not lose it, and must not keep the
// person waiting.
func TestATokenIsSavedForACallerWhoLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{}
		ctx, cancel := withCause(t, 10*time.Second)
		defer cancel()
		store.save = func(ctx context.Context) error {
			<-time.After(20 * time.Second)
			return ctx.Err()
		}
		start := time.Now()
		token, err := world.Stores(ctx, t, store)
		require.ErrorIs(t, err, world.ErrLeft)
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorContains(t, err, "TokenStore")
		require.Equal(t, 10*time.Second, time.Since(start))
		require.Equal(t, []string{"acc3ss", "refr3sh"}, []string{token.AccessToken, token.RefreshToken})
		world.RequireHidden(t, err, "acc3ss", "refr3sh")
		<-time.After(time.Minute)
		synctest.Wait()
		require.Equal(t, "acc3ss", store.kept.AccessToken)
		require.Equal(t, 1, store.unlocks)
	})
}

// The same for one who left when the store was to be read.
func TestATokenIsSavedForACallerWhoLeftAfterTheLock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &shelf{load: func(ctx context.Context) error {
			<-time.After(20 * time.Second)
			return ctx.Err()
		}}
		ctx, cancel := withCause(t, 10*time.Second)
		defer cancel()
		token, err := world.Stores(ctx, t, store)
		require.ErrorIs(t, err, world.ErrLeft)
		require.Equal(t, "acc3ss", token.AccessToken)
		<-time.After(time.Minute)
		synctest.Wait()
		require.Equal(t, "acc3ss", store.kept.AccessToken)
		require.Equal(t, 1, store.unlocks)
	})
}

func TestFinishWithAFileKeepsTheToken(t *testing.T) {
	store := oauthclients.FileTokenStore(t.TempDir() + "/folder/token.json")
	_, err := world.Stores(t.Context(), t, store)
	require.NoError(t, err)
	kept, err := store.Load(t.Context())
	require.NoError(t, err)
	require.Equal(t, "acc3ss", kept.AccessToken)
}
