// Adopt brings an OAuth2 client that exists at one vendor to another one: it finds the client by
// its name, reads it there, creates it here, and puts the new secret where you say.
//
//	go run ./examples/adopt
//
// needs no account: it makes a small estate at a fake of each vendor and shows itself. With flags
// it does one thing there; with OAUTHCLIENTS_PROVIDER as well, at your accounts (see accounts.go):
//
//	go run ./examples/adopt -name "Order desk" -from sipgate -to genesys -secret desk.secret
//
// What the other vendor cannot take is named, and nothing is created. With -drop it is created
// without exactly that. What the other vendor wants in addition is given with -set and -logo:
//
//	-drop -set GrantTypes=authorization_code -set Scopes=users:readonly
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// This file is the program around it; adopt.go is the part to read.

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C does not wait for anything
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "adopt:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errout io.Writer) error {
	if len(args) == 0 && getenv("OAUTHCLIENTS_PROVIDER") == "" {
		return tour(ctx, out)
	}
	wanted, err := readFlags(args, out)
	if err != nil {
		return err
	}
	accounts, err := chooseAccounts(ctx, getenv)
	defer closeAll(accounts)
	if err != nil {
		return err
	}
	return adopt(ctx, wanted, accounts, out, errout)
}
