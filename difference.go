package oauthclients

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file compares what is there with what is wanted, and makes the one of the other.

// Difference is a setting that two clients have with different values.
type Difference struct {
	// Field is its name: "RedirectURIs", "Extra.AllowPKCE", "AdditionalMembers.ipAllowList"; "Extra" for
	// the settings of two providers.
	Field string
	// Have and Want are the values, of the field's own type; JSON ([json.RawMessage]) for members, and nil
	// for a pointer or a member that is not there. They are copies. What is secret in JSON is left out, the
	// private members of keys (RFC 7518 section 6) too.
	Have, Want any
}

// String says it on one line: RedirectURIs: ["https://a.example/cb"] -> [].
func (d Difference) String() string {
	return texts.Line(d.Field + ": " + valueText(d.Have) + " -> " + valueText(d.Want))
}

// valueText writes a value as people know it from JSON, and a duration as 1h0m0s.
func valueText(value any) string {
	switch value := value.(type) {
	case nil:
		return "nothing"
	case json.RawMessage:
		if len(value) == 0 {
			return "nothing"
		}
		return string(value)
	case fmt.Stringer:
		return value.String()
	case []string:
		if len(value) == 0 {
			return "[]"
		}
	case []GrantType:
		if len(value) == 0 {
			return "[]"
		}
	}
	text, err := encode(value)
	if err != nil {
		return "a value that cannot be written"
	}
	return string(text)
}

// Diff lists the settings that two clients have with different values, in the order of the fields. Who
// manages some of them alone names those. A nil client has none.
//
// It compares as Update does: lists have no order, but for those of an Extra whose order means something;
// JSON and addresses are compared by what they mean (RFC 3986 section 6.2); nothing is nothing, however it is
// written. What only a provider sets, such as ID, Secret and Status, is no setting. Members are compared if one
// of the two has them in AdditionalMembers; what the other one has of them is read from its Raw.
func Diff(have, want *OAuthClient, fields ...string) []Difference {
	if have == nil {
		have = &OAuthClient{}
	}
	if want == nil {
		want = &OAuthClient{}
	}
	a, b := have.settings(), want.settings()
	found := kinds.Differences(&a, &b, fields)
	all := make([]Difference, len(found))
	for i, difference := range found {
		all[i] = Difference(difference)
	}
	return all
}

// Ensure makes the client of that name be as change leaves it, and returns it with what was different before.
// change edits an empty client if there is none of that name, otherwise the one that was read, so that it can
// clear a field and say false. Without a difference nothing is written. Who has an id uses Update.
//
// Names are not unique at any provider: several of that name are ErrConflict, and nothing is written. Two
// programs that ensure the same name at the same time can both create. The errors of a write are those of
// [ClientsService.Create] and [ClientsService.Update], beside the client and the differences: after
// ErrOutcomeUnknown Ensure can be called again, since it looks first.
func (s *ClientsService) Ensure(ctx context.Context, name string, change func(*OAuthClient)) (*OAuthClient, []Difference, error) {
	switch {
	case name == "":
		return nil, nil, s.invalid(opEnsure, "Name", "required", "must not be empty")
	case change == nil:
		return nil, nil, s.invalid(opEnsure, "change", "required", "must not be nil")
	}
	found, err := s.FindByName(ctx, name)
	switch {
	case err != nil:
		return nil, nil, named(opEnsure, err)
	case len(found) > 1:
		return nil, nil, &Error{
			Kind: ErrConflict, Provider: s.provider, Operation: opEnsure,
			Message: strconv.Itoa(len(found)) + " clients have the name " + texts.Line(strconv.Quote(name)) + ": use Update with the id of one",
		}
	case len(found) == 1:
		return s.ensured(ctx, found[0].ID, name, change)
	}
	want := &OAuthClient{Name: name}
	change(want)
	if want.Name != name {
		return nil, nil, s.invalid(opEnsure, "Name", "invalid", renames)
	}
	client, err := s.Create(ctx, want)
	return client, Diff(nil, want), named(opEnsure, err)
}

const (
	opEnsure = "Ensure"
	renames  = "must stay the one that is looked for: Update renames a client"
)

// ensured is Ensure for a client that is there.
func (s *ClientsService) ensured(ctx context.Context, id, name string, change func(*OAuthClient)) (*OAuthClient, []Difference, error) {
	var differences []Difference
	renamed := false
	client, err := s.Update(ctx, id, func(c *OAuthClient) {
		before := c.Clone()
		change(c)
		if renamed = c.Name != name; renamed { // written by nobody
			*c = *before
			return
		}
		differences = Diff(before, c)
	})
	if renamed {
		return nil, nil, s.invalid(opEnsure, "Name", "invalid", renames)
	}
	return client, differences, named(opEnsure, err)
}

// Check finds what is wrong with a client that Create is to make, as far as that can be found without a
// request: it is the error that Create would return before its first one. nil says that the provider has the
// last word.
func (s *ClientsService) Check(want *OAuthClient) error {
	if want == nil {
		return s.invalid("Create", "OAuthClient", "required", "must not be nil")
	}
	own, _, err := s.creatable(want)
	if checker, checks := s.driver.(Checker); err == nil && checks {
		err = checker.CheckCreate(own)
	}
	return named("Create", cleaned(err, nil))
}

// CheckUpdate is Check for an Update that makes want of have, a client as it was read.
func (s *ClientsService) CheckUpdate(have, want *OAuthClient) error {
	if have == nil || want == nil {
		return s.invalid("Update", "OAuthClient", "required", "must not be nil")
	}
	changed, err := s.edits(have, want, !samePointer(have.Extra, want.Extra))
	if checker, checks := s.driver.(Checker); err == nil && checks {
		err = checker.CheckUpdate(&Record{Client: have.Clone(), Raw: have.raw.Whole()}, want.Clone(), changed)
	}
	return named("Update", cleaned(err, nil))
}
