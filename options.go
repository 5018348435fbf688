package oauthclients

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds the options of a client.

// RetryPolicy says how often and how far apart requests are repeated. Zero fields take the
// defaults. What may be repeated is decided by method and answer: reads, updates and deletes
// after connection errors, 408, 429 and 5xx, creates only if they were certainly not executed.
type RetryPolicy struct {
	// MaxAttempts counts the first attempt as well; 1 turns repeating off. Default 4.
	MaxAttempts int
	// MinWait and MaxWait bound the wait between attempts. A wait that the server asks for is
	// kept if it is not longer than MaxWait; otherwise the call returns at once and
	// Error.RetryAfter has it. Defaults 500 ms and 70 s, since the vendors' windows are a
	// minute long.
	MinWait, MaxWait time.Duration
}

// Option changes a client that New makes.
type Option func(*config)

type config struct {
	operation  string // in errors
	httpClient *http.Client
	logger     *slog.Logger
	retry      RetryPolicy
	limiter    *rate.Limiter
	userAgent  string
	store      TokenStore
	faults     []FieldError
}

func (c *config) fault(field, code, message string) {
	c.faults = append(c.faults, FieldError{field, code, message})
}

// WithHTTPClient sends every request, token requests too, over hc: its transport with its
// proxies and TLS settings, and its cookie jar. Its Timeout, if set, bounds one attempt
// instead of 30 seconds. Its CheckRedirect is not used: no redirect is followed. hc itself is
// not modified. Without this option the client has connections of its own, at most 64 to a host at
// the same time: further requests wait for one.
func WithHTTPClient(hc *http.Client) Option {
	return func(c *config) {
		if hc == nil {
			c.fault("WithHTTPClient", "required", "must not be nil")
			return
		}
		c.httpClient = hc
	}
}

// WithLogger logs every attempt at debug level: operation, method, host, path, status and
// duration; never a query, a header or a body.
func WithLogger(l *slog.Logger) Option {
	return func(c *config) {
		if l == nil {
			c.fault("WithLogger", "required", "must not be nil")
			return
		}
		c.logger = l
	}
}

// WithRetry sets how often and how far apart requests are repeated.
func WithRetry(p RetryPolicy) Option {
	return func(c *config) {
		if p.MaxAttempts < 0 {
			c.fault("WithRetry", "invalid", "MaxAttempts must not be negative")
		}
		if p.MinWait < 0 || p.MaxWait < 0 {
			c.fault("WithRetry", "invalid", "MinWait and MaxWait must not be negative")
		}
		c.retry = p
	}
}

// WithRateLimit keeps the client's requests (token requests aside) below a rate: perSecond on
// average, and burst at once. Waiting for it ends with the context.
func WithRateLimit(perSecond float64, burst int) Option {
	return func(c *config) {
		if !(perSecond > 0) || burst < 1 { // also refuses NaN
			c.fault("WithRateLimit", "invalid", "needs a rate above 0 and a burst of at least 1")
			return
		}
		c.limiter = rate.NewLimiter(rate.Limit(perSecond), burst)
	}
}

// WithUserAgent puts product, such as "inventory/2.1", before the library's own name in the
// User-Agent header (RFC 9110 section 10.1.5).
func WithUserAgent(product string) Option {
	return func(c *config) {
		if strings.TrimSpace(product) == "" || strings.ContainsFunc(product, notVisible) {
			c.fault("WithUserAgent", "invalid", "must be visible ASCII, such as inventory/2.1")
			return
		}
		c.userAgent = product
	}
}

// WithTokenStore keeps the token in s as well, so that it survives a restart and is shared by
// everybody who uses s. What s has wins over AuthCode.Token. It is for the strategies that get
// tokens: [AuthCode], [PasswordGrant] and [ClientCredentials].
//
// A client looks into s when it needs another token: the first one, one in place of a token that
// is about to end, or of one that the provider rejects. After another person has signed in, make
// a new client: the old one goes on with the token it has.
func WithTokenStore(s TokenStore) Option {
	return func(c *config) {
		if isNil(s) {
			c.fault("WithTokenStore", "required", "must not be nil")
			return
		}
		if file, ok := s.(*tokens.File); ok && file.IsFolder() {
			c.fault("WithTokenStore", "invalid", "FileTokenStore needs the path of a file")
		}
		c.store = s
	}
}

func (p RetryPolicy) withDefaults() RetryPolicy {
	if p.MaxAttempts == 0 {
		p.MaxAttempts = 4
	}
	if p.MaxWait == 0 {
		p.MaxWait = 70 * time.Second
	}
	if p.MinWait == 0 {
		p.MinWait = min(500*time.Millisecond, p.MaxWait)
	}
	return p
}

// notVisible is false for what may stand in a header value: visible ASCII and the blank.
func notVisible(r rune) bool { return r < ' ' || r > '~' }
