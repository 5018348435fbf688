package genesys

import (
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file is the way to what Genesys Cloud has beyond the portable verbs, and what its calls
// share: the check of ids, and words of the vendor.

// API is what Genesys Cloud has around OAuth clients beyond the portable verbs. It shares
// everything with the client it came from: credential, retries, limits and errors. It is safe
// for concurrent use.
type API struct {
	driver   *driver
	language string
}

// Of returns Genesys Cloud's own API behind c. It sends nothing. If c speaks to another
// provider, or was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind
// ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	if c == nil || c.Provider() == nil {
		return nil, notOurs("the client was not made by oauthclients.New")
	}
	own, ok := oauthclients.DriverOf[*driver](c)
	if !ok {
		return nil, notOurs("the client speaks to the provider " + c.Provider().Name())
	}
	return &API{driver: own, language: defaultLanguage}, nil
}

func notOurs(message string) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrInvalid, Provider: providerName, Operation: "Of", Message: message,
	}
}

// faultsOfID keeps ids out of the path that would lead somewhere else.
func faultsOfID(id string) []oauthclients.FieldError {
	switch {
	case blank(id):
		return []oauthclients.FieldError{{Field: "ID", Code: "required", Message: "must not be empty"}}
	case dots(id):
		return []oauthclients.FieldError{{Field: "ID", Code: "invalid", Message: "must not be a dot segment"}}
	}
	return nil
}

// dots climb up the path, and there is no escape for them.
func dots(segment string) bool { return segment == "." || segment == ".." }

func checkID(operation, id string) error {
	return oauthclients.InvalidFields(providerName, operation, faultsOfID(id))
}

// folded gives a word of the vendor the spelling of one that is known, since its own SDKs
// compare them without case. A word that is not known stays as it came.
func folded[T ~string](word string, known ...T) T {
	for _, one := range known {
		if strings.EqualFold(string(one), word) {
			return one
		}
	}
	return T(word)
}
