// Package spring is Spring Authorization Server.
package spring

import (
	"context"
	"embed"
	"errors"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

//go:embed pom.xml Server.java
var files embed.FS

// Name is that of the server.
const Name = "Spring Authorization Server"

// Brief begins the name of a client whose tokens end after a second, that of its registration among them.
const Brief = "Brief "

// PublicClient has no secret. It was not registered: nobody can register one.
const PublicClient = "public-desk"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "7.0.6", Why: "the server of Java programs; it registers and reads, and changes nothing",
		Files: kit.Embedded(files),
		Get: func(ctx context.Context, folder string) error {
			if err := kit.Maven(ctx, folder, "dependency:copy-dependencies"); err != nil {
				return err
			}
			return kit.Command(ctx, folder, "javac", "-proc:none", "-parameters", "-d", "classes", "-cp", "lib/*", "Server.java")
		},
		Start:   start,
		Manners: manners(),
	}
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, "java", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", "classes:lib/*", "gallery.Server")
	if err != nil {
		return nil, err
	}
	running.SignIn = kit.Forms(map[string]string{"username": "ada", "password": "lovelace"})
	// The initial access token is good for one registration.
	running.Auth = oauthclients.ClientCredentials{
		ClientID: "registrar", ClientSecret: oauthclients.NewSecret("registrar-secret"), Scopes: []string{"client.create"},
	}
	return running, nil
}

func manners() kit.Manners {
	return kit.Manners{
		Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost},
		Ask: func(c *oauthclients.OAuthClient) {
			c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			c.Scopes = []string{"openid", "profile"} // a person is asked for the second one
		},
		Scopes: []string{"openid", "profile"},
		Drops: []string{
			"ClientURI", "Extra.Contacts", "Extra.SoftwareID", "Extra.SoftwareVersion", "LogoURI", "PolicyURI", "TermsURI",
		},
		Manages: true,
		Forgets: true,
		Ends: map[string]kit.End{
			kit.UpdateAndDelete: {
				Verdict: kit.Lacks, Why: "it registers and reads; what changes or deletes is sent to the login page",
				Kind: errors.ErrUnsupported, Says: "/login",
			},
			kit.DeadRegistration: {
				Verdict: kit.Lacks, Why: "nobody can delete a client", Kind: errors.ErrUnsupported, Says: "in another program",
			},
			kit.ConformanceSuite: {
				Verdict: kit.Lacks, Why: "it registers and reads, and the suite is about clients that can be changed",
				Says: "its manners do not say what it keeps",
			},
			"sign-in with none": {
				Verdict: kit.Lacks, Why: "it registers no public clients: one that asks for none is answered with client_secret_basic and a secret",
				Kind: oauthclients.ErrUnauthenticated, Says: "invalid_client",
			},
			"a restart": {
				Verdict: kit.Lacks, Why: "its answer to a client that it has forgotten is the one to a wrong secret",
				Kind: oauthclients.ErrUnauthenticated, Says: "a client that it has forgotten",
			},
			"client credentials": {
				Verdict: kit.Lacks, Why: "its OpenID Connect registration wants a redirect URI of every client",
				Kind: oauthclients.ErrInvalid, Says: "redirect_uris cannot be null",
			},
		},
	}
}
