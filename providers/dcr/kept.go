package dcr

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file keeps the secret of a client, which many servers tell once: in the answer to its registration, or
// to an update that renews it.

// secretOf is the secret that an answer has, otherwise the one that the server told before. A public client
// has none, whatever it had.
func (h *Handle) secretOf(shown *wireClient) oauthclients.Secret {
	if !shown.Secret.IsZero() || shown.TokenEndpointAuthMethod == string(oauthclients.ClientAuthNone) {
		return shown.Secret
	}
	return h.secret()
}

// secret is the one that is kept.
func (h *Handle) secret() oauthclients.Secret {
	if h.Registration.IsZero() {
		return oauthclients.Secret{}
	}
	text := []byte(h.Registration.Reveal())
	var plain struct {
		Secret string `json:"client_secret"`
	}
	if json.Unmarshal(text, &plain) == nil {
		return oauthclients.NewSecret(plain.Secret)
	}
	var got clientAnswer
	if got.UnmarshalJSON(text) != nil {
		return oauthclients.Secret{}
	}
	return got.client.Secret
}

// secrets are what no error may repeat. Of the registration it is what is secret in it, where that can be read:
// its other values are the id and the addresses of the client, and its names the words of every error.
func (h *Handle) secrets() []oauthclients.Secret {
	var got clientAnswer
	if h.Registration.IsZero() || got.UnmarshalJSON([]byte(h.Registration.Reveal())) != nil {
		return []oauthclients.Secret{h.Token, h.Registration}
	}
	return []oauthclients.Secret{h.Token, got.client.Secret, oauthclients.NewSecret(got.handle.Token)}
}

// brought is what an answer has brought.
type brought struct {
	got    *clientAnswer
	secret oauthclients.Secret // the answer's own, or the one that is kept
	answer json.RawMessage
}

// lost: the server gave a part of the handle that is not there any more.
func (h *Handle) lost() bool {
	var gave struct {
		URI   json.RawMessage `json:"registration_client_uri"`
		Token json.RawMessage `json:"registration_access_token"`
	}
	if json.Unmarshal([]byte(h.Registration.Reveal()), &gave) != nil {
		return false
	}
	return h.URI == "" && !providerkit.IsNothing(gave.URI) || h.Token.IsZero() && !providerkit.IsNothing(gave.Token)
}

// after is what is kept after an update.
func (h *Handle) after(b brought) oauthclients.Secret {
	if b.got.handle.ID == "" {
		return h.Registration
	}
	if b.got.client.Secret.IsZero() {
		b.answer = withSecret(b.answer, b.secret)
	}
	return oauthclients.NewSecret(kept(b.got, b.answer))
}

// withSecret puts a secret into an answer that has none, or a hash or a mask in its place.
func withSecret(answer json.RawMessage, secret oauthclients.Secret) json.RawMessage {
	if mentions(answer, memberSecret) {
		members, err := providerkit.ParseObject(answer)
		if err != nil {
			return answer // out of reach: it has been read
		}
		members.Delete(memberSecret)
		answer = members.JSON()
	}
	if secret.IsZero() {
		return answer
	}
	_, rest, _ := bytes.Cut(answer, []byte("{")) // an object with the id at least
	return slices.Concat([]byte(`{"`+memberSecret+`":`), quotedJSON(secret.Reveal()), []byte(","), rest)
}
