package oauthclients

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/settings"
	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file refuses what a provider cannot take, before any request, and finds what a provider accepted and did
// not do as asked.

// kinds describes the fields of an OAuthClient that can be set.
var kinds = settings.NewKinds(reflect.TypeFor[OAuthClient](),
	"ID", "Secret", "Status", "CreatedAt", "UpdatedAt", "Extra", "AdditionalMembers")

// settings is c as a list of them.
func (c *OAuthClient) settings() settings.Client {
	list := settings.Client{Fields: reflect.ValueOf(c).Elem(), Members: c.AdditionalMembers, Raw: &c.raw}
	if !isNil(c.Extra) {
		list.Extra = settings.StructOf(c.Extra)
	}
	return list
}

// clearOutput removes what only the provider sets.
func (c *OAuthClient) clearOutput() {
	c.ID, c.Secret, c.Status = "", Secret{}, ""
	c.CreatedAt, c.UpdatedAt = time.Time{}, time.Time{}
	c.raw = rawSource{}
}

func isExtra(name string) bool { return name == "Extra" || isExtraField(name) }

func isExtraField(name string) bool { return strings.HasPrefix(name, settings.ExtraPrefix) }

func foreignExtra(provider string, extra Extra) bool {
	return !isNil(extra) && extra.Provider() != provider
}

// checkFields refuses the fields of names that the provider cannot take.
func (s *ClientsService) checkFields(operation string, writable []string, want *OAuthClient, names []string) error {
	var refused []string
	for _, name := range names {
		switch {
		case name == "GrantTypes":
			if !s.takesGrants(writable, want.GrantTypes) {
				refused = append(refused, name)
			}
		case isExtraField(name):
			// One that no verb can write is output only: Create ignores it, Update has refused
			// to edit it.
			if s.writable(name) && !slices.Contains(writable, name) {
				refused = append(refused, name)
			}
		case !slices.Contains(writable, name):
			refused = append(refused, name)
		}
	}
	if foreignExtra(s.provider, want.Extra) {
		refused = append(slices.DeleteFunc(refused, isExtra), "Extra")
	}
	if len(refused) == 0 {
		return s.checkTexts(operation, want, names)
	}
	unsupported := &UnsupportedError{Provider: s.provider, Operation: operation, Fields: refused}
	if slices.Contains(refused, "GrantTypes") && len(s.capabilities.GrantTypes) > 0 {
		unsupported.Reason = s.grantsReason(want.GrantTypes)
	}
	return unsupported
}

// checkTexts refuses what every provider would stumble over.
func (s *ClientsService) checkTexts(operation string, want *OAuthClient, names []string) error {
	list := want.settings()
	var faults []FieldError
	for _, fault := range kinds.Faults(&list, names) {
		faults = append(faults, FieldError(fault))
	}
	return invalidFields(s.provider, operation, faults)
}

func (s *ClientsService) grantsReason(asked []GrantType) string {
	if s.capabilities.FixedGrantTypes {
		return "every client has exactly " + commas(s.capabilities.GrantTypes)
	}
	return fmt.Sprintf("asked for %s; there are %s", commas(asked), commas(s.capabilities.GrantTypes))
}

// takesGrants: a fixed set can be named, not changed; otherwise each grant must be known.
func (s *ClientsService) takesGrants(writable []string, grants []GrantType) bool {
	if s.capabilities.FixedGrantTypes {
		return settings.SameSet(grants, s.capabilities.GrantTypes)
	}
	if !slices.Contains(writable, "GrantTypes") {
		return false
	}
	for _, grant := range grants {
		if !slices.Contains(s.capabilities.GrantTypes, grant) {
			return false
		}
	}
	return true
}

// fixed grant types were found equal before the request; many providers do not answer them.
func (s *ClientsService) fixed(name string) bool {
	return name == "GrantTypes" && s.capabilities.FixedGrantTypes
}

func (s *ClientsService) writable(name string) bool {
	return slices.Contains(s.capabilities.Create, name) || slices.Contains(s.capabilities.Update, name)
}

// outputEdits lists the output-only fields that differ. A field of Extra is output only if no
// verb can write it. Who replaced the Extra has not edited what is unset in the new one.
func (s *ClientsService) outputEdits(old, want *OAuthClient, replaced bool) []string {
	var names []string
	add := func(name string, differs bool) {
		if differs {
			names = append(names, name)
		}
	}
	add("ID", old.ID != want.ID)
	add("Secret", old.Secret.Reveal() != want.Secret.Reveal())
	add("Status", old.Status != want.Status)
	add("CreatedAt", !old.CreatedAt.Equal(want.CreatedAt))
	add("UpdatedAt", !old.UpdatedAt.Equal(want.UpdatedAt))
	if foreignExtra(s.provider, want.Extra) { // which is refused as a whole
		return names
	}
	a, b := old.settings(), want.settings()
	for _, name := range kinds.Changed(&a, &b) {
		if isExtraField(name) && !s.writable(name) {
			add(name, !replaced || slices.Contains(settings.SetExtra(b.Extra), name))
		}
	}
	return names
}

