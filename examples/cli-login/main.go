// Cli-login is a command-line tool that signs its user in: it opens the browser, waits on
// 127.0.0.1 for the way back, and keeps the token in a file for the next run.
//
//	go run ./examples/cli-login             # signs in if need be, and shows the balance
//	go run ./examples/cli-login -print      # prints the address instead of opening a browser
//	go run ./examples/cli-login -sign-out   # ends the session and removes the token
//
// needs no account: it starts a fake sipgate inside the process, whose sign-ins end with it. See
// account.go for the variables of a real account.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/browser"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file is the part to read: a client that signs in when it has to.

// patience is how long the tool waits for somebody in front of a browser.
const patience = 5 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal does not wait for anything
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr, browser.Open)
	code := exitCode(ctx, err, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errout io.Writer, browse func(string) error) error {
	wanted, err := readFlags(args, out, errout)
	if err != nil {
		return err
	}
	account, err := chooseAccount(getenv)
	if err != nil {
		return err
	}
	defer account.close()
	t := &tool{account: account, out: out, browse: browse}
	if wanted.onlyPrint {
		t.browse = func(string) error { return nil }
	}
	if wanted.signOut {
		return t.signOut(ctx)
	}
	return t.showBalance(ctx)
}

// tool acts for the person who runs it.
type tool struct {
	*account
	out    io.Writer
	browse func(url string) error
}

// showBalance tries with the token of an earlier run first. Only if there is none, or if the
// provider takes it no more, the person has to sign in.
func (t *tool) showBalance(ctx context.Context) error {
	balance, err := t.balance(ctx)
	if errors.Is(err, oauthclients.ErrLoginRequired) {
		if err = t.signIn(ctx); err != nil {
			return err
		}
		balance, err = t.balance(ctx)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, "Balance:", balance)
	return err
}

func (t *tool) balance(ctx context.Context) (*sipgate.Balance, error) {
	client, err := t.client()
	if err != nil {
		return nil, err
	}
	api, err := sipgate.Of(client)
	if err != nil {
		return nil, err
	}
	return api.Balance(ctx)
}

// client takes its token from the file, and writes every renewed one there.
func (t *tool) client() (*oauthclients.Client, error) {
	return oauthclients.New(t.provider, t.auth, oauthclients.WithTokenStore(t.store))
}

func (t *tool) signIn(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, err := t.auth.Interactive(ctx, t.provider, t.show, oauthclients.WithTokenStore(t.store))
	return err
}

// show prints the address as well: on a machine without a browser it can be opened on another
// one, through a tunnel to this machine's port.
func (t *tool) show(address string) error {
	if _, err := fmt.Fprintf(t.out, "%sSign in at:\n%s\n", t.hint, address); err != nil {
		return err
	}
	if err := t.browse(address); err != nil {
		_, err = fmt.Fprintln(t.out, "No browser could be opened, so please open the address yourself.")
		return err
	}
	return nil
}

func (t *tool) signOut(ctx context.Context) error {
	client, err := t.client()
	if err != nil {
		return err
	}
	if err := client.SignOut(ctx); err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.out, "Signed out.")
	return err
}
