// Package transport sends one request until it has an answer that counts: retry, then rate
// limit, then log, then HTTP. It knows nothing of tokens; authentication stands above it, so
// that a refused credential is not sent again with every retry.
package transport

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-cleanhttp"
	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
)

const (
	// MaxBody is how much of an answer is read.
	MaxBody = 10 << 20
	// attemptTimeout bounds one attempt where the caller's http.Client has no timeout.
	attemptTimeout = 30 * time.Second
)

// Policy says how often and how far apart requests are repeated.
type Policy struct {
	MaxAttempts      int
	MinWait, MaxWait time.Duration
}

// Options configure a Transport.
type Options struct {
	HTTPClient *http.Client // nil: a pooled client of our own
	Logger     *slog.Logger // nil: no log
	Policy     Policy
	Limiter    *rate.Limiter // nil: no limit
}

// Transport sends requests. It is safe for concurrent use.
type Transport struct {
	base http.RoundTripper
	// places bounds the requests under way over our own connections; nil: there is no bound.
	places chan struct{}
	// foreign is a base that is no net/http transport, or wraps one: what it speaks is not known.
	foreign bool
	// plainHTTP2 is a base that may speak HTTP/2 without TLS.
	plainHTTP2 bool
	jar        http.CookieJar
	timeout    time.Duration
	log        *slog.Logger
	policy     Policy
	limiter    *rate.Limiter
	gates      gates
}

// New returns a Transport over the given options. The caller's HTTP client is not modified.
func New(o Options) *Transport {
	t := &Transport{timeout: attemptTimeout, log: o.Logger, policy: o.Policy, limiter: o.Limiter}
	if o.HTTPClient == nil {
		t.base, t.places = shared(), make(chan struct{}, maxUnderWay)
		return t
	}
	t.base, t.jar = o.HTTPClient.Transport, o.HTTPClient.Jar
	if t.base == nil {
		t.base = http.DefaultTransport
	}
	if o.HTTPClient.Timeout > 0 {
		t.timeout = o.HTTPClient.Timeout
	}
	known, ok := t.base.(*http.Transport)
	t.foreign = !ok
	t.plainHTTP2 = ok && known.Protocols != nil && known.Protocols.UnencryptedHTTP2()
	return t
}

const (
	// maxUnderWay is how many requests of one client are under way at once. It keeps a client from the
	// sockets of the others without a limit of connections, at which the slow calls of one would hold up
	// the calls of all.
	maxUnderWay = 64
	// maxIdle is how many connections to one host are kept for later. net/http would keep two.
	maxIdle = 64
	// pingAfter is how long an HTTP/2 connection may be silent before it is asked whether it lives: one that
	// is dead would take the requests of all clients along.
	pingAfter = 15 * time.Second
)

// shared has the connections of all clients without an http.Client of their user's. Many clients are many
// accounts at a few hosts.
var shared = sync.OnceValue(func() *http.Transport {
	transport := cleanhttp.DefaultPooledTransport()
	transport.MaxIdleConnsPerHost, transport.MaxIdleConns = maxIdle, 4*maxIdle
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingAfter}
	return transport
})

// takePlace waits until one request less is under way.
func (t *Transport) takePlace(ctx context.Context) error {
	if t.places == nil {
		return nil
	}
	select {
	case t.places <- struct{}{}: // without a look at ctx, which the request itself looks at
		return nil
	default:
	}
	select {
	case t.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctxerr.Of(ctx)
	}
}

func (t *Transport) leavePlace() {
	if t.places != nil {
		<-t.places
	}
}

// Request is what to send. It is not modified.
type Request struct {
	Provider, Operation string // for the log
	Method, URL         string
	Header              http.Header
	Body                []byte // nil: none
	Repeat              Repeat
	// Gate names the queue in which a 429 holds back the requests behind it.
	Gate string
	// Secrets are values that must not be seen in an error or in the log. They are asked for
	// when there is something to say, which most requests have not; nil: there are none.
	Secrets func() []string
	// Limited requests count against the rate limit.
	Limited bool
	// Until is when the request is of no use any more, such as one with a code that is over: no wait is
	// begun that would end later. It does not end an attempt. Zero: there is no such time.
	Until time.Time
	// Authorize puts the credential on an attempt when it is about to go: it may have waited for
	// longer than a token lives. An error ends the request. nil: Header has what is needed.
	Authorize func(ctx context.Context, h http.Header) error
	// Repeatable may allow to repeat an answer whose status alone would not; nil: none.
	Repeatable func(*Response) bool
	// RetryAfter reads the vendor's own headers; nil: there are none.
	RetryAfter func(method string, r *Response) (wait time.Duration, asked bool)
}