// samePointer is true for one Extra that was edited in place.
func samePointer(a, b Extra) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Kind() == reflect.Pointer && y.Kind() == reflect.Pointer && x.Pointer() == y.Pointer()
}

// checkMembers refuses what no provider could take, and the members that have a field.
func (s *ClientsService) checkMembers(operation string, want *OAuthClient) error {
	if len(want.AdditionalMembers) == 0 {
		return nil
	}
	if s.capabilities.Members == nil {
		return &UnsupportedError{Provider: s.provider, Operation: operation, Fields: []string{"AdditionalMembers"}}
	}
	var faults []FieldError
	for _, name := range slices.Sorted(maps.Keys(want.AdditionalMembers)) {
		field := settings.MemberPrefix + name
		modelled := func(known string) bool { return strings.EqualFold(known, name) } // as decoders read names
		switch {
		case strings.TrimSpace(name) == "":
			faults = append(faults, FieldError{field, "required", "a member must have a name"})
		case slices.ContainsFunc(s.capabilities.Members, modelled):
			faults = append(faults, FieldError{field, "modelled", "is a member that this library models: set its field"})
		case !json.Valid(want.AdditionalMembers[name]):
			faults = append(faults, FieldError{field, "invalid", "is not JSON"})
		}
	}
	return invalidFields(s.provider, operation, faults)
}

// NotAppliedError says that the provider accepted a write and ignored part of it. It comes
// inside an [*Error] of kind ErrNotApplied, beside the client as it now is.
type NotAppliedError struct {
	// ID is the client that was written.
	ID string
	// Fields are exactly the fields that did not come out as asked, by their Go names:
	// "RedirectURIs", "Extra.AllowPKCE".
	Fields []string
	// Unconfirmed are those of Fields that the provider does not show at all, so that nobody can tell
	// whether it has them. The others came back with another value.
	Unconfirmed []string
	// More are those of Fields in which the provider has all that was asked for, and more, such as
	// another grant type.
	More []string
}

// Error names the client and the fields, each with what is the matter with it.
func (e *NotAppliedError) Error() string {
	var parts []string
	add := func(what string, fields []string) {
		if len(fields) > 0 {
			parts = append(parts, what+texts.Line(strings.Join(fields, ", ")))
		}
	}
	add("was written without ", without(without(e.Fields, e.Unconfirmed), e.More))
	add("has more than was asked for in ", e.More)
	add("may or may not have what the answer does not show: ", e.Unconfirmed)
	if last := len(parts) - 1; last > 0 {
		parts[last] = "and " + parts[last]
	}
	return "client " + texts.Line(strconv.Quote(e.ID)) + " " + strings.Join(parts, ", ")
}

// without is list without the entries of other.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return slices.Contains(other, name) })
}

// Unwrap returns [ErrNotApplied].
func (e *NotAppliedError) Unwrap() error { return ErrNotApplied }

// verified compares the asked fields with what the provider has now; order does not count. notShown
// are those that the answer does not have at all.
func (s *ClientsService) verified(operation string, got, want *OAuthClient, asked, notShown []string) (*OAuthClient, error) {
	a, b := got.settings(), want.settings()
	missing, more := kinds.Missing(&a, &b, asked)
	missing = slices.DeleteFunc(missing, func(name string) bool { return s.fixed(name) || isExtraField(name) && !s.writable(name) })
	missing = append(missing, settings.MissingMembers(&a, &b)...)
	missing = without(missing, both(notShown, s.capabilities.NotShown))
	if len(missing) == 0 {
		return got, nil
	}
	return got, &Error{
		Kind: ErrNotApplied, Provider: s.provider, Operation: operation, ClientID: got.ID,
		Err: &NotAppliedError{
			ID: got.ID, Fields: missing, Unconfirmed: both(missing, notShown), More: without(both(missing, more), notShown),
		},
	}
}

// besides adds to the error of a write that was done what of the client did not come out as asked: one
// fault must not hide the other.
func (s *ClientsService) besides(operation string, err error, record *Record, want *OAuthClient, asked []string) error {
	client := clientOf(record)
	if client == nil || client.ID == "" || record.Raw == nil { // an id alone says nothing of the rest
		return err
	}
	_, other := s.verified(operation, client, want, asked, record.NotShown)
	var told, missing *NotAppliedError
	if !errors.As(other, &missing) {
		return err
	}
	if errors.As(err, &told) {
		told.Fields = append(without(told.Fields, missing.Fields), missing.Fields...)
		told.Unconfirmed = append(without(told.Unconfirmed, missing.Unconfirmed), missing.Unconfirmed...)
		told.More = append(without(told.More, missing.More), missing.More...)
		return err
	}
	if failed, own := err.(*Error); own { //nolint:errorlint // a wrapped one stays as it is
		failed.Err = errors.Join(failed.Err, missing)
		return failed
	}
	return errors.Join(err, other)
}

// both lists what is in both lists, nil if there is nothing.
func both(a, b []string) (common []string) {
	for _, name := range a {
		if slices.Contains(b, name) {
			common = append(common, name)
		}
	}
	return common
}
