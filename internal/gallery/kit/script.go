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
	// InitialAccessToken registers clients, "" for everybody.
	InitialAccessToken string `json:"initial_access_token"`
	// Obeys: a line {"end": "access"} ends every access token, {"end": "all"} every refresh token as well.
	Obeys bool `json:"obeys"`
}

// Script starts a program that gets a port as its last argument, prints a line of JSON when it listens
// there, and ends with its input. Its sign-in asks the person nothing, unless the caller sets another.
func Script(ctx context.Context, folder, name string, args ...string) (*Running, error) {
	port, err := freePort(ctx)
	if err != nil {
		return nil, err
	}
	return announced(ctx, folder, (*Process).Line, name, append(args, strconv.Itoa(port))...)
}

// Told is Script for a program that looks for a port itself, after it was told its settings in a line of JSON.
func Told(ctx context.Context, folder string, settings any, name string, args ...string) (*Running, error) {
	return announced(ctx, folder, func(p *Process, ctx context.Context, into any) error { return p.Ask(ctx, settings, into) }, name, args...)
}

func announced(ctx context.Context, folder string, hear func(p *Process, ctx context.Context, into any) error, name string, args ...string) (*Running, error) {
	process, err := Run(ctx, folder, nil, name, args...)
	if err != nil {
		return nil, err
	}
	var line said
	if err := hear(process, ctx, &line); err != nil {
		_ = process.Stop() // it has not begun
		return nil, err
	}
	return line.running(process), nil
}

func (s *said) running(process *Process) *Running {
	r := &Running{
		Issuer: s.Issuer, Resource: s.Resource, Whoami: s.Whoami, Auth: oauthclients.NoAuth{}, process: process,
		SignIn: func(ctx context.Context, loginURL string) (url.Values, error) {
			return NewPerson().Arrive(ctx, loginURL)
		},
	}
	if s.InitialAccessToken != "" {
		r.Auth = oauthclients.BearerToken(s.InitialAccessToken)
	}
	if s.Obeys {
		r.EndAccess = func(ctx context.Context) error { return r.Tell(ctx, map[string]string{"end": "access"}) }
		r.EndAll = func(ctx context.Context) error { return r.Tell(ctx, map[string]string{"end": "all"}) }
	}
	return r
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
