package oauthclients

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/time/rate"

	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file holds the options of a client, and what a place for tokens must do, with the one that comes with the
// library.

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
	// selfManaged: see WithSelfManagement.
	selfManaged bool
	faults      []FieldError
}

func (c *config) fault(field, code, message string) {
	c.faults = append(c.faults, FieldError{field, code, message})
}

// WithHTTPClient sends every request, token requests too, over hc: its transport with its
// proxies and TLS settings, and its cookie jar. Its Timeout, if set, bounds one attempt
// instead of 30 seconds. Its CheckRedirect is not used: no redirect is followed. hc itself is
// not modified. Without this option all clients share their connections, and each has at most 64 requests under
// way at the same time: further ones wait. There is nothing to close.
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

// WithSelfManagement lets Delete and RegenerateSecret end the very OAuth2 client that the program signs in
// with. Without it they refuse (ErrConflict), for the tokens that come after would be refused. Who renews the
// secret of that client makes another Client with the new one.
func WithSelfManagement() Option { return func(c *config) { c.selfManaged = true } }

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

// TokenStore keeps one token of one account at one provider, so that it survives a restart: a
// token from it goes wherever the client goes. It is used by one goroutine of a [Client] at a
// time. One that is used by several clients or processes, or by AuthCode.Finish beside a client,
// should be a [TokenLocker] as well, or a renewal may write over a new sign-in; a type that wraps
// a store must pass its Lock on.
//
// A call leaves a store that takes no notice of its context. What the store does then goes on, and until
// it ends nobody else of that client is at the store, and its lock is kept. A panic of the store comes
// back in the goroutine of the call, as a [*PanicError].
//
// A refresh token that the provider takes no more stays in the store until somebody signs in, or
// out. A client sends it once.
//
// The token is a secret, and has a plain string in every field.
type TokenStore interface {
	// Load returns the stored token; nil, or one without AccessToken and RefreshToken, when
	// the store is empty.
	Load(ctx context.Context) (*oauth2.Token, error)
	// Save replaces the stored token. One without AccessToken and RefreshToken empties the
	// store: somebody signed out.
	Save(ctx context.Context, t *oauth2.Token) error
}

// TokenLocker is a [TokenStore] that several clients or processes can share. Without it two
// that renew at the same time use one refresh token twice, and a provider that rotates refresh
// tokens ends the sign-in.
//
// The method is told from others by its name and its results: say var _ TokenLocker = … beside the type,
// for a Lock of another form compiles, and locks nothing.
type TokenLocker interface {
	// Lock waits until nobody else holds the lock, and takes it. It is held while a token is
	// loaded, renewed and saved. unlock must be called once. ctx bounds the waiting; it lives until unlock,
	// so that held may be made from it.
	//
	// held ends when the lock is lost, such as a lease that ran out; nil stands for a lock that is never
	// lost. Nothing is sent then that was not sent yet. A renewal that was sent is saved all the same,
	// unless somebody else has saved another token meanwhile.
	Lock(ctx context.Context) (held context.Context, unlock func(), err error)
}

// TokenSwapper is a [TokenStore] that looks and writes in one step, so that a token that somebody else has
// saved is never written over by a renewal.
type TokenSwapper interface {
	// Swap puts next in place of old, nil for nothing. [ErrSwapped] if another token is there, which
	// stays. That next is there already is no error.
	Swap(ctx context.Context, old, next *oauth2.Token) error
}

// ErrSwapped is the error of a [TokenSwapper] whose store has another token than the one to be replaced.
var ErrSwapped = tokens.ErrSwapped

// FileTokenStore keeps the token in the file at path, as JSON with the members of
// [oauth2.Token] in clear text. The file and its folder are made when they are needed, the file
// with mode 0600 (the folder with 0700), and replaced as a whole, so that nobody ever reads half
// a token. A file beside it, path + ".lock", is locked while a token is renewed (flock): any
// number of goroutines, clients and processes can use the same path, on one machine. A relative
// path is taken from the folder in which the program is now. It is a [TokenLocker] and a [TokenSwapper].
//
// Use one file per account and provider: whose token it is does not stand in it. A file that
// holds no token is an error that names it; the file is left as it is. Through a symbolic link at
// path the file that it leads to is read, replaced, locked and removed (with the link, which would
// lead nowhere). A link that leads to no file, and what is no regular file, is an error. A
// file that others could read or change is taken from them (0600) when it is read; one that belongs
// to somebody else is an error.
func FileTokenStore(path string) TokenStore { return tokens.FileStore(path) }

var (
	_ TokenLocker  = (*tokens.File)(nil)
	_ TokenSwapper = (*tokens.File)(nil)
)
