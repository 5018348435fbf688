package docspace

import (
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the way to what a portal has beyond the portable verbs.

// API is what a DocSpace portal offers beside the portable verbs on OAuth2 clients. It shares
// everything with the client it came from: credential, retries, limits and errors. It is safe for
// concurrent use.
//
// The calls are described in the vendor's reference,
// https://api.onlyoffice.com/docspace/api-backend/ (OAuth2), and in the source of
// ONLYOFFICE/DocSpace-server, common/ASC.Identity/registration; where the two differ the source
// counts here.
type API struct{ driver *driver }

// Of returns the portal's own API behind c. It sends nothing. If c speaks to another provider, or
// was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind ErrInvalid. The
// published guide has none of these calls, so that for a client of [WireGuide] it is an
// [*oauthclients.UnsupportedError].
func Of(c *oauthclients.Client) (*API, error) {
	if c != nil {
		if _, guided := oauthclients.DriverOf[*guideDriver](c); guided {
			return nil, &oauthclients.UnsupportedError{
				Provider: providerName, Operation: "Of", Reason: "the guide has no such calls; portals of WireServer have them",
			}
		}
	}
	own, err := providerkit.DriverOf[*driver](providerName, c)
	if err != nil {
		return nil, err
	}
	return &API{driver: own}, nil
}

// beside is the path of a resource next to the clients, below the same prefix.
func (a *API) beside(name string) string {
	return strings.TrimSuffix(a.driver.clients, "clients") + name
}
