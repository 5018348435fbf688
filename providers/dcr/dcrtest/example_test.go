package dcrtest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file shows a program against the fake.

func Example() {
	server, err := dcrtest.Start(dcrtest.WithInitialAccessToken())
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	client, err := oauthclients.New(server.Provider(), server.Auth())
	if err != nil {
		log.Fatal(err)
	}
	made, err := client.Clients.Create(context.Background(), &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"},
	})
	if err != nil {
		log.Fatal(err)
	}
	metadata, _ := server.Metadata(made.ID)
	fmt.Println(metadata["client_name"], len(server.Registered()))
	// Output: Order desk 1
}

// A program meets the answers of a server before it meets the server: Keycloak stores the address of
// a logo, and never shows it.
func ExampleWithManner() {
	server := dcrtest.New(dcrtest.WithManner(dcrtest.Keycloak))
	client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithHTTPClient(server.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Clients.Create(context.Background(), &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"}, LogoURI: "https://orders.example.com/logo.png",
	})
	var missing *oauthclients.NotAppliedError
	fmt.Println(errors.As(err, &missing), missing.Fields)
	// Output: true [LogoURI]
}