// Response is an answer, read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// Broken says why the body is not whole; nil if it is.
	Broken error
}

// Outcome is what became of a request.
type Outcome struct {
	Method, URL string    // of the request
	Response    *Response // the last answer; nil if none was seen
	Err         error     // why there is none, or why there was no further attempt
	Attempts    int
	// Sent: some attempt may have been executed without an answer that says so.
	Sent bool
	// RetryAfter is the wait that the server asked for, or that the limiter needs; 0 if none.
	RetryAfter time.Duration
	// Held: the request was not sent because of an earlier 429.
	Held bool
}

// Do sends r, repeating it as r.Repeat and the policy allow.
func (t *Transport) Do(ctx context.Context, r *Request) *Outcome {
	c := &call{transport: t, request: r}
	defer c.leaveGate()
	header, err := c.ready(ctx)
	if err != nil {
		return c.outcome(ctx, err)
	}
	request, err := newRequest(ctx, r, header)
	if err != nil {
		return c.outcome(ctx, err)
	}
	response, err := c.engine().Do(request)
	if response != nil {
		_ = response.Body.Close() // it is empty: RoundTrip has read it
	}
	return c.outcome(ctx, err)
}

// engine is the retry engine of one call, which decides nothing by itself.
func (c *call) engine() *retryablehttp.Client {
	c.client = http.Client{Transport: c, Jar: c.transport.jar}
	c.retries.HTTPClient = &c.client
	c.retries.RetryMax = c.transport.policy.MaxAttempts // CheckRetry counts; the engine must not stop before it
	c.retries.CheckRetry = c.checkRetry
	c.retries.Backoff = wait
	c.retries.PrepareRetry = c.prepare
	c.retries.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return &c.retries
}

// prepare gives a further attempt a header of its own: net/http has put the jar's cookies into the
// last one.
func (c *call) prepare(again *http.Request) (err error) {
	again.Header, err = c.ready(again.Context())
	return err
}

func newRequest(ctx context.Context, r *Request, h http.Header) (*retryablehttp.Request, error) {
	var body any // a nil []byte would count as an empty body
	if r.Body != nil {
		body = r.Body
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, r.Method, r.URL, body)
	if err != nil {
		return nil, err
	}
	request.Header = h
	return request, nil
}

// ready waits until the next attempt may be sent, and returns its header.
func (c *call) ready(ctx context.Context) (http.Header, error) {
	if err := c.admit(ctx); err != nil {
		return nil, err
	}
	h := header(c.request)
	if c.request.Authorize != nil {
		if err := c.request.Authorize(ctx, h); err != nil {
			return nil, err
		}
	}
	for name, values := range h {
		if slices.ContainsFunc(values, unsendable) {
			return nil, errors.New("header " + strconv.Quote(name) + " has characters that cannot be sent")
		}
	}
	return h, nil
}

// unsendable finds what net/http refuses (RFC 9110 section 5.5). It does so in every attempt
// and without a connection, which looks like an attempt that may have been executed.
func unsendable(value string) bool {
	return strings.ContainsFunc(value, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f })
}

func header(r *Request) http.Header {
	if r.Header == nil {
		return http.Header{} // net/http writes cookies into it
	}
	return r.Header.Clone()
}

// jitter is a random wait between min and the bound that doubles with every attempt, so that
// clients that failed together do not come back together.
func (p Policy) jitter(attempt int) time.Duration {
	bound := p.MinWait
	for range attempt {
		if bound >= p.MaxWait/2 {
			bound = p.MaxWait
			break
		}
		bound *= 2
	}
	if bound <= p.MinWait {
		return p.MinWait
	}
	return p.MinWait + rand.N(bound-p.MinWait+1) //nolint:gosec // spreading load needs no secrecy
}
