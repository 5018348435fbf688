package oauthclients

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients/internal/settings"
)

// This file holds the verbs on OAuth2 clients. Each one checks its arguments, lets the driver
// speak to the provider, and compares what was asked with what was answered.

// ClientsService manages the OAuth2 clients of one account.
type ClientsService struct {
	provider     string
	capabilities Capabilities
	driver       Driver
	core         *core
}

// Create registers a client and returns it as the provider has it, with its secret where one
// is issued. Output-only fields of c are ignored, so that a client read at one provider can be
// created at another, once Extra is nil and what the other cannot take is cleared; c itself is
// not changed.
//
// An [*UnsupportedError] names fields that the provider cannot take; nothing was sent then. A
// [*NotAppliedError] comes beside the created client. If the client exists but its secret
// could not be had, the client with its ID comes beside the error. ErrOutcomeUnknown means
// that a client may exist: look with FindByName before creating again.
func (s *ClientsService) Create(ctx context.Context, c *OAuthClient) (*OAuthClient, error) {
	if c == nil {
		return nil, s.invalid("Create", "OAuthClient", "required", "must not be nil")
	}
	want, fields, err := s.creatable(c)
	if err != nil {
		return nil, err
	}
	ctx, verb := s.core.verb(ctx)
	record, err := s.driver.Create(ctx, want)
	client := clientOf(record)
	if err != nil {
		return client, verb.failed("Create", idOf(client), s.besides("Create", err, record, c, fields))
	}
	if client == nil || client.ID == "" {
		return client, &Error{Kind: ErrOutcomeUnknown, Provider: s.provider, Operation: "Create", Message: "the answer has no client id"}
	}
	return s.verified("Create", client, c, fields, record.NotShown)
}

// creatable is what the driver may bend of a client to be created, and the fields that are set.
func (s *ClientsService) creatable(c *OAuthClient) (want *OAuthClient, fields []string, err error) {
	want = c.Clone()
	want.clearOutput()
	asked := c.settings() // the caller's own: a Clone that loses something would hide it
	fields = kinds.Set(&asked)
	if err := s.checkFields("Create", s.capabilities.Create, want, fields); err != nil {
		return nil, nil, err
	}
	return want, fields, s.checkMembers("Create", want)
}

// Get returns one client; ErrNotFound if the provider knows no such id.
func (s *ClientsService) Get(ctx context.Context, id string) (*OAuthClient, error) {
	if err := s.checkID("Get", id); err != nil {
		return nil, err
	}
	ctx, verb := s.core.verb(ctx)
	record, err := s.read(ctx, id)
	if err != nil {
		return nil, verb.failed("Get", id, err)
	}
	return clientOf(record), nil
}

// Update reads a client, lets change edit it, and writes what was edited; everything else
// stays, also what this library does not know. Without an edit nothing is written; another order of
// a list, a repetition in it, or another way to write an address (RFC 3986 section 6.2) is none. A nil
// or empty list and "" clear a field.
//
// Editing an output-only field is ErrInvalid, and one that the provider cannot change an
// [*UnsupportedError]; nothing is written then. What the provider accepted but did not do is a
// [*NotAppliedError] beside the client as it now is. No provider has versions for clients: of
// two writers at the same time the later one wins.
func (s *ClientsService) Update(ctx context.Context, id string, change func(*OAuthClient)) (*OAuthClient, error) {
	if err := s.checkID("Update", id); err != nil {
		return nil, err
	}
	if change == nil {
		return nil, s.invalid("Update", "change", "required", "must not be nil")
	}
	ctx, verb := s.core.verb(ctx)
	old, err := s.read(ctx, id)
	if err != nil {
		return nil, verb.failed("Update", id, err)
	}
	want := clientOf(old).Clone()
	extra := want.Extra
	change(want)
	changed, err := s.edits(old.Client, want, !samePointer(extra, want.Extra))
	if err != nil {
		return nil, err
	}
	before, after := old.Client.settings(), want.settings()
	if len(changed) == 0 && len(settings.MissingMembers(&before, &after)) == 0 {
		return old.Client, nil
	}
	return s.write(ctx, verb, old, want, s.rewritten(&before, &after, changed))
}

func (s *ClientsService) write(ctx context.Context, verb *verb, old *Record, want *OAuthClient, changed []string) (*OAuthClient, error) {
	record, err := s.driver.Update(ctx, old, want.Clone(), changed) // the driver may bend its own
	client := clientOf(record)
	if err != nil {
		return client, verb.failed("Update", old.Client.ID, s.besides("Update", err, record, want, changed))
	}
	if client == nil {
		return nil, &Error{Kind: ErrOutcomeUnknown, Provider: s.provider, Operation: "Update", Message: "the driver gave no client"}
	}
	if !sameID(client.ID, old.Client.ID) {
		return nil, &Error{Kind: ErrOutcomeUnknown, Provider: s.provider, Operation: "Update", Message: otherClient}
	}
	return s.verified("Update", client, want, changed, record.NotShown)
}

// read never gives a nil client without an error, whoever wrote the driver, and no client that
// was not asked for: Update would write to it.
func (s *ClientsService) read(ctx context.Context, id string) (*Record, error) {
	record, err := s.driver.Get(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case record == nil || record.Client == nil:
		return nil, &Error{Kind: ErrUnavailable, Provider: s.provider, Message: "the driver gave no client"}
	case !sameID(record.Client.ID, id):
		return nil, &Error{Kind: ErrUnavailable, Provider: s.provider, Message: otherClient}
	}
	return record, nil
}

