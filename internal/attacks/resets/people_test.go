package resets

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has the calls of a person who signs in: each of them uses something up.

func exchange(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error {
	t.Helper()
	auth := f.Person.AuthCode(target.Redirect)
	login, err := auth.Begin(ctx, f.At(f.URL), f.Options(opts...)...)
	require.NoError(t, err)
	callback, err := f.Person.SignIn(login.URL)
	require.NoError(t, err)
	begin(ctx)
	_, err = auth.Finish(ctx, f.At(f.URL), login, callback, f.Options(opts...)...)
	return err
}

// signedIn is the strategy of a person whose token has to be renewed, or not.
func signedIn(ctx context.Context, t *testing.T, f *target.Front, expired bool) oauthclients.AuthCode {
	t.Helper()
	auth := f.Person.AuthCode(target.Redirect)
	login, err := auth.Begin(ctx, f.At(f.URL), f.Options()...)
	require.NoError(t, err)
	callback, err := f.Person.SignIn(login.URL)
	require.NoError(t, err)
	auth.Token, err = auth.Finish(ctx, f.At(f.URL), login, callback, f.Options()...)
	require.NoError(t, err)
	if expired {
		auth.Token.Expiry = time.Now().Add(-time.Minute)
	}
	return auth
}

func refresh(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error {
	t.Helper()
	client := f.ClientFor(t, signedIn(ctx, t, f, true), opts...)
	begin(ctx)
	if f.Name == target.DCR { // clients are read with tokens of their own
		return target.Create(ctx, f.Target, client, f.ID)
	}
	return read(ctx, f.Target, client, f.ID)
}

func signOut(ctx context.Context, t *testing.T, f *target.Front, opts []oauthclients.Option) error {
	t.Helper()
	client := f.ClientFor(t, signedIn(ctx, t, f, false), opts...)
	begin(ctx)
	return client.SignOut(ctx)
}
