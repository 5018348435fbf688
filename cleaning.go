package oauthclients

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/oauthclients/oauthclients/internal/redact"
	"github.com/oauthclients/oauthclients/internal/texts"
	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file cleans errors before anybody sees them. What they mean has been decided by then, on the
// answer as it came: cleaning could take away the very word that decides.

const (
	// maxErrorBody is how much of an answer an error keeps. The rest is cut off before the secrets
	// are looked for, so that this takes no longer for a larger answer.
	maxErrorBody = 64 << 10
	// maxFields is more than any request has; an answer may name millions.
	maxFields = 100
	// maxFieldText is long enough for what is wrong with one field.
	maxFieldText = 500
)

// clean takes everything out of e that nobody may see: the values in secrets, and what is named or
// shaped like a secret.
func (e *Error) clean(secrets []string) {
	e.Message = cleanLine(e.Message, secrets, texts.MaxLine)
	e.RequestID = cleanLine(e.RequestID, secrets, maxFieldText)
	if !slices.Contains(standardCodes(), e.Code) { // a secret that is such a word is none
		e.Code = cleanLine(e.Code, secrets, maxFieldText)
	}
	e.Fields = slices.Clone(e.Fields[:min(len(e.Fields), maxFields)])
	for i, field := range e.Fields {
		e.Fields[i] = FieldError{
			cleanLine(field.Field, secrets, maxFieldText), cleanLine(field.Code, secrets, maxFieldText),
			cleanLine(field.Message, secrets, maxFieldText),
		}
	}
	e.ClientID, e.URL = cleanLine(e.ClientID, secrets, maxFieldText), cleanLine(e.URL, secrets, maxFieldText)
	e.Err = redact.Error(e.Err, secrets)
}

// cleanLine cuts a text to somewhat more than is shown, and looks for secrets in that.
func cleanLine(text string, secrets []string, length int) string {
	clean := redact.Text
	if len(text) > 2*length {
		text, clean = text[:2*length], redact.Cut
	}
	return texts.Short(string(clean([]byte(text), secrets)), length)
}

// keepBody keeps what may be shown of an answer.
func (e *Error) keepBody(answer *transport.Response, secrets []string) {
	body, clean := answer.Body, redact.Text
	if len(body) > maxErrorBody {
		body, clean = body[:maxErrorBody], redact.Cut
	}
	if answer.Broken != nil {
		clean = redact.Cut
	}
	body = clean(body, secrets)
	text := string(body[:min(len(body), maxErrorBody)]) // the marks may have made it longer
	e.body = &text
}

// standardCodes are the words of RFC 6749 sections 4.1.2.1 and 5.2, RFC 6750, RFC 7009, RFC 7591 and
// OpenID Connect Core.
func standardCodes() []string {
	return []string{
		"invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
		"unsupported_grant_type", "invalid_scope", "access_denied", "unsupported_response_type",
		"server_error", "temporarily_unavailable", "invalid_token", "insufficient_scope",
		"unsupported_token_type", "invalid_redirect_uri", "invalid_client_metadata",
		"invalid_software_statement", "unapproved_software_statement", "login_required",
		"interaction_required", "account_selection_required", "consent_required",
	}
}

// verb is the context of one verb. It remembers the calls that are made under it, for what a driver
// says after a call may repeat what was sent with it.
type verb struct {
	context.Context //nolint:containedctx // it is a context

	core *core

	mu    sync.Mutex
	calls []*sending
	few   [2]*sending // room for the calls that most verbs make
	told  []Secret    // what the driver told of
}

type verbKey struct{}

// verb begins a verb. The context and the verb are one piece of memory.
func (c *core) verb(ctx context.Context) (context.Context, *verb) {
	v := &verb{Context: ctx, core: c}
	v.calls = v.few[:0]
	return v, v
}

// Value implements [context.Context].
func (v *verb) Value(key any) any {
	if key == (verbKey{}) {
		return v
	}
	return v.Context.Value(key)
}

// verbOf is nil for a call that is not made under a verb, such as one of a native API.
func verbOf(ctx context.Context) *verb {
	v, _ := ctx.Value(verbKey{}).(*verb)
	return v
}

func (v *verb) remember(s *sending) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.calls = append(v.calls, s)
}

// Verb does the work of a native API as the core does that of the portable verbs: the error is given the
// operation and the client that it is about, "" for none, and is cleaned of what was sent under ctx and
// of what [Caller.Conceal] was told.
func (c *Caller) Verb(ctx context.Context, operation, id string, work func(ctx context.Context) error) error {
	ctx, verb := c.core.verb(ctx)
	return verb.failed(operation, id, work(ctx))
}

// Conceal keeps values out of every error of the verb under whose context a driver was called, such
// as a token that came with an answer and that a store may repeat. A native API begins one with Verb.
func (c *Caller) Conceal(ctx context.Context, values ...Secret) {
	if v := verbOf(ctx); v != nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.told = append(v.told, values...)
	}
}

func (v *verb) secrets() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	secrets := v.core.session.auth.secrets()
	for _, call := range v.calls {
		secrets = append(secrets, call.secrets()...)
	}
	for _, secret := range v.told {
		secrets = append(secrets, secret.Reveal())
	}
	return secrets
}

// failed gives an error the name of the verb and the client that it was about, "" for none, and cleans
// it on its way to the user.
func (v *verb) failed(operation, id string, err error) error {
	if err == nil {
		return nil
	}
	err = named(operation, err)
	var failed *Error
	if errors.As(err, &failed) && !failed.shared {
		v.place(failed)
		failed.ClientID = first(failed.ClientID, id)
	}
	return cleaned(err, v.secrets())
}

// place says where an error comes from that a driver has made of an answer.
func (v *verb) place(e *Error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if e.StatusCode == 0 || e.URL != "" || len(v.calls) == 0 {
		return
	}
	last := v.calls[len(v.calls)-1]
	e.Method, e.URL = last.Method, placeOf(last.URL)
}

// cleaned cleans an error that somebody else has made or put into another: a driver, a hook, a
// store. One that several goroutines have was cleaned before they got it.
func cleaned(err error, secrets []string) error {
	var inner *Error
	if errors.As(err, &inner) && !inner.shared {
		inner.clean(secrets)
	}
	if _, own := err.(*Error); own { //nolint:errorlint // another one around it is cleaned as a whole
		return err
	}
	return redact.Error(err, secrets)
}
