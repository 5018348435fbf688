package providerkit

import (
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients"
)

// This file holds what is checked of ids.

// SameID compares an id that was answered with the one that was asked for. The case of ASCII letters does not
// count: most ids are hexadecimal numbers, and somebody may have written one by hand.
func SameID(answered, asked string) bool {
	ascii := !strings.ContainsFunc(asked, func(r rune) bool { return r > unicode.MaxASCII })
	return answered == asked || ascii && len(answered) == len(asked) && strings.EqualFold(answered, asked)
}

// CheckID is for native calls about one client: the core checks the ids of its own verbs alone. An empty id
// would lead to all clients, and dots climb up the path, for which there is no escape. The error is an
// [*oauthclients.Error] of kind ErrInvalid for the field "ID".
func CheckID(provider, operation, id string) error {
	return InvalidFields(provider, operation, FaultsOfID(id))
}

// FaultsOfID is CheckID for calls that have other arguments to check.
func FaultsOfID(id string) []oauthclients.FieldError {
	switch {
	case strings.TrimSpace(id) == "":
		return []oauthclients.FieldError{{Field: "ID", Code: "required", Message: "must not be empty"}}
	case id == "." || id == "..":
		return []oauthclients.FieldError{{Field: "ID", Code: "invalid", Message: "must not be a dot segment"}}
	}
	return nil
}
