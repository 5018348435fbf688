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
// client from the server. One that the server refuses to know comes with its ID and [StatusDead];
// see [API.Forget]. A client that was registered elsewhere is taken over with [API.Adopt].
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
// RegenerateSecret has no place in the standard. It is there if
// [Provider.RotateSecretOnUpdate] says that this server issues a new secret with an update.
//
// Settings beyond the portable fields are in [Extra]. Metadata in other languages, such as
// "client_name#de" (RFC 7591 section 2.2), and what is not modelled survive every update; they
// are set with [oauthclients.OAuthClient.AdditionalMembers] and read with its Raw.
package dcr
