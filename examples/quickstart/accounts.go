package main

import (
	"fmt"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file makes the accounts: the fakes, or a real one from the environment.
//
//	OAUTHCLIENTS_PROVIDER  sipgate, docspace, genesys or dcr; empty for the fakes
//	sipgate                SIPGATE_TOKEN_ID, SIPGATE_TOKEN (a personal access token)
//	docspace               DOCSPACE_PORTAL (https://...), DOCSPACE_API_KEY
//	genesys                GENESYS_REGION (eu-west-1), GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET
//	dcr                    DCR_ISSUER (https://...), DCR_STORE (a folder), and DCR_INITIAL_ACCESS_TOKEN if it needs one

// howToUseYourOwn is printed after the tour of the fakes.
const howToUseYourOwn = `
At your own account: set the variables, and run the line. The tour deletes what it makes, where the server can.

  SIPGATE_TOKEN_ID, SIPGATE_TOKEN
    OAUTHCLIENTS_PROVIDER=sipgate go run ./examples/quickstart
  DOCSPACE_PORTAL, DOCSPACE_API_KEY
    OAUTHCLIENTS_PROVIDER=docspace go run ./examples/quickstart
  GENESYS_REGION, GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET
    OAUTHCLIENTS_PROVIDER=genesys go run ./examples/quickstart
  DCR_ISSUER, DCR_STORE (a folder), DCR_INITIAL_ACCESS_TOKEN (only if the server wants one)
    OAUTHCLIENTS_PROVIDER=dcr go run ./examples/quickstart
`

func fakeAccounts() (stops []stop, err error) {
	sipgateFake, err := sipgatetest.Start()
	if err != nil {
		return stops, err
	}
	stops = append(stops, fakeStop(sipgateFake, sipgateSample()))
	genesysFake, err := genesystest.Start()
	if err != nil {
		return stops, err
	}
	stops = append(stops, fakeStop(genesysFake, genesysSample()))
	docspaceFake, err := docspacetest.Start()
	if err != nil {
		return stops, err
	}
	stops = append(stops, fakeStop(docspaceFake, docspaceSample()))
	server, err := dcrtest.Start(dcrtest.WithTokenRotation())
	if err != nil {
		return stops, err
	}
	return append(stops, fakeStop(server, serverSample())), nil
}

// fake is what the fakes have in common, but for the type of their provider.
type fake[P oauthclients.Provider] interface {
	Provider() P
	Auth() oauthclients.Auth
	URL() string
	Close()
}

func fakeStop[P oauthclients.Provider](f fake[P], sample *oauthclients.OAuthClient) stop {
	return stop{provider: f.Provider(), auth: f.Auth(), where: "fake at " + f.URL(), sample: sample, close: f.Close}
}

// realAccount is empty without OAUTHCLIENTS_PROVIDER.
func realAccount(getenv func(string) string) ([]stop, error) {
	env := &environment{getenv: getenv}
	s := stop{where: "real account", close: func() {}}
	switch name := getenv("OAUTHCLIENTS_PROVIDER"); name {
	case "":
		return nil, nil
	case "sipgate":
		s.provider, s.sample = sipgate.Provider{}, sipgateSample()
		s.auth = oauthclients.BasicAuth{
			Username: env.need("SIPGATE_TOKEN_ID"), Password: oauthclients.NewSecret(env.need("SIPGATE_TOKEN")),
		}
	case "docspace":
		s.provider, s.sample = docspace.Provider{Portal: env.need("DOCSPACE_PORTAL")}, docspaceSample()
		s.auth = oauthclients.BearerToken(env.need("DOCSPACE_API_KEY"))
	case "genesys":
		region, err := genesys.ParseRegion(env.need("GENESYS_REGION"))
		if err != nil && len(env.missing) == 0 {
			return nil, fmt.Errorf("GENESYS_REGION: %w", err)
		}
		s.provider, s.sample = genesys.Provider{Region: region}, genesysSample()
		s.auth = oauthclients.ClientCredentials{
			ClientID: env.need("GENESYS_CLIENT_ID"), ClientSecret: oauthclients.NewSecret(env.need("GENESYS_CLIENT_SECRET")),
		}
	case "dcr":
		return realServer(env)
	default:
		return nil, fmt.Errorf("OAUTHCLIENTS_PROVIDER is %q; it must be sipgate, docspace, genesys or dcr", name)
	}
	return []stop{s}, env.err()
}

// realServer keeps the handle of its client in a file: an interrupted tour could not delete the client without.
func realServer(env *environment) ([]stop, error) {
	issuer, folder := env.need("DCR_ISSUER"), env.need("DCR_STORE")
	if err := env.err(); err != nil {
		return nil, err
	}
	store, err := dcr.FileStore(folder)
	if err != nil {
		return nil, fmt.Errorf("DCR_STORE: %w", err)
	}
	s := stop{
		provider: dcr.Provider{Issuer: issuer, Registrations: store}, auth: oauthclients.NoAuth{},
		where: "real server", sample: serverSample(), close: func() {},
	}
	if token := env.getenv("DCR_INITIAL_ACCESS_TOKEN"); token != "" {
		s.auth = oauthclients.BearerToken(token)
	}
	return []stop{s}, nil
}

// environment collects the variables that are not set.
type environment struct {
	getenv  func(string) string
	missing []string
}

func (e *environment) need(name string) string {
	value := e.getenv(name)
	if value == "" {
		e.missing = append(e.missing, name)
	}
	return value
}

func (e *environment) err() error {
	if len(e.missing) == 0 {
		return nil
	}
	return fmt.Errorf("not set: %s", strings.Join(e.missing, ", "))
}

func sipgateSample() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "Quickstart", Description: "Made by the quickstart of oauthclients",
		RedirectURIs: []string{"https://app.example.com/callback"},
	}
}

func serverSample() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{Name: "Quickstart", RedirectURIs: []string{"https://app.example.com/callback"}}
}

func genesysSample() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:         "Quickstart",
		RedirectURIs: []string{"https://app.example.com/callback"},
		GrantTypes:   []oauthclients.GrantType{oauthclients.GrantAuthorizationCode},
		Scopes:       []string{"users:readonly"},
	}
}

// docspaceSample shows how much more DocSpace wants of a client.
func docspaceSample() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:                   "Quickstart",
		RedirectURIs:           []string{"https://app.example.com/callback"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/bye"},
		AllowedOrigins:         []string{"https://app.example.com"},
		Scopes:                 []string{"files:read"},
		ClientURI:              "https://app.example.com",
		PolicyURI:              "https://app.example.com/privacy",
		TermsURI:               "https://app.example.com/terms",
		LogoURI:                pixel,
	}
}

// pixel is a PNG of one transparent pixel.
const pixel = "data:image/png;base64," +
	"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
