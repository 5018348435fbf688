package sipgate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func ExampleAPI_Balance() {
	server, err := sipgatetest.Start() // in production: no server, and sipgate.Provider{}
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	client, err := oauthclients.New(server.Provider(), server.PersonalAccessToken())
	if err != nil {
		log.Print(err)
		return
	}
	api, err := sipgate.Of(client)
	if err != nil {
		log.Print(err)
		return
	}
	balance, err := api.Balance(context.Background())
	if err != nil {
		log.Print(err)
		return
	}
	fmt.Println(balance)
	fmt.Println(balance.Amount, "ten-thousandths of one", balance.Currency)
	// Output:
	// 123.45 EUR
	// 1234500 ten-thousandths of one EUR
}
