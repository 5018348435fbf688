package peerbench_test

import (
	"context"
	"testing"

	hydra "github.com/ory/hydra-client-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file holds the work that is measured, each done twice: by hand, and by the peer at Hydra
// or the library at Genesys Cloud.

// result is what one side found, by which they are compared: how many clients, and the last one.
type result struct {
	count      int
	id, secret string
}

// work is one call.
type work struct {
	vendor, side string // side is who the other one is
	raw, other   func(context.Context) (result, error)
}

const hydraPath = "/admin/clients"

// openPeer returns a client that differs from the one by hand in nothing below it: the connection
// pool and the timeout are the same.
func openPeer(base string) hydra.OAuth2API {
	configuration := hydra.NewConfiguration()
	configuration.Servers = hydra.ServerConfigurations{{URL: base}}
	configuration.AddDefaultHeader("Authorization", "Bearer "+stub.Token)
	configuration.HTTPClient = raw.NewHTTP(64)
	return hydra.NewAPIClient(configuration).OAuth2API
}

func openLibrary(tb testing.TB, base string) *oauthclients.Client {
	tb.Helper()
	client, err := oauthclients.New(genesys.Provider{APIURL: base}, oauthclients.BearerToken(stub.Token))
	require.NoError(tb, err)
	return client
}

// creates register one client.
func creates(tb testing.TB, server *stub.Process) []work {
	tb.Helper()
	return []work{peerCreate(server.Base("hydra", 1)), libraryCreate(tb, server.Base("genesys", 1))}
}

func peerCreate(base string) work {
	byHand, peer := raw.New(base, stub.Token), openPeer(base)
	want, peerWant := rawStandardClient(), peerClient()
	return work{
		vendor: "hydra", side: "peer",
		raw: func(ctx context.Context) (result, error) {
			c, err := raw.StandardCreate(ctx, byHand, hydraPath, want)
			if err != nil {
				return result{}, err
			}
			return result{1, c.ClientID, c.ClientSecret}, nil
		},
		other: func(ctx context.Context) (result, error) {
			c, _, err := peer.CreateOAuth2Client(ctx).OAuth2Client(*peerWant).Execute()
			if err != nil {
				return result{}, err
			}
			return result{1, c.GetClientId(), c.GetClientSecret()}, nil
		},
	}
}

func libraryCreate(tb testing.TB, base string) work {
	tb.Helper()
	byHand, library := raw.New(base, stub.Token), openLibrary(tb, base)
	want, libraryWant := rawGenesysClient(), genesysClient()
	return work{
		vendor: "genesys", side: "library",
		raw: func(ctx context.Context) (result, error) {
			c, err := raw.GenesysCreate(ctx, byHand, want)
			if err != nil {
				return result{}, err
			}
			return result{1, c.ID, c.Secret}, nil
		},
		other: func(ctx context.Context) (result, error) {
			c, err := library.Clients.Create(ctx, libraryWant)
			if err != nil {
				return result{}, err
			}
			return result{1, c.ID, c.Secret.Reveal()}, nil
		},
	}
}

// lists read one page with all of the account's clients.
func lists(tb testing.TB, server *stub.Process, estate int) []work {
	tb.Helper()
	return []work{
		peerList(server.Base("hydra", estate)),
		libraryList(tb, server.Base("genesys", estate), estate),
	}
}

func peerList(base string) work {
	byHand, peer := raw.New(base, stub.Token), openPeer(base)
	return work{
		vendor: "hydra", side: "peer",
		raw: func(ctx context.Context) (result, error) {
			list, err := raw.StandardList(ctx, byHand, hydraPath)
			if err != nil {
				return result{}, err
			}
			last := &list[len(list)-1]
			return result{len(list), last.ClientID, last.ClientSecret}, nil
		},
		other: func(ctx context.Context) (result, error) {
			list, _, err := peer.ListOAuth2Clients(ctx).Execute()
			if err != nil {
				return result{}, err
			}
			last := &list[len(list)-1]
			return result{len(list), last.GetClientId(), last.GetClientSecret()}, nil
		},
	}
}

func libraryList(tb testing.TB, base string, estate int) work {
	tb.Helper()
	byHand, library := raw.New(base, stub.Token), openLibrary(tb, base)
	return work{
		vendor: "genesys", side: "library",
		raw: func(ctx context.Context) (found result, err error) {
			err = raw.GenesysList(ctx, byHand, func(c *raw.GenesysClient) {
				found = result{found.count + 1, c.ID, c.Secret}
			})
			return found, err
		},
		other: func(ctx context.Context) (result, error) {
			page, err := library.Clients.List(ctx, oauthclients.ListOptions{PageSize: estate})
			if err != nil {
				return result{}, err
			}
			last := page.Clients[len(page.Clients)-1]
			return result{len(page.Clients), last.ID, last.Secret.Reveal()}, nil
		},
	}
}
