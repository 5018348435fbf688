package genesystest

import (
	"encoding/json"
	"slices"
	"time"
)

// This file holds how long a client is still there after it was deleted.

// A client that is older than young when it is deleted can be restored for a while: the vendor
// keeps it inactive and tells the date.
const (
	day        = 24 * time.Hour
	young      = 30 * day
	restorable = 7 * day
)

// WithDeletionLag lets a deleted client still be read, inactive, for d. Without it one of the
// last 30 days is gone at once. An older one is kept for seven days in any case, in which a PUT
// with another state restores it.
func WithDeletionLag(d time.Duration) Option { return func(s *Server) { s.deletionLag = d } }

// beginDeletion is for holders of the lock. A deletion that is under way keeps its date.
func (s *Server) beginDeletion(c *client) {
	if !c.ends.IsZero() {
		return
	}
	lag := s.deletionLag
	if time.Since(c.created) > young {
		lag = max(lag, restorable)
	}
	c.ends = time.Now().Add(lag)
	s.sweep()
}

// sweep carries out the deletions whose time has come.
func (s *Server) sweep() {
	now := time.Now()
	due := func(c *client) bool { return !c.ends.IsZero() && !now.Before(c.ends) }
	if s.lingering {
		for _, c := range s.clients {
			if due(c) {
				set(c.members, "state", "deleted")
				c.ends = time.Time{}
			}
		}
		return
	}
	s.clients = slices.DeleteFunc(s.clients, due)
}

// created is when a document says that its client was made; now without a date.
func created(document map[string]json.RawMessage) time.Time {
	var date time.Time
	if json.Unmarshal(document["dateCreated"], &date) != nil || date.IsZero() {
		return time.Now()
	}
	return date
}
