package kit

import (
	"context"
	"net"
	"net/url"
	"strconv"

	"github.com/oauthclients/oauthclients"
)

// This file starts the programs of the gallery that say where they are.

// said is the line with which such a program begins.
type said struct {
	Issuer   string `json:"issuer"`
	Resource string `json:"resource"`
	Whoami   string `json:"whoami"`
}

// Script starts a program that gets a port as its last argument, prints a line of JSON when it listens
// there, and ends with its input. Its sign-in asks the person nothing.
func Script(ctx context.Context, folder, name string, args ...string) (*Running, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	process, err := Run(ctx, folder, nil, name, append(args, strconv.Itoa(port))...)
	if err != nil {
		return nil, err
	}
	var line said
	if err := process.Line(ctx, &line); err != nil {
		_ = process.Stop() // it has not begun
		return nil, err
	}
	return &Running{
		Issuer: line.Issuer, Resource: line.Resource, Whoami: line.Whoami, Auth: oauthclients.NoAuth{}, process: process,
		SignIn: func(ctx context.Context, loginURL string) (url.Values, error) {
			return NewPerson().Arrive(ctx, loginURL)
		},
	}, nil
}

func freePort(ctx context.Context) (int, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	_, text, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return 0, err
	}
	if err := listener.Close(); err != nil {
		return 0, err
	}
	return strconv.Atoi(text)
}
