package faults

import (
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/oauthclients/oauthclients/internal/faultproxy"
)

// This file has the rows of answers with a status that is no success.

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
	never.once, never.always = same(cells{"1 unavailable", "1/0 unavailable?", "1/0 unavailable?", "1/0 unavailable?", "1 unavailable"})
	// One client that cannot be read hides no other, and asking for a token uses nothing up.
	never.butOnce = map[string]string{"dcr List": "1 ok", "sipgate Token": "2 ok", "genesys Token": "2 ok"}
	never.butAlways = map[string]string{"dcr List": "1 ok", "sipgate Token": "4 unavailable", "genesys Token": "4 unavailable"}
	return append(all, hour, never)
}

// status is a fault that says so. Only a 429, and a 503 that says when to come back, says as well that
// nothing was executed.
func status(answer faultproxy.Answer, wait time.Duration) row {
	r := row{
		name: fmt.Sprint(answer.Status), retryAfter: wait,
		once:   cells{"2 ok", "2/1 ok", "2/1 ok", "1/0 unavailable?", "1 unavailable"},
		always: cells{"4 unavailable", "4/0 unavailable?", "4/0 unavailable?", "1/0 unavailable?", "1 unavailable"},
	}
	switch answer.Status {
	case http.StatusTooManyRequests:
		r.once.create, r.once.refresh = "2/1 ok", "2 ok"
		r.always = cells{"4 rate limited", "4/0 rate limited", "4/0 rate limited", "4/0 rate limited", "4 rate limited"}
	case http.StatusInternalServerError:
		r.butAlways = map[string]string{"dcr List": "4 ok"} // one client that cannot be read hides no other
	case http.StatusServiceUnavailable: // who says when to come back has done nothing
		if wait > 0 {
			r.once.create, r.once.refresh = "2/1 ok", "2 ok"
			r.always.create, r.always.refresh = "4/0 unavailable?", "4 unavailable"
		}
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
		r.silent = false
		if status == http.StatusInternalServerError {
			r.butAlways["dcr List"] = "4 ok"
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
	}
	replaced.butOnce = lasting()
	replaced.butOnce["sipgate Token"], replaced.butOnce["genesys Token"] = "1 not authenticated", "1 not authenticated"
	replaced.butAlways = replaced.butOnce
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
	denied.butOnce = map[string]string{
		"dcr " + addresses: "1 unavailable", // it is not there, and not at the other place
		"dcr List":         "1 ok",          // one client that cannot be read hides no other
	}
	denied.butAlways = denied.butOnce
	maps.Copy(empty.butOnce, denied.butOnce)
	maps.Copy(empty.butAlways, denied.butOnce)
	empty.butOnce["docspace Trade"], empty.butAlways["docspace Trade"] = denied.once.get, denied.once.get
	empty.butOnce["docspace SignOut"], empty.butAlways["docspace SignOut"] = denied.once.remove, denied.once.remove
	return []row{replaced, denied, empty}
}

// lasting are the cells of credentials that a 401 does not replace: there is no other API key to
// trade, a sign-out has the person's own tokens, and who registered a client has one token for it. Genesys
// Cloud is asked to delete a token: one that it does not know needs no deleting.
func lasting() map[string]string {
	refused := map[string]string{
		"docspace Trade": "1 not authenticated", "sipgate SignOut": "1/0 not authenticated", "docspace SignOut": "1/0 not authenticated",
		"genesys SignOut": "1/0 ok", "dcr List": "1 ok", "dcr " + addresses: "1 unavailable",
	}
	for _, name := range []string{"Get", "Update: its read"} {
		refused["dcr "+name] = "1 not authenticated"
	}
	for _, name := range []string{"Delete", "Create", updateOnce} {
		refused["dcr "+name] = "1/0 not authenticated"
	}
	return refused
}

// Something on the way has answered, such as a proxy that knows no backend, or a page to sign in at.
// It says nothing about a client and nothing about a credential.
func foreigners() []row {
	var all []row
	for _, status := range []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusGone} {
		r := row{name: fmt.Sprintf("%d of a proxy", status)}
		for _, body := range []string{"default backend - 404", "<html><h1>Not here</h1></html>"} {
			r.each = append(r.each, faultproxy.Instead(faultproxy.Answer{Status: status, Body: body}))
		}
		r.once, r.always = same(cells{"1 unavailable", "1/0 unavailable", "1/0 unavailable", "1/0 unavailable", "1 unavailable"})
		all = append(all, r)
	}
	return all
}

// A redirect is never followed: it could carry a token to another host, and it turns a POST into a
// GET. A server may have done what was asked: 303 says so (RFC 9110 section 15.4.4), and the others
// do not deny it.
func redirects() []row {
	var all []row
	for _, target := range []struct{ name, url string }{{"the same host", "/elsewhere"}, {"another host", "https://collector.example.com/"}} {
		for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
			r := row{
				name:  fmt.Sprintf("%d to %s", status, target.name),
				fault: faultproxy.Instead(faultproxy.Answer{Status: status, Header: map[string]string{"Location": target.url}}),
			}
			r.once, r.always = same(cells{"1 unavailable", "1/0 unavailable?", "1/0 unavailable?", "1/0 unavailable?", "1 unavailable"})
			all = append(all, r)
		}
	}
	return all
}
