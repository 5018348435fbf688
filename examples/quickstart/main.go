// Quickstart walks the whole life of an OAuth2 client: create, list, update, regenerate the
// secret, delete; and shows what only that provider has.
//
//	go run ./examples/quickstart
//
// needs no account: it starts a fake of each provider inside the process. With
// OAUTHCLIENTS_PROVIDER it does the same at a real account; it prints the commands, and accounts.go
// has the variables.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/oauthclients/oauthclients"
)

// This file chooses the providers; walk.go is the part to read.

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Stdout, os.Getenv)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

// stop is one provider on the tour.
type stop struct {
	provider oauthclients.Provider
	auth     oauthclients.Auth
	where    string
	sample   *oauthclients.OAuthClient
	close    func()
}

func run(ctx context.Context, out io.Writer, getenv func(string) string) (err error) {
	p := &printer{out: out}
	p.title("One Client, every provider") // at once: whoever waited for the compiler sees that it runs
	stops, err := realAccount(getenv)
	isReal := len(stops) > 0
	if err == nil && len(stops) == 0 {
		stops, err = fakeAccounts()
	}
	defer func() {
		for _, s := range stops {
			s.close()
		}
	}()
	if err != nil {
		return err
	}
	for _, s := range stops {
		err = errors.Join(err, s.walk(ctx, p))
	}
	if err == nil && !isReal {
		p.printf("%s", howToUseYourOwn)
	}
	return errors.Join(err, p.err)
}

func (s stop) walk(ctx context.Context, p *printer) error {
	p.section(s.provider.Name(), s.where)
	client, err := oauthclients.New(s.provider, s.auth)
	if err != nil {
		return err
	}
	return walk(ctx, p, client, s.sample)
}
