package oauthclients

import (
	"fmt"
	"reflect"
	"slices"
	"time"
)

// This file compares two clients field by field: what was set, what was edited, and what did
// not come out as asked.

// field is one portable field. What it does is made for its type, so that comparing clients
// copies nothing.
type field struct {
	name string
	// isSet: the field holds something.
	isSet func(*OAuthClient) bool
	// same compares the values, in order and number too.
	same func(a, b *OAuthClient) bool
	// alike compares what the values mean: lists whatever the order and the number of their entries,
	// addresses as RFC 3986 has it.
	alike func(a, b *OAuthClient) bool
	// more: a has all that b has, and more.
	more func(a, b *OAuthClient) bool
	// faults are those of the texts that it holds.
	faults func(*OAuthClient) []FieldError
}

var portableFields = []field{
	textField("Name", func(c *OAuthClient) string { return c.Name }),
	textField("Description", func(c *OAuthClient) string { return c.Description }),
	urlsField("RedirectURIs", func(c *OAuthClient) []string { return c.RedirectURIs }),
	urlsField("PostLogoutRedirectURIs", func(c *OAuthClient) []string { return c.PostLogoutRedirectURIs }),
	urlsField("AllowedOrigins", func(c *OAuthClient) []string { return c.AllowedOrigins }),
	listField("GrantTypes", func(c *OAuthClient) []GrantType { return c.GrantTypes }),
	listField("Scopes", func(c *OAuthClient) []string { return c.Scopes }),
	urlField("ClientURI", func(c *OAuthClient) string { return c.ClientURI }),
	urlField("LogoURI", func(c *OAuthClient) string { return c.LogoURI }),
	urlField("PolicyURI", func(c *OAuthClient) string { return c.PolicyURI }),
	urlField("TermsURI", func(c *OAuthClient) string { return c.TermsURI }),
}

func textField(name string, text func(*OAuthClient) string) field {
	same := func(a, b *OAuthClient) bool { return text(a) == text(b) }
	return field{
		name:   name,
		isSet:  func(c *OAuthClient) bool { return text(c) != "" },
		same:   same,
		alike:  same,
		more:   func(_, _ *OAuthClient) bool { return false },
		faults: func(c *OAuthClient) []FieldError { return textFaults(name, text(c)) },
	}
}

func listField[T ~string](name string, list func(*OAuthClient) []T) field {
	return field{
		name:   name,
		isSet:  func(c *OAuthClient) bool { return len(list(c)) > 0 },
		same:   func(a, b *OAuthClient) bool { return slices.Equal(list(a), list(b)) },
		alike:  func(a, b *OAuthClient) bool { return sameSet(list(a), list(b)) },
		more:   func(a, b *OAuthClient) bool { return hasAll(list(a), list(b)) },
		faults: func(c *OAuthClient) []FieldError { return listFaults(name, list(c)) },
	}
}

func urlField(name string, text func(*OAuthClient) string) field {
	f := textField(name, text)
	f.alike = func(a, b *OAuthClient) bool { return sameURL(text(a), text(b)) }
	return f
}

func urlsField(name string, list func(*OAuthClient) []string) field {
	f := listField(name, list)
	f.alike = func(a, b *OAuthClient) bool { return sameURLs(list(a), list(b)) }
	f.more = func(a, b *OAuthClient) bool { return hasAll(normalURLs(list(a)), normalURLs(list(b))) }
	return f
}

// clearOutput removes what only the provider sets.
func (c *OAuthClient) clearOutput() {
	c.ID, c.Secret, c.Status = "", Secret{}, ""
	c.CreatedAt, c.UpdatedAt = time.Time{}, time.Time{}
	c.raw = rawSource{}
}

// setFields lists the fields of c that hold something, those of Extra as "Extra.Name".
func setFields(c *OAuthClient) []string {
	names := make([]string, 0, len(portableFields))
	for _, f := range portableFields {
		if f.isSet(c) {
			names = append(names, f.name)
		}
	}
	return append(names, setExtra(c.Extra)...)
}

// changedFields lists the fields that mean something else than before.
func changedFields(old, want *OAuthClient) []string {
	var names []string
	for _, f := range portableFields {
		if !f.alike(old, want) {
			names = append(names, f.name)
		}
	}
	return append(names, changedExtra(old.Extra, want.Extra, extraField.alike)...)
}

// rewrittenFields lists those that mean the same and are written in another way, such as a list in
// another order. That alone is no edit, but where something is written it is written so.
func rewrittenFields(old, want *OAuthClient) []string {
	var names []string
	for _, f := range portableFields {
		if !f.same(old, want) && f.alike(old, want) {
			names = append(names, f.name)
		}
	}
	for _, name := range changedExtra(old.Extra, want.Extra, extraField.same) {
		if !slices.Contains(changedExtra(old.Extra, want.Extra, extraField.alike), name) {
			names = append(names, name)
		}
	}
	return names
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
	if !foreignExtra(s.provider, want.Extra) { // which is refused as a whole
		set := setExtra(want.Extra)
		for _, name := range changedExtra(old.Extra, want.Extra, extraField.alike) {
			add(name, name != "Extra" && !s.writable(name) && (!replaced || slices.Contains(set, name)))
		}
	}
	return names
}

// samePointer is true for one Extra that was edited in place.
func samePointer(a, b Extra) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Kind() == reflect.Pointer && y.Kind() == reflect.Pointer && x.Pointer() == y.Pointer()
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
		return s.checkEntries(operation, want, names)
	}
	unsupported := &UnsupportedError{Provider: s.provider, Operation: operation, Fields: refused}
	if slices.Contains(refused, "GrantTypes") && len(s.capabilities.GrantTypes) > 0 {
		unsupported.Reason = s.grantsReason(want.GrantTypes)
	}
	return unsupported
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
		return sameSet(grants, s.capabilities.GrantTypes)
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

func (s *ClientsService) writable(name string) bool {
	return slices.Contains(s.capabilities.Create, name) || slices.Contains(s.capabilities.Update, name)
}
