package oauthclients

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
)

// This file lets a program send members of a provider's JSON that this library does not model.

const additionalMembers = "AdditionalMembers"

// checkMembers refuses what no provider could take, and the members that have a field.
func (s *ClientsService) checkMembers(operation string, want *OAuthClient) error {
	if len(want.AdditionalMembers) == 0 {
		return nil
	}
	if s.capabilities.Members == nil {
		return &UnsupportedError{Provider: s.provider, Operation: operation, Fields: []string{additionalMembers}}
	}
	var faults []FieldError
	for _, name := range slices.Sorted(maps.Keys(want.AdditionalMembers)) {
		field := memberField(name)
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
	return InvalidFields(s.provider, operation, faults)
}

func memberField(name string) string { return additionalMembers + "." + name }

// missingMembers lists the members that the provider does not have as they were asked for. One
// that was asked to be null may be absent as well.
func missingMembers(got, want *OAuthClient) []string {
	if len(want.AdditionalMembers) == 0 {
		return nil
	}
	var has map[string]json.RawMessage
	_ = json.Unmarshal(got.raw.whole(), &has) // without it none is there
	var missing []string
	for _, name := range slices.Sorted(maps.Keys(want.AdditionalMembers)) {
		if !sameJSON(has[name], want.AdditionalMembers[name]) {
			missing = append(missing, memberField(name))
		}
	}
	return missing
}

// withMembers adds members to a JSON object.
func withMembers(object []byte, added map[string]json.RawMessage) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(object, &members); err != nil || members == nil {
		return nil, errors.New("members can be added to a JSON object only")
	}
	maps.Copy(members, added)
	return encode(members)
}

func cloneMembers(members map[string]json.RawMessage) map[string]json.RawMessage {
	if members == nil {
		return nil
	}
	clone := make(map[string]json.RawMessage, len(members))
	for name, value := range members {
		clone[name] = slices.Clone(value)
	}
	return clone
}
