// Minimal is the program of the README. It runs as it is, against the fake of sipgate.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	fake, err := sipgatetest.Start() // a real account needs only the two arguments of New
	if err != nil {
		return err
	}
	defer fake.Close()

	client, err := oauthclients.New(fake.Provider(), fake.Auth())
	if err != nil {
		return err
	}
	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:         "Order desk",
		RedirectURIs: []string{"https://orders.example.com/oauth/*"},
	})
	if err != nil {
		return err
	}
	fmt.Println(app.Name, app.Secret, app.Secret.Reveal() != "") // printing shows no secret

	app, err = client.Clients.Update(ctx, app.ID, func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = append(c.RedirectURIs, "https://new.example.com/oauth/*")
	})
	if err != nil {
		return err
	}
	fmt.Println(app.RedirectURIs)
	return client.Clients.Delete(ctx, app.ID)
}
