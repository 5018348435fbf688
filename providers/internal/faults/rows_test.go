package faults

import (
	"net/http"
	"time"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file is the matrix: the faults, and what must come of them. A cell has the number of
// requests that reached the server, for writes a slash and how many of them it executed, and what
// the caller was told; "?" behind that says that the caller was told to look, since the write may
// have been executed.

// row is a fault and its cells. Once, the fault befalls one request; always, all of them.
type row struct {
	name         string
	fault        faultproxy.Fault
	each         []faultproxy.Fault // instead of fault
	tls, http2   bool
	silent       bool // no request is answered with a status that asks for another
	retryAfter   time.Duration
	once, always cells
	// but has the cells of vendors that differ: "docspace Update".
	butOnce, butAlways map[string]string
}

// cells are in the order of the columns that are not like another.
type cells struct{ get, update, remove, create, refresh string }

// same is for faults after which nothing is repeated: it makes no difference how often they come.
func same(c cells) (once, always cells) { return c, c }

// fault is one mode of a row: one of its faults, for some requests or (0) for all.
type fault struct {
	row
	fault   faultproxy.Fault
	times   int
	hurried bool // the caller has little time
}

// waits is how long the call must have taken at least.
func (f fault) waits(filled cell) time.Duration {
	return f.retryAfter * time.Duration(max(filled.requests-1, 0))
}

// all returns the faults that give the same cells.
func (r row) all() []faultproxy.Fault {
	if len(r.each) > 0 {
		return r.each
	}
	return []faultproxy.Fault{r.fault}
}

func (r row) speaks() protocol {
	switch {
	case r.http2:
		return faultproxy.NewHTTP2
	case r.tls:
		return faultproxy.NewTLS
	}
	return http1
}

func rows() []row {
	var all []row
	for _, group := range [][]row{connections(), lostAnswers(), brokenAnswers(), lateAnswers(), statuses(), gateways(), credentials(), foreigners(), redirects(), oddAnswers(), endlessAnswers(), http2Rows()} {
		all = append(all, group...)
	}
	return all
}

// What never reached the server is sent again, whatever it is; but only net/http can tell it for
// sure, and it does so until the connection is open.
func connections() []row {
	never := cells{"0 unavailable", "0/0 unavailable", "0/0 unavailable", "0/0 unavailable", "0 unavailable"}
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	return []row{
		{name: "connection refused", fault: faultproxy.Refuse(), once: fine, always: never},
		{
			name: "connection reset before the request", fault: faultproxy.ResetConnection(),
			once:   cells{"1 ok", "1/1 ok", "1/1 ok", "0/0 outcome unknown", "0 unavailable"},
			always: cells{"0 unavailable", "0/0 unavailable?", "0/0 unavailable?", "0/0 outcome unknown", "0 unavailable"},
		},
		{name: "connection reset in the TLS handshake", fault: faultproxy.ResetConnection(), tls: true, once: fine, always: never},
		{name: "certificate of an unknown CA", fault: faultproxy.UnknownCA(), tls: true, once: never, always: never},
	}
}

// Nobody knows whether the server did it. A second create would be a second client.
func lostAnswers() []row {
	return []row{
		lost("reset, not executed", faultproxy.ResetUnread()),
		executedAndLost("reset, executed", faultproxy.ResetExecuted()),
		executedAndLost("closed, executed", faultproxy.CloseExecuted()),
		lost("no answer, not executed", faultproxy.Hang()),
		executedAndLost("no answer, executed", faultproxy.HangExecuted()),
	}
}

func lost(name string, faults ...faultproxy.Fault) row {
	return row{
		name: name, each: faults, silent: true,
		once:   cells{"2 ok", "2/1 ok", "2/1 ok", "1/0 outcome unknown", "1 unavailable"},
		always: cells{"4 unavailable", "4/0 unavailable?", "4/0 unavailable?", "1/0 outcome unknown", "1 unavailable"},
	}
}

func executedAndLost(name string, faults ...faultproxy.Fault) row {
	return row{
		name: name, each: faults, silent: true,
		// They do not say that the token is dead already.
		butOnce:   map[string]string{"docspace SignOut": "2/2 ok", "sipgate SignOut": "2/2 ok"},
		butAlways: map[string]string{"docspace SignOut": "4/4 unavailable?", "sipgate SignOut": "4/4 unavailable?"},
		once:      cells{"2 ok", "2/2 ok", "2/1 ok", "1/1 outcome unknown", "1 unavailable"},
		always:    cells{"4 unavailable", "4/4 unavailable?", "4/1 unavailable?", "1/1 outcome unknown", "1 unavailable"},
	}
}

// An answer that is not whole is as good as none. One that is whole and says nothing would say
// nothing the next time.
func brokenAnswers() []row {
	useless := row{name: "half of the JSON, executed", fault: faultproxy.Truncate()}
	useless.once, useless.always = same(cells{"1 unavailable", "1/1 unavailable?", "1/1 ok", "1/1 outcome unknown", "1 unavailable"})
	empty := row{name: "200 without a body, executed", fault: faultproxy.InsteadExecuted(faultproxy.Answer{Status: http.StatusOK})}
	empty.once, empty.always = useless.once, useless.always
	// DocSpace answers an update with nothing: it is read afterwards.
	quiet := map[string]string{"docspace Update": "1/1 ok"}
	useless.butOnce, useless.butAlways, empty.butOnce, empty.butAlways = quiet, quiet, quiet, quiet

	const page = "<!DOCTYPE html><title>Sign in to the network</title>"
	elsewhere := row{name: "200 with an HTML page, not executed", fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusOK, Body: page})}
	elsewhere.once, elsewhere.always = same(cells{"1 unavailable", "1/0 unavailable?", "1/0 unavailable?", "1/0 outcome unknown", "1 unavailable"})
	covered := row{name: "200 with an HTML page, executed", fault: faultproxy.InsteadExecuted(faultproxy.Answer{Status: http.StatusOK, Body: page})}
	covered.once, covered.always = same(cells{"1 unavailable", "1/1 unavailable?", "1/1 unavailable?", "1/1 outcome unknown", "1 unavailable"})

	garbled := executedAndLost("gzip that is none, executed", faultproxy.Rewrite(func(h http.Header, body []byte) []byte {
		h.Set("Content-Encoding", "gzip")
		return body
	}))
	garbled.once.remove, garbled.always.remove = "1/1 ok", "1/1 ok" // no body, nothing to unpack
	garbled.butOnce, garbled.butAlways = quiet, quiet
	return []row{
		brokenOff("reset in the body, executed", faultproxy.ResetInBody()),
		brokenOff("closed in the body, executed", faultproxy.CloseInBody()),
		useless, empty, elsewhere, covered, garbled,
	}
}

// brokenOff is an answer whose status says something: the second one to a delete is a 404.
func brokenOff(name string, faults ...faultproxy.Fault) row {
	r := executedAndLost(name, faults...)
	r.always.remove = "2/1 ok"
	return r
}

func lateAnswers() []row {
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	return []row{{name: "an answer after 20 s", fault: faultproxy.Delay(20 * time.Second), once: fine, always: fine}}
}

// Answers that are unusual and right.
func oddAnswers() []row {
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	typed := func(kind string) faultproxy.Fault {
		return faultproxy.Rewrite(func(h http.Header, body []byte) []byte {
			h.Set("Content-Type", kind)
			return body
		})
	}
	return []row{
		{name: "compressed with gzip", fault: faultproxy.Gzip(), once: fine, always: fine},
		{name: "JSON that is said to be text/html", fault: typed("text/html"), once: fine, always: fine},
		{name: "JSON without a content type", fault: typed(""), once: fine, always: fine},
		{name: "102 and 103 before the answer", fault: faultproxy.Informational(http.StatusProcessing, http.StatusEarlyHints), once: fine, always: fine},
	}
}
