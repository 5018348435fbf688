// Library creates one client at Genesys Cloud with the library, and prints its id. It is there to
// be built: ../.. measures what that costs.
//
// FOOTPRINT_URL is what stands before "/api/v2", FOOTPRINT_TOKEN an access token.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

func main() {
	id, err := create(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "library:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, id)
}

func create(ctx context.Context) (string, error) {
	client, err := oauthclients.New(genesys.Provider{APIURL: os.Getenv("FOOTPRINT_URL")},
		oauthclients.BearerToken(os.Getenv("FOOTPRINT_TOKEN")))
	if err != nil {
		return "", err
	}
	created, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:         "Order desk",
		RedirectURIs: []string{"https://orders.example.com/oauth/callback"},
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Scopes:       []string{"users:readonly"},
	})
	if err != nil {
		return "", err
	}
	return created.ID, nil
}
