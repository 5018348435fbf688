// Peer creates one client with Ory's hydra-client-go, and prints its id. It is there to be built:
// ../../../footprint measures what that costs.
//
// FOOTPRINT_URL is what stands before "/admin/clients", FOOTPRINT_TOKEN an access token.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"time"

	hydra "github.com/ory/hydra-client-go/v2"
)

func main() {
	id, err := create(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, id)
}

func create(ctx context.Context) (string, error) {
	configuration := hydra.NewConfiguration()
	configuration.Servers = hydra.ServerConfigurations{{URL: os.Getenv("FOOTPRINT_URL")}}
	configuration.AddDefaultHeader("Authorization", "Bearer "+os.Getenv("FOOTPRINT_TOKEN"))
	configuration.HTTPClient = &http.Client{Timeout: 30 * time.Second}
	client := hydra.NewAPIClient(configuration)
	created, response, err := client.OAuth2API.CreateOAuth2Client(ctx).OAuth2Client(hydra.OAuth2Client{
		ClientName:   new("Order desk"),
		RedirectUris: []string{"https://orders.example.com/oauth/callback"},
		GrantTypes:   []string{"authorization_code"},
		Scope:        new("openid"),
	}).Execute()
	if err != nil {
		return "", err
	}
	return created.GetClientId(), response.Body.Close()
}
