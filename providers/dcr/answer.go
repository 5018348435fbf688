package dcr

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file reads what a server says of one client. What comes once is read whatever the rest is worth.

// wireHandle is what every answer may have of the handle (RFC 7592 section 3).
type wireHandle struct{ ID, URI, Token string }

// clientAnswer is an answer about the client asked, "" for a new one.
type clientAnswer struct {
	asked  string
	handle wireHandle
	client wireClient
	// odd are the fields whose members cannot be read.
	odd []string
	// refused is the error that an answer has in place of a client.
	refused *refusal
}

// wholeClient is all that is read of an answer.
type wholeClient struct {
	wireClient

	URI   string `json:"registration_client_uri"`
	Token string `json:"registration_access_token"`
}

var (
	errNoID        = errors.New("the answer has no client_id")
	errNoObject    = errors.New("the answer is no client")
	errOtherClient = errors.New("the answer is about another client than the one that was asked for")
)

// UnmarshalJSON implements [json.Unmarshaler]. What is said of another client is not taken, its
// handle least of all.
func (a *clientAnswer) UnmarshalJSON(body []byte) error {
	var whole wholeClient
	unread, err := providerkit.Decode(body, &whole)
	if err != nil && json.Valid(body) {
		return fmt.Errorf("%w: %w", errNoObject, err)
	}
	if err != nil {
		return err
	}
	for _, member := range unread {
		a.odd = append(a.odd, fieldOf(member))
	}
	a.client, a.handle = whole.wireClient, wireHandle{ID: whole.ID, URI: whole.URI, Token: whole.Token}
	a.readKeys()
	switch {
	case a.handle.ID == "" && a.handle.Token == "" && a.client.Secret.IsZero():
		if a.refused = refusalIn(body); a.refused != nil {
			return a.refused
		}
	case a.asked != "" && a.handle.ID != "" && a.handle.ID != a.asked:
		return errOtherClient
	}
	if a.asked != "" {
		a.client.Secret = providerkit.ShownSecret(a.client.Secret)
	}
	return nil
}

// readKeys takes a JWK Set that is one, and none for none.
func (a *clientAnswer) readKeys() {
	keys := a.client.JWKS
	if len(keys) == 0 {
		return
	}
	a.client.JWKS = nil
	if providerkit.IsNothing(keys) {
		return
	}
	if keys = unquoted(keys); keys[0] != '{' { // the decoder cuts white space off
		a.odd = append(a.odd, "Extra.JWKS")
		return
	}
	a.client.JWKS = keys
}

// record is the client of an answer with the given body.
func (a *clientAnswer) record(body json.RawMessage, manageable bool) *oauthclients.Record {
	client := fromWire(&a.client)
	ExtraOf(client).Manageable = manageable
	return &oauthclients.Record{Client: client, Raw: body}
}

// notShown are the fields that a user has set and that an answer does not have.
func notShown(wanted *wireClient, want *oauthclients.OAuthClient, answer json.RawMessage) (fields []string) {
	whole := reflect.ValueOf(wanted).Elem()
	for _, field := range wireFields() {
		if !whole.FieldByIndex(field.index).IsZero() && !mentions(answer, field.member) {
			fields = append(fields, field.name)
		}
	}
	return append(fields, membersNotShown(want, answer)...)
}

func membersNotShown(want *oauthclients.OAuthClient, answer json.RawMessage) (fields []string) {
	for name := range want.AdditionalMembers {
		if !mentions(answer, name) {
			fields = append(fields, additionalMembers+name)
		}
	}
	return fields
}

// mentions reports whether an answer may have a member. It is no more than a look, for it is asked about
// each field of every write.
func mentions(answer json.RawMessage, member string) bool {
	for rest := answer; ; {
		at := bytes.IndexByte(rest, '"')
		if at < 0 {
			return false
		}
		if rest = rest[at+1:]; len(rest) > len(member) && rest[len(member)] == '"' && string(rest[:len(member)]) == member {
			return true
		}
	}
}

const additionalMembers = "AdditionalMembers."

// wireField is a field with a member.
type wireField struct {
	name, member string
	index        []int
}

