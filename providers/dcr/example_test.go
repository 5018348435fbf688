package dcr_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// A client is registered, changed and deleted at a standard server.
func Example() {
	fake, err := dcrtest.Start(dcrtest.WithInitialAccessToken(), dcrtest.WithTokenRotation())
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	// At a real server: dcr.Provider{Issuer: "https://login.example.com", Registrations: store}
	// with a store of dcr.FileStore, so that the handles outlive the program.
	client, err := oauthclients.New(fake.Provider(), oauthclients.BearerToken(dcrtest.InitialAccessToken))
	if err != nil {
		log.Fatal(err)
	}
	if err := register(context.Background(), client, os.Stdout); err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(fake.Registered()), "clients are left")
	// Output:
	// Order desk [REDACTED] [code] "Bestellungen"
	// [mail@example.com]
	// 0 clients are left
}

func register(ctx context.Context, client *oauthclients.Client, out io.Writer) error {
	app := &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"}, Scopes: []string{"openid"},
		AdditionalMembers: map[string]json.RawMessage{"client_name#de": json.RawMessage(`"Bestellungen"`)},
	}
	dcr.ExtraOf(app).Contacts = []string{"desk@example.com"}
	app, err := client.Clients.Create(ctx, app)
	if err != nil {
		return err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(app.Raw(), &members); err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out, app.Name, app.Secret, dcr.ExtraOf(app).ResponseTypes, string(members["client_name#de"]))

	app, err = client.Clients.Update(ctx, app.ID, func(c *oauthclients.OAuthClient) {
		dcr.ExtraOf(c).Contacts = []string{"mail@example.com"}
	})
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintln(out, dcr.ExtraOf(app).Contacts)
	return client.Clients.Delete(ctx, app.ID)
}

// A client that was registered by another program is taken over.
func ExampleAPI_Adopt() {
	fake := dcrtest.New()
	inside := oauthclients.WithHTTPClient(fake.HTTPClient())
	ctx := context.Background()
	before, err := oauthclients.New(fake.Provider(), oauthclients.NoAuth{}, inside)
	if err != nil {
		log.Fatal(err)
	}
	app, err := before.Clients.Create(ctx, &oauthclients.OAuthClient{Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"}})
	if err != nil {
		log.Fatal(err)
	}
	handle, _ := fake.Handle(app.ID) // registration_client_uri and registration_access_token

	provider := fake.Provider()
	provider.Registrations = dcr.NewMemoryStore()
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, inside)
	if err != nil {
		log.Fatal(err)
	}
	api, err := dcr.Of(client)
	if err != nil {
		log.Fatal(err)
	}
	if err := api.Adopt(ctx, handle); err != nil {
		log.Fatal(err)
	}
	app, err = client.Clients.Get(ctx, handle.ClientID)
	fmt.Println(app.Name, handle.Token, err)
	// Output: Order desk [REDACTED] <nil>
}
