package soak

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file disturbs requests at random, and remembers which operations it disturbed.

// The share of the requests that are disturbed, in percent. Token requests are few, so that
// more of them are.
const (
	share       = 10
	tokensShare = 25
)

// ticket is the header by which the proxy finds the fault of a request. net/http repeats some
// requests by itself; those meet none.
const ticket = "X-Soak-Ticket"

// mischief is a RoundTripper that chooses the fault of each request. Which one meets which
// depends on their order, which no seed gives back; their mix does not.
type mischief struct {
	vendor vendors.Vendor
	next   http.RoundTripper
	faults []fault

	mu         sync.Mutex
	random     *rand.Rand
	collateral bool // some faults hurt other operations too
	requests   int
	counts     map[string]int
	waiting    map[string]*fault // by ticket
}

func newMischief(vendor vendors.Vendor, spoken protocol, seed uint64) *mischief {
	return &mischief{
		vendor: vendor, faults: faults(vendor, spoken), random: rand.New(rand.NewPCG(seed, 1<<32)),
		counts: map[string]int{}, waiting: map[string]*fault{},
	}
}

// damage is what was done to one operation, in attempts.
type damage struct{ atomic.Int64 }

type damageKey struct{}

// withDamage is the context of one operation that has some damage already.
func withDamage(ctx context.Context, costs int) context.Context {
	d := new(damage)
	d.Store(int64(costs))
	return context.WithValue(ctx, damageKey{}, d)
}

func damageOf(ctx context.Context) int {
	if d, ok := ctx.Value(damageKey{}).(*damage); ok {
		return int(d.Load())
	}
	return 0
}

func (m *mischief) RoundTrip(r *http.Request) (*http.Response, error) {
	number, f := m.draw(r)
	if f == nil {
		return m.next.RoundTrip(r)
	}
	if d, ok := r.Context().Value(damageKey{}).(*damage); ok {
		d.Add(int64(f.costs))
	}
	marked := r.Clone(r.Context())
	marked.Header.Set(ticket, number)
	return m.next.RoundTrip(marked)
}

// draw counts a request and returns its fault, nil for none.
func (m *mischief) draw(r *http.Request) (number string, f *fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.requests++
	percent := share
	if r.URL.EscapedPath() == m.vendor.TokenPath {
		percent = tokensShare
	}
	if m.random.IntN(100) >= percent {
		return "", nil
	}
	f = m.pick(r)
	m.counts[f.name]++
	number = strconv.Itoa(m.requests)
	m.waiting[number] = f
	return number, f
}

func (m *mischief) pick(r *http.Request) *fault {
	total := 0
	for i := range m.faults {
		total += m.faults[i].weight
	}
	for {
		n, i := m.random.IntN(total), 0
		for ; n >= m.faults[i].weight; i++ {
			n -= m.faults[i].weight
		}
		if f := &m.faults[i]; f.fits == nil || f.fits(m, r) {
			return f
		}
	}
}

// meet is for faultproxy.Proxy.Choose.
func (m *mischief) meet(r *http.Request, arrived bool) *faultproxy.Fault {
	m.mu.Lock()
	defer m.mu.Unlock()
	number := r.Header.Get(ticket)
	f := m.waiting[number]
	if f == nil || f.door == arrived {
		return nil
	}
	delete(m.waiting, number)
	return &f.Fault
}

// hurtOthers turns on the faults that hurt other operations than the one that meets them.
func (m *mischief) hurtOthers(on bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.collateral = on
}

func (m *mischief) hurtsOthers() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.collateral
}

// sum returns how many requests there were, and what they met.
func (m *mischief) sum() (requests, disturbed int, counts map[string]int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, n := range m.counts {
		disturbed += n
	}
	return m.requests, disturbed, m.counts
}
