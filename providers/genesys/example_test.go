package genesys_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// Against the vendor, the provider is genesys.Provider{Region: genesys.EUWest1} and the auth
// strategy oauthclients.ClientCredentials with the program's own id and secret.
func Example() {
	fake, err := genesystest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	client, err := oauthclients.New(fake.Provider(), fake.Auth())
	if err != nil {
		log.Fatal(err)
	}

	want := &oauthclients.OAuthClient{
		Name:       "nightly-export",
		GrantTypes: []oauthclients.GrantType{oauthclients.GrantClientCredentials},
	}
	extra := genesys.ExtraOf(want)
	extra.AccessTokenValidity = time.Hour
	extra.RoleDivisions = []genesys.RoleDivision{{RoleID: "4a0a5b1e-6d0e-4c4b-9d3c-0b4f6a3d2c11", DivisionID: "*"}}

	made, err := client.Clients.Create(context.Background(), want)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(made.Name, made.Status, genesys.ExtraOf(made).AccessTokenValidity)
	fmt.Println("secret:", made.Secret, "hidden from print, there:", !made.Secret.IsZero())
	// Output:
	// nightly-export active 1h0m0s
	// secret: [REDACTED] hidden from print, there: true
}

// The region comes from a configuration, in whatever spelling people use.
func ExampleParseRegion() {
	region, err := genesys.ParseRegion("EU_WEST_1")
	fmt.Println(region == genesys.EUWest1, err)
	// Output: true <nil>
}
