// Everywhere runs one program at every provider: only the line that makes the client differs. It
// speaks to fakes that it starts itself, so that it needs no account:
//
//	go run ./examples/everywhere
//	go run ./examples/everywhere -provider dcr
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/examples/everywhere/lifecycle"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	provider := flag.String("provider", "", "sipgate, docspace, genesys or dcr; all of them if it is not set")
	flag.Parse()
	if err := run(ctx, *provider, os.Stdout); err != nil {
		log.Fatal(err) //nolint:gocritic // the interrupt ends with the program
	}
}

func names() []string { return []string{"sipgate", "docspace", "genesys", "dcr"} }

func run(ctx context.Context, only string, out io.Writer) error {
	if only != "" && !slices.Contains(names(), only) {
		return fmt.Errorf("there is no provider %q; there are %s", only, strings.Join(names(), ", "))
	}
	for _, name := range names() {
		if only != "" && only != name {
			continue
		}
		client, err := connect(name)
		if err == nil {
			_, err = fmt.Fprintln(out, name)
		}
		if err == nil {
			err = lifecycle.Run(ctx, client, sample(name), out)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// connect has the only lines that differ. The fakes are reached inside the process.
func connect(name string) (*oauthclients.Client, error) {
	switch name {
	case "sipgate":
		fake := sipgatetest.New()
		return oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	case "docspace":
		fake := docspacetest.New()
		return oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	case "genesys":
		fake := genesystest.New()
		return oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	}
	fake := dcrtest.New(dcrtest.WithInitialAccessToken(), dcrtest.WithTokenRotation())
	return oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
}

// sample is what is registered: the same everywhere, and what a provider wants on top of it.
func sample(name string) *oauthclients.OAuthClient {
	c := &oauthclients.OAuthClient{Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/cb"}}
	switch name {
	case "docspace":
		c.Scopes, c.LogoURI = []string{docspace.ScopeFilesRead}, docspace.DefaultLogo
		c.ClientURI, c.PolicyURI, c.TermsURI = "https://orders.example.com", "https://orders.example.com/privacy", "https://orders.example.com/terms"
		c.PostLogoutRedirectURIs, c.AllowedOrigins = []string{"https://orders.example.com/bye"}, []string{"https://orders.example.com"}
	case "genesys":
		c.GrantTypes, c.Scopes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, []string{"users:readonly"}
	}
	return c
}
