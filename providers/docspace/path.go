package docspace

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file makes the path of one client. Next to the clients lie resources that a wrong id
// would reach: DELETE of the path without an id removes every client of the account, and DELETE
// of "tenant" every client of the portal.

// plainID leaves out what is not sent even escaped: a proxy on the way may decode a slash, or
// cut off what follows a semicolon, and a server may strip blanks and invisible characters. Portals
// give out UUIDs; the guide does not say what its servers give out.
var plainID = regexp.MustCompile(`^[^/\\;?#%\s\p{Z}\p{C}]+$`)

// neighbours are the resources below the clients that are not clients.
func neighbours() []string { return []string{"tenant", "info", "consents"} }

// clientPath refuses what would address another resource. An id that no client can have is
// ErrNotFound, as the portal would say.
func clientPath(clients, operation, id string) (string, error) {
	switch {
	case strings.TrimSpace(id) == "":
		return "", wrongID(operation, "required", "must not be blank")
	case id == "." || id == "..":
		return "", wrongID(operation, "invalid", "must not be a dot segment")
	case !plainID.MatchString(id) || slices.Contains(neighbours(), strings.ToLower(id)):
		return "", &oauthclients.Error{
			Kind: oauthclients.ErrNotFound, Provider: providerName, Operation: operation,
			Message: "no client has such an id; nothing was sent",
		}
	}
	return clients + "/" + url.PathEscape(id), nil
}

func wrongID(operation, code, message string) error {
	return oauthclients.InvalidFields(providerName, operation, []oauthclients.FieldError{{
		Field: "ID", Code: code, Message: message,
	}})
}
