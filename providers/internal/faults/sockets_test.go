package faults

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file plays the broken connections once more over sockets, where the errors are those of
// the kernel.

func TestTheKernelsErrorsGiveTheSameCells(t *testing.T) {
	for _, row := range onSockets() {
		for _, vendor := range everybody() {
			for _, at := range mainColumns() {
				if method, _ := at.request(vendor); method == "" {
					continue
				}
				once, always := row.want(vendor.Name, at)
				for times, want := range map[int]string{0: always, 1: once} {
					t.Run(fmt.Sprintf("%s %s %s %d", vendor.Name, row.name, at.name, times), func(t *testing.T) {
						w := newWorld(t, vendor, listening, oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Microsecond, MaxWait: time.Millisecond}))
						defer w.proxy.Close()
						require.Equal(t, want, w.fill(t, at, fault{row: row, fault: row.all()[0], times: times}).String())
					})
				}
			}
		}
	}
}

func listening(fake http.Handler) (*faultproxy.Proxy, error) {
	proxy, err := faultproxy.Start(fake)
	if err == nil {
		proxy.FreshConnections()
	}
	return proxy, err
}

// onSockets are the rows that break connections and wait for nothing. A reset before the request
// is not among them: over a socket it may come before net/http has written anything, which then
// takes another connection by itself, or after.
func onSockets() []row {
	return []row{
		connections()[0],
		lostAnswers()[0], lostAnswers()[1], lostAnswers()[2],
		brokenAnswers()[0], brokenAnswers()[1],
	}
}
