package dcr

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file makes the metadata of an update, which replaces the whole of a client.

// metadata are members of a client's metadata by their names.
type metadata map[string]json.RawMessage

// lay puts the changed fields over the metadata as it was last read, so that everything else
// stays: an update replaces the whole (RFC 7592 section 2.2). A cleared field is left out, as is
// what the server answered with null, which means the same. The secret need not come back (RFC 7592
// section 2.2), and where it does, a server that replaces it takes it for the old one. unseen is what
// the server does not show, and would lose.
func lay(want *oauthclients.OAuthClient, changed []string, over json.RawMessage, unseen metadata) (body providerkit.Object, err error) {
	if body, err = providerkit.ParseObject(over); err != nil {
		return body, err
	}
	wanted, err := metadataOf(want)
	if err != nil {
		return body, err
	}
	returnable(&body)
	for name, value := range unseen {
		body.Add(name, value)
	}
	typeLike(&body, &wanted)
	names := memberOf()
	for _, field := range changed {
		value := wanted.Get(names[field])
		if body.Delete(names[field]); value != nil {
			body.Add(names[field], value)
		}
	}
	matchResponses(&body, want, changed)
	return body, nil
}

// typeLike writes what was read out of another JSON type as the standard has it: there are servers
// that refuse the very list that they answer in the place of a text.
func typeLike(body, wanted *providerkit.Object) {
	for name, known := range wanted.All() {
		if value := body.Get(name); value != nil && !providerkit.IsNothing(known) && jsonType(known) != jsonType(value) {
			body.Add(name, known)
		}
	}
}

// namesIn are the names of the members of an object.
func namesIn(o *providerkit.Object) (names []string) {
	for name := range o.All() {
		names = append(names, name)
	}
	return names
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
func metadataOf(want *oauthclients.OAuthClient) (members providerkit.Object, err error) {
	text, err := json.Marshal(toWire(want))
	if err != nil {
		return members, err
	}
	return providerkit.ParseObject(text)
}

// returnable leaves what can go back to the server: nothing that only the server sets, nothing that
// stands for nothing where that is no value, and lists and objects as what they are.
func returnable(m *providerkit.Object) {
	m.Delete(output()...)
	m.DeleteFunc(func(name string, value json.RawMessage) bool {
		return name == memberSecret || string(value) == "null" || needsValue(name) && providerkit.IsNothing(value)
	})
	for _, name := range structured() {
		if value := m.Get(name); value != nil && value[0] == '"' {
			m.Add(name, unquoted(value))
		}
	}
}

// returnedWith are the names of the members of an answer that can go back.
func returnedWith(answer json.RawMessage) []string {
	members, err := providerkit.ParseObject(answer)
	if err != nil {
		return nil
	}
	returnable(&members)
	return namesIn(&members)
}

// needsValue: an empty value of the member is refused, or excludes another member.
func needsValue(name string) bool {
	return name == memberScope || name == memberJWKS || strings.HasSuffix(name, "_uri") || strings.HasPrefix(name, "tls_client_auth_")
}

// only keeps the members that somebody asked for.
func only(m *providerkit.Object, asked []string) {
	m.DeleteFunc(func(name string, _ json.RawMessage) bool {
		return name != memberID && !slices.Contains(asked, name)
	})
}

// matchResponses keeps response_types in step with grant types that were changed without them.
func matchResponses(m *providerkit.Object, want *oauthclients.OAuthClient, changed []string) {
	if !slices.Contains(changed, "GrantTypes") || slices.Contains(changed, "Extra.ResponseTypes") && len(settings(want).ResponseTypes) > 0 {
		return
	}
	if !providerkit.IsNothing(m.Get(memberResponses)) && redirects(want.GrantTypes) {
		return
	}
	m.Delete(memberResponses)
	if responses := defaultResponses(want.GrantTypes); responses != nil {
		m.Add(memberResponses, listJSON(responses))
	}
}

// emptied are the members that were to be cleared and that an answer still shows, or does not show at
// all, each with the empty value of the type that it has there. A server that merges keeps what is left
// out. It is never done to scope: there is a server that cannot read such a client any more.
func (u *update) emptied(shown json.RawMessage) metadata {
	cleared := u.cleared()
	if len(cleared) == 0 {
		return nil
	}
	members, err := providerkit.ParseObject(shown)
	if err != nil {
		return nil
	}
	for name, value := range u.unseen {
		if members.Get(name) == nil && !u.excludes(name) {
			members.Add(name, value)
		}
	}
	empty := metadata{}
	for _, name := range cleared {
		if value := members.Get(name); name != memberScope && len(value) > 0 && !providerkit.IsNothing(value) && emptyOf(value) != nil {
			empty[name] = emptyOf(value)
		}
	}
	return empty
}

// excludes: an empty value of the member must not stand beside what is sent (RFC 7591 section 2).
func (u *update) excludes(name string) bool {
	return name == memberJWKS && len(u.body.Get(memberJWKSURI)) > 0 || name == memberJWKSURI && len(u.body.Get(memberJWKS)) > 0
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
