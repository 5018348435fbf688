package soak

import (
	"maps"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file holds what is known of a value that several goroutines write.

// told is how a write ended for its caller.
type told int

const (
	done    told = iota // it was executed
	failed              // it was certainly not executed
	unknown             // it may have been executed; nothing of it is under way any more
	left                // it may have been executed or may still be: its caller did not wait
)

// register knows which of the values that were written may be there: that of the write that
// succeeded last, and those of the writes that ended after its beginning, unless they were told
// to have failed.
type register struct {
	mu     sync.Mutex
	clock  int
	floor  int            // when the latest write that succeeded began
	writes map[string]int // the values that may be there, and when their writes ended
}

func newRegister(value string) *register { return &register{writes: map[string]int{value: 0}} }

// write begins a write of a value that was not there before; the caller ends it.
func (r *register) write(value string) (end func(told)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock++
	begun := r.clock
	r.writes[value] = math.MaxInt
	return func(t told) { r.end(value, begun, t) }
}

func (r *register) end(value string, begun int, t told) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock++
	switch t {
	case failed:
		delete(r.writes, value)
		return
	case left:
		return
	case done:
		r.floor = max(r.floor, begun)
	case unknown:
	}
	r.writes[value] = r.clock
	maps.DeleteFunc(r.writes, func(_ string, ended int) bool { return ended < r.floor })
}

// allows says whether value may be there.
func (r *register) allows(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, ok := r.writes[value]
	return ok
}

// settle takes down that value is there, at a time when nobody writes.
func (r *register) settle(value string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.DeleteFunc(r.writes, func(other string, _ int) bool { return other != value })
}

func TestRegister(t *testing.T) {
	allowed := func(r *register) []string {
		var values []string
		for _, value := range []string{"a", "b", "c"} {
			if r.allows(value) {
				values = append(values, value)
			}
		}
		return values
	}
	for name, test := range map[string]struct {
		second told
		want   []string
	}{
		"done": {done, []string{"b"}}, "failed": {failed, []string{"a"}},
		"unknown": {unknown, []string{"a", "b"}}, "left": {left, []string{"a", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegister("a")
			r.write("b")(test.second)
			require.Equal(t, test.want, allowed(r))
			late := r.write("c")
			require.Contains(t, allowed(r), "c")
			late(done)
			want := []string{"c"}
			if test.second == left { // it may still come
				want = []string{"b", "c"}
			}
			require.Equal(t, want, allowed(r))
		})
	}
	t.Run("at the same time", func(t *testing.T) {
		r := newRegister("a")
		b, c := r.write("b"), r.write("c")
		b(done)
		require.Equal(t, []string{"b", "c"}, allowed(r))
		c(done)
		require.Equal(t, []string{"b", "c"}, allowed(r))
		r.settle("b")
		require.Equal(t, []string{"b"}, allowed(r))
	})
}
