package faults

import (
	"fmt"
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
	tls          bool
	retryAfter   time.Duration
	once, always cells
	// but has the cells of vendors that differ: "docspace Update".
	butOnce, butAlways map[string]string
}

// cells are in the order of the columns that are not like another.
type cells struct{ get, update, remove, create, token string }

// same is for faults after which nothing is repeated: it makes no difference how often they come.
func same(c cells) (once, always cells) { return c, c }

// fault is one mode of a row.
type fault struct {
	fault      faultproxy.Fault
	tls        bool
	times      int
	retryAfter time.Duration
}

// waits is how long the call must have taken at least.
func (f fault) waits(filled cell) time.Duration {
	return f.retryAfter * time.Duration(max(filled.requests-1, 0))
}

func (r row) mode(times int) fault { return fault{r.fault, r.tls, times, r.retryAfter} }

func rows() []row {
	var all []row
	for _, group := range [][]row{connections(), lostAnswers(), brokenAnswers(), lateAnswers(), statuses(), gateways(), credentials(), redirects(), oddAnswers()} {
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
	lost := func(name string, fault faultproxy.Fault) row {
		return row{
			name: name, fault: fault,
			once:   cells{"2 ok", "2/1 ok", "2/1 ok", "1/0 outcome unknown", "1 unavailable"},
			always: cells{"4 unavailable", "4/0 unavailable?", "4/0 unavailable?", "1/0 outcome unknown", "1 unavailable"},
		}
	}
	return []row{
		lost("reset, not executed", faultproxy.ResetUnread()),
		executedAndLost("reset, executed", faultproxy.ResetExecuted()),
		executedAndLost("closed, executed", faultproxy.CloseExecuted()),
		lost("no answer, not executed", faultproxy.Hang()),
		executedAndLost("no answer, executed", faultproxy.HangExecuted()),
	}
}

func executedAndLost(name string, fault faultproxy.Fault) row {
	return row{
		name: name, fault: fault,
		once:   cells{"2 ok", "2/2 ok", "2/1 ok", "1/1 outcome unknown", "1 unavailable"},
		always: cells{"4 unavailable", "4/4 unavailable?", "4/1 unavailable?", "1/1 outcome unknown", "1 unavailable"},
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
	reset := executedAndLost("reset in the body, executed", faultproxy.ResetInBody())
	closed := executedAndLost("closed in the body, executed", faultproxy.CloseInBody())
	reset.always.remove, closed.always.remove = "2/1 ok", "2/1 ok" // the second answer is a 404, whatever its body
	return []row{
		reset, closed,
		useless, empty, elsewhere, covered, garbled,
	}
}

func lateAnswers() []row {
	fine := cells{"1 ok", "1/1 ok", "1/1 ok", "1/1 ok", "1 ok"}
	return []row{{name: "an answer after 20 s", fault: faultproxy.Delay(20 * time.Second), once: fine, always: fine}}
}

// A status of the server itself, or of what stands before it.
func statuses() []row {
	var all []row
	for _, answer := range []faultproxy.Answer{
		{Status: http.StatusRequestTimeout},
		{Status: http.StatusTooManyRequests},
		{Status: http.StatusInternalServerError},
		{Status: http.StatusBadGateway, Body: "<html><h1>502 Bad Gateway</h1></html>"},
		{Status: http.StatusServiceUnavailable},
		{Status: http.StatusGatewayTimeout},
	} {
		for _, wait := range []time.Duration{0, 7 * time.Second} {
			all = append(all, status(answer, wait))
		}
	}
	tooLong := faultproxy.Answer{Status: http.StatusTooManyRequests, Header: map[string]string{"Retry-After": "3600"}}
	hour := row{name: "429, Retry-After: 3600", fault: faultproxy.Instead(tooLong)}
	hour.once, hour.always = same(cells{"1 rate limited", "1/0 rate limited", "1/0 rate limited", "1/0 rate limited", "1 rate limited"})
	never := row{name: "501", fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusNotImplemented})}
	never.once, never.always = same(cells{"1 unavailable", "1/0 unavailable?", "1/0 unavailable?", "1/0 unavailable?", "2 ok"})
	never.always.token = "4 unavailable"
	return append(all, hour, never)
}

