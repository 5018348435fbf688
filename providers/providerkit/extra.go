package providerkit

import (
	"github.com/oauthclients/oauthclients"
)

// This file holds what every provider does with the settings that only it has, and with its native API.

// ExtraOf returns the settings of type E that are attached to c, to be read or changed in place. It is never
// nil: a client without them gets empty ones attached, and for a nil c the result is attached to nothing.
//
// Whatever else is in c.Extra is replaced, also the settings of another provider: the core then refuses the
// client with an [*oauthclients.UnsupportedError] for "Extra", and what was set through the result is not
// lost in silence. P is the pointer to E, which is found by itself: ExtraOf[Extra](c).
func ExtraOf[E any, P extraPointer[E]](c *oauthclients.OAuthClient) *E {
	if c == nil {
		return new(E)
	}
	if own, ok := c.Extra.(P); ok && own != nil {
		return own
	}
	own := P(new(E))
	c.Extra = own
	return own
}

// extraPointer is what implements Extra.
type extraPointer[E any] interface {
	*E
	oauthclients.Extra
}

// Settings reads the settings of c without attaching any to it: a driver is not the owner of the clients that
// it is given.
func Settings[E any, P extraPointer[E]](c *oauthclients.OAuthClient) (settings E) {
	if own, ok := c.Extra.(P); ok && own != nil {
		return *own
	}
	return settings
}

// CheckExtra refuses settings of another type than *E, which only say that they are this provider's: nothing
// in them would be read. reason says what it takes: "it takes a *example.Extra".
func CheckExtra[E any, P extraPointer[E]](provider, operation string, c *oauthclients.OAuthClient, reason string) error {
	if _, own := c.Extra.(P); own || c.Extra == nil {
		return nil
	}
	return &oauthclients.UnsupportedError{Provider: provider, Operation: operation, Fields: []string{"Extra"}, Reason: reason}
}

// DriverOf is [oauthclients.DriverOf] with the error of a function Of that leads to a native API: an
// [*oauthclients.Error] of kind ErrInvalid if c speaks to another provider, or was not made by
// oauthclients.New.
func DriverOf[D oauthclients.Driver](provider string, c *oauthclients.Client) (own D, err error) {
	refused := &oauthclients.Error{Kind: oauthclients.ErrInvalid, Provider: provider, Operation: "Of"}
	if c == nil || c.Provider() == nil {
		refused.Message = "the client was not made by oauthclients.New"
		return own, refused
	}
	own, ok := oauthclients.DriverOf[D](c)
	if !ok {
		refused.Message = "the client speaks to the provider " + c.Provider().Name()
		return own, refused
	}
	return own, nil
}
