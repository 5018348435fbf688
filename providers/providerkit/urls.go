package providerkit

import (
	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/addresses"
)

// This file checks addresses before anything is sent to them.

// CheckURL returns what is wrong with an address that a user configured, nil if nothing is: it must be an
// absolute URL without user, query, fragment and white space, and https except on a loopback host, since a
// token would be readable on its way. field is the name by which the user knows it, such as "Portal". added are
// paths that the provider puts behind the address; one that ends in such a path already is refused as well. The
// core checks what a provider returns with the same rule.
func CheckURL(field, address string, added ...string) []oauthclients.FieldError {
	return fault(field)(addresses.Check(address, added...))
}

// CheckNamedURL is CheckURL for an address that a place of the provider names, such as an endpoint in the
// metadata of an issuer. What an https place names is https as well, on a loopback host too: otherwise a server
// could have the credentials sent to whatever listens on this machine. An http place is on a loopback host
// itself, and may name others there.
func CheckNamedURL(place, field, address string) []oauthclients.FieldError {
	return fault(field)(addresses.CheckNamed(place, address))
}

func fault(field string) func(code, message string) []oauthclients.FieldError {
	return func(code, message string) []oauthclients.FieldError {
		if code == "" {
			return nil
		}
		return []oauthclients.FieldError{{Field: field, Code: code, Message: message}}
	}
}
