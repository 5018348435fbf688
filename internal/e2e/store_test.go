package e2e

import (
	"context"
	"sync"

	"golang.org/x/oauth2"
)

// This file is a TokenStore that can be looked into at any time.

type memStore struct {
	mu    sync.Mutex
	token oauth2.Token
}

func (s *memStore) Load(context.Context) (*oauth2.Token, error) {
	token := s.now()
	return &token, nil
}

func (s *memStore) Save(_ context.Context, token *oauth2.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = *token
	return nil
}

func (s *memStore) now() oauth2.Token {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token
}
