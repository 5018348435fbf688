package genesys_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// fakeAPI is what the examples speak to. Against the vendor there is no fake: the client is
// made with genesys.Provider{Region: genesys.EUWest1} and the program's own credentials.
func fakeAPI() (*genesystest.Server, *oauthclients.Client, *genesys.API) {
	fake, err := genesystest.Start()
	if err != nil {
		log.Fatal(err)
	}
	client, err := oauthclients.New(fake.Provider(), fake.Auth())
	if err != nil {
		log.Fatal(err)
	}
	api, err := genesys.Of(client)
	if err != nil {
		log.Fatal(err)
	}
	return fake, client, api
}

func exampleClient() *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{
		Name:       "nightly-export",
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
	}
	genesys.ExtraOf(c).RoleDivisions = []genesys.RoleDivision{{RoleID: "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11", DivisionID: "*"}}
	return c
}

// register creates the client.
func register(client *oauthclients.Client) *oauthclients.OAuthClient {
	made, err := client.Clients.Create(context.Background(), exampleClient())
	if err != nil {
		log.Fatal(err)
	}
	return made
}

// A client that is not needed for a while gets no tokens, and comes back with its settings.
func ExampleAPI_Deactivate() {
	fake, client, api := fakeAPI()
	defer fake.Close()
	ctx := context.Background()
	made := register(client)

	stopped, err := api.Deactivate(ctx, made.ID)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(stopped.Name, stopped.Status)
	// Output: nightly-export inactive
}

// Who deletes a client that is older than 30 days has a week to think again.
func ExampleAPI_Activate() {
	fake, client, api := fakeAPI()
	defer fake.Close()
	ctx := context.Background()
	id, err := fake.Add(`{"name":"desk-app","authorizedGrantType":"CODE","scope":["users"],"dateCreated":"2020-03-02T09:15:04Z"}`)
	if err != nil {
		log.Print(err)
		return
	}
	if err := client.Clients.Delete(ctx, id); err != nil {
		log.Print(err)
		return
	}

	restored, err := api.Activate(ctx, id)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(restored.Name, restored.Status, genesys.ExtraOf(restored).DateToDelete.IsZero())
	// Output: desk-app active true
}

func ExampleAPI_WaitDeleted() {
	fake, client, api := fakeAPI()
	defer fake.Close()
	ctx := context.Background()
	made := register(client)
	if err := client.Clients.Delete(ctx, made.ID); err != nil {
		log.Print(err)
		return
	}

	deletion, err := api.WaitDeleted(ctx, made.ID, genesys.WaitOptions{MaxWait: time.Minute})
	switch {
	case err != nil:
		log.Print(err)
	case deletion.Gone:
		fmt.Println("gone")
	default: // a client that is older than 30 days
		fmt.Println("scheduled for", deletion.DateToDelete)
	}
	// Output: gone
}

// The catalogue is what a form offers for OAuthClient.Scopes.
func ExampleAPI_Scopes() {
	fake, _, api := fakeAPI()
	defer fake.Close()
	scopes, err := api.InLanguage("en-us").Scopes(context.Background())
	if err != nil {
		log.Print(err)
		return
	}
	for _, scope := range scopes {
		fmt.Printf("%-18s%s\n", scope.ID, scope.Description)
	}
	// Output:
	// oauth             Manage OAuth clients
	// oauth:readonly    View OAuth clients
	// routing           Manage queues and skills
	// routing:readonly  View queues and skills
	// users             Manage users
	// users:readonly    View users
}

func ExampleAPI_Scope() {
	fake, _, api := fakeAPI()
	defer fake.Close()
	scope, err := api.Scope(context.Background(), "users:readonly")
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(scope.Description)
	// Output: View users
}

// decide adds a client, and what the person has decided about it.
func decide(fake *genesystest.Server, state string) (id string) {
	id, err := fake.Add(`{"name":"desk-app","authorizedGrantType":"CODE","scope":["users:readonly"]}`)
	if err == nil {
		err = fake.AddAuthorization(id, state)
	}
	if err != nil {
		log.Fatal(err)
	}
	return id
}

// Which programs act for the person? Here one is waiting for an answer.
func ExampleAPI_Authorizations() {
	fake, _, api := fakeAPI()
	defer fake.Close()
	decide(fake, "Requested")
	authorizations, err := api.Authorizations(context.Background())
	if err != nil {
		log.Print(err)
		return
	}
	for _, one := range authorizations {
		fmt.Println(one.Client.Name, one.Scopes, one.State, one.State == genesys.StateRequested)
	}
	// Output: desk-app [users:readonly] Requested true
}

func ExampleAPI_Authorization() {
	fake, _, api := fakeAPI()
	defer fake.Close()
	id := decide(fake, "Revoked")
	one, err := api.Authorization(context.Background(), id)
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(one.Client.Name, one.State)
	// Output: desk-app Revoked
}

// Who am I? The answer tells the client and the organization of the token in use.
func ExampleAPI_Me() {
	fake, _, api := fakeAPI()
	defer fake.Close()
	me, err := api.Me(context.Background())
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(me.Client.Name, "of", me.Organization.Name)
	// Output: genesystest of Example organization
}

// The vendor has announced that clients with client_credentials will need a list of IP addresses,
// and has not told the name of the member. As soon as it is known it can be sent, with no new
// version of this library; "ipAllowList" is made up.
func Example_additionalMembers() {
	fake, client, _ := fakeAPI()
	defer fake.Close()
	ctx := context.Background()

	want := exampleClient()
	want.AdditionalMembers = map[string]json.RawMessage{"ipAllowList": json.RawMessage(`["192.0.2.0/24"]`)}
	made, err := client.Clients.Create(ctx, want) // a NotAppliedError if the vendor drops the member
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(allowList(made))

	updated, err := client.Clients.Update(ctx, made.ID, func(c *oauthclients.OAuthClient) {
		c.AdditionalMembers = map[string]json.RawMessage{"ipAllowList": json.RawMessage(`["192.0.2.0/24","198.51.100.7"]`)}
	})
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(allowList(updated))
	// Output:
	// [192.0.2.0/24]
	// [192.0.2.0/24 198.51.100.7]
}

// allowList reads a member that the library does not model, from Raw.
func allowList(c *oauthclients.OAuthClient) []string {
	var members struct {
		IPAllowList []string `json:"ipAllowList"`
	}
	if err := json.Unmarshal(c.Raw(), &members); err != nil {
		log.Print(err)
	}
	return members.IPAllowList
}
