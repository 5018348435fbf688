package dcrtest

import "slices"

// This file names the servers whose manners a fake can have.

// Manner is how one real server registers clients, manages them and serves them: what it answers,
// with which status, and in which words. What the standards leave open it does as that server was
// seen to do, and where that server leaves the standards, so does the fake. Its answers are tested against
// recorded ones of the servers that this library's tests run.
type Manner int

const (
	// OIDCProvider is node-oidc-provider 9, and what a fake is without a manner. It keeps to RFC
	// 7591 and RFC 7592 throughout.
	OIDCProvider Manner = iota
	// Hydra is Ory Hydra 2.3. Its metadata do not name the registration endpoint. A read has
	// neither secret nor token nor address, an update replaces the token and leaves the address out.
	// Nothing is written as null, [], {} and "", in POST and GET differently. A member that it has no field for
	// is dropped in silence. A refusal is a sentence in place of a code. A client proves itself as it is
	// registered, and in no other way.
	Hydra
	// Glewlwyd is Glewlwyd 2. Registration is answered with 200, and deletion too. What was asked comes
	// back as it is; a read has the authentication method as a list of one, which is refused when it is
	// sent back so, an empty description, and neither handle nor times nor scopes nor client_confidential.
	// An update gives a new secret. Who asks for no authentication method gets neither method nor secret, and an update without
	// one makes the client public.
	Glewlwyd
	// LemonLDAP is LemonLDAP::NG 2, without management. Ids and secrets have slashes in them,
	// the time of issue is a text, client_id_expires_at stands where client_secret_expires_at is
	// meant, the logo is null, and the rest of the metadata is not in the answer.
	LemonLDAP
	// MCPTypeScript is the server of the MCP TypeScript SDK 1, without management. The issuer
	// ends in a slash. The answer repeats what was asked, no default added, and a secret ends
	// after 30 days. Clients prove themselves in the form alone, and are refused with 400. It
	// forgets all clients at [Server.Restart]. Its limit of 20 registrations an hour is left out.
	MCPTypeScript
	// MCPPython is the server of the MCP Python SDK 2.3, without management. The issuer ends in a slash. A client has authorization_code and refresh_token, or it is refused.
	// URLs come back normalized, with a slash where there is no path. client_id has to be in the
	// form, beside Basic too, and client_secret in that of a revocation, if empty. It forgets all
	// clients at [Server.Restart].
	MCPPython
	// BetterAuth is the OAuth provider of better-auth, without management. Every client gets
	// all scopes that there are, and other scopes are refused. Revoking what is revoked already is
	// a 400.
	BetterAuth
	// Cloudflare is workers-oauth-provider 1.2, without management: there is an address, relative
	// and without a token, at which nothing is, as version 0 had it. Scopes are not in the answer. Tokens are revoked
	// at the token endpoint.
	Cloudflare
	// Keycloak is Keycloak 26.7. An update merges: what is left out or null stays, "" clears a text
	// and [] a list. An update replaces the token. The addresses of logo, policy and terms are
	// stored and not answered. Unknown members are refused, openid is no scope, and a text of more
	// than 255 characters is a 500. A client that named no authentication method has both, until
	// the default that the answer shows is written back.
	Keycloak
	// Authlib is a server made with Authlib 1.9 and its mixins. It drops what is not in RFC 7591, and an
	// update merges. Response types that are left out are none, so that nobody can sign in. A public
	// client gets a secret, and is refused with it. Whatever is wrong with a token, or with the client,
	// is a 400 access_denied. Revoking an access token ends its refresh token.
	Authlib
	// DjangoOAuthToolkit is django-oauth-toolkit 3.4, below the path /o. It knows redirect URIs, a
	// name, one grant type beside refresh_token, and whether there is a secret; the rest is dropped
	// in silence. A read has no secret, and a client that was public gets none. Behind TLS (at a
	// server of [New]) the address of a client is an http one. It promises iss, and leaves it out of
	// errors. Revoking an access token ends its refresh token.
	DjangoOAuthToolkit
	// Spring is Spring Authorization Server 7.0, which reads clients and neither changes nor deletes
	// them: that is a redirect to the login page. The secret of a read is a hash. The registration
	// token is a JWT that ends after five minutes and is never renewed. The metadata of RFC 8414 name
	// another registration endpoint, without management. An empty list of response types is
	// refused. What is not about OAuth, such as URLs for people, is dropped. A public client cannot
	// revoke its tokens.
	Spring
	// Canaille is Canaille 0.3. It has the manners of Authlib, and jwks is a text with JSON in it, no
	// scopes are [], and an empty scope is a 500, as is every read of that client from then on.
	// Clients revoke with Basic, however they are registered, and public ones cannot. It promises
	// iss, and leaves it out of errors.
	Canaille
	// GoOIDC is go-oidc with token and secret rotation: an update gives a new token and a new
	// secret, and is refused if it has a secret in it. A list of one is a text.
	GoOIDC
	// FastMCP is FastMCP 4.2. It has the manners of MCPPython, and refuses a code and a refresh token that are not
	// good with 401.
	FastMCP
	// namedHydra is WithHydraManners.
	namedHydra
)

// Manners returns all manners.
func Manners() []Manner {
	manners := make([]Manner, namedHydra)
	for i := range manners {
		manners[i] = Manner(i)
	}
	return manners
}

// WithManner makes the server behave as a real one. Other options change what it does then, in
// whatever order they stand.
func WithManner(m Manner) Option { return func(s *Server) { s.manner = m } }

// String returns the name of the server.
func (m Manner) String() string { return habitsOf(m).name }

// Reads reports whether a client can be read with its handle.
func (m Manner) Reads() bool { return habitsOf(m).reads() }

// Manages reports whether a client can be read, changed and deleted with its handle (RFC 7592).
func (m Manner) Manages() bool { return slices.Contains(habitsOf(m).verbs, "DELETE") }
