package tokens

import (
	"context"
	"errors"

	"golang.org/x/oauth2"
)

// This file is what a keeper is given, and what its errors are.

// Strategy is how the tokens of a keeper come.
type Strategy struct {
	// Fetch gets a token in place of old, nil if there is none. A failure may come with a token that has
	// a refresh token only: what was left of an answer that is of no other use.
	Fetch func(ctx context.Context, old *oauth2.Token) (*oauth2.Token, error)
	// IsDead: the error of Fetch says that the refresh token is no good.
	IsDead func(error) bool
	// IsSilent: the error of Fetch says nothing of the token.
	IsSilent func(error) bool
	// Check refuses a token that cannot be sent.
	Check func(*oauth2.Token) error

	// Refreshes: tokens come with refresh tokens, which may be used up as soon as they are sent.
	Refreshes bool
	// Signed: a person signs in for a token. The program cannot begin another session itself.
	Signed bool
}

// Store keeps one token, as oauthclients.TokenStore says.
type Store interface {
	Load(ctx context.Context) (*oauth2.Token, error)
	Save(ctx context.Context, t *oauth2.Token) error
}

// Locker is a Store that several processes can share, as oauthclients.TokenLocker says.
type Locker interface {
	Lock(ctx context.Context) (held context.Context, unlock func(), err error)
}

// Swapper is a Store that replaces one token alone, as oauthclients.TokenSwapper says.
type Swapper interface {
	Swap(ctx context.Context, old, next *oauth2.Token) error
}

// ErrSwapped is the error of a Swapper that has another token.
var ErrSwapped = errors.New("the store has another token by now")

// Error is about the store, or about the wait for it. Nothing of a token is in it.
type Error struct {
	Message string
	Err     error
	// Lasting: trying again does not help.
	Lasting bool
}

func (e *Error) Error() string { return e.Message + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// PairError is two of them: what went wrong first, and what then.
type PairError struct{ First, Then error }

func (e *PairError) Error() string { return e.First.Error() + "; " + e.Then.Error() }

// Unwrap returns both.
func (e *PairError) Unwrap() []error { return []error{e.First, e.Then} }

// both is nil if both are.
func both(first, then error) error {
	switch {
	case first == nil:
		return then
	case then == nil:
		return first
	}
	return &PairError{first, then}
}

// IsEmpty reports whether a token is none.
func IsEmpty(t *oauth2.Token) bool { return t == nil || t.AccessToken == "" && t.RefreshToken == "" }
