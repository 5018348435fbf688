package dcr

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file keeps what a user has set of fields that the server stores and never answers. An update
// replaces the whole of a client, so that what is not sent again would be gone, and what nobody knows
// could not be cleared.

// enoughKept bounds what the store keeps of one client besides its handle.
const enoughKept = 64 << 10

// clone shares nothing with h.
func (h *Handle) clone() Handle {
	own := *h
	own.Members, own.NotShown = slices.Clone(h.Members), maps.Clone(h.NotShown)
	for name, value := range own.NotShown {
		own.NotShown[name] = slices.Clone(value)
	}
	return own
}

// unseen are the values of a handle that an answer does not have. What an answer has is what counts.
func (p Provider) unseen(h *Handle, answer json.RawMessage) metadata {
	if len(h.NotShown) == 0 {
		return nil
	}
	shown, err := providerkit.ParseObject(answer)
	if err != nil {
		return nil
	}
	values := metadata{}
	for name, value := range h.NotShown {
		if len(value) > 0 && shown.Get(name) == nil && p.mayHide(name) {
			values[name] = value
		}
	}
	return values
}

// mayHide: the user says so of a field. Of a member without a field nobody has seen yet that it is shown.
func (p Provider) mayHide(name string) bool {
	return !slices.Contains(writableMembers(), name) ||
		slices.ContainsFunc(p.NotShown, func(field string) bool { return memberOf()[field] == name })
}

// complete gives a client what an answer does not have of it.
func (w *wireClient) complete(unseen metadata) {
	if len(unseen) == 0 {
		return
	}
	var members providerkit.Object
	for name, value := range unseen {
		members.Add(name, value)
	}
	var known wireClient
	_, _ = providerkit.Decode(members.JSON(), &known) // what cannot be read stays empty
	whole, part := reflect.ValueOf(w).Elem(), reflect.ValueOf(&known).Elem()
	for _, field := range wireFields() {
		if len(unseen[field.member]) > 0 {
			whole.FieldByIndex(field.index).Set(part.FieldByIndex(field.index))
		}
	}
}

// noted is what is known after a write of the given members: what was sent, or what the answer has.
func (p Provider) noted(known map[string]json.RawMessage, sent *providerkit.Object, added metadata, written []string, answer json.RawMessage) map[string]json.RawMessage {
	if len(p.NotShown) == 0 && len(added) == 0 {
		return known
	}
	shown, _ := providerkit.ParseObject(answer) // it has been read already
	next := map[string]json.RawMessage{}
	maps.Copy(next, known)
	for _, field := range p.NotShown {
		name := memberOf()[field]
		value := shown.Get(name)
		if value == nil && !slices.Contains(written, name) {
			continue
		}
		if value == nil {
			value = sent.Get(name)
		}
		if delete(next, name); !providerkit.IsNothing(value) {
			next[name] = value
		}
	}
	noteAdded(next, added)
	return next
}

// noteAdded keeps the members without a field, as far as there is room. The answer to a write says nothing of
// what a read shows: there are servers that repeat in it all that was sent.
func noteAdded(known map[string]json.RawMessage, added metadata) {
	room := enoughKept
	for _, value := range known {
		room -= len(value)
	}
	for _, name := range slices.Sorted(maps.Keys(added)) {
		value := added[name]
		if delete(known, name); !providerkit.IsNothing(value) && len(value) <= room {
			known[name], room = value, room-len(value)
		}
	}
}

// unread are the noted values without those of members without a field that a read has shown: the server has
// them, and shows it when somebody else takes them away.
func unread(noted map[string]json.RawMessage, read json.RawMessage) map[string]json.RawMessage {
	if len(noted) == 0 {
		return noted
	}
	shown, _ := providerkit.ParseObject(read) // it has been read already
	next := maps.Clone(noted)
	maps.DeleteFunc(next, func(name string, _ json.RawMessage) bool {
		return shown.Get(name) != nil && !slices.Contains(writableMembers(), name)
	})
	return next
}

// sameValues compares what is known of two handles.
func sameValues(a, b map[string]json.RawMessage) bool {
	return maps.EqualFunc(a, b, func(x, y json.RawMessage) bool { return bytes.Equal(x, y) })
}

// checkNotShown refuses values that the store has no room for: to lose them later would clear them.
func (p Provider) checkNotShown(operation string, want *oauthclients.OAuthClient) error {
	if len(p.NotShown) == 0 {
		return nil
	}
	members, err := metadataOf(want)
	if err != nil {
		return failed(oauthclients.ErrInvalid, operation, "", err)
	}
	var faults []oauthclients.FieldError
	size := 0
	for _, field := range p.NotShown {
		if size += len(members.Get(memberOf()[field])); size > enoughKept {
			faults = append(faults, oauthclients.FieldError{Field: field, Code: "too_long", Message: fmt.Sprintf(
				"is not shown by the server, and is too long to be kept here: all such fields have %d bytes", enoughKept)})
			break
		}
	}
	return providerkit.InvalidFields(providerName, operation, faults)
}

// notShownFaults are those of a handle that somebody else has made.
func notShownFaults(h Handle) (faults []oauthclients.FieldError) {
	fault := func(code, message string) {
		faults = append(faults, oauthclients.FieldError{Field: "Handle.NotShown", Code: code, Message: message})
	}
	size := 0
	for _, name := range slices.Sorted(maps.Keys(h.NotShown)) {
		size += len(h.NotShown[name])
		if slices.Contains(output(), name) || name == memberSecret || name == memberID {
			fault("unknown", quoted(name)+" is no member that can be set")
		} else if !json.Valid(h.NotShown[name]) {
			fault("invalid", quoted(name)+" is not JSON")
		}
	}
	if size > enoughKept {
		fault("too_long", fmt.Sprintf("has more than %d bytes", enoughKept))
	}
	return faults
}

// writableMembers lists the members that a request may set.
func writableMembers() (names []string) {
	for _, field := range writableFields() {
		names = append(names, memberOf()[field])
	}
	return names
}
