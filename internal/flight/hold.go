package flight

import "sync/atomic"

// This file keeps a lock as long as somebody is at what it protects.

// Hold is a lock that somebody has. What was begun under it may be left and still go on: the lock is
// given free when the holder and all of that have ended, so that nobody else is there meanwhile.
type Hold struct {
	users atomic.Int32
	free  func()
}

// NewHold is for a lock that was just taken; free gives it free.
func NewHold(free func()) *Hold {
	h := &Hold{free: free}
	h.users.Store(1)
	return h
}

// Enter is called before something is begun under the lock, and Leave when that has ended, and once
// by the holder.
func (h *Hold) Enter() { h.users.Add(1) }

// Leave gives the lock free if nobody else is there.
func (h *Hold) Leave() {
	if h.users.Add(-1) == 0 {
		h.free()
	}
}
