package fakeserver_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds which requests a fault is for: by method and path, after how many, and how
// often.

func TestSkipAndTimes(t *testing.T) {
	const ok, bad = http.StatusOK, http.StatusBadGateway
	cases := map[string]struct {
		skip, times int
		want        []int
	}{
		"all":             {0, 0, []int{bad, bad, bad, bad, bad}},
		"once":            {0, 1, []int{bad, ok, ok, ok, ok}},
		"twice":           {0, 2, []int{bad, bad, ok, ok, ok}},
		"after two":       {2, 0, []int{ok, ok, bad, bad, bad}},
		"one after two":   {2, 1, []int{ok, ok, bad, ok, ok}},
		"two after three": {3, 2, []int{ok, ok, ok, bad, bad}},
	}
	for name, way := range ways() {
		for which, c := range cases {
			t.Run(name+" "+which, func(t *testing.T) {
				s := way(t, &echo{})
				s.Inject(fakeserver.Fault{Skip: c.skip, Times: c.times, Status: bad})
				require.Equal(t, c.want, s.statuses(t.Context(), 5))
				require.Equal(t, 5, s.Count("", ""))
			})
		}
	}
}

func TestSkipAndTimesOfARefusal(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Refuse: true, Skip: 2, Times: 2})
	require.Equal(t, []int{200, 200, 0, 0, 200}, s.statuses(t.Context(), 5))
	require.Equal(t, 3, s.Count("", ""), "what was refused did not reach the server")
}

func TestAFaultIsForAMethodAndAPartOfThePath(t *testing.T) {
	cases := map[string]struct {
		fault fakeserver.Fault
		hits  []string
	}{
		"any":             {fakeserver.Fault{}, []string{"GET /clients", "GET /clients/a%2Fb", "PUT /clients/a%2Fb", "POST /token"}},
		"method":          {fakeserver.Fault{Method: http.MethodGet}, []string{"GET /clients", "GET /clients/a%2Fb"}},
		"path":            {fakeserver.Fault{PathContains: "/clients/"}, []string{"GET /clients/a%2Fb", "PUT /clients/a%2Fb"}},
		"path as escaped": {fakeserver.Fault{PathContains: "a%2Fb"}, []string{"GET /clients/a%2Fb", "PUT /clients/a%2Fb"}},
		"both":            {fakeserver.Fault{Method: http.MethodPut, PathContains: "clients"}, []string{"PUT /clients/a%2Fb"}},
		"none":            {fakeserver.Fault{PathContains: "/nowhere"}, nil},
	}
	requests := [][2]string{{"GET", "/clients"}, {"GET", "/clients/a%2Fb"}, {"PUT", "/clients/a%2Fb"}, {"POST", "/token"}}
	for name, way := range ways() {
		for which, c := range cases {
			t.Run(name+" "+which, func(t *testing.T) {
				s := way(t, &echo{})
				c.fault.Status = http.StatusBadGateway
				s.Inject(c.fault)
				var hits []string
				for _, r := range requests {
					if s.status(t.Context(), r[0], r[1]) == http.StatusBadGateway {
						hits = append(hits, r[0]+" "+r[1])
					}
				}
				require.Equal(t, c.hits, hits)
			})
		}
	}
}

// Only the requests that a fault is for count against its Skip and Times.
func TestOtherRequestsDoNotCount(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Method: http.MethodPut, Skip: 1, Times: 1, Status: http.StatusBadGateway})
	for range 3 {
		require.Equal(t, http.StatusOK, s.status(t.Context(), http.MethodGet, "/clients"))
	}
	for _, want := range []int{200, 502, 200} {
		require.Equal(t, want, s.status(t.Context(), http.MethodPut, "/clients"))
	}
}

func TestFaultsAreTriedInTheirOrder(t *testing.T) {
	for name, way := range ways() {
		t.Run(name, func(t *testing.T) {
			s := way(t, &echo{})
			s.Inject(fakeserver.Fault{Times: 2, Status: 429})
			s.Inject(fakeserver.Fault{Method: http.MethodPost, Status: 500})
			s.Inject(fakeserver.Fault{Times: 1, Status: 503})
			require.Equal(t, []int{429, 429, 503, 200}, s.statuses(t.Context(), 4))
		})
	}
}

func TestARefusalIsTriedInItsOrderToo(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Times: 1, Status: 429})
	s.Inject(fakeserver.Fault{Refuse: true, Times: 1})
	s.Inject(fakeserver.Fault{Skip: 1, Times: 1, Status: 503})
	require.Equal(t, []int{429, 0, 200, 503, 200}, s.statuses(t.Context(), 5))
}

func TestHealDropsEveryFault(t *testing.T) {
	s := inProcess(t, &echo{})
	s.Inject(fakeserver.Fault{Status: 500})
	s.Inject(fakeserver.Fault{Refuse: true})
	require.Equal(t, 500, s.status(t.Context(), http.MethodGet, "/clients"))
	s.Heal()
	require.Equal(t, []int{200, 200}, s.statuses(t.Context(), 2))
	s.Inject(fakeserver.Fault{Status: 503, Times: 1})
	require.Equal(t, []int{503, 200}, s.statuses(t.Context(), 2))
}