// fieldOf is the field that a member stands for, by the name that errors have for it.
func fieldOf(member string) string {
	switch member {
	case memberClientURI:
		return "URI"
	case memberAccessToken:
		return "Token"
	}
	for _, field := range wireFields() {
		if field.member == member {
			return field.name
		}
	}
	return member
}

// memberNameOf is the member that a field stands for, "" for none.
func memberNameOf(field reflect.StructField) string {
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	return strings.TrimPrefix(name, "-")
}

// fieldName is the name of a field in errors: "Name", or "Extra.JWKS".
func fieldName(field reflect.StructField) string {
	if _, isExtra := reflect.TypeFor[Extra]().FieldByName(field.Name); isExtra {
		return "Extra." + field.Name
	}
	return field.Name
}

// wireFields are those of a client on the wire. Nobody changes them.
var wireFields = sync.OnceValue(func() (fields []wireField) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[wireClient]()) {
		if member := memberNameOf(field); member != "" {
			fields = append(fields, wireField{fieldName(field), member, field.Index})
		}
	}
	return fields
})

// registered is a client that the server does not show any more: what the store has kept of it.
func (d *driver) registered(h *Handle) (*oauthclients.Record, error) {
	body := json.RawMessage(h.Registration.Reveal())
	var got clientAnswer
	if len(body) == 0 || got.UnmarshalJSON(body) != nil || got.handle.ID != h.ClientID {
		text, err := json.Marshal(map[string]string{memberID: h.ClientID})
		if err != nil {
			return nil, err
		}
		body, got = text, clientAnswer{client: wireClient{ID: h.ClientID}}
	}
	got.client.complete(d.provider.unseen(h, body))
	return got.record(body, false), nil
}

// kept is what the store keeps of a registration: the answer, or of an endless one the members that have
// a field.
func kept(got *clientAnswer, body json.RawMessage) string {
	if len(body) > enoughKept {
		body, _ = json.Marshal(got.essence(body)) // valid JSON never fails
	}
	return strings.ToValidUTF8(string(body), "\uFFFD")
}

// essence is the id and the secret, and of the other members that have a field those that fit, in the
// order of their fields.
func (a *clientAnswer) essence(body json.RawMessage) metadata {
	members, _ := providerkit.ParseObject(body) // it has been read already
	essence := metadata{memberID: quotedJSON(a.handle.ID), memberSecret: quotedJSON(a.client.Secret.Reveal())}
	room := enoughKept
	for _, field := range wireFields() {
		value := members.Find(field.member)
		size := len(field.member) + len(value) + len(`"":,`)
		if providerkit.IsNothing(value) || essence[field.member] != nil || size > room {
			continue
		}
		room -= size
		essence[field.member] = value
	}
	return essence
}

// oddOf is nil if everything in the answer can be read.
func oddOf(got *clientAnswer) error {
	if len(got.odd) == 0 {
		return nil
	}
	return notApplied(opCreate, "the client exists, but not all that the server says of it can be read", got.handle.ID, got.odd)
}

// lackOf is nil unless the client was to prove who it is with a secret that it was not given.
func lackOf(got, want *oauthclients.OAuthClient) error {
	if !got.Secret.IsZero() || !needsSecret(settings(got).TokenEndpointAuthMethod, settings(want).TokenEndpointAuthMethod) {
		return nil
	}
	return providerkit.CreatedWithoutSecret(providerName, got.ID, nil)
}

// needsSecret goes by the first method that is known; the standard's default is client_secret_basic.
func needsSecret(methods ...string) bool {
	for _, method := range methods {
		if method != "" {
			return slices.Contains([]string{"client_secret_basic", "client_secret_post", "client_secret_jwt"}, method)
		}
	}
	return true
}

// membersOf are the names of the members that a user has set.
func membersOf(want *oauthclients.OAuthClient) ([]string, error) {
	members, err := metadataOf(want)
	if err != nil {
		return nil, err
	}
	names := slices.AppendSeq(namesIn(&members), maps.Keys(want.AdditionalMembers))
	slices.Sort(names)
	return names, nil
}