const otherClient = "the answer is about another client than the one that was asked for"

// sameID leaves out the case of ASCII letters, in which a provider may differ from what the user
// wrote: most ids are hexadecimal numbers.
func sameID(answered, asked string) bool {
	ascii := !strings.ContainsFunc(asked, func(r rune) bool { return r > unicode.MaxASCII })
	return answered == asked || ascii && len(answered) == len(asked) && strings.EqualFold(answered, asked)
}

// edits lists the edited fields, and refuses those that cannot be written.
func (s *ClientsService) edits(old, want *OAuthClient, replaced bool) ([]string, error) {
	if edited := s.outputEdits(old, want, replaced); len(edited) > 0 {
		faults := make([]FieldError, len(edited))
		for i, field := range edited {
			faults[i] = FieldError{field, "output_only", "is set by the provider and cannot be edited"}
		}
		return nil, invalidFields(s.provider, "Update", faults)
	}
	before, after := old.settings(), want.settings()
	changed := slices.DeleteFunc(kinds.Changed(&before, &after), func(name string) bool {
		return isExtraField(name) && !s.writable(name) // unset in a new Extra
	})
	if err := s.checkFields("Update", s.capabilities.Update, want, changed); err != nil {
		return nil, err
	}
	return changed, s.checkMembers("Update", want)
}

// rewritten adds to the edits what is to be written in another way, where the provider takes it.
func (s *ClientsService) rewritten(old, want *settings.Client, changed []string) []string {
	for _, name := range kinds.Rewritten(old, want) {
		if slices.Contains(s.capabilities.Update, name) {
			changed = append(changed, name)
		}
	}
	return changed
}

// Delete removes a client for good, with every step that the vendor needs for it. ErrNotFound
// if there was none; a client that is found missing after an attempt of this call that may
// have removed it counts as removed. The very client that the program signs in with is ErrConflict, unless
// [WithSelfManagement] says so.
func (s *ClientsService) Delete(ctx context.Context, id string) error {
	if err := s.checkEnd("Delete", id); err != nil {
		return err
	}
	ctx, verb := s.core.verb(ctx)
	return verb.failed("Delete", id, s.driver.Delete(ctx, id))
}

// RegenerateSecret issues a new secret; the old one stops working. It matches
// [errors.ErrUnsupported], without a request, where the provider has no such call.
// ErrOutcomeUnknown means that the old secret may already be dead. The very client that the program signs in
// with is ErrConflict, unless [WithSelfManagement] says so: the next token would be refused.
func (s *ClientsService) RegenerateSecret(ctx context.Context, id string) (Secret, error) {
	if err := s.checkEnd("RegenerateSecret", id); err != nil {
		return Secret{}, err
	}
	if !s.capabilities.RegenerateSecret {
		return Secret{}, s.noNewSecret(ctx, id)
	}
	ctx, verb := s.core.verb(ctx)
	secret, err := s.driver.RegenerateSecret(ctx, id)
	if err == nil && secret.IsZero() {
		err = &Error{Kind: ErrOutcomeUnknown, Provider: s.provider, Message: "the answer has no secret"}
	}
	return secret, verb.failed("RegenerateSecret", id, err)
}

// noNewSecret has the provider's reason, if it knows one for this client.
func (s *ClientsService) noNewSecret(ctx context.Context, id string) error {
	unsupported := &UnsupportedError{Provider: s.provider, Operation: "RegenerateSecret"}
	if why := s.core.connection.WhyNoNewSecret; why != nil {
		unsupported.Reason = why(ctx, id)
	}
	return unsupported
}

// checkID keeps ids out of the URL that would lead somewhere else: an empty one would turn
// "delete this" into "delete all" at one vendor, dots would climb up the path.
func (s *ClientsService) checkID(operation, id string) error {
	switch {
	case strings.TrimSpace(id) == "":
		return s.invalid(operation, "ID", "required", "must not be empty")
	case id == "." || id == "..":
		return s.invalid(operation, "ID", "invalid", "must not be a dot segment")
	}
	return nil
}

// checkEnd keeps a program from ending its own credential: it would find out with its next token.
func (s *ClientsService) checkEnd(operation, id string) error {
	if err := s.checkID(operation, id); err != nil {
		return err
	}
	own, known := issuedTo(s.core.session.auth)
	if !known || s.core.selfManaged || !sameID(own.ClientID, id) {
		return nil
	}
	return &Error{
		Kind: ErrConflict, Provider: s.provider, Operation: operation, ClientID: id,
		Message: "this is the client that the program itself signs in with; WithSelfManagement allows it",
	}
}

func (s *ClientsService) invalid(operation, field, code, message string) error {
	return invalidFields(s.provider, operation, []FieldError{{field, code, message}})
}

// idOf is "" for no client.
func idOf(c *OAuthClient) string {
	if c == nil {
		return ""
	}
	return c.ID
}

// named gives an error the verb that the user called, where a driver needed another call for
// it. Errors of getting a token or of discovery keep their own: goroutines may share them.
func named(operation string, err error) error {
	var failed *Error
	if errors.As(err, &failed) && !failed.shared {
		failed.Operation = operation
	}
	if unsupported, ok := err.(*UnsupportedError); ok && unsupported.Operation != opToken { //nolint:errorlint // a wrapped one stays as it is
		own := *unsupported
		own.Operation = operation
		return &own
	}
	return err
}
