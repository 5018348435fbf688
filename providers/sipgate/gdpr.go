package sipgate

import (
	"context"
	"encoding/json"

	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the pages that tell a person what a client does with its data.

const opGDPR = "GDPR"

// GDPR has the addresses that sipgate shows to a person who is asked to consent to a client, as
// they were set: they are the PolicyURI and the TermsURI of the OAuth2 client.
type GDPR struct {
	// PolicyURI is the client's privacy policy, sipgate's "privacyUrl"; empty if it has none.
	PolicyURI string
	// TermsURI are the client's terms of service, sipgate's "termsUrl"; empty if it has none.
	TermsURI string
}

// GDPR reads the privacy and terms pages of one OAuth2 client, and nothing else of it:
// "GET /v2/authorization/oauth2/clients/{clientId}/gdpr" in sipgate's REST API. sipgate lists no
// scope for it, so that a credential which may not read clients can have these; the client's
// credential is sent all the same. The clientID is used as it is, suffix included.
//
// Every error is an [*oauthclients.Error]: ErrInvalid for an empty clientID, "." and "..", with
// no request; ErrNotFound if sipgate knows no such client; ErrUnavailable for an answer that has
// neither of the two.
func (a *API) GDPR(ctx context.Context, clientID string) (*GDPR, error) {
	if err := providerkit.CheckID(providerName, opGDPR, clientID); err != nil {
		return nil, err
	}
	var pages GDPR
	if err := a.read(ctx, opGDPR, clientPath(clientID)+"/gdpr", (*gdprAnswer)(&pages)); err != nil {
		return nil, err
	}
	return &pages, nil
}

// gdprAnswer is the answer as sipgate documents it. Its description demands neither member, so
// that one may be missing or null where the client has no such page; without both, the answer is
// something else.
type gdprAnswer GDPR

// UnmarshalJSON implements [json.Unmarshaler].
func (a *gdprAnswer) UnmarshalJSON(body []byte) error {
	var wire struct {
		PrivacyURL wirePage `json:"privacyUrl"`
		TermsURL   wirePage `json:"termsUrl"`
	}
	if err := providerkit.DecodeWhole(body, &wire); err != nil {
		return err
	}
	if !wire.PrivacyURL.told && !wire.TermsURL.told {
		return lacks("privacyUrl", "termsUrl")
	}
	a.PolicyURI, a.TermsURI = wire.PrivacyURL.uri, wire.TermsURL.uri
	return nil
}

// wirePage tells an address that is null from one that is not there.
type wirePage struct {
	told bool
	uri  string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (p *wirePage) UnmarshalJSON(text []byte) error {
	p.told = true
	return json.Unmarshal(text, &p.uri)
}
