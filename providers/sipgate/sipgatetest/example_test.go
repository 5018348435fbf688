package sipgatetest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// A test of a program that signs people in, without a browser and without a socket.
func ExampleServer_SignIn() {
	ctx := context.Background()
	server := sipgatetest.New()
	through := oauthclients.WithHTTPClient(server.HTTPClient())
	auth := server.AuthCode("https://app.example.com/callback")

	login, err := auth.Begin(ctx, server.Provider())
	if err != nil {
		log.Fatal(err)
	}
	callback, err := server.SignIn(login.URL) // what the person does in the browser
	if err != nil {
		log.Fatal(err)
	}
	auth.Token, err = auth.Finish(ctx, server.Provider(), login, callback, through)
	if err != nil {
		log.Fatal(err)
	}

	client, err := oauthclients.New(server.Provider(), auth, through)
	if err != nil {
		log.Fatal(err)
	}
	for c, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(c.Name)
	}
	// Output: Example application
}
