package oauthclients

import (
	"context"

	"golang.org/x/oauth2"
)

// This file holds what a place for tokens must do. The one that comes with the library is in
// filestore.go.

// TokenStore keeps one token of one account at one provider, so that it survives a restart: a
// token from it goes wherever the client goes. It is used by one goroutine of a [Client] at a
// time. One that is used by several clients or processes, or by AuthCode.Finish beside a client,
// should be a [TokenLocker] as well, or a renewal may write over a new sign-in; a type that wraps
// a store must pass its Lock on.
//
// A call leaves a store that takes no notice of its context. What the store does then goes on, and until
// it ends nobody else of that client is at the store, and its lock is kept. A panic of the store comes
// back in the goroutine of the call, as a [*PanicError].
//
// A refresh token that the provider takes no more stays in the store until somebody signs in, or
// out. A client sends it once.
//
// The token is a secret, and has a plain string in every field.
type TokenStore interface {
	// Load returns the stored token; nil, or one without AccessToken and RefreshToken, when
	// the store is empty.
	Load(ctx context.Context) (*oauth2.Token, error)
	// Save replaces the stored token. One without AccessToken and RefreshToken empties the
	// store: somebody signed out.
	Save(ctx context.Context, t *oauth2.Token) error
}

// TokenLocker is a [TokenStore] that several clients or processes can share. Without it two
// that renew at the same time use one refresh token twice, and a provider that rotates refresh
// tokens ends the sign-in.
type TokenLocker interface {
	// Lock waits until nobody else holds the lock, and takes it. It is held while a token is
	// loaded, renewed and saved. unlock must be called once; ctx bounds the waiting only.
	Lock(ctx context.Context) (unlock func(), err error)
}