// status is a fault that says so. Only a 429 says as well that nothing was executed.
func status(answer faultproxy.Answer, wait time.Duration) row {
	r := row{
		name: fmt.Sprint(answer.Status), retryAfter: wait,
		once:   cells{"2 ok", "2/1 ok", "2/1 ok", "1/0 unavailable?", "2 ok"},
		always: cells{"4 unavailable", "4/0 unavailable?", "4/0 unavailable?", "1/0 unavailable?", "4 unavailable"},
	}
	switch answer.Status {
	case http.StatusTooManyRequests:
		r.once.create = "2/1 ok"
		r.always = cells{"4 rate limited", "4/0 rate limited", "4/0 rate limited", "4/0 rate limited", "4 rate limited"}
	case http.StatusRequestTimeout: // RFC 6749 knows no such answer of a token endpoint
		r.once.token, r.always.token = "1 unavailable", "1 unavailable"
	}
	if answer.Body != "" {
		r.name += " with an HTML page"
	}
	if wait > 0 {
		r.name += fmt.Sprintf(", Retry-After: %.0f", wait.Seconds())
		answer.Header = map[string]string{"Retry-After": fmt.Sprintf("%.0f", wait.Seconds())}
	}
	r.fault = faultproxy.Instead(answer)
	return r
}

// A gateway that lost patience while the server went on.
func gateways() []row {
	var all []row
	for _, status := range []int{http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		r := executedAndLost(fmt.Sprintf("%d, executed", status), faultproxy.InsteadExecuted(faultproxy.Answer{Status: status}))
		r.once.create, r.always.create = "1/1 unavailable?", "1/1 unavailable?"
		if status != http.StatusRequestTimeout {
			r.once.token, r.always.token = "2 ok", "4 unavailable"
		}
		all = append(all, r)
	}
	return all
}

// A refused token is replaced once. A refused credential is told at once.
func credentials() []row {
	replaced := row{
		name: "401", fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusUnauthorized}),
		once:   cells{"2 ok", "2/1 ok", "2/1 ok", "2/1 ok", "1 not authenticated"},
		always: cells{"2 not authenticated", "2/0 not authenticated", "2/0 not authenticated", "2/0 not authenticated", "1 not authenticated"},
		// The API key that is traded lasts: there is no other.
		butOnce: map[string]string{"docspace Trade": "1 not authenticated"}, butAlways: map[string]string{"docspace Trade": "1 not authenticated"},
	}
	denied := row{name: "403 with a body", fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusForbidden, Body: `{"reason":"no"}`})}
	denied.once, denied.always = same(cells{"1 permission denied", "1/0 permission denied", "1/0 permission denied", "1/0 permission denied", "1 permission denied"})
	// DocSpace says with an empty 403 that it does not take the signature.
	empty := row{name: "403 without a body", fault: faultproxy.Instead(faultproxy.Answer{Status: http.StatusForbidden})}
	empty.once, empty.always = denied.once, denied.always
	empty.butOnce = map[string]string{
		"docspace Get": "2 ok", "docspace Update": "2/1 ok", "docspace Delete": "2/1 ok", "docspace Create": "2/1 ok",
	}
	empty.butAlways = map[string]string{
		"docspace Get": "2 not authenticated", "docspace Update": "2/0 not authenticated",
		"docspace Delete": "2/0 not authenticated", "docspace Create": "2/0 not authenticated",
	}
	empty.butOnce["docspace Trade"], empty.butAlways["docspace Trade"] = denied.once.get, denied.once.get
	return []row{replaced, denied, empty}
}

// A redirect is never followed: it could carry a token to another host, and it turns a POST into a
// GET. 303 is what a server may answer that has done it (RFC 9110 section 15.4.4).
func redirects() []row {
	var all []row
	for _, target := range []struct{ name, url string }{{"the same host", "/elsewhere"}, {"another host", "https://collector.example.com/"}} {
		for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			r := row{
				name:  fmt.Sprintf("%d to %s", status, target.name),
				fault: faultproxy.Instead(faultproxy.Answer{Status: status, Header: map[string]string{"Location": target.url}}),
			}
			r.once, r.always = same(cells{"1 unavailable", "1/0 unavailable", "1/0 unavailable", "1/0 unavailable", "1 unavailable"})
			if status == http.StatusSeeOther {
				r.once.update, r.once.remove, r.once.create = "1/0 unavailable?", "1/0 unavailable?", "1/0 unavailable?"
				r.always = r.once
			}
			all = append(all, r)
		}
	}
	return all
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
