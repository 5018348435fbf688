package dcr

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients"
)

// This file holds the JSON of a client's metadata, and its mapping to the portable model and back.

// wireClient is a client in a request and in an answer: the members of RFC 7591 section 2 with a
// portable field, under the names of those fields, and the rest in wireExtra.
type wireClient struct {
	ID           string              `json:"client_id,omitempty"`
	Secret       oauthclients.Secret `json:"client_secret,omitzero"`
	Name         string              `json:"client_name,omitempty"`
	RedirectURIs []string            `json:"redirect_uris,omitempty"`
	// OpenID Connect RP-Initiated Logout 1.0 section 3.1.
	PostLogoutRedirectURIs []string                 `json:"post_logout_redirect_uris,omitempty"`
	GrantTypes             []oauthclients.GrantType `json:"grant_types,omitempty"`
	Scopes                 wireScope                `json:"scope,omitempty"`
	ClientURI              string                   `json:"client_uri,omitempty"`
	LogoURI                string                   `json:"logo_uri,omitempty"`
	PolicyURI              string                   `json:"policy_uri,omitempty"`
	TermsURI               string                   `json:"tos_uri,omitempty"`
	CreatedAt              wireTime                 `json:"client_id_issued_at,omitzero"`

	wireExtra

	DefaultMaxAge   *wireSeconds `json:"default_max_age,omitempty"`
	SecretExpiresAt wireTime     `json:"client_secret_expires_at,omitzero"`
}

// wireExtra has exactly the fields of Extra: one is converted to the other.
type wireExtra struct {
	TokenEndpointAuthMethod               string          `json:"token_endpoint_auth_method,omitempty"`
	ResponseTypes                         []string        `json:"response_types,omitzero"` // [] is not the default
	Contacts                              []string        `json:"contacts,omitempty"`
	JWKS                                  json.RawMessage `json:"jwks,omitempty"`
	JWKSURI                               string          `json:"jwks_uri,omitempty"`
	SoftwareID                            string          `json:"software_id,omitempty"`
	SoftwareVersion                       string          `json:"software_version,omitempty"`
	SoftwareStatement                     string          `json:"software_statement,omitempty"`
	ApplicationType                       string          `json:"application_type,omitempty"`
	SectorIdentifierURI                   string          `json:"sector_identifier_uri,omitempty"`
	SubjectType                           string          `json:"subject_type,omitempty"`
	IDTokenSignedResponseAlg              string          `json:"id_token_signed_response_alg,omitempty"`
	IDTokenEncryptedResponseAlg           string          `json:"id_token_encrypted_response_alg,omitempty"`
	IDTokenEncryptedResponseEnc           string          `json:"id_token_encrypted_response_enc,omitempty"`
	UserinfoSignedResponseAlg             string          `json:"userinfo_signed_response_alg,omitempty"`
	UserinfoEncryptedResponseAlg          string          `json:"userinfo_encrypted_response_alg,omitempty"`
	UserinfoEncryptedResponseEnc          string          `json:"userinfo_encrypted_response_enc,omitempty"`
	RequestObjectSigningAlg               string          `json:"request_object_signing_alg,omitempty"`
	RequestObjectEncryptionAlg            string          `json:"request_object_encryption_alg,omitempty"`
	RequestObjectEncryptionEnc            string          `json:"request_object_encryption_enc,omitempty"`
	TokenEndpointAuthSigningAlg           string          `json:"token_endpoint_auth_signing_alg,omitempty"`
	DefaultMaxAge                         *time.Duration  `json:"-"`
	RequireAuthTime                       bool            `json:"require_auth_time,omitempty"`
	DefaultACRValues                      []string        `json:"default_acr_values,omitempty"`
	InitiateLoginURI                      string          `json:"initiate_login_uri,omitempty"`
	RequestURIs                           []string        `json:"request_uris,omitempty"`
	BackchannelLogoutURI                  string          `json:"backchannel_logout_uri,omitempty"`
	BackchannelLogoutSessionRequired      bool            `json:"backchannel_logout_session_required,omitempty"`
	FrontchannelLogoutURI                 string          `json:"frontchannel_logout_uri,omitempty"`
	FrontchannelLogoutSessionRequired     bool            `json:"frontchannel_logout_session_required,omitempty"`
	RequirePushedAuthorizationRequests    bool            `json:"require_pushed_authorization_requests,omitempty"`
	RequireSignedRequestObject            bool            `json:"require_signed_request_object,omitempty"`
	DPoPBoundAccessTokens                 bool            `json:"dpop_bound_access_tokens,omitempty"`
	TLSClientCertificateBoundAccessTokens bool            `json:"tls_client_certificate_bound_access_tokens,omitempty"`
	TLSClientAuthSubjectDN                string          `json:"tls_client_auth_subject_dn,omitempty"`
	TLSClientAuthSANDNS                   string          `json:"tls_client_auth_san_dns,omitempty"`
	TLSClientAuthSANURI                   string          `json:"tls_client_auth_san_uri,omitempty"`
	TLSClientAuthSANIP                    string          `json:"tls_client_auth_san_ip,omitempty"`
	TLSClientAuthSANEmail                 string          `json:"tls_client_auth_san_email,omitempty"`
	AuthorizationSignedResponseAlg        string          `json:"authorization_signed_response_alg,omitempty"`
	AuthorizationEncryptedResponseAlg     string          `json:"authorization_encrypted_response_alg,omitempty"`
	AuthorizationEncryptedResponseEnc     string          `json:"authorization_encrypted_response_enc,omitempty"`
	AuthorizationDetailsTypes             []string        `json:"authorization_details_types,omitempty"`
	SecretExpiresAt                       time.Time       `json:"-"`
	Manageable                            bool            `json:"-"`
	Trouble                               string          `json:"-"`
}

