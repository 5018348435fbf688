package oauthclients_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/url"
	"os"
	"path/filepath"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the examples of signing in. The fake plays the person and the browser.

// A web application begins in one request and finishes in another. In between the Login is in
// the person's session.
func ExampleAuthCode_Begin() {
	ctx := context.Background()
	fake, err := sipgatetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	auth := fake.AuthCode("https://app.example.com/callback") // ClientID, ClientSecret, RedirectURL, Scopes
	provider := oauthclients.Shared(fake.Provider())          // for as long as the program runs

	login, err := auth.Begin(ctx, provider)
	if err != nil {
		log.Fatal(err)
	}
	callback, err := fake.SignIn(login.URL) // the browser is sent there, and comes back with a query
	if err != nil {
		log.Fatal(err)
	}
	auth.Token, err = auth.Finish(ctx, provider, login, callback)
	if err != nil {
		log.Fatal(err)
	}

	client, err := oauthclients.New(provider, auth)
	if err != nil {
		log.Fatal(err)
	}
	page, err := client.Clients.List(ctx, oauthclients.ListOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(login, page.Clients[0].Name)
	// Output: oauthclients.Login{[REDACTED]} Example application
}

// What can be wrong with a callback is an Error with the provider's code.
func ExampleAuthCode_Finish() {
	ctx := context.Background()
	fake, err := sipgatetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	auth := fake.AuthCode("https://app.example.com/callback")
	login, err := auth.Begin(ctx, fake.Provider())
	if err != nil {
		log.Fatal(err)
	}
	callback, err := fake.SignInDenied(login.URL)
	if err != nil {
		log.Fatal(err)
	}

	_, err = auth.Finish(ctx, fake.Provider(), login, callback)
	fmt.Println(errors.Is(err, oauthclients.ErrPermission))

	_, err = auth.Finish(ctx, fake.Provider(), login, url.Values{"state": {"of another sign-in"}})
	fmt.Println(errors.Is(err, oauthclients.ErrInvalid))
	// Output:
	// true
	// true
}

// A tool signs in the person who runs it, once: the next run finds the token in the file.
func ExampleAuthCode_Interactive() {
	ctx := context.Background()
	fake, err := sipgatetest.Start()
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	folder, err := os.MkdirTemp("", "example-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)

	auth, store := fake.AuthCode(""), oauthclients.FileTokenStore(filepath.Join(folder, "token.json"))
	provider := oauthclients.Shared(fake.Provider())
	client, err := oauthclients.New(provider, auth, oauthclients.WithTokenStore(store))
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.Clients.List(ctx, oauthclients.ListOptions{})
	fmt.Println(errors.Is(err, oauthclients.ErrLoginRequired))

	open := fake.Visit // a real tool opens the browser, or prints the address
	if _, err := auth.Interactive(ctx, provider, open, oauthclients.WithTokenStore(store)); err != nil {
		log.Fatal(err)
	}
	_, err = client.Clients.List(ctx, oauthclients.ListOptions{})
	fmt.Println(err)
	fmt.Println(client.SignOut(ctx))
	// Output:
	// true
	// <nil>
	// <nil>
}
