package main

import (
	"context"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file makes a small estate: a fake of each vendor, in which there are clients already. With
// accounts of your own it is not needed.

// fakeAccounts returns what was started, also beside an error.
func fakeAccounts(ctx context.Context) (accounts []account, err error) {
	for _, start := range []func(context.Context) (account, error){fakeSipgate, fakeGenesys, fakeDocspace} {
		started, err := start(ctx)
		if started.close != nil {
			accounts = append(accounts, started)
		}
		if err != nil {
			return accounts, err
		}
	}
	return accounts, nil
}

func fakeSipgate(ctx context.Context) (account, error) {
	fake, err := sipgatetest.Start()
	if err != nil {
		return account{}, err
	}
	return settled(ctx, fake, desk())
}

// fakeGenesys has two clients of one name, which is nothing special.
func fakeGenesys(ctx context.Context) (account, error) {
	fake, err := genesystest.Start()
	if err != nil {
		return account{}, err
	}
	return settled(ctx, fake, wallboard(), wallboard())
}

func fakeDocspace(ctx context.Context) (account, error) {
	fake, err := docspacetest.Start()
	if err != nil {
		return account{}, err
	}
	return settled(ctx, fake, archive())
}

// fake is what the three fakes have in common, but for the type of their provider.
type fake[P oauthclients.Provider] interface {
	Provider() P
	Auth() oauthclients.Auth
	Close()
}

// settled is the account of a fake in which there are these clients.
func settled[P oauthclients.Provider](ctx context.Context, f fake[P], clients ...*oauthclients.OAuthClient) (account, error) {
	account, err := newAccount(f.Provider(), f.Auth(), f.Close)
	if err != nil {
		return account, err
	}
	for _, client := range clients {
		if _, err := account.client.Clients.Create(ctx, client); err != nil {
			return account, err
		}
	}
	return account, nil
}

func desk() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           "Order desk",
		Description:    "Click to dial for the order desk",
		RedirectURIs:   []string{"https://orders.example.com/oauth"},
		AllowedOrigins: []string{"https://orders.example.com"},
		PolicyURI:      "https://orders.example.com/privacy",
		TermsURI:       "https://orders.example.com/terms",
	}
}

func wallboard() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:         "Wallboard",
		RedirectURIs: []string{"https://wallboard.example.com/oauth"},
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Scopes:       []string{"users:readonly"},
	}
}

func archive() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:                   "Archive",
		Description:            "Files away what was agreed on",
		RedirectURIs:           []string{"https://archive.example.com/oauth"},
		PostLogoutRedirectURIs: []string{"https://archive.example.com/bye"},
		AllowedOrigins:         []string{"https://archive.example.com"},
		Scopes:                 []string{"files:read", "files:write"},
		ClientURI:              "https://archive.example.com",
		PolicyURI:              "https://archive.example.com/privacy",
		TermsURI:               "https://archive.example.com/terms",
		LogoURI:                pixel,
	}
}

// pixel is a PNG of one transparent pixel.
const pixel = "data:image/png;base64," +
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