const (
	memberID          = "client_id"
	memberSecret      = "client_secret"
	memberScope       = "scope"
	memberJWKS        = "jwks"
	memberJWKSURI     = "jwks_uri"
	memberResponses   = "response_types"
	memberIssuedAt    = "client_id_issued_at"
	memberExpiresAt   = "client_secret_expires_at"
	memberAccessToken = "registration_access_token"
	memberClientURI   = "registration_client_uri"
)

// output lists the members that only the server sets.
func output() []string {
	return []string{memberAccessToken, memberClientURI, memberExpiresAt, memberIssuedAt}
}

// memberOf goes from a field, "Extra.JWKSURI" or "Name", to its member. Nobody changes it.
var memberOf = sync.OnceValue(func() map[string]string {
	members := map[string]string{}
	for _, field := range wireFields() {
		members[field.name] = field.member
	}
	return members
})

// modelled lists the members that have a field, and those of the handle.
func modelled() []string {
	members := slices.AppendSeq(output()[:2], maps.Values(memberOf()))
	slices.Sort(members)
	return members
}

// writableFields lists the fields that a request may set. Nobody changes it.
var writableFields = sync.OnceValue(func() []string {
	members := maps.Clone(memberOf())
	for _, name := range []string{"ID", "Secret", "CreatedAt", "Extra.SecretExpiresAt"} {
		delete(members, name)
	}
	return slices.Sorted(maps.Keys(members))
})

func toWire(c *oauthclients.OAuthClient) *wireClient {
	extra := settings(c)
	if string(extra.JWKS) == "null" {
		extra.JWKS = nil
	}
	if len(extra.ResponseTypes) == 0 {
		extra.ResponseTypes = nil
	}
	return &wireClient{
		Name:                   c.Name,
		RedirectURIs:           c.RedirectURIs,
		PostLogoutRedirectURIs: c.PostLogoutRedirectURIs,
		GrantTypes:             c.GrantTypes,
		Scopes:                 c.Scopes,
		ClientURI:              c.ClientURI,
		LogoURI:                c.LogoURI,
		PolicyURI:              c.PolicyURI,
		TermsURI:               c.TermsURI,
		wireExtra:              wireExtra(extra),
		DefaultMaxAge:          (*wireSeconds)(extra.DefaultMaxAge),
	}
}

