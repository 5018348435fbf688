package oauthclients

import (
	"context"
	"errors"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/flight"
	"github.com/oauthclients/oauthclients/internal/tokens"
)

// This file keeps the token that authorizes calls: it fetches it once, trades it where the
// provider wants another, and replaces it when the provider rejects it.

// session is the credential of one client.
type session struct {
	core *core
	auth Auth
	// keeper gets the strategy's tokens and held has the present one; both nil if the strategy's
	// credential lasts, and for a token source, which keeps its token itself.
	keeper *tokens.Keeper
	held   *tokens.Cache
	// asking lets callers leave a token source that hangs: it takes no context.
	asking flight.Group[*oauth2.Token]
	// traded has the token that the provider gives for the held one; nil without a trade.
	traded *tokens.Cache
}

func newSession(c *core, auth Auth, store TokenStore) *session {
	s := &session{core: c, auth: auth}
	s.asking.Endless = true
	if getsTokens(auth) {
		s.keeper = newKeeper(c, auth, store)
		fetch := marked(func(ctx context.Context) (*oauth2.Token, error) {
			token, err := s.keeper.Fetch(ctx)
			return token, c.tokenError(err)
		})
		s.held = tokens.NewCache(fetch)
		if s.keeper.Rotates() {
			s.held = tokens.NewEndlessCache(fetch)
		}
	}
	if c.connection.Trade != nil && auth.kind() != AuthKindTokenSource && auth.kind() != AuthKindNone {
		s.traded = tokens.NewCache(marked(s.trade))
	}
	return s
}

// newKeeper keeps the tokens of a strategy.
func newKeeper(c *core, auth Auth, store TokenStore) *tokens.Keeper {
	strategy := tokens.Strategy{
		Fetch:     func(ctx context.Context, old *oauth2.Token) (*oauth2.Token, error) { return auth.fetch(ctx, c, old) },
		IsDead:    func(err error) bool { return errors.Is(err, ErrLoginRequired) },
		IsSilent:  func(err error) bool { return errors.Is(err, ErrUnavailable) || errors.Is(err, ErrRateLimited) },
		Check:     c.sendable,
		Refreshes: auth.kind() != AuthKindClientCredentials,
		Signed:    auth.kind() == AuthKindAuthorizationCode,
	}
	var start *oauth2.Token
	if code, ok := auth.(AuthCode); ok {
		start = code.Token
	}
	return tokens.NewKeeper(strategy, store, start)
}

// tokenError gives the errors of a keeper the form of every other failure.
func (c *core) tokenError(err error) error {
	switch failure := err.(type) { //nolint:errorlint // what is below it has its own form
	case nil:
		return nil
	case *tokens.PairError:
		return joinErrors(c.tokenError(failure.First), c.tokenError(failure.Then))
	case *tokens.Error:
		e := &Error{Kind: ErrUnavailable, Provider: c.name, Operation: opToken, Message: failure.Message, Err: failure.Err}
		if failure.Lasting {
			e.Kind = ErrInvalid
		}
		return e
	}
	return c.contextError(opToken, err)
}

// getsTokens tells the strategies that have something to keep from those whose credential
// lasts, and from a token source, which keeps its token itself.
func getsTokens(auth Auth) bool { return !auth.lasting() && auth.kind() != AuthKindTokenSource }

func (s *session) fetch(ctx context.Context) (*oauth2.Token, error) {
	return s.auth.fetch(ctx, s.core, nil)
}

// marked marks the errors of fetch: goroutines that waited for the same thing share them, so
// that nobody may give them the name of its own verb.
func marked[T any](fetch func(context.Context) (T, error)) func(context.Context) (T, error) {
	return func(ctx context.Context) (T, error) {
		found, err := fetch(ctx)
		var failed *Error
		if errors.As(err, &failed) && !failed.shared { // one that is kept was given to others already
			failed.shared = true
		}
		return found, err
	}
}

