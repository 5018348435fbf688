package world

import (
	"strings"
	"sync"

	"golang.org/x/oauth2"
)

// This file holds token sources of a program.

// CountingSource gives "sourced-1", "sourced-2" and so on.
type CountingSource struct {
	mu    sync.Mutex
	Asked int
	Err   error
}

// Token gives the next one, or Err.
func (s *CountingSource) Token() (*oauth2.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Asked++
	if s.Err != nil {
		return nil, s.Err
	}
	return &oauth2.Token{AccessToken: "sourced-" + strings.Repeat("1", s.Asked)}, nil
}

// HangingSource answers when it is released, which may be after its caller left.
type HangingSource struct {
	CountingSource
	Release chan struct{}
}

// Token counts at once and answers later.
func (s *HangingSource) Token() (*oauth2.Token, error) {
	token, err := s.CountingSource.Token()
	<-s.Release
	return token, err
}
