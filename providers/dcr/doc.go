// Package dcr registers OAuth2 clients at any server that speaks the standard for it: dynamic
// client registration (RFC 7591), and its management protocol for reading, updating and deleting
// (RFC 7592). Keycloak, Ory Hydra, node-oidc-provider and Janssen are such servers.
//
//	store, err := dcr.FileStore("registrations") // keep it: see below
//	...
//	client, err := oauthclients.New(
//		dcr.Provider{Issuer: "https://login.example.com", Registrations: store},
//		oauthclients.BearerToken(initialAccessToken), // or oauthclients.NoAuth{} where registration is open
//	)
//
// # Handles
//
// There is no account that owns the clients, and no list of them. Who registers a client gets a
// [Handle] for it: an address and a token, and only with these can the client be read, changed or
// deleted later. The server may replace the token with every answer. The handles live in a
// [Store]; a client whose handle is lost is out of reach for good. So a handle is saved before
// anything else is done with an answer, and one that cannot be saved comes back inside a
// [*HandleError].
//
// List and All go over the handles of the store, in the order of the client ids, and read each
// client from the server. One that the server refuses to know comes with [StatusDead], and
// one that cannot be read for another reason with [StatusUnreadable]; [Extra] has the reason. What is
// about the server and not about one client ends the list. See [API.Forget]. A client that was
// registered elsewhere is taken over with [API.Adopt].
//
// A server that only registers (RFC 7591, as most servers of the Model Context Protocol) gives no
// handle. The client is kept in the store with what the server answered, its secret too, so that a
// program finds its client at the next start; it is not manageable, see [Extra]. The store keeps the latest
// answer of every other client as well, since many servers tell the secret once.
//
// # What is different from a vendor's API
//
// A client whose registration was answered with silence (ErrOutcomeUnknown) is in no list, and
// FindByName does not find it: what would manage it never arrived. Registering again leaves the
// lost one behind, with a secret that nobody knows.
//
// An update that was sent once is not sent again unless it was certainly not executed: the server
// may have replaced the token that the first one was sent with. When its outcome is unknown,
// the error matches ErrOutcomeUnknown, and the handle is kept.
//
// An update sends back what the server has answered, without the secret, and leaves out what is
// cleared. Where the answer shows that the server keeps what is left out, one more update sends the
// empty value of the member (never for scope). [Provider.UpdateSends] is for such servers too. What a
// server refuses of that by its name, and nobody has asked for, is left out in a second attempt. What a
// server stores and never answers is kept in the handle: see [Provider.NotShown].
//
// What a server writes in another JSON type than the standard has is read where it is plain. What
// cannot be read is left empty, stays in Raw and goes back as it came; Create tells it beside the client
// (ErrNotApplied).
//
// RegenerateSecret has no place in the standard. It is there if
// [Provider.RotateSecretOnUpdate] says that this server issues a new secret with an update.
//
// Settings beyond the portable fields are in [Extra]. Metadata in other languages, such as
// "client_name#de" (RFC 7591 section 2.2), and what is not modelled survive every update; they
// are set with [oauthclients.OAuthClient.AdditionalMembers] and read with its Raw. One that the server
// does not show, such as Glewlwyd's client_confidential, was told when it was set (Unconfirmed): its value
// is kept with the handle and goes back with every update. It can be set to another value, and not cleared.
package dcr
