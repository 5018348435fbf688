package tokens

import (
	"context"
	"sync"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file has the token that goes on calls, and fetches it once, however many goroutines ask.

// Early is how long before its end a token is renewed, so that it does not expire on its way.
const Early = 30 * time.Second

// Fetch gets a token. Its context ends when nobody waits for the result any more.
type Fetch func(ctx context.Context) (*oauth2.Token, error)

// Cache holds the token of one credential. It is safe for concurrent use.
type Cache struct {
	fetch  Fetch
	flight flight.Group[*oauth2.Token]

	mu      sync.Mutex
	token   *oauth2.Token
	renewAt time.Time // zero: keep until rejected
	cleared int       // counts Clear, so that a fetch that was under way then keeps nothing
}

// NewCache returns an empty cache over fetch.
func NewCache(fetch Fetch) *Cache { return &Cache{fetch: fetch} }

// NewEndlessCache returns a cache over a fetch that takes no notice of its context: one that
// everybody has left goes on, and the next caller joins it.
func NewEndlessCache(fetch Fetch) *Cache {
	c := NewCache(fetch)
	c.flight.Endless = true
	return c
}

// Token returns the token, fetching it if there is none or it is about to expire. A failed
// fetch is not kept. It returns when ctx ends, while the fetch goes on for the others.
func (c *Cache) Token(ctx context.Context) (*oauth2.Token, error) {
	if token := c.valid(); token != nil {
		return token, nil
	}
	return c.flight.Do(ctx, c.refill)
}

// Drop forgets the token if it is still the rejected one; a newer one stays.
func (c *Cache) Drop(rejected *oauth2.Token) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != nil && c.token.AccessToken == rejected.AccessToken {
		c.token = nil
	}
}

// Clear forgets the token, whichever it is, and what a fetch that is under way will bring: only
// those who wait for it already get it.
func (c *Cache) Clear() {
	c.flight.Forget()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.token = nil
	c.cleared++
}

func (c *Cache) valid() *oauth2.Token {
	token, _ := c.look()
	return token
}

// look returns the token if it is good for use, and how often the cache was cleared so far.
func (c *Cache) look() (token *oauth2.Token, cleared int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.renewAt.IsZero() || time.Now().Before(c.renewAt) {
		return c.token, c.cleared
	}
	return nil, c.cleared
}

func (c *Cache) refill(ctx context.Context) (*oauth2.Token, error) {
	// Another flight may have landed between the look into the cache and this one's start.
	token, cleared := c.look()
	if token != nil {
		return token, nil
	}
	token, err := c.fetch(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cleared == cleared {
		c.token, c.renewAt = token, renewalTime(token)
	}
	return token, nil
}

func renewalTime(t *oauth2.Token) time.Time {
	if t.Expiry.IsZero() {
		return time.Time{}
	}
	return t.Expiry.Add(-Margin(t))
}

// Margin is how long before its end a token is renewed: 30 seconds, or half its life for one
// that lives less than a minute. A token that does not tell its life (ExpiresIn, in seconds) is
// taken for a new one.
func Margin(t *oauth2.Token) time.Duration {
	life := time.Until(t.Expiry)
	if t.ExpiresIn > 0 {
		life = time.Duration(min(t.ExpiresIn, 60)) * time.Second // more would change nothing, and overflow
	}
	return min(Early, life/2)
}
