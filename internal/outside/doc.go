// Package outside is a provider for an invented vendor in a module of its own: it proves that
// everything a provider needs can be had from the root package and providers/providerkit.
//
// The vendor has what is awkward about real ones: its addresses are found in a document, the
// key that a user holds must be traded for a ticket which goes into a header of its own, an
// expired ticket is status 419, and its errors are under "problem".
package outside
