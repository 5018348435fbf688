package faultproxy_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file tests the answers that do not come to an end, with the caller's deadline of a minute.

func TestAnswersWithoutAnEnd(t *testing.T) {
	half := answer[:len(answer)/2]
	for name, test := range map[string]struct {
		fault    faultproxy.Fault
		status   int // 0: none is seen
		body     string
		executed int
		drips    bool
	}{
		"100":                   {faultproxy.Interim(http.StatusContinue, false), 0, "", 0, false},
		"100, executed":         {faultproxy.Interim(http.StatusContinue, true), 0, "", 1, false},
		"199, executed":         {faultproxy.Interim(199, true), 0, "", 1, false},
		"endless":               {faultproxy.Endless(false), http.StatusOK, `{"id":"a","name":`, 0, false},
		"endless, executed":     {faultproxy.Endless(true), http.StatusOK, half, 1, false},
		"trickle, executed":     {faultproxy.Trickle(true), http.StatusOK, half, 1, true},
		"trickle gzip":          {faultproxy.TrickleGzip(false), http.StatusOK, `{"id":"a","name":`, 0, true},
		"trickle gzip executed": {faultproxy.TrickleGzip(true), http.StatusOK, half, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t, func(t *testing.T, p *faultproxy.Proxy) {
				t.Helper()
				p.Break(test.fault, faultproxy.Rule{Times: 1})
				got := do(t.Context(), p, http.MethodPost, "")
				require.ErrorIs(t, got.err, context.DeadlineExceeded)
				body := strings.TrimRight(got.body, " ")
				require.Equal(t, test.drips, len(got.body)-len(body) >= 5, "a byte every ten seconds")
				got.body = body
				require.Equal(t, seen{test.status, test.body, got.err, time.Minute}, got)
				require.Equal(t, []int{1, test.executed}, counted(p))
				require.Equal(t, http.StatusOK, do(t.Context(), p, http.MethodPost, "").status, "the next one is healthy")
			})
		})
	}
}

// net/http gives the connection away with a 101, and no longer looks at the context.
func TestSwitchingProtocols(t *testing.T) {
	alone(t, func(t *testing.T, p *faultproxy.Proxy) {
		t.Helper()
		p.Break(faultproxy.Interim(http.StatusSwitchingProtocols, true), faultproxy.Rule{Times: 1})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL(), http.NoBody)
		require.NoError(t, err)
		response, err := p.Client().Do(request)
		require.NoError(t, err)
		require.Equal(t, http.StatusSwitchingProtocols, response.StatusCode)
		require.NoError(t, response.Body.Close())
		require.Equal(t, []int{1, 1}, counted(p))
	})
}
