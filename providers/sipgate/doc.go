// Package sipgate manages the OAuth2 clients of a sipgate account, which sipgate calls
// third-party clients.
//
// # Signing in
//
// The recommended credential is a personal access token, which a person creates in the web
// console with the scopes [ScopeAuthorizationOAuth2ClientsRead] and
// [ScopeAuthorizationOAuth2ClientsWrite]. Its id is the user name, and it does not expire:
//
//	oauthclients.BasicAuth{Username: tokenID, Password: oauthclients.NewSecret(token)}
//
// A ready access token works as oauthclients.BearerToken or oauthclients.FromTokenSource, and
// the e-mail address and password of a user as oauthclients.PasswordGrant, with
// [DefaultPasswordClientID] as the client id. Each password grant opens a session, which is renewed and
// ended with its refresh token. RFC 9700 section 2.4 says that this grant must not
// be used, and sipgate's newer documentation no longer names it.
//
// A program that acts for a person who signs in at sipgate's page uses oauthclients.AuthCode.
// The OAuth2 client to sign in to lives in one of two realms, see [Provider]; its id is used as it
// is, suffix included. PKCE is on, although sipgate documents none: Keycloak, which the login
// servers run, knows it. SignOut ends the session there; where the login server does
// not know the refresh token as this client's that is an error, for the session may live on.
//
// [Of] has what sipgate offers beside the verbs: the balance of the account ([API.Balance]), who
// the credential belongs to ([API.UserInfo]), and the privacy and terms pages of one client
// ([API.GDPR]). [WebphoneClient] makes the client for sipgate's Webphone.
//
// # What is special about sipgate
//
//   - A client has a name, a description, redirect URIs, allowed origins, a privacy page and a
//     terms page. Name and at least one of RedirectURIs are required; both are checked before
//     any request. sipgate demands all six members in every write, so unset ones travel as ""
//     and [].
//   - A client has no scopes: setting OAuthClient.Scopes is an [*oauthclients.UnsupportedError].
//     The Scope constants are for signing in, such as PasswordGrant.Scopes and the scopes of a
//     personal access token.
//   - Redirect URIs and origins are patterns, such as "https://*.example.com/*". They are sent
//     as they are: in their order, with duplicates, not normalised.
//   - Every read returns the secret. There is no way to renew one: RegenerateSecret is
//     errors.ErrUnsupported. The documented way is a new client, to which every user must
//     consent again.
//   - The answer to a create may lack the secret. It is then read with a second request.
//   - The list comes whole; page size and cursor have no meaning.
//   - Deletion is accepted (202), not finished: a client may be readable for a moment after it.
//   - Which Keycloak realm a new client belongs to is not told by the API, see [Provider].
package sipgate
