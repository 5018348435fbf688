// Mcp goes from the address of a server of the Model Context Protocol to a first authorized call: it asks
// the server where its tokens come from, registers itself there once, signs its user in, and calls.
//
//	go run ./examples/mcp                                # a fake server inside the process
//	go run ./examples/mcp https://tools.example.com/mcp  # a real one
//
// Registration and token are kept in the folder oauthclients-mcp of the user's configuration, so that the
// second run registers nothing and, while the token lasts, asks for no sign-in.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// This file reads the command line. The part to read is in agent.go.

// patience is how long the program waits for somebody in front of a browser.
const patience = 5 * time.Minute

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch len(args) {
	case 0:
		return runAtFake(ctx, out)
	case 1:
		folder, err := folderOf(args[0])
		if err != nil {
			return err
		}
		return (&agent{resource: args[0], folder: folder, out: out}).run(ctx)
	}
	return errors.New("usage: mcp [address of the server]")
}

// folderOf keeps the servers apart: each has clients and tokens of its own.
func folderOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the address is not a URL")
	}
	config, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(config, "oauthclients-mcp", url.QueryEscape(u.Host+u.Path))
	return folder, os.MkdirAll(folder, 0o700) //nolint:gosec // the address is one name there, with its slashes escaped
}
