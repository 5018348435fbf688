package docspace_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file is the example of the package's page.

// A client's life at a portal. The fake stands in for it here; a program gives
// docspace.Provider{Portal: "https://portal.example.com"} and
// oauthclients.BearerToken with an API key.
func Example() {
	portal, err := docspacetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer portal.Close()
	client, err := oauthclients.New(portal.Provider(), portal.Auth())
	if err != nil {
		log.Print(err)
		return
	}
	ctx := context.Background()

	created, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:                   "Invoice Importer",
		LogoURI:                "data:image/svg+xml;base64,PHN2Zy8+",
		ClientURI:              "https://app.example.com",
		TermsURI:               "https://app.example.com/terms",
		PolicyURI:              "https://app.example.com/privacy",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/logout"},
		AllowedOrigins:         []string{"https://app.example.com"},
		Scopes:                 []string{docspace.ScopeFilesRead},
		Extra:                  &docspace.Extra{AllowPKCE: true},
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(created.Name, created.Status, created.GrantTypes, created.Secret)

	// The portal accepts a change of the redirect URIs and ignores it.
	updated, err := client.Clients.Update(ctx, created.ID, func(c *oauthclients.OAuthClient) {
		c.Name = "Invoices"
		c.RedirectURIs = []string{"https://app.example.com/new"}
	})
	var ignored *oauthclients.NotAppliedError
	if errors.As(err, &ignored) {
		fmt.Println(updated.Name, "but not", ignored.Fields)
	}
	fmt.Println(docspace.ExtraOf(updated).AllowPKCE, client.Clients.Delete(ctx, created.ID))
	// Output:
	// Invoice Importer active [authorization_code refresh_token] [REDACTED]
	// Invoices but not [RedirectURIs]
	// true <nil>
}
