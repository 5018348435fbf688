// Package signin is what the providers' fakes share where a person signs in: a ledger of
// sessions, codes and tokens, the proof of PKCE, the frame of the pages, and a person who reads
// them without a browser.
//
// A fake adds what is its own: paths, client authentication, the texts of errors, and pages.
package signin

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// This file holds the ledger: what a login server remembers of people, and of the programs
// that they let in.

// What a code or a token can be instead of good.
var (
	// ErrUnknown: it was never issued, or it was revoked.
	ErrUnknown = errors.New("signin: unknown")
	// ErrExpired: its time is over.
	ErrExpired = errors.New("signin: expired")
	// ErrUsed: it was used before. Using it once more has ended the grant that it came from.
	ErrUsed = errors.New("signin: used before")
	// ErrEnded: the session or the grant that it came from has ended.
	ErrEnded = errors.New("signin: ended")
)

// Kind tells what a value is for.
type Kind int

// The values that a Ledger gives out.
const (
	Code Kind = iota
	AccessToken
	RefreshToken
)

// Rules say how long things are good, and what they look like.
type Rules struct {
	// Lifetimes. Zero has no end.
	Code, AccessToken, RefreshToken time.Duration
	// KeepRefreshToken turns rotation off: a refresh gives no new refresh token, and the old
	// one stays good.
	KeepRefreshToken bool
	// RetryRefused leaves a code good whose exchange is refused, for a wrong verifier or redirect URI.
	// Without it every attempt spends the code.
	RetryRefused bool
	// ForgiveReplay only refuses a refresh token that comes again. Without it the grant ends.
	ForgiveReplay bool
	// OneAccessToken ends the access tokens of a grant with its refresh.
	OneAccessToken bool
	// Mint makes a value that has not been there before; nil for a random text. It must not
	// call the ledger.
	Mint func(Kind, Grant) string
}

// Grant is what a person allowed a client.
type Grant struct {
	// ID is made by the ledger.
	ID string
	// Session is the session at the login server in which it was allowed, "" outside of one.
	Session  string
	User     string
	ClientID string
	// RedirectURI is the one of the authorization request, byte for byte.
	RedirectURI string
	Scopes      []string
	// Challenge is the S256 code challenge, "" without PKCE.
	Challenge string
	// Nonce is OpenID Connect's, for the ID token.
	Nonce string
	// Lifetime is that of its access tokens; 0 for the one of the rules.
	Lifetime time.Duration
}

// Tokens is what a code or a refresh token was exchanged for.
type Tokens struct {
	Grant  Grant
	Access string
	// Refresh is "" where the old refresh token stays.
	Refresh string
}

// Ledger keeps sessions, codes and tokens. It is safe for concurrent use. Its clock is
// time.Now, so that it follows the one of a testing/synctest bubble.
type Ledger struct {
	rules Rules

	mu       sync.Mutex
	sessions map[string]*session // by cookie
	codes    map[string]*voucher
	access   map[string]*voucher
	refresh  map[string]*voucher
}

// session is a person who signed in at the login server.
type session struct {
	id, user string
	ended    bool
}

// grant is a Grant that can end.
type grant struct {
	Grant
	session *session // nil outside of one
	ended   bool
}

func (g *grant) alive() bool { return !g.ended && (g.session == nil || !g.session.ended) }

// voucher is a code or a token.
type voucher struct {
	grant *grant
	ends  time.Time // zero: never
	used  bool
}

// check says why a voucher is not good. A used one is used even when its time is over.
func (v *voucher) check() error {
	switch {
	case v == nil:
		return ErrUnknown
	case !v.grant.alive():
		return ErrEnded
	case v.used:
		return ErrUsed
	case !v.ends.IsZero() && !time.Now().Before(v.ends):
		return ErrExpired
	}
	return nil
}

// NewLedger returns an empty ledger.
func NewLedger(r Rules) *Ledger {
	if r.Mint == nil {
		r.Mint = func(Kind, Grant) string { return rand.Text() }
	}
	return &Ledger{
		rules: r, sessions: map[string]*session{},
		codes: map[string]*voucher{}, access: map[string]*voucher{}, refresh: map[string]*voucher{},
	}
}

// Authorize writes down that a person allowed a client, and returns the code for it. Grant.Session
// must be one that SignIn returned, or "".
func (l *Ledger) Authorize(g Grant) (code string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.mint(l.codes, Code, l.grant(g), l.rules.Code)
}

// Issue returns an access token for which no code was asked.
func (l *Ledger) Issue(g Grant) (accessToken string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tokens(l.grant(g)).Access
}

// Redeem exchanges a code, once. accept looks at the grant and says whether the exchange fits
// it; its error comes back as it is. The other errors are the package's own.
func (l *Ledger) Redeem(code string, accept func(Grant) error) (Tokens, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.codes[code]
	if err := v.check(); err != nil {
		return Tokens{}, l.replayed(v, err)
	}
	v.used = !l.rules.RetryRefused
	if err := accept(v.grant.Grant); err != nil {
		return Tokens{}, err
	}
	v.used = true
	tokens := l.tokens(v.grant)
	tokens.Refresh = l.mint(l.refresh, RefreshToken, v.grant, l.rules.RefreshToken)
	return tokens, nil
}

// Refresh exchanges a refresh token for new tokens. accept is as for Redeem, but a refused
// exchange never spends the token.
func (l *Ledger) Refresh(refreshToken string, accept func(Grant) error) (Tokens, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	v := l.refresh[refreshToken]
	err := v.check()
	switch {
	case err != nil && l.rules.ForgiveReplay:
		return Tokens{}, err
	case err != nil:
		return Tokens{}, l.replayed(v, err)
	}
	if err := accept(v.grant.Grant); err != nil {
		return Tokens{}, err
	}
	if l.rules.OneAccessToken {
		maps.DeleteFunc(l.access, func(_ string, other *voucher) bool { return other.grant == v.grant })
	}
	tokens := l.tokens(v.grant)
	if !l.rules.KeepRefreshToken {
		v.used = true
		tokens.Refresh = l.mint(l.refresh, RefreshToken, v.grant, l.rules.RefreshToken)
	}
	return tokens, nil
}

// replayed ends a grant of which somebody has a copy (RFC 6749 section 4.1.2, RFC 9700 section
// 4.14.2).
func (l *Ledger) replayed(v *voucher, err error) error {
	if errors.Is(err, ErrUsed) {
		v.grant.ended = true
	}
	return err
}

func (l *Ledger) tokens(g *grant) Tokens {
	lifetime := cmp.Or(g.Lifetime, l.rules.AccessToken)
	return Tokens{Grant: g.Grant, Access: l.mint(l.access, AccessToken, g, lifetime)}
}

// grant is for holders of the lock, as the two below.
func (l *Ledger) grant(g Grant) *grant {
	g.ID, g.Scopes = newID(), slices.Clone(g.Scopes)
	return &grant{Grant: g, session: l.session(g.Session)}
}

func (l *Ledger) mint(into map[string]*voucher, kind Kind, g *grant, lifetime time.Duration) string {
	v := &voucher{grant: g}
	if lifetime > 0 {
		v.ends = time.Now().Add(lifetime)
	}
	value := l.rules.Mint(kind, g.Grant)
	into[value] = v
	return value
}

// newID is a random UUID (RFC 9562 section 5.4).
func newID() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // it never fails: crypto/rand ends the program before it would
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
