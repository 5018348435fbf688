package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

// This file decides whether an attempt is repeated, and when.

// Repeat is the rule under which a request may be sent again.
type Repeat int

const (
	// Read changes nothing: repeated on connection errors, 408, 429 and 5xx.
	Read Repeat = iota
	// Write can be repeated with the same effect (a full PUT, DELETE): as Read.
	Write
	// Once must not be executed twice: repeated on 429, on a 503 that says when to come back, and if no
	// connection ever opened.
	Once
	// Code uses something up, such as an authorization code: repeated only if no connection ever opened,
	// and where Request.Repeatable knows that an answer says so.
	Code
)

// checkRetry decides after every attempt; the engine calls it.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, doErr error) (bool, error) {
	err := c.failure(doErr)
	c.sent = c.sent || c.mayHaveExecuted(err)
	wait, asked := c.nextWait()
	if asked {
		c.asked = wait
	}
	repeat := c.repeatable(err)
	if ctxerr.Ended(ctx) != nil {
		c.stopped = repeat
		return false, nil //nolint:nilerr // outcome has the failure; an error here would replace it
	}
	limited := c.last != nil && c.last.Status == http.StatusTooManyRequests
	if limited {
		c.closeGate(wait)
	}
	if !repeat || c.attempts >= c.transport.policy.MaxAttempts || !c.canWait(ctx, wait) {
		return false, nil
	}
	if limited {
		c.requeue(ctx)
	} else {
		c.leaveGate()
	}
	c.retries.RetryWaitMin = wait
	return true, nil
}

// wait is what checkRetry has decided on.
func wait(decided, _ time.Duration, _ int, _ *http.Response) time.Duration { return decided }

// failure is nil if the transport had an answer before net/http failed: the answer counts.
func (c *call) failure(doErr error) error {
	if c.last != nil {
		return nil
	}
	return doErr
}

// mayHaveExecuted: the attempt reached the server as far as we know, and no answer says that
// it was not executed.
func (c *call) mayHaveExecuted(err error) bool {
	if err != nil {
		return !c.neverOpened(err) && !refusedInHandshake(err)
	}
	if c.last == nil {
		return false
	}
	if c.last.Status == http.StatusRequestTimeout {
		return true
	}
	brokenSuccess := c.last.Broken != nil && c.last.Status/100 == 2
	// A redirect may say that it is done and what came of it is elsewhere (RFC 9110 section 15.4.4),
	// whatever number it has; below 200 there is no answer at all.
	return c.last.Status >= 500 || c.last.Status/100 == 3 || c.last.Status < 200 || brokenSuccess
}

func (c *call) neverOpened(err error) bool {
	if c.watch.hasTold() {
		return !c.watch.got.Load()
	}
	var dial *net.OpError
	var lookup *net.DNSError
	if errors.As(err, &lookup) || errors.As(err, &dial) && dial.Op == "dial" {
		return true
	}
	_, noProxy := c.proxy()
	return noProxy != nil
}

func (c *call) repeatable(err error) bool {
	if err != nil {
		return c.repeatableError(err)
	}
	if errors.Is(c.last.Broken, errTooLarge) {
		return false // it would be as large again
	}
	if c.last.Broken != nil && c.last.Status/100 == 2 {
		return c.request.Repeat <= Write
	}
	if c.request.Repeatable != nil && c.request.Repeatable(c.last) {
		return true
	}
	if c.request.Repeat == Once && IsTurnedAway(c.last) {
		return true
	}
	return slices.Contains(repeatableStatuses(c.request.Repeat), c.last.Status)
}

// IsTurnedAway reports that nothing was done: a server that starts, or has too much to do, says when to
// come back (RFC 9110 section 15.6.4). A 503 that says no more may come from anything on the way.
func IsTurnedAway(answer *Response) bool {
	return answer.Status == http.StatusServiceUnavailable && slices.ContainsFunc(answer.Header.Values("Retry-After"), namesAWait)
}

// namesAWait: 0 is a wait, and a date that is over is one.
func namesAWait(value string) bool {
	value = strings.TrimSpace(value)
	_, err := strconv.ParseFloat(value, 64)
	isNumber := err == nil && strings.Trim(value, "0123456789.") == ""
	_, err = http.ParseTime(value)
	return isNumber || err == nil
}

func (c *call) repeatableError(err error) bool {
	if refusedInHandshake(err) {
		return false // the next attempt would see the same certificate
	}
	return c.request.Repeat <= Write || c.neverOpened(err)
}

// refusedInHandshake: one side does not take the other's certificate, or its versions of TLS. A
// server may say so after the connection has opened here, but before it reads a request (RFC 8446
// section 6.2). net/http gives its alert as an error of a type that nobody can name.
func refusedInHandshake(err error) bool {
	var certificate *tls.CertificateVerificationError
	var alert *net.OpError
	return errors.As(err, &certificate) ||
		errors.As(err, &alert) && alert.Op == "remote error" && slices.Contains(refusals(), alert.Err.Error())
}

// refusals are the texts of the alerts about certificates, versions and ciphers.
func refusals() []string {
	var texts []string
	for _, alert := range []tls.AlertError{40, 42, 43, 44, 45, 46, 48, 49, 70, 71, 116} {
		texts = append(texts, alert.Error())
	}
	return texts
}

func repeatableStatuses(r Repeat) []int {
	switch r {
	case Read, Write:
		return []int{http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout}
	case Once:
		return []int{http.StatusTooManyRequests}
	case Code:
	}
	return nil
}

// nextWait is how long to wait, and whether the server named it.
func (c *call) nextWait() (wait time.Duration, asked bool) {
	policy := c.transport.policy
	if c.last != nil {
		if wait := retryAfter(c.last.Header); wait > 0 {
			return wait, true
		}
		if c.request.RetryAfter != nil {
			if wait, asked := c.request.RetryAfter(c.request.Method, c.last); wait > 0 {
				if asked {
					return wait, true
				}
				return min(wait, policy.MaxWait), false
			}
		}
	}
	return policy.jitter(c.attempts), false
}

// longestWait is the longest that fits into a Duration, in whole years: absurd values must not overflow.
const longestWait = 290 * 365 * 24 * time.Hour

// retryAfter reads the header of RFC 9110 section 10.2.3; the first that names a wait counts.
func retryAfter(h http.Header) time.Duration {
	for _, value := range h.Values("Retry-After") {
		if wait := waitOf(strings.TrimSpace(value)); wait > 0 {
			return wait
		}
	}
	return 0
}

// waitOf reads seconds, also with a fraction, which some servers send, or an HTTP date; 0 for what
// is neither.
func waitOf(value string) time.Duration {
	if strings.Trim(value, "0123456789.") == "" {
		seconds, _ := strconv.ParseFloat(value, 64) // out of range gives infinity; no number gives 0
		return time.Duration(min(seconds, longestWait.Seconds()) * float64(time.Second))
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(time.Until(date), 0), longestWait)
}

// canWait refuses a wait that the caller, or what is to be sent, would not live to see the end of.
func (c *call) canWait(ctx context.Context, wait time.Duration) bool {
	if wait > c.transport.policy.MaxWait {
		return false
	}
	if until := c.request.Until; !until.IsZero() && time.Until(until) < wait {
		return false
	}
	deadline, bounded := ctx.Deadline()
	return !bounded || time.Until(deadline) > wait
}
