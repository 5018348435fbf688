package dcr

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file holds the metadata of a client that has no portable field.

// Extra is the standard metadata of a client beyond the portable fields. Get it with [ExtraOf].
// A field that is not set is left to the server, whose choice is there after Create; what the
// server sets to another value than was asked for is an [*oauthclients.NotAppliedError].
type Extra struct {
	// RFC 7591 section 2.

	// TokenEndpointAuthMethod is how the client proves who it is: "client_secret_basic" (the
	// default), "client_secret_post", "private_key_jwt", "none" for a public client, and others.
	TokenEndpointAuthMethod string `json:"token_endpoint_auth_method,omitzero"`
	// ResponseTypes are what the client may ask for at the authorization endpoint, such as "code".
	ResponseTypes []string `json:"response_types,omitzero"`
	// Contacts are how to reach the people who are responsible, mostly mail addresses.
	Contacts []string `json:"contacts,omitzero"`
	// JWKS is the client's JWK Set with its public keys (RFC 7517), as JSON. Set this or JWKSURI.
	JWKS json.RawMessage `json:"jwks,omitzero"`
	// JWKSURI is where that set can be read.
	JWKSURI string `json:"jwks_uri,omitzero"`
	// SoftwareID identifies the software, whatever its version, and stays the same for all of
	// its clients.
	SoftwareID string `json:"software_id,omitzero"`
	// SoftwareVersion is the version of the software.
	SoftwareVersion string `json:"software_version,omitzero"`
	// SoftwareStatement is a signed JWT with metadata that somebody else vouches for (section 2.3).
	SoftwareStatement string `json:"software_statement,omitzero"`

	// OpenID Connect Dynamic Client Registration 1.0 section 2.

	// ApplicationType is "web" (the default) or "native".
	ApplicationType string `json:"application_type,omitzero"`
	// SectorIdentifierURI lists the redirect URIs that share pairwise subjects.
	SectorIdentifierURI string `json:"sector_identifier_uri,omitzero"`
	// SubjectType is "public" or "pairwise".
	SubjectType string `json:"subject_type,omitzero"`
	// IDTokenSignedResponseAlg, IDTokenEncryptedResponseAlg and IDTokenEncryptedResponseEnc are
	// the JWS and JWE algorithms of ID tokens.
	IDTokenSignedResponseAlg    string `json:"id_token_signed_response_alg,omitzero"`
	IDTokenEncryptedResponseAlg string `json:"id_token_encrypted_response_alg,omitzero"`
	IDTokenEncryptedResponseEnc string `json:"id_token_encrypted_response_enc,omitzero"`
	// UserinfoSignedResponseAlg, UserinfoEncryptedResponseAlg and UserinfoEncryptedResponseEnc are
	// those of answers of the userinfo endpoint.
	UserinfoSignedResponseAlg    string `json:"userinfo_signed_response_alg,omitzero"`
	UserinfoEncryptedResponseAlg string `json:"userinfo_encrypted_response_alg,omitzero"`
	UserinfoEncryptedResponseEnc string `json:"userinfo_encrypted_response_enc,omitzero"`
	// RequestObjectSigningAlg, RequestObjectEncryptionAlg and RequestObjectEncryptionEnc are those
	// of request objects that the client sends.
	RequestObjectSigningAlg    string `json:"request_object_signing_alg,omitzero"`
	RequestObjectEncryptionAlg string `json:"request_object_encryption_alg,omitzero"`
	RequestObjectEncryptionEnc string `json:"request_object_encryption_enc,omitzero"`
	// TokenEndpointAuthSigningAlg signs the JWT of "private_key_jwt" and "client_secret_jwt".
	TokenEndpointAuthSigningAlg string `json:"token_endpoint_auth_signing_alg,omitzero"`
	// DefaultMaxAge is how long ago a person may have signed in, in whole seconds; nil for any
	// time, and 0 for "sign in anew".
	DefaultMaxAge *time.Duration `json:"default_max_age,omitzero"`
	// RequireAuthTime puts auth_time into ID tokens.
	RequireAuthTime bool `json:"require_auth_time,omitzero"`
	// DefaultACRValues are the authentication context classes that are asked for by default, in order of
	// preference.
	DefaultACRValues []string `json:"default_acr_values,omitzero" oauthclients:"ordered"`
	// InitiateLoginURI is where others can begin a sign-in.
	InitiateLoginURI string `json:"initiate_login_uri,omitzero"`
	// RequestURIs are the request_uri values that the client may use.
	RequestURIs []string `json:"request_uris,omitzero"`

	// BackchannelLogoutURI and BackchannelLogoutSessionRequired are of OpenID Connect Back-Channel
	// Logout 1.0 section 2.2.
	BackchannelLogoutURI             string `json:"backchannel_logout_uri,omitzero"`
	BackchannelLogoutSessionRequired bool   `json:"backchannel_logout_session_required,omitzero"`
	// FrontchannelLogoutURI and FrontchannelLogoutSessionRequired are of OpenID Connect
	// Front-Channel Logout 1.0 section 2.
	FrontchannelLogoutURI             string `json:"frontchannel_logout_uri,omitzero"`
	FrontchannelLogoutSessionRequired bool   `json:"frontchannel_logout_session_required,omitzero"`

	// RequirePushedAuthorizationRequests takes pushed requests only (RFC 9126 section 6).
	RequirePushedAuthorizationRequests bool `json:"require_pushed_authorization_requests,omitzero"`
	// RequireSignedRequestObject takes signed request objects only (RFC 9101 section 10.5).
	RequireSignedRequestObject bool `json:"require_signed_request_object,omitzero"`
	// DPoPBoundAccessTokens takes token requests with DPoP only (RFC 9449 section 5.2).
	DPoPBoundAccessTokens bool `json:"dpop_bound_access_tokens,omitzero"`
	// TLSClientCertificateBoundAccessTokens binds access tokens to the client's certificate (RFC
	// 8705 section 3.4).
	TLSClientCertificateBoundAccessTokens bool `json:"tls_client_certificate_bound_access_tokens,omitzero"`
	// TLSClientAuthSubjectDN, TLSClientAuthSANDNS, TLSClientAuthSANURI, TLSClientAuthSANIP and
	// TLSClientAuthSANEmail name that certificate; set exactly one with "tls_client_auth" (RFC
	// 8705 section 2.1.2).
	TLSClientAuthSubjectDN string `json:"tls_client_auth_subject_dn,omitzero"`
	TLSClientAuthSANDNS    string `json:"tls_client_auth_san_dns,omitzero"`
	TLSClientAuthSANURI    string `json:"tls_client_auth_san_uri,omitzero"`
	TLSClientAuthSANIP     string `json:"tls_client_auth_san_ip,omitzero"`
	TLSClientAuthSANEmail  string `json:"tls_client_auth_san_email,omitzero"`
	// AuthorizationSignedResponseAlg, AuthorizationEncryptedResponseAlg and
	// AuthorizationEncryptedResponseEnc are the algorithms of authorization responses (JARM
	// section 3).
	AuthorizationSignedResponseAlg    string `json:"authorization_signed_response_alg,omitzero"`
	AuthorizationEncryptedResponseAlg string `json:"authorization_encrypted_response_alg,omitzero"`
	AuthorizationEncryptedResponseEnc string `json:"authorization_encrypted_response_enc,omitzero"`
	// AuthorizationDetailsTypes are the types of authorization_details that the client uses (RFC
	// 9396 section 10).
	AuthorizationDetailsTypes []string `json:"authorization_details_types,omitzero"`

	// SecretExpiresAt is when the secret ends, zero for never. Output only.
	SecretExpiresAt time.Time `json:"secret_expires_at,omitzero"`
	// Manageable: the server lets this client be read, changed and deleted (RFC 7592). Output only. It
	// is false of a client of a server that only registers (RFC 7591): Get and lists have what the store
	// kept of the registration, and Update, Delete and RegenerateSecret are an
	// [*oauthclients.UnsupportedError].
	Manageable bool `json:"manageable,omitzero"`
	// Trouble is why an entry of a list has [StatusDead] or [StatusUnreadable]. Output only.
	Trouble string `json:"trouble,omitzero"`
}

