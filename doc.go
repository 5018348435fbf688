// Package oauthclients manages OAuth2 clients ("apps", "third-party clients") in code, wherever
// they are registered: at sipgate, ONLYOFFICE DocSpace and Genesys Cloud through one typed
// [Client].
//
// A client is made for a provider and an auth strategy. It does no I/O until the first verb:
//
//	client, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1},
//		oauthclients.ClientCredentials{ClientID: id, ClientSecret: oauthclients.NewSecret(secret)})
//	...
//	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "desk-app", ...})
//
// A program that acts for a person who signs in uses [AuthCode]: [AuthCode.Begin] and
// [AuthCode.Finish] in a web application, [AuthCode.Interactive] in a tool, and a [TokenStore]
// such as [FileTokenStore] to keep the token. Calls for which somebody has to sign in first fail
// with [ErrLoginRequired].
//
// What holds at every provider:
//
//   - Nothing is dropped in silence. A field that the provider cannot take is an
//     [*UnsupportedError] before any request. What it accepts and then ignores is found by
//     comparing its answer, and is a [*NotAppliedError].
//   - Update reads, edits and writes, so that what this library does not know survives.
//   - A request is repeated only where that is safe: a create that may have been executed is
//     not, and matches [ErrOutcomeUnknown] instead of making a second client.
//   - A [Secret] shows as [REDACTED] wherever Go prints values, and errors and logs carry none.
//   - A token is fetched once however many goroutines ask, or processes that share a store, and
//     a new refresh token is saved before anything else is done with it.
//   - Tokens go to the host they were issued for; redirects are not followed, and plain http
//     is refused off the loopback.
//
// The providers are in the packages below providers/, each with a fake server for tests of
// your own (sipgatetest, docspacetest, genesystest). [Provider] is what to read for writing
// another; providers/providertest checks it.
package oauthclients
