package faults

import (
	"time"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file has the rows of HTTP/2. net/http would repeat some of the requests by itself; what is
// seen here is that nothing is sent but what the library counts as an attempt.

func http2Rows() []row {
	all := append(streamResets(), goAways()...)
	all = append(all, endedConnections()...)
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	all = append(all,
		lost("HTTP/2: no answer, not executed", faultproxy.Hang()), executedAndLost("HTTP/2: no answer, executed", faultproxy.HangExecuted()),
		row{name: "HTTP/2: an answer after 20 s", fault: faultproxy.Delay(20 * time.Second), once: fine, always: fine},
	)
	for i := range all {
		all[i].http2 = true
	}
	return all
}

// streamResets are RST_STREAM frames with every error code of RFC 9113 section 7.
func streamResets() []row {
	each := func(when faultproxy.Moment) []faultproxy.Fault {
		var all []faultproxy.Fault
		for _, code := range faultproxy.Codes() {
			all = append(all, faultproxy.ResetStream(when, code))
		}
		return all
	}
	return []row{
		lost("HTTP/2: stream reset with any code before the request's body", each(faultproxy.HeadersRead)...),
		lost("HTTP/2: stream reset with any code, not executed", each(faultproxy.RequestRead)...),
		executedAndLost("HTTP/2: stream reset with any code, executed", each(faultproxy.RequestExecuted)...),
		brokenOff("HTTP/2: stream reset with any code in the body, executed", each(faultproxy.HalfAnswered)...),
	}
}

// goAways are servers that leave, with every error code. A server may lie about what it has looked
// at. Two that differ in what makes no difference take turns from code to code.
func goAways() []row {
	each := func(executed bool, leaves ...faultproxy.Leave) []faultproxy.Fault {
		var all []faultproxy.Fault
		for i, code := range faultproxy.Codes() {
			if executed {
				i++ // what one row has not, another has
			}
			leave := leaves[i%len(leaves)]
			leave.Code, leave.Executed = code, executed
			all = append(all, faultproxy.GoAway(leave))
		}
		return all
	}
	without := func(executed bool) []faultproxy.Fault {
		return each(executed, faultproxy.Leave{Last: faultproxy.LastNone}, faultproxy.Leave{Last: faultproxy.LastBefore})
	}
	with := func(executed bool) []faultproxy.Fault {
		return each(executed,
			faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenClose}, faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenReset})
	}
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	return []row{
		lost("HTTP/2: GOAWAY with any code that leaves the request out, not executed", without(false)...),
		executedAndLost("HTTP/2: GOAWAY with any code that leaves the request out, executed", without(true)...),
		{
			name: "HTTP/2: GOAWAY with any code, then the answer", once: fine, always: fine,
			each: each(true, faultproxy.Leave{Last: faultproxy.LastThis, Then: faultproxy.ThenAnswer}),
		},
		lost("HTTP/2: GOAWAY with any code, then the connection's end, not executed", with(false)...),
		executedAndLost("HTTP/2: GOAWAY with any code, then the connection's end, executed", with(true)...),
	}
}

// endedConnections end in good order or are reset.
func endedConnections() []row {
	both := func(fault func(reset bool) faultproxy.Fault) []faultproxy.Fault {
		return []faultproxy.Fault{fault(true), fault(false)}
	}
	at := func(when faultproxy.Moment) []faultproxy.Fault {
		return both(func(reset bool) faultproxy.Fault { return faultproxy.CutStream(when, reset) })
	}
	unasked := connections()[1]
	unasked.name, unasked.each = "HTTP/2: connection ended before the request", both(faultproxy.DieUnasked)
	return []row{
		unasked,
		lost("HTTP/2: connection ended, not executed", append(at(faultproxy.HeadersRead), at(faultproxy.RequestRead)...)...),
		executedAndLost("HTTP/2: connection ended, executed", at(faultproxy.RequestExecuted)...),
		brokenOff("HTTP/2: connection ended in the body, executed", at(faultproxy.HalfAnswered)...),
	}
}
