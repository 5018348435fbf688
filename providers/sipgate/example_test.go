package sipgate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func Example() {
	server, err := sipgatetest.Start() // in production: no server, and sipgate.Provider{}
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	ctx := context.Background()

	client, err := oauthclients.New(server.Provider(), oauthclients.BasicAuth{
		Username: sipgatetest.TokenID, // a personal access token
		Password: oauthclients.NewSecret(sipgatetest.Token),
	})
	if err != nil {
		log.Print(err)
		return
	}
	created, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:         "Order desk",
		RedirectURIs: []string{"https://orders.example.com/oauth/*"},
		PolicyURI:    "https://orders.example.com/privacy",
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println("id:", created.ID)
	fmt.Println("secret:", created.Secret) // Reveal gives the value

	updated, err := client.Clients.Update(ctx, created.ID, func(c *oauthclients.OAuthClient) {
		c.AllowedOrigins = append(c.AllowedOrigins, "https://orders.example.com")
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println("origins:", updated.AllowedOrigins)
	// Output:
	// id: 2556404-0-dc848ae6-085c-11e8-92a6-000000000001
	// secret: [REDACTED]
	// origins: [https://orders.example.com]
}

func ExampleWebphoneClient() {
	webphone := sipgate.WebphoneClient("Webphone embed", "https://*.intranet.example.com")
	fmt.Println(webphone.RedirectURIs, webphone.AllowedOrigins)
	// Output: [https://phone.sipgate.com/*] [https://*.intranet.example.com]
}
