package dcrtest_test

import (
	"context"
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
