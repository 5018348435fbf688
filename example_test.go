package oauthclients_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the Examples of the package documentation. They run against the fakes; at a
// real account the arguments of New differ, and what the provider wants of a client.

func Example() {
	ctx := context.Background()
	fake := sipgatetest.New() // a real account: sipgate.Provider{} and BasicAuth with a personal access token
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}

	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:         "Order desk",
		RedirectURIs: []string{"https://orders.example.com/oauth/*"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(app.Name, "has the secret", app.Secret) // app.Secret.Reveal() gives it

	if err := client.Clients.Delete(ctx, app.ID); err != nil {
		log.Fatal(err)
	}
	_, err = client.Clients.Get(ctx, app.ID)
	fmt.Println(errors.Is(err, oauthclients.ErrNotFound))
	// Output:
	// Order desk has the secret [REDACTED]
	// true
}

// genesysClient returns a client of a fake account with one OAuth2 client in it.
func genesysClient(ctx context.Context) (client *oauthclients.Client, id string) {
	fake := genesystest.New()
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name:         "desk-app",
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		RedirectURIs: []string{"https://desk.example.com/cb"},
		Scopes:       []string{"users:readonly"},
	})
	if err != nil {
		log.Fatal(err)
	}
	return client, app.ID
}

func ExampleClientsService_Update() {
	ctx := context.Background()
	client, id := genesysClient(ctx)

	app, err := client.Clients.Update(ctx, id, func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = append(c.RedirectURIs, "https://desk.example.com/cb2")
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(app.Name, app.RedirectURIs, app.Scopes) // what was not edited stays
	// Output: desk-app [https://desk.example.com/cb https://desk.example.com/cb2] [users:readonly]
}

func ExampleClientsService_All() {
	ctx := context.Background()
	client, _ := genesysClient(ctx)

	for app, err := range client.Clients.All(ctx, oauthclients.ListOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(app.Name, app.Status)
	}
	// Output: desk-app active
}

func ExampleClientsService_RegenerateSecret() {
	ctx := context.Background()
	client, id := genesysClient(ctx)

	secret, err := client.Clients.RegenerateSecret(ctx, id)
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		fmt.Println("this provider has no such call")
	case errors.Is(err, oauthclients.ErrOutcomeUnknown):
		fmt.Println("the old secret may be dead already")
	case err != nil:
		log.Fatal(err)
	default:
		fmt.Println(secret, !secret.IsZero())
	}
	// Output: [REDACTED] true
}

// A self-hosted DocSpace portal answers 200 to an update of redirect URIs and changes nothing.
// Here this is an error.
func ExampleNotAppliedError() {
	ctx := context.Background()
	portal := docspacetest.New()
	client, err := oauthclients.New(portal.Provider(), portal.Auth(), oauthclients.WithHTTPClient(portal.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	app, err := client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name: "Invoice Importer", ClientURI: "https://app.example.com",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/bye"},
		AllowedOrigins:         []string{"https://app.example.com"},
		Scopes:                 []string{docspace.ScopeFilesRead},
		PolicyURI:              "https://app.example.com/privacy", TermsURI: "https://app.example.com/terms",
		LogoURI: "data:image/png;base64,iVBORw0KGgo=",
	})
	if err != nil {
		log.Fatal(err)
	}

	now, err := client.Clients.Update(ctx, app.ID, func(c *oauthclients.OAuthClient) {
		c.Name = "Importer"
		c.RedirectURIs = []string{"https://new.example.com/callback"}
	})
	var ignored *oauthclients.NotAppliedError
	if errors.As(err, &ignored) {
		fmt.Println("not applied:", ignored.Fields)
	}
	fmt.Println("now:", now.Name, now.RedirectURIs)
	// Output:
	// not applied: [RedirectURIs]
	// now: Importer [https://app.example.com/callback]
}

// The answer to this create is lost on its way. It may have been executed, so that it is not
// repeated; the program looks before it creates again.
func ExampleError() {
	ctx := context.Background()
	fake := sipgatetest.New()
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	if err != nil {
		log.Fatal(err)
	}
	fake.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/clients", Times: 1, Execute: true, Drop: true})

	_, err = client.Clients.Create(ctx, &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/oauth/*"},
	})
	if errors.Is(err, oauthclients.ErrOutcomeUnknown) {
		found, err := client.Clients.FindByName(ctx, "Order desk")
		fmt.Println("it was created after all:", len(found) == 1, err)
	}
	// Output: it was created after all: true <nil>
}
