// Package docspace manages the OAuth2 clients ("OAuth apps") of an ONLYOFFICE DocSpace portal,
// in the cloud or self-hosted, through [github.com/oauthclients/oauthclients].
//
//	client, err := oauthclients.New(
//		docspace.Provider{Portal: "https://portal.example.com"},
//		oauthclients.BearerToken(os.Getenv("DOCSPACE_API_KEY")))
//
// # Authentication
//
// The key is an API key of the portal ("sk-…"; Developer Tools, API keys). It acts as the
// account that made it, and needs no permissions beyond "*:read". The portal's clients API does
// not take it: the key is traded for a signature that is valid for five minutes, and the
// signature goes with each call. That happens by itself, once for however many calls. A program
// that already has signatures gives them as [oauthclients.FromTokenSource].
//
// A program that acts for a person who signs in at the portal uses [oauthclients.AuthCode]. The
// portal asks for consent once for each scope, its codes last one minute, and a public client gets no
// refresh token. The access token is traded like an API key to reach the clients API; whether a
// portal does so for a given set of scopes is not documented. SignOut revokes the tokens.
//
// A person has one sign-in at an OAuth2 client. A second one ends the tokens of the first, and so does
// merely opening the login URL as that person, answered or not. A redirect URI with a query cannot be
// signed in with, since the portal appends a second one: Begin refuses it, Create does not. Requests for
// tokens are limited to ten a minute for everybody behind an address, and the library waits as long as the
// portal says.
//
// Administrators see every client of the portal, other users the ones they made (all others
// are ErrNotFound), guests none (ErrPermission).
//
// # What a client is here
//
//   - Create needs Name, LogoURI, ClientURI, TermsURI, PolicyURI, one PostLogoutRedirectURIs,
//     RedirectURIs, AllowedOrigins and Scopes. All of them are checked before the request, by
//     the portal's own rules. LogoURI is the image itself as a data URI.
//   - GrantTypes are always authorization_code and refresh_token.
//   - A portal of mid-2026 changes Name, Description, LogoURI, AllowedOrigins and
//     Extra.AllowPKCE. It accepts an edit of RedirectURIs, Scopes and the URLs and ignores it,
//     which comes back as an [*oauthclients.NotAppliedError]; delete and create the client
//     again (new id, new secret), or update the portal.
//   - Get returns the secret every time. List has it encrypted, so there it is left zero.
//   - The logos are part of a list: with many large ones a page of 50 exceeds the 10 MiB that
//     this library reads; take a smaller PageSize.
//   - A self-hosted portal goes on behind the time of a page's last client, so that it skips others
//     of the same microsecond. Clients that were made one by one share none; those of an import
//     may. A PageSize of 50, which is the largest, makes it less likely.
//   - A client that somebody else changes may be read from another node's cache for a moment.
//   - Two writers race: the portal has no ETags. A lost race inside the portal is ErrConflict.
//   - URIs longer than 255 bytes fail on a self-hosted portal, with a status 500 that does not say so. They
//     are refused before any request. A portal in the cloud may take longer ones; nothing tells this
//     library which of the two it speaks to.
//   - New refuses a WithUserAgent with the word of a browser in it, such as "my-operator/1.0" ("opera"): a
//     portal takes it apart for its log of writes, and fails at each of them.
//   - Members that this library does not model can be sent as AdditionalMembers. A portal of
//     mid-2026 drops what it does not know, which is told by an [*oauthclients.NotAppliedError].
//   - [LogoFromFile] makes a LogoURI from an image. Without a logo there is no client, and none is
//     made up: [DefaultLogo] is for programs that ask for it.
//
// # Beyond the portable verbs
//
// [Of] gives the portal's own calls, with the credential, the retries and the errors of the client:
// the catalogue of scopes, switching a client off and on (Status is output only), what people see
// of clients, with and without signing in, the account's consents and their end, and the two that
// delete many clients at once.
//
//	api, err := docspace.Of(client)
//	err = api.SetEnabled(ctx, id, false)
//
// # Limits
//
// The portal allows an account 10 POST, 15 PUT, 15 PATCH, 15 DELETE and 200 GET a minute by
// default, refused ones included. The library waits as long as the portal says. Everybody together
// has 125 calls a second; then it waits for a second.
//
// Facts about the wire come from the source of ONLYOFFICE/DocSpace-server (v3.7) and from
// https://api.onlyoffice.com/docspace/api-backend/.
package docspace
