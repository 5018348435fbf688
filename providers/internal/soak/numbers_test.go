package soak

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
)

// This file counts what happened, and says of an error what it tells.

// numbers are those of one run. They are safe for concurrent use.
type numbers struct {
	mu         sync.Mutex
	operations int
	outcomes   map[string]int
	violations []string
	heap       []uint64 // after each round
}

func newNumbers() *numbers { return &numbers{outcomes: map[string]int{}} }

func (n *numbers) begin() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.operations++
}

func (n *numbers) begun() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.operations
}

func (n *numbers) count(outcome string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.outcomes[outcome]++
}

// violate takes down something that must not happen.
func (n *numbers) violate(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.violations = append(n.violations, fmt.Sprintf(format, args...))
}

// broken returns the violations, the first of many.
func (n *numbers) broken() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.violations[:min(len(n.violations), 20)], "\n")
}

// judge counts the outcome of an operation and says what was told of it. The kinds of error
// that a fault can cause are expected, and also those in may.
func (x *world) judge(ctx context.Context, operation string, err error, may ...error) told {
	if err == nil {
		x.count(operation + " ok")
		return done
	}
	var e *oauthclients.Error
	if !errors.As(err, &e) {
		x.violate("%s: an error of type %T: %v", operation, err, err)
		return unknown
	}
	if !slices.Contains(may, e.Kind) {
		x.blame(ctx, operation, e)
	}
	switch {
	case !errors.Is(err, oauthclients.ErrOutcomeUnknown):
		x.count(operation + " " + e.Kind.Error())
		return failed
	case ctx.Err() != nil:
		x.count(operation + " left")
		return left
	}
	x.count(operation + " outcome unknown")
	return unknown
}

// blame looks for what was done to an operation that failed. What must not be executed twice
// succeeds at least if nothing was done to it; the others bear more. A token is fetched for
// several operations at once, and its failure is that of all.
func (x *world) blame(ctx context.Context, operation string, e *oauthclients.Error) {
	kinds := []error{oauthclients.ErrUnavailable, oauthclients.ErrRateLimited, oauthclients.ErrUnauthenticated, oauthclients.ErrOutcomeUnknown}
	if !slices.Contains(kinds, e.Kind) {
		x.violate("%s: nothing that was done can cause: %v", operation, e)
	}
	bearable := patience
	if strings.HasPrefix(operation, "Create") || strings.HasPrefix(operation, "RegenerateSecret") {
		bearable = 0
	}
	excused := ctx.Err() != nil || forWantOfAToken(e) || x.mischief.hurtsOthers()
	if damage := damageOf(ctx); !excused && damage <= bearable {
		x.violate("%s: too little was done (%d) to cause: %v", operation, damage, e)
	}
}

func forWantOfAToken(err error) bool {
	for err != nil {
		var e *oauthclients.Error
		if !errors.As(err, &e) {
			return false
		}
		if e.Operation == "Token" {
			return true
		}
		err = e.Err
	}
	return false
}

// weigh takes down how much memory is in use.
func (n *numbers) weigh() {
	runtime.GC()
	runtime.GC() // what the first one found unused may have held more
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.heap = append(n.heap, stats.HeapAlloc)
}

// listed is a map on one line, in order.
func listed(counts map[string]int) string {
	var entries []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		entries = append(entries, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(entries, ", ")
}
