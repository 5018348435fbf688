package sipgate

import "github.com/oauthclients/oauthclients"

// This file is the way to what sipgate has beyond the portable verbs.

// API is what a sipgate account offers beside its OAuth2 clients. It shares everything with the
// client it came from: credential, retries, limits and errors. It is safe for concurrent use.
type API struct{ driver *driver }

// Of returns sipgate's own API behind c. It sends nothing. If c speaks to another provider, or
// was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	if c == nil || c.Provider() == nil {
		return nil, notOurs("the client was not made by oauthclients.New")
	}
	own, ok := oauthclients.DriverOf[*driver](c)
	if !ok {
		return nil, notOurs("the client speaks to the provider " + c.Provider().Name())
	}
	return &API{driver: own}, nil
}

func notOurs(message string) error {
	return &oauthclients.Error{
		Kind: oauthclients.ErrInvalid, Provider: providerName, Operation: "Of", Message: message,
	}
}
