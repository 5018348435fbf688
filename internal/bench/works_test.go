package bench_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the work that is measured, each done twice: by the library, and by hand. What
// both find is compared before anything is measured.

// result is what one side found, by which they are compared: how many clients, and the secret of
// the only one or the id of the last.
type result struct {
	count int
	last  string
}

// work is one call, or what a program takes for one.
type work struct {
	provider     string
	library, raw func(context.Context) (result, error)
}

// account is one provider's client, and the same by hand.
type account struct {
	client *oauthclients.Client
	raw    *raw.API
}

// accounts are those of all vendors, each with so many clients.
type accounts struct{ genesys, sipgate, docspace, standard account }

func open(tb testing.TB, estate int) accounts {
	tb.Helper()
	open := func(p oauthclients.Provider, base string) account {
		client, err := oauthclients.New(p, oauthclients.BearerToken(stub.Token))
		require.NoError(tb, err)
		return account{client, raw.New(base, stub.Token)}
	}
	base := func(vendor string) string { return server.Base(vendor, estate) }
	a := accounts{
		genesys:  open(genesys.Provider{APIURL: base("genesys")}, base("genesys")),
		sipgate:  open(sipgate.Provider{APIURL: base("sipgate")}, base("sipgate")),
		docspace: open(docspace.Provider{Portal: base("docspace")}, base("docspace")),
		standard: open(dcr.Provider{
			RegistrationEndpoint: base("standard") + "/register", Registrations: dcr.NewMemoryStore(),
		}, base("standard")),
	}
	a.docspace.raw.Header = http.Header{"X-Signature": {stub.Token}}
	_, err := a.standard.client.Clients.Create(tb.Context(), standardClient()) // for its handle
	require.NoError(tb, err)
	return a
}

const standardPath = "/register/" + stub.ID

// one is the result of a call that is answered with one client.
func one[C any](c *C, err error, secret func(*C) string) (result, error) {
	if err != nil {
		return result{}, err
	}
	return result{1, secret(c)}, nil
}

func secret(c *oauthclients.OAuthClient) string   { return c.Secret.Reveal() }
func genesysSecret(c *raw.GenesysClient) string   { return c.Secret }
func sipgateSecret(c *raw.SipgateClient) string   { return c.ClientSecret }
func docspaceSecret(c *raw.DocSpaceClient) string { return c.ClientSecret }
func standardSecret(c *raw.StandardClient) string { return c.ClientSecret }

func gets(tb testing.TB) []work {
	tb.Helper()
	a := open(tb, 1)
	library := func(c *oauthclients.Client) func(context.Context) (result, error) {
		return func(ctx context.Context) (result, error) {
			client, err := c.Clients.Get(ctx, stub.ID)
			return one(client, err, secret)
		}
	}
	return []work{
		{"genesys", library(a.genesys.client), func(ctx context.Context) (result, error) {
			c, err := raw.GenesysGet(ctx, a.genesys.raw, stub.ID)
			return one(c, err, genesysSecret)
		}},
		{"sipgate", library(a.sipgate.client), func(ctx context.Context) (result, error) {
			c, err := raw.SipgateGet(ctx, a.sipgate.raw, stub.ID)
			return one(c, err, sipgateSecret)
		}},
		{"docspace", library(a.docspace.client), func(ctx context.Context) (result, error) {
			c, err := raw.DocSpaceGet(ctx, a.docspace.raw, stub.ID)
			return one(c, err, docspaceSecret)
		}},
		{"dcr", library(a.standard.client), func(ctx context.Context) (result, error) {
			c, err := raw.StandardGet(ctx, a.standard.raw, standardPath)
			return one(c, err, standardSecret)
		}},
	}
}

func creates(tb testing.TB) []work {
	tb.Helper()
	a := open(tb, 1)
	library := func(c *oauthclients.Client, want *oauthclients.OAuthClient) func(context.Context) (result, error) {
		return func(ctx context.Context) (result, error) {
			client, err := c.Clients.Create(ctx, want)
			return one(client, err, secret)
		}
	}
	return []work{
		{"genesys", library(a.genesys.client, genesysClient()), func(ctx context.Context) (result, error) {
			c, err := raw.GenesysCreate(ctx, a.genesys.raw, rawGenesysClient())
			return one(c, err, genesysSecret)
		}},
		{"sipgate", library(a.sipgate.client, sipgateClient()), func(ctx context.Context) (result, error) {
			c, err := raw.SipgateCreate(ctx, a.sipgate.raw, rawSipgateClient())
			return one(c, err, sipgateSecret)
		}},
		{"docspace", library(a.docspace.client, docspaceClient()), func(ctx context.Context) (result, error) {
			c, err := raw.DocSpaceCreate(ctx, a.docspace.raw, rawDocSpaceClient())
			return one(c, err, docspaceSecret)
		}},
		{"dcr", library(a.standard.client, standardClient()), func(ctx context.Context) (result, error) {
			c, err := raw.StandardCreate(ctx, a.standard.raw, "/register", rawStandardClient())
			return one(c, err, standardSecret)
		}},
	}
}

