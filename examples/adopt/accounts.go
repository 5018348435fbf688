package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file makes the accounts: the fakes, or real ones from the environment.
//
//	OAUTHCLIENTS_PROVIDER  the vendors at which you have an account: sipgate,genesys; empty for the fakes
//	sipgate                SIPGATE_TOKEN_ID, SIPGATE_TOKEN (a personal access token)
//	docspace               DOCSPACE_PORTAL (https://...), DOCSPACE_API_KEY
//	genesys                GENESYS_REGION (eu-west-1), GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET

// account is one vendor at which there are clients.
type account struct {
	name   string
	client *oauthclients.Client
	close  func()
}

func newAccount(p oauthclients.Provider, auth oauthclients.Auth, end func()) (account, error) {
	client, err := oauthclients.New(p, auth)
	return account{p.Name(), client, end}, err
}

func chooseAccounts(ctx context.Context, getenv func(string) string) ([]account, error) {
	if names := getenv("OAUTHCLIENTS_PROVIDER"); names != "" {
		return realAccounts(strings.Split(names, ","), getenv)
	}
	return fakeAccounts(ctx)
}

func closeAll(accounts []account) {
	for _, account := range accounts {
		account.close()
	}
}

func accountAt(accounts []account, name string) (account, error) {
	names := make([]string, len(accounts))
	for i, account := range accounts {
		if names[i] = account.name; account.name == name {
			return account, nil
		}
	}
	return account{}, fmt.Errorf("there is no account at %q; there are %s", name, strings.Join(names, ", "))
}

// realAccounts names all variables that are not set at once.
func realAccounts(names []string, getenv func(string) string) ([]account, error) {
	var accounts []account
	var missing []string
	for _, name := range names {
		env := &environment{getenv: getenv}
		provider, auth, err := realAccount(strings.TrimSpace(name), env)
		missing = append(missing, env.missing...)
		if len(env.missing) > 0 {
			continue
		}
		if err != nil {
			return nil, err
		}
		account, err := newAccount(provider, auth, func() {})
		if err != nil {
			return nil, err
		}
		accounts = append(accounts, account)
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("not set: %s", strings.Join(missing, ", "))
	}
	return accounts, nil
}

func realAccount(name string, env *environment) (oauthclients.Provider, oauthclients.Auth, error) {
	switch name {
	case "sipgate":
		return sipgate.Provider{}, oauthclients.BasicAuth{
			Username: env.need("SIPGATE_TOKEN_ID"), Password: oauthclients.NewSecret(env.need("SIPGATE_TOKEN")),
		}, nil
	case "docspace":
		return docspace.Provider{Portal: env.need("DOCSPACE_PORTAL")}, oauthclients.BearerToken(env.need("DOCSPACE_API_KEY")), nil
	case "genesys":
		auth := oauthclients.ClientCredentials{
			ClientID: env.need("GENESYS_CLIENT_ID"), ClientSecret: oauthclients.NewSecret(env.need("GENESYS_CLIENT_SECRET")),
		}
		region, err := genesys.ParseRegion(env.need("GENESYS_REGION"))
		if err != nil {
			err = fmt.Errorf("GENESYS_REGION: %w", err)
		}
		return genesys.Provider{Region: region}, auth, err
	}
	return nil, nil, fmt.Errorf("OAUTHCLIENTS_PROVIDER has %q; it takes sipgate, docspace and genesys, with commas between them", name)
}

// environment collects the variables that are not set.
type environment struct {
	getenv  func(string) string
	missing []string
}

func (e *environment) need(name string) string {
	value := e.getenv(name)
	if value == "" {
		e.missing = append(e.missing, name)
	}
	return value
}
