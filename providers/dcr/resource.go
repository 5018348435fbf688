package dcr

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file goes from the address of a protected resource, such as a server of the Model Context
// Protocol, to the server at which its clients are registered and its users sign in (RFC 9728).

const (
	resourcePath = "/.well-known/oauth-protected-resource"
	// patience is for a resource that answers without a token, with events that have no end.
	patience = 10 * time.Second
)

// Resource is what a protected resource says of itself.
type Resource struct {
	// Issuer is the first of the authorization servers that the resource takes tokens of, as it is
	// written there: for Provider.Issuer.
	Issuer string
	// Resource is the identifier of the resource. Its tokens are asked for with it (RFC 8707): for
	// AuthCode.Resources.
	Resource string
	// Scopes are those that the resource asks for in its challenge, otherwise those that its metadata
	// have; nil if it names none.
	Scopes []string
}

// Discover asks a protected resource where its tokens come from (RFC 9728). Without a token the resource
// is asked for what it has; the challenge of its 401 names its metadata, with or without quotes, beside
// whatever other schemes. Where there is no such challenge the metadata are looked for at
// /.well-known/oauth-protected-resource, with the path of the resource behind it and without.
//
// Metadata count only if the resource that they name is resourceURL or a prefix of it (RFC 9728 section
// 3.3). What an https address names must be https as well, on this machine too. The authorization server
// is not asked: that is Provider's part.
//
// hc is nil for a client of the library's own. The error is an [*oauthclients.Error]: ErrInvalid for an
// address that cannot be used, and for metadata of another resource; ErrUnavailable if there are no
// metadata, with what was found at each place.
func Discover(ctx context.Context, hc *http.Client, resourceURL string) (Resource, error) {
	address, err := resourceAddress(resourceURL)
	if err != nil {
		return Resource{}, err
	}
	var options []oauthclients.Option
	if hc != nil {
		options = append(options, oauthclients.WithHTTPClient(hc))
	}
	client, err := oauthclients.New(resourceServer{origin(address)}, oauthclients.NoAuth{}, options...)
	if err != nil {
		return Resource{}, err
	}
	visitor, ok := oauthclients.DriverOf[*visitor](client)
	if !ok {
		return Resource{}, undiscovered("the resource cannot be asked") // out of reach
	}
	r := resourceSearch{given: resourceURL, address: address, caller: visitor.caller}
	err = visitor.caller.Verb(ctx, opDiscover, "", r.look)
	return r.found, err
}

func resourceAddress(text string) (*url.URL, error) {
	faults := providerkit.CheckURL("resourceURL", withoutQuery(text))
	if err := providerkit.InvalidFields(providerName, opDiscover, faults); err != nil {
		return nil, err
	}
	return url.Parse(text)
}

// wireResource is what a resource says of itself (RFC 9728 section 2).
type wireResource struct {
	Resource string   `json:"resource"`
	Servers  []string `json:"authorization_servers"`
	Scopes   []string `json:"scopes_supported"`
}

// resourceDescription is a wireResource whose odd members cost themselves alone.
type resourceDescription struct{ wireResource }

// UnmarshalJSON implements [json.Unmarshaler].
func (d *resourceDescription) UnmarshalJSON(body []byte) error {
	_, err := providerkit.Decode(body, &d.wireResource)
	return err
}

// resourceServer is a protected resource, as what the library can speak to.
type resourceServer struct{ base string }

func (resourceServer) Name() string { return providerName }

func (resourceServer) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{Auth: []oauthclients.AuthKind{oauthclients.AuthKindNone}}
}

func (r resourceServer) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return &visitor{caller: c} },
		Endpoints: oauthclients.Endpoints{BaseURL: r.base},
		IsAPI:     isAPI,
	}, nil
}

// visitor has no verbs.
type visitor struct {
	oauthclients.Driver

	caller *oauthclients.Caller
}