// updates change the name to the other one.
func updates(tb testing.TB) []work {
	tb.Helper()
	a := open(tb, 1)
	library := func(c *oauthclients.Client) func(context.Context) (result, error) {
		return func(ctx context.Context) (result, error) {
			_, err := c.Clients.Update(ctx, stub.ID, func(c *oauthclients.OAuthClient) { c.Name = other(c.Name) })
			return result{}, err
		}
	}
	return []work{
		{"genesys", library(a.genesys.client), func(ctx context.Context) (result, error) {
			_, err := raw.GenesysUpdate(ctx, a.genesys.raw, stub.ID, func(c *raw.GenesysClient) { c.Name = other(c.Name) })
			return result{}, err
		}},
		{"sipgate", library(a.sipgate.client), func(ctx context.Context) (result, error) {
			_, err := raw.SipgateUpdate(ctx, a.sipgate.raw, stub.ID, func(c *raw.SipgateClient) { c.Name = other(c.Name) })
			return result{}, err
		}},
		{"docspace", library(a.docspace.client), func(ctx context.Context) (result, error) {
			_, err := raw.DocSpaceUpdate(ctx, a.docspace.raw, stub.ID, func(c *raw.DocSpaceClient) { c.Name = other(c.Name) })
			return result{}, err
		}},
		{"dcr", library(a.standard.client), func(ctx context.Context) (result, error) {
			_, err := raw.StandardUpdate(ctx, a.standard.raw, standardPath, func(c *raw.StandardClient) { c.ClientName = other(c.ClientName) })
			return result{}, err
		}},
	}
}

func other(name string) string {
	if name == stub.FirstName {
		return stub.OtherName
	}
	return stub.FirstName
}

// lists read one page with all of the account's clients.
func lists(tb testing.TB, estate int) []work {
	tb.Helper()
	a := open(tb, estate)
	library := func(c *oauthclients.Client) func(context.Context) (result, error) {
		return func(ctx context.Context) (result, error) {
			page, err := c.Clients.List(ctx, oauthclients.ListOptions{PageSize: estate})
			if err != nil {
				return result{}, err
			}
			return result{len(page.Clients), page.Clients[len(page.Clients)-1].ID}, nil
		}
	}
	return append([]work{
		{"genesys", library(a.genesys.client), rawAll(a).genesys},
		{"docspace", library(a.docspace.client), rawAll(a).docspace},
	}, work{"sipgate", library(a.sipgate.client), rawAll(a).sipgate})
}

// walks go through all pages of an account.
func walks(tb testing.TB, estate int) []work {
	tb.Helper()
	a := open(tb, estate)
	library := func(c *oauthclients.Client) func(context.Context) (result, error) {
		return func(ctx context.Context) (result, error) {
			count, last := 0, ""
			for client, err := range c.Clients.All(ctx, oauthclients.ListOptions{PageSize: 50}) {
				if err != nil {
					return result{}, err
				}
				count, last = count+1, client.ID
			}
			return result{count, last}, nil
		}
	}
	return []work{
		{"genesys", library(a.genesys.client), rawAll(a).genesys},
		{"docspace", library(a.docspace.client), rawAll(a).docspace},
	}
}

type rawLists struct {
	genesys, sipgate, docspace func(context.Context) (result, error)
}

func rawAll(a accounts) rawLists {
	return rawLists{
		genesys: func(ctx context.Context) (result, error) {
			count, last := 0, ""
			err := raw.GenesysList(ctx, a.genesys.raw, func(c *raw.GenesysClient) { count, last = count+1, c.ID })
			return result{count, last}, err
		},
		sipgate: func(ctx context.Context) (result, error) {
			count, last := 0, ""
			err := raw.SipgateAll(ctx, a.sipgate.raw, func(c *raw.SipgateClient) { count, last = count+1, c.ClientID })
			return result{count, last}, err
		},
		docspace: func(ctx context.Context) (result, error) {
			count, last := 0, ""
			err := raw.DocSpaceList(ctx, a.docspace.raw, 50, func(c *raw.DocSpaceClient) { count, last = count+1, c.ClientID })
			return result{count, last}, err
		},
	}
}