// client is a client and its settings in one piece of memory.
type client struct {
	oauthclients.OAuthClient
	extra Extra
}

func fromWire(w *wireClient) *oauthclients.OAuthClient {
	c := &client{extra: Extra(w.wireExtra)}
	c.extra.DefaultMaxAge = (*time.Duration)(w.DefaultMaxAge)
	c.extra.SecretExpiresAt = time.Time(w.SecretExpiresAt)
	c.OAuthClient = oauthclients.OAuthClient{
		ID:                     w.ID,
		Secret:                 w.Secret,
		Name:                   w.Name,
		RedirectURIs:           w.RedirectURIs,
		PostLogoutRedirectURIs: w.PostLogoutRedirectURIs,
		GrantTypes:             w.GrantTypes,
		Scopes:                 w.Scopes,
		ClientURI:              w.ClientURI,
		LogoURI:                w.LogoURI,
		PolicyURI:              w.PolicyURI,
		TermsURI:               w.TermsURI,
		CreatedAt:              time.Time(w.CreatedAt),
		Extra:                  &c.extra,
	}
	return &c.OAuthClient
}

// newClient is the metadata of a client that is to be registered. What the standard says of a client
// without response_types is written out: some servers take none for none.
func newClient(want *oauthclients.OAuthClient) *wireClient {
	wire := toWire(want)
	if wire.ResponseTypes == nil {
		wire.ResponseTypes = defaultResponses(want.GrantTypes)
	}
	return wire
}

// defaultResponses are those of RFC 7591 sections 2 and 2.1 for grant types; nil where they say nothing.
func defaultResponses(grants []oauthclients.GrantType) []string {
	switch {
	case !redirects(grants):
		return []string{}
	case len(grants) == 0 || slices.Contains(grants, oauthclients.GrantAuthorizationCode):
		return []string{"code"}
	}
	return nil
}

// wireScope is a list that travels as one text (RFC 7591 section 2).
type wireScope []string

// MarshalText implements [encoding.TextMarshaler].
func (s wireScope) MarshalText() ([]byte, error) { return []byte(strings.Join(s, " ")), nil }

// UnmarshalJSON implements [json.Unmarshaler]. There are servers that write a list.
func (s *wireScope) UnmarshalJSON(text []byte) (err error) {
	if string(text) == "null" {
		return nil
	}
	if isPlain(text) {
		*s = strings.Fields(string(text[1 : len(text)-1]))
		return nil
	}
	if inner, isText := textOf(text); isText {
		*s = strings.Fields(inner)
		return nil
	}
	*s, err = scopesOf(text)
	return err
}

// wireSeconds is a duration that travels as a whole number of seconds.
type wireSeconds time.Duration

// MarshalJSON implements [json.Marshaler].
func (s wireSeconds) MarshalJSON() ([]byte, error) {
	return json.Marshal(int64(time.Duration(s) / time.Second))
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *wireSeconds) UnmarshalJSON(text []byte) error {
	seconds, err := secondsOf(text)
	if err != nil {
		return err
	}
	const longest = int64(1<<63-1) / int64(time.Second)
	if seconds < 0 || seconds > longest {
		return errors.New("the number of seconds is out of range")
	}
	*s = wireSeconds(time.Duration(seconds) * time.Second)
	return nil
}

// wireTime travels as the number of seconds since 1970; 0 stands for no time. Some servers write it out.
type wireTime time.Time

// UnmarshalJSON implements [json.Unmarshaler].
func (t *wireTime) UnmarshalJSON(text []byte) error {
	*t = wireTime{}
	if moment, found := momentOf(text); found {
		*t = wireTime(moment)
		return nil
	}
	seconds, err := secondsOf(text)
	if err != nil {
		return err
	}
	if seconds != 0 {
		*t = wireTime(time.Unix(seconds, 0).UTC())
	}
	return nil
}

// IsZero is for omitzero: a request never has a time.
func (t wireTime) IsZero() bool { return time.Time(t).IsZero() }
