package soak

import (
	"net/http"
	"strconv"
	"time"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file lists what goes wrong with requests.

// fault is a kind of failure.
type fault struct {
	name   string
	weight int // its share
	costs  int // of the attempts that a read has: 0 is none, patience or more is all
	faultproxy.Fault
	fits func(m *mischief, r *http.Request) bool // nil: always
	door bool                                    // it befalls the connection, before the request has arrived
}

// patience is how many attempts an operation can lose at the least.
const patience = 3

func faults(vendor vendors.Vendor, spoken protocol) []fault {
	all := append(spoken.faults(), everywhere()...)
	all = append(all, gatewayFaults()...)
	all = append(all, otherServers()...)
	return append(all, refusedToken(vendor))
}

// everywhere are the faults that every protocol has.
func everywhere() []fault {
	return []fault{
		{name: "refused", weight: 7, costs: 1, door: true, Fault: faultproxy.Refuse()},
		{name: "connection reset", weight: 3, costs: 1, door: true, Fault: faultproxy.ResetConnection()},
		{name: "2 ms late", weight: 3, Fault: faultproxy.Delay(2 * time.Millisecond)},
		{name: "gzip", weight: 1, Fault: faultproxy.Gzip()},
		{name: "1xx", weight: 1, Fault: faultproxy.Informational(http.StatusProcessing, http.StatusEarlyHints)},
	}
}

// hurtsOthers is for faults that hurt other operations than the one that meets them.
func hurtsOthers(m *mischief, _ *http.Request) bool { return m.collateral }

// connectionFaults are those of HTTP/1.1, where a connection has one request at a time.
func connectionFaults() []fault {
	return []fault{
		{name: "reset unread", weight: 2, costs: 1, Fault: faultproxy.ResetUnread()},
		{name: "reset executed", weight: 3, costs: 1, Fault: faultproxy.ResetExecuted()},
		{name: "closed executed", weight: 3, costs: 1, Fault: faultproxy.CloseExecuted()},
		{name: "reset in body", weight: 1, costs: 1, Fault: faultproxy.ResetInBody()},
		{name: "closed in body", weight: 1, costs: 1, Fault: faultproxy.CloseInBody()},
		{name: "closed afterwards", weight: 5, Fault: faultproxy.CloseAfterwards(), fits: hurtsOthers},
		{name: "101", weight: 1, costs: patience + 1, Fault: faultproxy.Interim(http.StatusSwitchingProtocols, false)},
		{name: "101 executed", weight: 1, costs: patience + 1, Fault: faultproxy.Interim(http.StatusSwitchingProtocols, true)},
	}
}

// gatewayFaults are answers of a gateway that is short of something. With 429 among them all the
// time little would be parallel: it makes a busy client send one request at a time for up to a
// minute.
func gatewayFaults() []fault {
	var all []fault
	for _, status := range []int{
		http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout,
	} {
		name := strconv.Itoa(status)
		answer := faultproxy.Answer{Status: status, Header: map[string]string{"Content-Type": "text/html"}, Body: page}
		all = append(all,
			fault{name: name, weight: 1, costs: 1, Fault: faultproxy.Instead(answer)},
			fault{name: name + " executed", weight: 1, costs: 1, Fault: faultproxy.InsteadExecuted(answer)})
	}
	wait := func(status int, after string) faultproxy.Fault {
		return faultproxy.Instead(faultproxy.Answer{Status: status, Header: map[string]string{"Retry-After": after}})
	}
	return append(all,
		fault{name: "503 at once", weight: 1, costs: 1, Fault: wait(http.StatusServiceUnavailable, "0")},
		fault{name: "503 in 1 s", weight: 1, costs: patience + 1, Fault: wait(http.StatusServiceUnavailable, "1")}, // longer than MaxWait
		fault{name: "429 at once", weight: 3, costs: 1, Fault: wait(http.StatusTooManyRequests, "0"), fits: hurtsOthers},
		fault{name: "429", weight: 3, costs: 1, Fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusTooManyRequests}), fits: hurtsOthers},
	)
}

const page = "<!DOCTYPE html><title>Please wait</title>"

// otherServers are answers of something that is not the API.
func otherServers() []fault {
	html := faultproxy.Answer{Status: http.StatusOK, Header: map[string]string{"Content-Type": "text/html"}, Body: page}
	redirect := func(status int) faultproxy.Answer {
		return faultproxy.Answer{Status: status, Header: map[string]string{"Location": "http://elsewhere.example.com/collect"}}
	}
	return []fault{
		{name: "truncated", weight: 1, costs: patience + 1, Fault: faultproxy.Truncate()},
		{name: "200 HTML", weight: 1, costs: patience + 1, Fault: faultproxy.Instead(html)},
		{name: "200 HTML executed", weight: 1, costs: patience + 1, Fault: faultproxy.InsteadExecuted(html)},
		{name: "302", weight: 1, costs: patience + 1, Fault: faultproxy.Instead(redirect(http.StatusFound))},
		{name: "303 executed", weight: 1, costs: patience + 1, Fault: faultproxy.InsteadExecuted(redirect(http.StatusSeeOther))},
		{name: "307", weight: 1, costs: patience + 1, Fault: faultproxy.Instead(redirect(http.StatusTemporaryRedirect))},
	}
}

// refusedToken makes the library fetch another token, which is disturbed in its turn. A second
// one in the same operation is final.
func refusedToken(vendor vendors.Vendor) fault {
	status := http.StatusUnauthorized
	if vendor.Name == "docspace" {
		status = http.StatusForbidden // without a body
	}
	return fault{
		name: "token refused", weight: 3, costs: 2, Fault: faultproxy.Instead(faultproxy.Answer{Status: status}),
		fits: func(m *mischief, r *http.Request) bool { return r.URL.EscapedPath() != m.vendor.TokenPath },
	}
}
