package dcr

import (
	"context"
	"maps"
	"slices"
	"sort"
	"sync"
)

// This file holds where handles live: the interface, the store in memory, and locks by name.

// Store keeps the handles of the clients of one server. [NewMemoryStore] and [FileStore] make the
// ready ones; a database makes another. It must be safe for concurrent use.
//
// A call leaves a store that takes no notice of its context. What the store does then goes on, and keeps
// the lock of the client until it ends. A panic of the store comes back in the goroutine of the call.
//
// A store that several clients or processes share should be a [Locker] too: a server may replace
// a token whenever it is used, and two who use it at the same time would lose one another's.
type Store interface {
	// Load returns the handle of a client, nil and no error if there is none.
	Load(ctx context.Context, clientID string) (*Handle, error)
	// Save keeps a handle, with all of its fields, in place of the one that the client had. When it
	// returns without an error the handle must survive the end of the process.
	Save(ctx context.Context, h Handle) error
	// Delete removes the handle of a client; that there is none is no error.
	Delete(ctx context.Context, clientID string) error
	// List returns at most limit ids of clients that come after the given one, "" for the first, in the
	// order of their bytes.
	List(ctx context.Context, after string, limit int) ([]string, error)
}

// Locker is a [Store] that can keep others from a handle while it is used and replaced.
type Locker interface {
	// Lock waits until nobody else has the lock of that client, or ctx ends. unlock is called once.
	Lock(ctx context.Context, clientID string) (unlock func(), err error)
}

// NewMemoryStore returns a store that forgets everything when the program ends. It is a [Locker].
func NewMemoryStore() Store {
	return &memoryStore{handles: map[string]Handle{}}
}

type memoryStore struct {
	locks

	mu      sync.Mutex
	handles map[string]Handle
}

// Load implements [Store].
func (s *memoryStore) Load(_ context.Context, clientID string) (*Handle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, found := s.handles[clientID]; found {
		h = h.clone()
		return &h, nil
	}
	return nil, nil //nolint:nilnil // none, by the rule of Store
}

// Save implements [Store].
func (s *memoryStore) Save(_ context.Context, h Handle) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handles[h.ClientID] = h.clone()
	return nil
}

// Delete implements [Store].
func (s *memoryStore) Delete(_ context.Context, clientID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.handles, clientID)
	return nil
}

// List implements [Store].
func (s *memoryStore) List(_ context.Context, after string, limit int) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return pageOf(slices.Collect(maps.Keys(s.handles)), after, limit), nil
}

// pageOf sorts ids and cuts a page out of them.
func pageOf(ids []string, after string, limit int) []string {
	slices.Sort(ids)
	if after != "" {
		ids = ids[sort.Search(len(ids), func(i int) bool { return ids[i] > after }):]
	}
	return ids[:min(limit, len(ids))]
}

// locks has one lock per name, as long as somebody has it or waits for it.
type locks struct {
	mu    sync.Mutex
	named map[string]*lock
}

type lock struct {
	turn  chan struct{} // has room for one: who has put something in has the lock
	users int
}

// Lock implements [Locker].
func (l *locks) Lock(ctx context.Context, name string) (unlock func(), err error) {
	own := l.enter(name)
	select {
	case own.turn <- struct{}{}:
		return func() {
			<-own.turn
			l.leave(name)
		}, nil
	case <-ctx.Done():
		l.leave(name)
		return nil, ended(ctx)
	}
}

func (l *locks) enter(name string) *lock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.named == nil {
		l.named = map[string]*lock{}
	}
	own := l.named[name]
	if own == nil {
		own = &lock{turn: make(chan struct{}, 1)}
		l.named[name] = own
	}
	own.users++
	return own
}

func (l *locks) leave(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.named[name].users--; l.named[name].users == 0 {
		delete(l.named, name)
	}
}
