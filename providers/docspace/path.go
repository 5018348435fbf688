package docspace

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
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
	if err := providerkit.CheckID(providerName, operation, id); err != nil {
		return "", err
	}
	if !plainID.MatchString(id) || slices.Contains(neighbours(), strings.ToLower(id)) {
		return "", &oauthclients.Error{
			Kind: oauthclients.ErrNotFound, Provider: providerName, Operation: operation,
			Message: "no client has such an id; nothing was sent",
		}
	}
	return clients + "/" + url.PathEscape(id), nil
}
