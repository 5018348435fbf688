package dcr

import (
	"encoding/json"

	"github.com/oauthclients/oauthclients"
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
	var got clientAnswer
	if h.Registration.IsZero() || got.UnmarshalJSON([]byte(h.Registration.Reveal())) != nil {
		return oauthclients.Secret{}
	}
	return got.client.Secret
}

// after is what is kept after an update that was answered with got.
func (h *Handle) after(got *clientAnswer, answer json.RawMessage) oauthclients.Secret {
	if got.handle.ID == "" {
		return h.Registration
	}
	if !got.client.Secret.IsZero() {
		return oauthclients.NewSecret(kept(got, answer))
	}
	members, err := membersIn(answer)
	if err != nil {
		return h.Registration
	}
	delete(members, memberSecret) // a hash, or a mask
	if secret := h.secretOf(&got.client); !secret.IsZero() {
		members[memberSecret] = quotedJSON(secret.Reveal())
	}
	answer, _ = json.Marshal(members) // valid JSON never fails
	return oauthclients.NewSecret(kept(got, answer))
}
