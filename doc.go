// Package oauthclients manages OAuth2 clients ("apps", "third-party clients") in code: at sipgate, ONLYOFFICE
// DocSpace and Genesys Cloud, and at servers with dynamic client registration (RFC 7591, and RFC 7592 to change
// and delete them), such as Keycloak, Ory Hydra and servers of the Model Context Protocol.
//
// [New] makes a [Client] for a provider and an auth strategy. It sends nothing before the first verb:
//
//	client, err := oauthclients.New(genesys.Provider{Region: genesys.EUWest1},
//		oauthclients.ClientCredentials{ClientID: id, ClientSecret: oauthclients.NewSecret(secret)})
//	...
//	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "desk-app", ...})
//
// What a program needs first:
//
//   - The providers are the packages sipgate, docspace, genesys and dcr (RFC 7591) below providers/. Each has a
//     fake server for tests (sipgatetest, docspacetest, genesystest, dcrtest).
//   - The verbs are the methods of [ClientsService]: Create, List, All, Get, FindByName, Update, Delete and
//     RegenerateSecret. Ensure makes a client be as it should. [OAuthClient] is what goes in and comes out.
//   - The strategies are [BearerToken], [BasicAuth], [ClientCredentials], [PasswordGrant], [AuthCode],
//     [FromTokenSource] and [NoAuth].
//   - A failed call is an [*Error]. Test for its kind with errors.Is: [ErrNotFound], [ErrOutcomeUnknown] and others.
//
// A program that acts for a person who signs in uses [AuthCode]: [AuthCode.Begin] and [AuthCode.Finish] in a web
// application, [AuthCode.Interactive] in a tool. A [TokenStore], such as [FileTokenStore], keeps the token. Calls
// for which somebody has to sign in first fail with [ErrLoginRequired].
//
// What holds at every provider:
//
//   - Nothing is dropped in silence. A field that the provider cannot take is an [*UnsupportedError] before any
//     request. What it accepts and then ignores is found by comparing its answer, and is a [*NotAppliedError].
//   - Update reads, edits and writes, so that what this library does not know survives.
//   - A request is repeated only where that is safe. A create that may have been executed is not repeated, and
//     matches [ErrOutcomeUnknown].
//   - A [Secret] shows as [REDACTED] wherever Go prints values. Errors and logs carry none.
//   - A token is fetched once, however many goroutines ask, or processes that share a store. A new refresh token
//     is saved before anything else is done with it.
//   - Tokens go to the host they were issued for. Redirects are not followed, and plain http is refused off the
//     loopback.
//
// The names with "It is for authors of providers" are for those who write another [Provider]; package
// providers/providertest checks it.
package oauthclients
