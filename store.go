package oauthclients

import (
	"context"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds what a place for tokens must do, and the one that comes with the library.

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
//
// The method is told from others by its name and its results: say var _ TokenLocker = … beside the type,
// for a Lock of another form compiles, and locks nothing.
type TokenLocker interface {
	// Lock waits until nobody else holds the lock, and takes it. It is held while a token is
	// loaded, renewed and saved. unlock must be called once. ctx bounds the waiting; it lives until unlock,
	// so that held may be made from it.
	//
	// held ends when the lock is lost, such as a lease that ran out; nil stands for a lock that is never
	// lost. Nothing is sent then that was not sent yet. A renewal that was sent is saved all the same,
	// unless somebody else has saved another token meanwhile.
	Lock(ctx context.Context) (held context.Context, unlock func(), err error)
}

// TokenSwapper is a [TokenStore] that looks and writes in one step, so that a token that somebody else has
// saved is never written over by a renewal.
type TokenSwapper interface {
	// Swap puts next in place of old, nil for nothing. [ErrSwapped] if another token is there, which
	// stays. That next is there already is no error.
	Swap(ctx context.Context, old, next *oauth2.Token) error
}

// ErrSwapped is the error of a [TokenSwapper] whose store has another token than the one to be replaced.
var ErrSwapped = tokens.ErrSwapped

// FileTokenStore keeps the token in the file at path, as JSON with the members of
// [oauth2.Token] in clear text. The file and its folder are made when they are needed, the file
// with mode 0600 (the folder with 0700), and replaced as a whole, so that nobody ever reads half
// a token. A file beside it, path + ".lock", is locked while a token is renewed (flock): any
// number of goroutines, clients and processes can use the same path, on one machine. A relative
// path is taken from the folder in which the program is now. It is a [TokenLocker] and a [TokenSwapper].
//
// Use one file per account and provider: whose token it is does not stand in it. A file that
// holds no token is an error that names it; the file is left as it is. Through a symbolic link at
// path the file that it leads to is read, replaced, locked and removed (with the link, which would
// lead nowhere). A link that leads to no file, and what is no regular file, is an error. A
// file that others could read or change is taken from them (0600) when it is read; one that belongs
// to somebody else is an error.
func FileTokenStore(path string) TokenStore { return tokens.FileStore(path) }

var (
	_ TokenLocker  = (*tokens.File)(nil)
	_ TokenSwapper = (*tokens.File)(nil)
)