// token is what the next call is authorized with; nil if nothing is needed.
func (s *session) token(ctx context.Context) (*oauth2.Token, error) {
	if s.traded != nil {
		return s.traded.Token(ctx)
	}
	return s.heldToken(ctx)
}

func (s *session) heldToken(ctx context.Context) (*oauth2.Token, error) {
	switch {
	case s.auth.kind() == AuthKindTokenSource:
		return s.asking.Do(ctx, marked(s.fetch))
	case s.held == nil:
		return s.fetch(ctx)
	}
	return s.held.Token(ctx)
}

// replace drops the rejected token, and only that one, and returns another; nil if there is
// no other to be had.
func (s *session) replace(ctx context.Context, rejected *oauth2.Token) (*oauth2.Token, error) {
	switch {
	case s.traded != nil:
		s.traded.Drop(rejected)
	case s.held != nil:
		s.drop(rejected)
	case s.auth.kind() != AuthKindTokenSource:
		return nil, nil //nolint:nilnil // a credential that lasts has no other
	}
	token, err := s.token(ctx)
	if err != nil || token.AccessToken == rejected.AccessToken {
		return nil, err
	}
	return token, nil
}

// drop forgets a held token that the provider refuses, so that the next one is another.
func (s *session) drop(refused *oauth2.Token) {
	s.keeper.Reject(refused)
	s.held.Drop(refused)
}

// trade turns the held token into the one the API takes. A trade that refuses the held token
// gets one new one.
func (s *session) trade(ctx context.Context) (*oauth2.Token, error) {
	held, err := s.heldToken(ctx)
	if err != nil {
		return nil, err
	}
	traded, err := s.tradeOne(ctx, held)
	if s.held == nil || !errors.Is(err, ErrUnauthenticated) {
		return traded, err
	}
	s.drop(held)
	if held, err = s.heldToken(ctx); err != nil {
		return nil, err
	}
	return s.tradeOne(ctx, held)
}

func (s *session) tradeOne(ctx context.Context, held *oauth2.Token) (*oauth2.Token, error) {
	credential := NewSecret(held.AccessToken)
	anon := &Caller{core: s.core, anonymous: true, trades: true, secrets: []Secret{credential}}
	token, err := s.core.connection.Trade(ctx, anon, credential)
	switch {
	case err != nil:
		return nil, cleaned(err, append(s.auth.secrets(), held.AccessToken))
	case token == nil || token.AccessToken == "":
		err = s.core.noToken("the provider gave no token")
	case !isSendable(token.AccessToken): // the held one is not to blame
		err = s.core.noToken("the provider gave a token that no header can carry")
	}
	return token, err
}

func (c *core) noToken(message string) error {
	return &Error{Kind: ErrUnavailable, Provider: c.name, Operation: opToken, Message: message}
}

// ticket is the token that one call is sent with. Its attempts may wait for longer than a token
// lives, so that each of them asks anew.
type ticket struct {
	token *oauth2.Token
	until time.Time // zero: good for ever
}

// newTicket is for a token that is good now. Another is needed a little before it ends, as the
// cache has it; at its end if there is no more than that left, for then the cache has tried.
func newTicket(token *oauth2.Token) ticket {
	early := token.Expiry.Add(-tokens.Early)
	if time.Now().Before(early) {
		return ticket{token, early}
	}
	return ticket{token, token.Expiry}
}

// renew gets another token if this one is over.
func (t *ticket) renew(ctx context.Context, s *session) error {
	if t.until.IsZero() || time.Now().Before(t.until) {
		return nil
	}
	token, err := s.token(ctx)
	if err == nil {
		*t = newTicket(token)
	}
	return err
}

// authorize puts the token on a request.
func (c *core) authorize(h http.Header, token *oauth2.Token) {
	switch {
	case token == nil:
	case token.TokenType == "Basic":
		h.Set("Authorization", "Basic "+token.AccessToken)
	case c.connection.Authorize != nil:
		c.connection.Authorize(h, token)
	default:
		h.Set("Authorization", "Bearer "+token.AccessToken)
	}
}
