package soak

import (
	"fmt"
	"net/http"

	"golang.org/x/net/http2"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file lists the protocols, and the faults that only HTTP/2 has.

type protocol struct {
	name   string
	start  func(http.Handler) (*faultproxy.Proxy, error)
	faults func() []fault
	// connections is how many may be in use at the same time.
	connections int
}

func protocols() []protocol {
	return []protocol{
		// Those that are busy, as many idle ones, and some that are ending.
		{"HTTP 1.1", faultproxy.Start, connectionFaults, 3 * goroutines},
		// One carries everything. There are more while one ends and the next begins.
		{"HTTP 2", faultproxy.StartHTTP2, streamFaults, goroutines / 2},
	}
}

// streamFaults are those of HTTP/2, where a connection has many requests: one of them is reset, or
// all of them lose their connection.
func streamFaults() []fault {
	all := []fault{
		{name: "reset unasked", weight: 3, costs: 1, door: true, Fault: faultproxy.DieUnasked(true)},
		{name: "closed unasked", weight: 3, costs: 1, door: true, Fault: faultproxy.DieUnasked(false)},
	}
	for when, place := range []string{"after the headers", "unread", "executed", "in body"} {
		for _, code := range faultproxy.Codes() {
			weight := 1
			if code == http2.ErrCodeProtocol || code == http2.ErrCodeRefusedStream {
				weight = 3 // net/http would repeat these
			}
			f := faultproxy.ResetStream(faultproxy.Moment(when), code)
			all = append(all, fault{name: fmt.Sprintf("%s %s", code, place), weight: weight, costs: 1, Fault: f})
		}
		for _, reset := range []bool{true, false} {
			f := faultproxy.CutStream(faultproxy.Moment(when), reset)
			all = append(all, fault{name: fmt.Sprintf("connection ended %s (%t)", place, reset), weight: 2, costs: 1, Fault: f, fits: hurtsOthers})
		}
	}
	return append(all, goAways()...)
}

// goAways end the other requests of the connection too.
func goAways() []fault {
	var all []fault
	for _, leave := range []faultproxy.Leave{
		{}, {Executed: true}, {Last: faultproxy.LastBefore, Executed: true}, {Code: http2.ErrCodeInternal, Last: faultproxy.LastBefore},
		{Last: faultproxy.LastThis, Then: faultproxy.ThenAnswer},
		{Last: faultproxy.LastThis, Then: faultproxy.ThenClose, Executed: true}, {Last: faultproxy.LastThis, Then: faultproxy.ThenReset},
	} {
		name := fmt.Sprintf("GOAWAY %s %d %d %t", leave.Code, leave.Last, leave.Then, leave.Executed)
		all = append(all, fault{name: name, weight: 2, costs: 1, Fault: faultproxy.GoAway(leave), fits: hurtsOthers})
	}
	return all
}
