// Package fastmcp is FastMCP, the framework for servers of the Model Context Protocol in Python, with its
// in-memory sign-in.
package fastmcp

import (
	"context"
	_ "embed"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/mcppython"
)

//go:embed requirements.txt
var requirements []byte

//go:embed server.py
var program []byte

// Name is that of the server.
const Name = "FastMCP"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "4.2.3", Why: "RFC 7591 only; where agents sign in",
		Files: map[string][]byte{"requirements.txt": requirements, "server.py": program},
		Get:   kit.PyPI,
		Start: func(ctx context.Context, folder string) (*kit.Running, error) {
			return kit.Script(ctx, folder, kit.Python(folder), "server.py")
		},
		Manners: manners(),
	}
}

// manners are those of the SDK below it.
func manners() kit.Manners {
	m := mcppython.Manners()
	m.Methods = []oauthclients.ClientAuthMethod{oauthclients.ClientSecretPost, oauthclients.ClientSecretBasic, oauthclients.ClientAuthNone}
	m.RevokesAll = true
	return m
}

// Below starts one whose issuer has a path. What it names there is not served: that would be for a proxy to do.
func Below(ctx context.Context, folder string) (*kit.Running, error) {
	return kit.Script(ctx, folder, kit.Python(folder), "server.py", "/tenant")
}
