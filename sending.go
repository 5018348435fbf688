package oauthclients

import (
	"context"
	"net/http"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file sends the request of a call with a credential, and once more with another where the
// provider rejects it.

// sending is a call's request on its way, with the credential of its latest attempt.
type sending struct {
	transport.Request

	caller  *Caller
	call    *Call
	pass    ticket   // without a token if the client's own is not to be sent
	earlier []string // tokens of attempts before
	failed  error    // why there was no token for a further attempt
}

// exchange sends the request with a credential. A token that the provider rejects is replaced
// and the request sent once more; nothing of this is repeated below, so that a refused
// credential is sent once.
func (s *sending) exchange(ctx context.Context) (*transport.Outcome, error) {
	core, operation := s.caller.core, s.call.Operation
	token, err := s.token(ctx)
	if err != nil {
		return nil, core.contextError(operation, err)
	}
	outcome, err := s.send(ctx, token)
	if err != nil {
		return nil, core.afterSending(operation, outcome, &s.Request, err)
	}
	rejected := s.pass.token
	if rejected == nil || !core.rejected(outcome) {
		return outcome, nil
	}
	next, err := core.session.replace(ctx, rejected)
	if err != nil {
		return nil, core.afterSending(operation, outcome, &s.Request, err)
	}
	if next == nil {
		return outcome, nil
	}
	again, err := s.send(ctx, next)
	again.Attempts += outcome.Attempts
	again.Sent = again.Sent || outcome.Sent
	if err != nil {
		return nil, core.afterSending(operation, again, &s.Request, err)
	}
	return again, nil
}

// token is the client's own, nil if the call has another credential or none.
func (s *sending) token(ctx context.Context) (*oauth2.Token, error) {
	if s.caller.anonymous || s.call.Credential.kind != credentialDefault {
		return nil, nil //nolint:nilnil // none is needed
	}
	return s.caller.core.session.token(ctx)
}

// send returns an error if there was no token to be had for a further attempt.
func (s *sending) send(ctx context.Context, token *oauth2.Token) (*transport.Outcome, error) {
	if token != nil {
		s.use(newTicket(token))
	}
	outcome := s.caller.core.transport.Do(ctx, &s.Request)
	return outcome, s.failed
}

func (s *sending) use(pass ticket) {
	if s.pass.token != nil && pass.token != s.pass.token {
		s.earlier = append(s.earlier, s.pass.token.AccessToken)
	}
	s.pass = pass
}

// authorize puts the credential on an attempt.
func (s *sending) authorize(ctx context.Context, h http.Header) error {
	if s.call.Credential.kind == credentialBearer {
		h.Set("Authorization", "Bearer "+s.call.Credential.token.Reveal())
		return nil
	}
	if s.pass.token == nil {
		return nil
	}
	pass := s.pass
	if s.failed = pass.renew(ctx, s.caller.core.session); s.failed != nil {
		return s.failed
	}
	s.use(pass)
	s.caller.core.authorize(h, pass.token)
	return nil
}

// secrets lists what goes out with the call, or may go out, and must not be seen.
func (s *sending) secrets() []string {
	secrets := append(s.caller.core.session.auth.secrets(), s.call.Credential.token.Reveal())
	for _, secret := range s.caller.secrets {
		secrets = append(secrets, secret.Reveal())
	}
	if s.pass.token != nil {
		secrets = append(secrets, s.pass.token.AccessToken)
	}
	return append(secrets, s.earlier...)
}
