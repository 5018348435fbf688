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

// This file has an example for each of the portal's own calls. The fake stands in for the portal.

// exampleClient is a client of a fresh fake.
func exampleClient() (*docspacetest.Server, *oauthclients.Client, *docspace.API) {
	portal := docspacetest.New() // in production: no server, and docspace.Provider{Portal: "https://portal.example.com"}
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	api, err := docspace.Of(client)
	if err != nil {
		log.Fatal(err)
	}
	return portal, client, api
}

// exampleApp registers a client with the logo that comes with the package.
func exampleApp(client *oauthclients.Client, name string) *oauthclients.OAuthClient {
	created, err := client.Clients.Create(context.Background(), &oauthclients.OAuthClient{
		Name:                   name,
		LogoURI:                docspace.DefaultLogo,
		ClientURI:              "https://app.example.com",
		TermsURI:               "https://app.example.com/terms",
		PolicyURI:              "https://app.example.com/privacy",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/logout"},
		AllowedOrigins:         []string{"https://app.example.com"},
		Scopes:                 []string{docspace.ScopeFilesRead},
	})
	if err != nil {
		log.Fatal(err)
	}
	return created
}

// Which scopes a client may have is up to the portal.
func ExampleAPI_Scopes() {
	_, _, api := exampleClient()
	scopes, err := api.Scopes(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	for _, scope := range scopes {
		if scope.Group == "files" {
			fmt.Println(scope.Name, "to", scope.Type)
		}
	}
	// Output:
	// files:read to read
	// files:write to write
}

// A client that is off signs nobody in.
func ExampleAPI_SetEnabled() {
	_, client, api := exampleClient()
	ctx := context.Background()
	app := exampleApp(client, "Invoice Importer")
	for _, enabled := range []bool{false, true} {
		if err := api.SetEnabled(ctx, app.ID, enabled); err != nil {
			log.Fatal(err)
		}
		now, err := client.Clients.Get(ctx, app.ID)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(now.Name, "is", now.Status)
	}
	// Output:
	// Invoice Importer is disabled
	// Invoice Importer is active
}

// A page that shows an application needs no credential.
func ExampleAPI_PublicInfo() {
	_, client, api := exampleClient()
	app := exampleApp(client, "Invoice Importer")
	info, err := api.PublicInfo(context.Background(), app.ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Name, info.PolicyURI)
	// Output:
	// Invoice Importer https://app.example.com/privacy
}

// What people see of each client, newest first.
func ExampleAPI_Infos() {
	_, client, api := exampleClient()
	ctx := context.Background()
	for _, name := range []string{"Invoice Importer", "Room Planner"} {
		exampleApp(client, name)
	}
	for info, err := range api.Infos(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		same, err := api.Info(ctx, info.ID)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(same.Name, same.Scopes)
	}
	// Output:
	// Room Planner [files:read]
	// Invoice Importer [files:read]
}

// A person looks at the applications that were let in, and shows one of them the door.
func ExampleAPI_Consents() {
	portal, _, api := exampleClient()
	ctx := context.Background()
	// The person signs in to an application, which is none of this program's business.
	app := portal.AuthCode("https://app.example.com/callback")
	login, err := app.Begin(ctx, portal.Provider())
	if err != nil {
		log.Fatal(err)
	}
	if _, err = portal.SignIn(login.URL); err != nil {
		log.Fatal(err)
	}

	for consent, err := range api.Consents(ctx, oauthclients.ListOptions{PageSize: 10}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(consent.Client.Name, "may", consent.Scopes)
		if err := api.RevokeConsent(ctx, consent.ClientID); err != nil {
			log.Fatal(err)
		}
	}
	for range api.Consents(ctx, oauthclients.ListOptions{}) {
		fmt.Println("there is another one")
	}
	// Output:
	// Example application may [accounts:read files:read rooms:read]
}

// Every client that the account registered is gone afterwards.
func ExampleAPI_DeleteAllMine() {
	_, client, api := exampleClient()
	ctx := context.Background()
	for n := range 3 {
		exampleApp(client, fmt.Sprintf("Left over %d", n))
	}
	if err := api.DeleteAllMine(ctx); err != nil {
		log.Fatal(err)
	}
	page, err := client.Clients.List(ctx, oauthclients.ListOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(page.Clients), "left")
	// Output:
	// 0 left
}

// A program for administrators that gives a portal back as it was.
func ExampleAPI_DeleteTenant() {
	portal, client, api := exampleClient()
	ctx := context.Background()
	exampleApp(client, "Invoice Importer")
	if err := api.DeleteTenant(ctx); err != nil {
		log.Fatal(err)
	}
	everybody, err := oauthclients.New(portal.Provider(), portal.UserAuth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	users, err := docspace.Of(everybody)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(errors.Is(users.DeleteTenant(ctx), oauthclients.ErrPermission))
	// Output:
	// true
}

// The logo of a client comes from a file, or is the neutral one that a program asks for.
func ExampleLogoFromFile() {
	logo, err := docspace.LogoFromFile("testdata/logo.png")
	if err != nil {
		log.Print("taking the neutral one: ", err)
		logo = docspace.DefaultLogo
	}
	_, client, _ := exampleClient()
	app := exampleApp(client, "Invoice Importer")
	updated, err := client.Clients.Update(context.Background(), app.ID, func(c *oauthclients.OAuthClient) { c.LogoURI = logo })
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(updated.LogoURI[:22], len(updated.LogoURI))
	// Output:
	// data:image/png;base64, 118
}
