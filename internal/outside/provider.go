package outside

import (
	"context"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file tells the core what the vendor is: where it is, what it can do, how a key becomes
// a ticket.

const (
	providerName = "outside"
	ticketHeader = "X-Ticket"
	// statusTicketExpired is the vendor's own: HTTP has no 419.
	statusTicketExpired = 419
	maxPageSize         = 40
)

// Provider is one installation of the vendor's server.
type Provider struct {
	// Issuer is where the installation describes itself, below "/.well-known/outside".
	Issuer string
}

// Name returns "outside".
func (Provider) Name() string { return providerName }

// Capabilities says what a client of this vendor is made of.
func (Provider) Capabilities() oauthclients.Capabilities {
	fields := func() []string {
		return []string{"Name", "Description", "RedirectURIs", "Scopes", "Extra.Tier", "Extra.Labels"}
	}
	return oauthclients.Capabilities{
		Auth: []oauthclients.AuthKind{
			oauthclients.AuthKindBearer, oauthclients.AuthKindClientCredentials, oauthclients.AuthKindTokenSource,
		},
		GrantTypes:       []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		FixedGrantTypes:  true,
		Create:           append(fields(), "Extra.Region"),
		Update:           fields(),
		RegenerateSecret: true,
		Paging:           true,
		MaxPageSize:      maxPageSize,
	}
}

// Connect returns how to talk to the installation. It does no I/O.
func (p Provider) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return &driver{caller: c} },
		Endpoints: oauthclients.Endpoints{BaseURL: p.Issuer},
		Discover:  discover,
		Trade:     trade,
		Authorize: func(h http.Header, ticket *oauth2.Token) { h.Set(ticketHeader, ticket.AccessToken) },
		Rejected:  func(r *oauthclients.Response) bool { return r.Status == statusTicketExpired },
		Explain:   explain,
	}, nil
}

// discover reads the installation's description of itself.
func discover(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
	var found wireAddresses
	_, err := anon.Call(ctx, &oauthclients.Call{
		Operation: "Discover", Method: http.MethodGet, Path: "/.well-known/outside", Result: &found,
	})
	if err != nil {
		return oauthclients.Endpoints{}, err
	}
	return oauthclients.Endpoints{
		BaseURL: found.API,
		Grants: map[oauthclients.GrantType]oauth2.Endpoint{
			oauthclients.GrantClientCredentials: {TokenURL: found.Token, AuthStyle: oauth2.AuthStyleInHeader},
		},
	}, nil
}

// trade gets a ticket for the key or token that the user holds.
func trade(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
	var ticket wireTicket
	_, err := anon.Call(ctx, &oauthclients.Call{
		Operation: "Token", Method: http.MethodPost, Path: "/tickets",
		Credential: oauthclients.BearerCredential(held), Result: &ticket,
	})
	if err != nil {
		return nil, err
	}
	return &oauth2.Token{
		AccessToken: ticket.Ticket, Expiry: time.Now().Add(time.Duration(ticket.Seconds) * time.Second),
	}, nil
}
