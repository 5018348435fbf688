package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file chooses between the fake sipgate and the real one.
//
//	SIPGATE_CLIENT_ID      the OAuth2 client that people sign in to
//	SIPGATE_CLIENT_SECRET  its secret
//	SIPGATE_REALM          its realm, as sipgate's web console shows it; not needed for
//	                       third-party, nor if the id ends in ":sipgate-apps"
//	SIPGATE_REDIRECT_URL   a redirect URI of it on this machine; without it the client must have
//	                       http://127.0.0.1:8085/callback
//
// Without all of them the fake is used.

const defaultRedirect = "http://127.0.0.1:8085/callback"

// account is who signs in where, and the file that keeps the token.
type account struct {
	provider oauthclients.Provider
	auth     oauthclients.AuthCode
	store    oauthclients.TokenStore
	hint     string
	close    func()
}

func chooseAccount(getenv func(string) string) (*account, error) {
	id, secret := getenv("SIPGATE_CLIENT_ID"), getenv("SIPGATE_CLIENT_SECRET")
	realm, redirect := getenv("SIPGATE_REALM"), getenv("SIPGATE_REDIRECT_URL")
	if id+secret+realm+redirect == "" {
		return fakeAccount()
	}
	var missing []string
	if id == "" {
		missing = append(missing, "SIPGATE_CLIENT_ID")
	}
	if secret == "" {
		missing = append(missing, "SIPGATE_CLIENT_SECRET")
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("not set: %s (set none of SIPGATE_... for the fake sipgate)", strings.Join(missing, ", "))
	}
	return realAccount(id, oauthclients.NewSecret(secret), realm, cmp.Or(redirect, defaultRedirect))
}

func realAccount(id string, secret oauthclients.Secret, realm, redirect string) (*account, error) {
	folder, err := os.UserConfigDir()
	if err != nil {
		return nil, err
	}
	return &account{
		provider: oauthclients.Shared(sipgate.Provider{Realm: realm}), // one for the client and the sign-in
		auth: oauthclients.AuthCode{
			ClientID: id, ClientSecret: secret, RedirectURL: redirect,
			Scopes: []string{sipgate.ScopeBalanceRead},
		},
		// One file per account: whoever has the file is signed in.
		store: oauthclients.FileTokenStore(filepath.Join(folder, "oauthclients-cli-login", "token.json")),
		close: func() {},
	}, nil
}

// fakeAccount keeps its token in a temporary folder, since the fake forgets everybody when it
// ends.
func fakeAccount() (*account, error) {
	folder, err := os.MkdirTemp("", "cli-login-")
	if err != nil {
		return nil, err
	}
	fake, err := sipgatetest.Start()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	account := fakeAccountAt(fake, folder)
	account.close = func() {
		fake.Close()
		_ = os.RemoveAll(folder) // what is left is in the system's temporary folder
	}
	return account, nil
}

func fakeAccountAt(fake *sipgatetest.Server, folder string) *account {
	auth := fake.AuthCode("") // any port of this machine; Interactive picks a free one
	auth.Scopes = []string{sipgate.ScopeBalanceRead}
	return &account{
		provider: oauthclients.Shared(fake.Provider()), auth: auth,
		store: oauthclients.FileTokenStore(filepath.Join(folder, "token.json")),
		hint:  fmt.Sprintf("This is a fake sipgate: sign in as %s with the password %q.\n", sipgatetest.Username, sipgatetest.Password),
	}
}
