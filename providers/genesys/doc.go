// Package genesys manages the OAuth clients of a Genesys Cloud organization (formerly
// PureCloud), through the Platform API's /api/v2/oauth/clients.
//
// # Authentication
//
// The program itself is an OAuth client of the organization, with the grant "Client
// Credentials" and a role that has the permissions oauth:client:view, add, edit and delete; it
// uses oauthclients.ClientCredentials, against the login host of the organization's region. A
// ready access token goes with oauthclients.BearerToken or oauthclients.FromTokenSource. To
// give a client a role, the caller must hold that role itself.
//
// A program that acts for a person who signs in uses oauthclients.AuthCode with a client of the
// grant "Code Authorization": with its secret, which travels in HTTP Basic, or as a public
// client with PKCE alone. The person's token needs the scope oauth, or oauth:readonly to read.
// AuthCode.Interactive needs a RedirectURL with a port that is registered for the client, such as
// http://127.0.0.1:8085/callback. SignOut deletes the token at the vendor, also one of client
// credentials.
//
// # What is different here
//
// A client has exactly one grant type. OAuthClient.GrantTypes must have one entry, and reads
// back with one. There is no refresh_token to choose: a client with authorization_code gets
// refresh tokens from the vendor by itself, so naming it is refused instead of being ignored.
// PKCE is a matter of the login, not of the client. A grant type that this package does not
// know reads as the vendor's own word, and stays as it is in an update.
//
// Clients with client_credentials act with roles and need Extra.RoleDivisions; all others need
// Scopes. See [Extra] for what else is the vendor's own.
//
// The secret is shown when a client is created and when RegenerateSecret makes a new one,
// never again. If it is missing where it is promised, the client comes beside an error.
//
// Delete takes two steps, since the vendor deletes inactive clients only: it deactivates the
// client and deletes it. If the second step fails, the client stays inactive, and the error
// says so. The vendor keeps a client older than 30 days for another seven, in which it can be
// restored, see [API.Activate]; what Get answers in that time is not documented.
// [API.WaitDeleted] waits for the end.
//
// An update writes the whole client back, because the vendor's PUT replaces it. A scheduled
// deletion, Extra.DateToDelete, is written back with it, but not for an inactive client: there
// the date is the vendor's own.
//
// The list takes no parameters and is one page as far as is known. If an answer has a next
// link it is followed, on the same host and to the same list only; any other link ends the
// list.
//
// What the vendor adds to a client before this library knows it goes with
// OAuthClient.AdditionalMembers; the list of IP addresses that it has announced for clients with
// client_credentials is one, whose member it has not named yet.
//
// Limits are per token and differ between organizations; the vendor's own headers tell how
// long to wait, and the library waits. Package genesystest is a fake for tests.
//
// # What else there is
//
// [Of] has what the vendor offers around OAuth clients: taking them out of use and back, the
// scopes there are, which clients may act for the person, what a client has sent to the vendor,
// and what a token stands for. It needs the permission oauth:client:authorize for
// authorizations, oauth:client:view or usage:client:view for usage, and none for scopes and the
// token.
//
// Sources: the vendor's SDKs for Go, Python, JavaScript and Swift, its command line and its
// Terraform provider, its developer centre's article "Understanding your Genesys Cloud API usage",
// and the help pages "Create an OAuth client" and "View, edit, delete, or restore OAuth clients".
package genesys
