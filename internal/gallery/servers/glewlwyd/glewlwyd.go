// Package glewlwyd is Glewlwyd, an OpenID Connect server in C.
package glewlwyd

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

//go:embed get.sh
var getter []byte

//go:embed server.py
var program []byte

// Name is that of the server.
const Name = "Glewlwyd"

const version = "2.7.5"

// Server returns it.
func Server() *kit.Server {
	return &kit.Server{
		Name: Name, Version: version, Why: "RFC 7592 with members of other types than the standard's",
		Files: map[string][]byte{"get.sh": getter, "server.py": program},
		Get:   get,
		Start: start,
		Manners: kit.Manners{
			Methods: []oauthclients.ClientAuthMethod{oauthclients.ClientSecretBasic, oauthclients.ClientSecretPost, oauthclients.ClientAuthNone},
			Ask:     ask, Scopes: []string{"orders"},
			BadCode: oauthclients.ErrPermission, BadRefresh: oauthclients.ErrInvalid,
			OneAtATime: true, // it asks its one connection to the database for the last row, which may be another client's
			Manages:    true, Keeps: keeping(), Forgets: true, RotatesSecret: true, UnpromisedIssuer: true,
			Ends: map[string]kit.End{
				"protected resource": {Verdict: kit.Lacks, Why: "it has no protected resource metadata (RFC 9728)", Says: "there is none"},
				"every field": {
					Verdict: kit.Fault, Why: "as it is installed it does not keep ClientURI and others, and its answer has them all the same (RFC 7591 section 3.2.1): the library cannot see it",
					Says: "it answers ClientURI https://app.example.com/about, and keeps",
				},
				"client credentials": {
					Verdict: kit.Lacks, Why: "a client must have a redirect URI", Kind: oauthclients.ErrInvalid, Says: "redirect_uris is mandatory",
				},
				"a code twice": {
					Verdict: kit.Fault, Why: "a code that was used is 403 invalid_code, no 400 invalid_grant (RFC 6749 section 5.2)",
					Kind: oauthclients.ErrPermission, Says: "invalid_code",
				},
				"a dead refresh token": {
					Verdict: kit.Fault, Why: "it is answered with 400 and no word: invalid_grant is missing (RFC 6749 section 5.2)",
					Kind: oauthclients.ErrInvalid, Says: "status 400",
				},
				"a restart": {
					Verdict: kit.Fault, Why: "a client that it does not know is answered with 400 and no word: invalid_client is missing (RFC 6749 section 5.2)",
					Kind: oauthclients.ErrInvalid, Says: "status 400",
				},
				"this machine's browser": {
					Verdict: kit.Fault, Why: "the port of a loopback address must be the registered one (RFC 8252 section 7.3 has it free)",
					Kind: oauthclients.ErrUnavailable, Says: "status 403",
				},
			},
		},
	}
}

// ask: it takes the method none for a client with a secret, unless it is told otherwise.
func ask(c *oauthclients.OAuthClient) {
	c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
	c.Scopes = []string{"orders"}
	method := dcr.ExtraOf(c).TokenEndpointAuthMethod
	if method == "" {
		return
	}
	confidential := json.RawMessage(strconv.FormatBool(method != string(oauthclients.ClientAuthNone)))
	c.AdditionalMembers = map[string]json.RawMessage{"client_confidential": confidential}
}

func get(ctx context.Context, folder string) error {
	cmd := exec.CommandContext(ctx, "sh", "get.sh", version)
	cmd.Dir = folder
	if printed, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %s", err, printed)
	}
	return nil
}

func start(ctx context.Context, folder string) (*kit.Running, error) {
	running, err := kit.Script(ctx, folder, "python3", "server.py")
	if err != nil {
		return nil, err
	}
	running.SignIn = signIn
	return running, nil
}

// signIn is what the scripts of the login page do: Glewlwyd has no forms.
func signIn(ctx context.Context, loginURL string) (url.Values, error) {
	person := kit.NewPerson()
	page, err := person.Open(ctx, loginURL)
	if err != nil {
		return nil, err
	}
	asked := page.URL.Query()
	back := asked.Get("callback_url")
	if back == "" {
		return page.Callback()
	}
	api := page.URL.ResolveReference(&url.URL{Path: "/api/auth/"}).String()
	page, err = person.Send(ctx, http.MethodPost, api, map[string]string{"username": "ada", "password": "a-long-password"})
	if err != nil || page.Status != http.StatusOK {
		return callback(page, err)
	}
	grant := api + "grant/" + url.PathEscape(asked.Get("client_id"))
	page, err = person.Send(ctx, http.MethodPut, grant, map[string]string{"scope": asked.Get("scope")})
	if err != nil || page.Status != http.StatusOK {
		return callback(page, err)
	}
	return person.Arrive(ctx, back+"&g_continue")
}

func callback(page *kit.Page, err error) (url.Values, error) {
	if err != nil {
		return nil, err
	}
	return page.Callback()
}