// ExtraOf returns the metadata of c beyond the portable fields, to be read or changed in place.
// It is never nil: a client without any gets an empty one attached, and for a nil c the result is
// attached to nothing. An Extra of another provider is replaced.
func ExtraOf(c *oauthclients.OAuthClient) *Extra {
	return providerkit.ExtraOf[Extra](c)
}

// Provider returns "dcr".
func (e *Extra) Provider() string { return providerName }

// Clone returns a deep copy, nil for nil.
func (e *Extra) Clone() oauthclients.Extra {
	if e == nil {
		return (*Extra)(nil)
	}
	clone := *e
	clone.ResponseTypes = slices.Clone(e.ResponseTypes)
	clone.Contacts = slices.Clone(e.Contacts)
	clone.JWKS = slices.Clone(e.JWKS)
	clone.DefaultACRValues = slices.Clone(e.DefaultACRValues)
	clone.RequestURIs = slices.Clone(e.RequestURIs)
	clone.AuthorizationDetailsTypes = slices.Clone(e.AuthorizationDetailsTypes)
	if e.DefaultMaxAge != nil {
		clone.DefaultMaxAge = new(*e.DefaultMaxAge)
	}
	return &clone
}

func settings(c *oauthclients.OAuthClient) Extra { return providerkit.Settings[Extra](c) }
