package dcr

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
)

// This file makes the metadata of an update, which replaces the whole of a client.

// metadata is the whole of a client's metadata by the names of its members.
type metadata map[string]json.RawMessage

// lay puts the changed fields over the metadata as it was last read, so that everything else
// stays: an update replaces the whole (RFC 7592 section 2.2). A cleared field is left out, as is
// what the server answered with null, which means the same. The secret need not come back (RFC 7592
// section 2.2), and where it does, a server that replaces it takes it for the old one. unseen is what
// the server does not show, and would lose.
func lay(want *oauthclients.OAuthClient, changed []string, over json.RawMessage, unseen metadata) (metadata, error) {
	var members metadata
	if err := decode(over, &members); err != nil {
		return nil, err
	}
	wanted, err := metadataOf(want)
	if err != nil {
		return nil, err
	}
	members.returnable()
	maps.Copy(members, unseen)
	members.typedLike(wanted)
	names := memberOf()
	for _, field := range changed {
		delete(members, names[field])
		if value, set := wanted[names[field]]; set {
			members[names[field]] = value
		}
	}
	members.matchResponses(want, changed)
	return members, nil
}

// typedLike writes what was read out of another JSON type as the standard has it: there are servers
// that refuse the very list that they answer in the place of a text.
func (m metadata) typedLike(wanted metadata) {
	for name, value := range m {
		if known, read := wanted[name]; read && !isNothing(known) && jsonType(known) != jsonType(value) {
			m[name] = known
		}
	}
}

// jsonType tells texts, lists, objects, and everything else apart.
func jsonType(value json.RawMessage) byte {
	value = bytes.TrimSpace(value)
	if len(value) > 0 && strings.IndexByte(`"[{`, value[0]) >= 0 {
		return value[0]
	}
	return 0
}

// metadataOf is what a user has set.
func metadataOf(want *oauthclients.OAuthClient) (members metadata, err error) {
	text, err := json.Marshal(toWire(want))
	if err == nil {
		err = json.Unmarshal(text, &members)
	}
	return members, err
}

// returnable leaves what can go back to the server: nothing that only the server sets, nothing that
// stands for nothing where that is no value, and lists and objects as what they are.
func (m metadata) returnable() {
	maps.DeleteFunc(m, func(name string, value json.RawMessage) bool {
		return slices.Contains(output(), name) || name == memberSecret || string(value) == "null" || needsValue(name) && isNothing(value)
	})
	for _, name := range structured() {
		if value, found := m[name]; found {
			m[name] = unquoted(value)
		}
	}
}

// returnedWith are the names of the members of an answer that can go back.
func returnedWith(answer json.RawMessage) []string {
	var members metadata
	if decode(answer, &members) != nil {
		return nil
	}
	members.returnable()
	return slices.Sorted(maps.Keys(members))
}

// needsValue: an empty value of the member is refused, or excludes another member.
func needsValue(name string) bool {
	return name == memberScope || name == memberJWKS || strings.HasSuffix(name, "_uri") || strings.HasPrefix(name, "tls_client_auth_")
}

// only keeps the members that somebody asked for.
func (m metadata) only(asked []string) metadata {
	maps.DeleteFunc(m, func(name string, _ json.RawMessage) bool {
		return name != memberID && !slices.Contains(asked, name)
	})
	return m
}

// matchResponses keeps response_types in step with grant types that were changed without them.
func (m metadata) matchResponses(want *oauthclients.OAuthClient, changed []string) {
	if !slices.Contains(changed, "GrantTypes") || slices.Contains(changed, "Extra.ResponseTypes") && len(settings(want).ResponseTypes) > 0 {
		return
	}
	if value, found := m[memberResponses]; found && !isNothing(value) && redirects(want.GrantTypes) {
		return
	}
	delete(m, memberResponses)
	if responses := defaultResponses(want.GrantTypes); responses != nil {
		m[memberResponses] = listJSON(responses)
	}
}

// emptied are the members that were to be cleared and that an answer still shows, or does not show at
// all, each with the empty value of the type that it has there. A server that merges keeps what is left
// out. It is never done to scope: there is a server that cannot read such a client any more.
func (u *update) emptied(shown json.RawMessage) metadata {
	cleared := u.cleared()
	var members metadata
	if len(cleared) == 0 || decode(shown, &members) != nil {
		return nil
	}
	for name, value := range u.unseen {
		if members[name] == nil && !u.body.excludes(name) {
			members[name] = value
		}
	}
	empty := metadata{}
	for _, name := range cleared {
		if value := members[name]; name != memberScope && len(value) > 0 && !isNothing(value) && emptyOf(value) != nil {
			empty[name] = emptyOf(value)
		}
	}
	return empty
}

// excludes: an empty value of the member must not stand beside what is sent (RFC 7591 section 2).
func (m metadata) excludes(name string) bool {
	return name == memberJWKS && len(m[memberJWKSURI]) > 0 || name == memberJWKSURI && len(m[memberJWKS]) > 0
}

// emptyOf is nil for a value without an empty one of its type.
func emptyOf(value json.RawMessage) json.RawMessage {
	switch value[0] {
	case '"':
		return json.RawMessage(`""`)
	case '[':
		return json.RawMessage("[]")
	case '{':
		return json.RawMessage("{}")
	case 't':
		return json.RawMessage("false")
	}
	return nil
}

// structured lists the members that are lists or objects. Nobody changes it.
var structured = sync.OnceValue(func() (names []string) {
	for _, field := range wireFields() {
		if field.member != memberScope && reflect.TypeFor[wireClient]().FieldByIndex(field.index).Type.Kind() == reflect.Slice {
			names = append(names, field.member)
		}
	}
	return names
})
