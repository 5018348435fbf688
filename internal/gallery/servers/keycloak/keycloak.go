// Package keycloak is Keycloak, in the version that its distribution has.
package keycloak

import (
	"context"
	"embed"
	"fmt"
	"strconv"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

//go:embed pom.xml realm.json third-party.json sipgate-apps.json
var files embed.FS

// realms are the files of realms: one for the cases, and two as sipgate has them.
func realms() []string { return []string{"realm.json", "third-party.json", "sipgate-apps.json"} }

// Name is that of the server.
const Name = "Keycloak"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: "26.7.3", Why: "the login server of many companies; it merges updates",
		Files: kit.Embedded(files),
		Get:   get,
		Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask: func(c *oauthclients.OAuthClient) {
				c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
			},
			Scopes:  []string{"openid"}, // for /userinfo; at the registration it is no client scope
			Drops:   []string{"Extra.Contacts", "Extra.SoftwareID", "Extra.SoftwareVersion", "LogoURI", "PolicyURI", "TermsURI"},
			Manages: true, Keeps: keeping(), Forgets: true,
			Ends: map[string]kit.End{
				"protected resource": {Verdict: kit.Lacks, Why: "it publishes nothing of its resources (RFC 9728)", Says: "there is none"},
				"a restart": {
					Verdict: kit.Lacks, Why: "its answer to a client that it has forgotten is the one to a wrong secret",
					Kind: oauthclients.ErrUnauthenticated, Says: "a client that it has forgotten",
				},
			},
		},
	}
}

const (
	script   = "keycloak/bin/kc.sh"
	path     = "/auth" // as sipgate has it
	admin    = "gallery-admin"
	password = "gallery-admin-password"
)

func buildOptions() []string {
	return []string{"--db=dev-mem", "--http-relative-path=" + path, "--health-enabled=false"}
}

// AnswersEarly is the option of a server that answers 503 to everything until it is ready; others do not listen.
const AnswersEarly = "--server-async-bootstrap=true"

// Begun is a server that starts.
type Begun struct {
	// Base is its address, without a slash at the end.
	Base    string
	process *kit.Process
}

// Begin starts it with its realms out of the folder's data, and keeps nothing there itself.
func Begin(ctx context.Context, folder string, options ...string) (*Begun, error) {
	port, err := kit.Port(ctx)
	if err != nil {
		return nil, err
	}
	args := append([]string{
		script, "start", "--optimized", "--import-realm", "--cache=local", "--http-enabled=true", "--hostname-strict=false",
		"--http-host=127.0.0.1", "--http-port=" + strconv.Itoa(port),
	}, options...)
	process, err := kit.Guarded(ctx, folder, environment(), "bash", args...)
	if err != nil {
		return nil, err
	}
	return &Begun{Base: fmt.Sprintf("http://127.0.0.1:%d%s", port, path), process: process}, nil
}

// Ready waits until it has started.
func (b *Begun) Ready(ctx context.Context) (*kit.Running, error) {
	running := b.process.Running(b.Base + "/realms/gallery")
	running.Whoami = running.Issuer + "/protocol/openid-connect/userinfo"
	running.SignIn = kit.Forms(map[string]string{"username": "ada", "password": "lovelace"})
	if err := b.process.Answers(ctx, running.Issuer+"/.well-known/openid-configuration"); err != nil {
		_ = b.process.Stop() // it has not begun
		return nil, err
	}
	token, err := initialToken(ctx, b.Base)
	if err != nil {
		_ = b.process.Stop() // nobody can use it
		return nil, err
	}
	running.Auth = oauthclients.BearerToken(token)
	return running, nil
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	begun, err := Begin(ctx, folder)
	if err != nil {
		return nil, err
	}
	return begun.Ready(ctx)
}

func environment() []string {
	return []string{
		"KC_BOOTSTRAP_ADMIN_USERNAME=" + admin, "KC_BOOTSTRAP_ADMIN_PASSWORD=" + password,
		"JAVA_OPTS_KC_HEAP=-Xms64m -Xmx512m", "JAVA_OPTS_APPEND=-XX:TieredStopAtLevel=1",
	}
}
