package oauthclients_test

import (
	"context"
	"strings"
	"sync"

	"golang.org/x/oauth2"
)

// This file holds the stores that tests keep a token in.

// memStore keeps a token in memory, as a store without a lock.
type memStore struct {
	note func(string) // hears of every Save; nil: nobody does

	mu     sync.Mutex
	token  *oauth2.Token
	loads  int
	saves  int
	onLoad func(ctx context.Context) error
	onSave func(ctx context.Context, t *oauth2.Token) error
}

func storeWith(token *oauth2.Token) *memStore { return &memStore{token: token} }

func (s *memStore) Load(ctx context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	s.loads++
	hook := s.onLoad
	s.mu.Unlock()
	if hook != nil {
		if err := hook(ctx); err != nil {
			return nil, err
		}
	}
	return s.held(), nil
}

func (s *memStore) Save(ctx context.Context, t *oauth2.Token) error {
	s.mu.Lock()
	s.saves++
	hook := s.onSave
	s.mu.Unlock()
	if hook != nil {
		if err := hook(ctx, t); err != nil {
			return err
		}
	}
	if s.note != nil {
		s.note(strings.TrimSpace("save " + t.AccessToken + " " + t.RefreshToken))
	}
	s.put(t)
	return nil
}

// put is what somebody else does who uses the store.
func (s *memStore) put(t *oauth2.Token) {
	s.mu.Lock()
	defer s.mu.Unlock()
	saved := *t
	s.token = &saved
}

// held is a copy of the stored token, nil if there is none.
func (s *memStore) held() *oauth2.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token == nil {
		return nil
	}
	held := *s.token
	return &held
}

// fails lets the store fail or work again; nil hooks work.
func (s *memStore) fails(onLoad func(context.Context) error, onSave func(context.Context, *oauth2.Token) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onLoad, s.onSave = onLoad, onSave
}

// lockStore is a memStore that several clients can share.
type lockStore struct {
	*memStore
	turn chan struct{}
}

func lockStoreWith(token *oauth2.Token) lockStore {
	return lockStore{storeWith(token), make(chan struct{}, 1)}
}

func (s lockStore) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	select {
	case s.turn <- struct{}{}:
		return ctx, func() { <-s.turn }, nil
	case <-ctx.Done():
		return nil, nil, context.Cause(ctx)
	}
}
