package sipgate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// Who the credential belongs to, and the pages that tell people about one client.
func ExampleOf() {
	server, err := sipgatetest.Start() // in production: no server, and sipgate.Provider{}
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	ctx := context.Background()

	client, err := oauthclients.New(server.Provider(), server.PersonalAccessToken())
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
	api, err := sipgate.Of(client)
	if err != nil {
		log.Print(err)
		return
	}
	info, err := api.UserInfo(ctx)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Printf("user %s of account %s at %s\n", info.Sub, info.MasterSIPID, info.Domain)

	pages, err := api.GDPR(ctx, created.ID)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Printf("privacy %q, terms %q\n", pages.PolicyURI, pages.TermsURI)
	// Output:
	// user w0 of account 0000000 at sipgate.de
	// privacy "https://orders.example.com/privacy", terms ""
}
