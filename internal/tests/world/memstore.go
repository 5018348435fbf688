package world

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file holds the stores that tests keep a token in.

// MemStore keeps a token in memory, as a store without a lock.
type MemStore struct {
	Note func(string) // hears of every Save; nil: nobody does

	mu     sync.Mutex
	token  *oauth2.Token
	Loads  int
	Saves  int
	onLoad func(ctx context.Context) error
	onSave func(ctx context.Context, t *oauth2.Token) error
}

// StoreWith has a token, or none if it is nil.
func StoreWith(token *oauth2.Token) *MemStore { return &MemStore{token: token} }

// Load counts, and fails as Fails says.
func (s *MemStore) Load(ctx context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	s.Loads++
	hook := s.onLoad
	s.mu.Unlock()
	if hook != nil {
		if err := hook(ctx); err != nil {
			return nil, err
		}
	}
	return s.Held(), nil
}

// Save counts, fails as Fails says, and tells Note.
func (s *MemStore) Save(ctx context.Context, t *oauth2.Token) error {
	s.mu.Lock()
	s.Saves++
	hook := s.onSave
	s.mu.Unlock()
	if hook != nil {
		if err := hook(ctx, t); err != nil {
			return err
		}
	}
	if s.Note != nil {
		s.Note(strings.TrimSpace("save " + t.AccessToken + " " + t.RefreshToken))
	}
	s.Put(t)
	return nil
}

// Put is what somebody else does who uses the store.
func (s *MemStore) Put(t *oauth2.Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := *t
	s.token = &saved
}

// Held is a copy of the stored token, nil if there is none.
func (s *MemStore) Held() *oauth2.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == nil {
		return nil
	}
	held := *s.token
	return &held
}

// Fails lets the store fail or work again; nil hooks work.
func (s *MemStore) Fails(onLoad func(context.Context) error, onSave func(context.Context, *oauth2.Token) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onLoad, s.onSave = onLoad, onSave
}

// LockStore is a MemStore that several clients can share.
type LockStore struct {
	*MemStore
	Turn chan struct{}
}

// LockStoreWith has a token, or none if it is nil.
func LockStoreWith(token *oauth2.Token) LockStore {
	return LockStore{StoreWith(token), make(chan struct{}, 1)}
}

// Lock waits for its turn as long as ctx allows.
func (s LockStore) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	select {
	case s.Turn <- struct{}{}:
		return ctx, func() { <-s.Turn }, nil
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}

// FileWith makes a file that holds the token.
func FileWith(t *testing.T, token *oauth2.Token) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "token.json")
	require.NoError(t, oauthclients.FileTokenStore(path).Save(t.Context(), token))
	return path
}

// LongToken is one of many that a reader can tell from half of one, and from a mix of two.
func LongToken(i int) *oauth2.Token {
	value := strings.Repeat(fmt.Sprintf("%04d-", i%10000), 2000)
	return &oauth2.Token{AccessToken: value, RefreshToken: value}
}

// ErrDisk is why a store fails.
var ErrDisk = errors.New("the disk is full")

// SaveFails is a store that can be read alone.
func SaveFails(context.Context, *oauth2.Token) error { return ErrDisk }
