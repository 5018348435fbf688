package transport

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file is one call on its way through the retry engine: it sends each attempt, reads the
// answer whole, and keeps what the decisions in retry.go need to know.

// call is the state of one Do. The engine uses it from one goroutine at a time.
type call struct {
	transport *Transport
	request   *Request

	sending  *http.Request // the latest attempt
	attempts int
	sent     bool          // some attempt may have been executed
	last     *Response     // the latest attempt's answer
	lastErr  error         // the latest attempt's failure
	asked    time.Duration // the wait that the server asked for
	held     bool
	stopped  bool    // there would be another attempt if the context had not ended
	waits    *waiter // its turn at the gate; nil: it is not in the queue, or had its turn
	hasPlace bool    // it has had its turn, and holds the place
	watch    *watch  // of the latest attempt; nil: it needs none

	// The engine and what it sends with are in here, so that a call is one piece of memory.
	client  http.Client
	retries retryablehttp.Client
}

// RoundTrip sends one attempt. The answer is read whole in here, so that a body that breaks
// off is a failed attempt like any other and falls under the attempt's timeout.
func (c *call) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := c.transport.takePlace(request.Context()); err != nil {
		return nil, err // it was not sent
	}
	defer c.transport.leavePlace()
	c.attempts++
	c.sending = request
	c.last, c.lastErr, c.asked = nil, nil, 0 // an earlier wait is over
	start := time.Now()
	ctx, cancel := context.WithTimeout(request.Context(), c.transport.timeout)
	defer cancel()
	ctx, c.watch = c.watched(ctx, cancel, request)
	got, err := c.transport.exchange(ctx, request.WithContext(ctx))
	err = c.watch.failure(err)
	if err != nil {
		c.lastErr = err
		c.logAttempt(request, start)
		return nil, err
	}
	response := got.response
	c.last = &Response{Status: response.StatusCode, Header: response.Header, Body: got.body, Broken: c.safe(got.broken)}
	c.logAttempt(request, start)
	response.Body = http.NoBody // nobody reads it again
	if response.StatusCode/100 == 3 {
		// A redirect is an answer like any other: following it could carry a token to another
		// host. Without a Location net/http neither follows nor fails on a malformed one.
		stripped := *response
		stripped.Header = response.Header.Clone()
		stripped.Header.Del("Location")
		return &stripped, nil
	}
	return response, nil
}

// outcome sums up; err is what stopped the call if it was not an answer.
func (c *call) outcome(ctx context.Context, err error) *Outcome {
	o := &Outcome{
		Method: c.request.Method, URL: c.request.URL,
		Response: c.last, Attempts: c.attempts, Sent: c.sent, RetryAfter: c.asked, Held: c.held,
	}
	over := ctxerr.Ended(ctx) // the engine returns ctx.Err and loses the cause
	switch {
	case c.held:
		o.Err = err
	case over != nil && errors.Is(err, errQueued):
		o.Err = fmt.Errorf("%w: %w", errQueued, over)
	case over != nil && (err != nil || c.stopped || c.last == nil || c.last.Broken != nil):
		o.Err = over
	case err != nil && c.last == nil:
		o.Err = c.inTime(c.safe(err))
	}
	return o
}

// inTime says of a timeout that it was the attempt's, and not the caller's deadline.
func (c *call) inTime(err error) error {
	var timeout interface{ Timeout() bool }
	if errors.As(err, &timeout) && timeout.Timeout() && errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s: %w", c.transport.timeout, err)
	}
	return err
}

// safe is err without what nobody may see: net/http repeats the URL, and a malformed header of
// an answer that echoes the request.
func (c *call) safe(err error) error {
	if err == nil {
		return nil
	}
	return redact.Error(WithoutURL(err), c.secrets())
}

func (c *call) secrets() []string {
	secrets := c.proxySecrets()
	if c.request.Secrets != nil {
		secrets = append(secrets, c.request.Secrets()...)
	}
	return secrets
}

// proxySecrets are what net/http sends to a proxy: the proxy may repeat it, and net/http repeats
// what it cannot read.
func (c *call) proxySecrets() []string {
	proxy, err := c.proxy()
	if err != nil || proxy == nil || proxy.User == nil {
		return nil
	}
	password, _ := proxy.User.Password()
	return []string{password, base64.StdEncoding.EncodeToString([]byte(proxy.User.Username() + ":" + password))}
}

// proxy is where the latest attempt was sent to instead of its host; an error means that it was
// not sent.
func (c *call) proxy() (*url.URL, error) {
	base, ok := c.transport.base.(*http.Transport)
	if !ok || base.Proxy == nil || c.sending == nil {
		return nil, nil //nolint:nilnil // there is none
	}
	return base.Proxy(c.sending)
}

// WithoutURL drops net/http's wrapping, which repeats the URL with its query; a RoundTripper
// of the caller's may have wrapped it once more.
func WithoutURL(err error) error {
	for {
		var wrapped *url.Error
		if !errors.As(err, &wrapped) {
			return err
		}
		err = wrapped.Err
	}
}

func (c *call) logAttempt(request *http.Request, start time.Time) {
	log := c.transport.log
	ctx := request.Context()
	if log == nil || !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("provider", c.request.Provider), slog.String("operation", c.request.Operation),
		slog.String("method", request.Method), slog.String("host", request.URL.Host),
		slog.String("path", c.path(request)), slog.Int("attempt", c.attempts),
		slog.Duration("duration", time.Since(start)),
	}
	if c.last != nil {
		attrs = append(attrs, slog.Int("status", c.last.Status))
	}
	if c.lastErr != nil {
		attrs = append(attrs, slog.String("error", texts.Line(c.safe(c.lastErr).Error())))
	}
	log.LogAttrs(ctx, slog.LevelDebug, "oauthclients: request", attrs...)
}

// path may have a token in it, where a vendor wants one there, and be of any length, where a server
// gave the address.
func (c *call) path(request *http.Request) string {
	path := request.URL.EscapedPath()
	if len(path) > 2*texts.MaxLine {
		return texts.Line(string(redact.Cut([]byte(path[:2*texts.MaxLine]), c.secrets())))
	}
	return texts.Line(string(redact.Text([]byte(path), c.secrets())))
}
