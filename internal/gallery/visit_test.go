package gallery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is what the cases do at a server.

// visit is one server while the cases are there.
type visit struct {
	server  *kit.Server
	folder  string
	running *kit.Running
	store   dcr.Store
	Test    *testing.T // of the present case
	number  int        // of clients so far
}

func (v *visit) start(ctx context.Context) (err error) {
	v.running, err = v.server.Start(ctx, v.folder)
	v.store = dcr.NewMemoryStore()
	return err
}

func (v *visit) manners() *kit.Manners { return &v.server.Manners }

func (v *visit) provider() dcr.Provider {
	return dcr.Provider{Issuer: v.running.Issuer, RegistrationEndpoint: v.running.RegistrationEndpoint, Registrations: v.store}
}

func (v *visit) client(opts ...oauthclients.Option) (*oauthclients.Client, error) {
	return oauthclients.New(v.provider(), v.running.Auth, opts...)
}

// want is another client each time, with what the server needs.
func (v *visit) want(method oauthclients.ClientAuthMethod) *oauthclients.OAuthClient {
	v.number++
	c := &oauthclients.OAuthClient{Name: fmt.Sprintf("Order desk %d", v.number), RedirectURIs: []string{kit.Callback}}
	v.needs(c, method)
	return c
}

// needs gives a client a method, and what the server wants of one that has it.
func (v *visit) needs(c *oauthclients.OAuthClient, method oauthclients.ClientAuthMethod) {
	dcr.ExtraOf(c).TokenEndpointAuthMethod = string(method)
	if v.manners().Ask != nil {
		v.manners().Ask(c)
	}
}

// full is a client with a value for every field that servers may have.
func (v *visit) full() *oauthclients.OAuthClient {
	c := v.want(v.manners().Methods[0])
	c.RedirectURIs = append(c.RedirectURIs, "https://app.example.com/other")
	c.PostLogoutRedirectURIs = []string{"https://app.example.com/bye"}
	c.ClientURI, c.LogoURI = "https://app.example.com/about", "https://app.example.com/logo.png"
	c.PolicyURI, c.TermsURI = "https://app.example.com/privacy", "https://app.example.com/terms"
	dcr.ExtraOf(c).Contacts = []string{"desk@example.com"}
	dcr.ExtraOf(c).SoftwareID, dcr.ExtraOf(c).SoftwareVersion = "order-desk", "1.2"
	return c
}

// registered registers a client. Members that the server does not keep do not matter here.
func (v *visit) registered(ctx context.Context, method oauthclients.ClientAuthMethod) (*oauthclients.OAuthClient, error) {
	client, err := v.client()
	if err != nil {
		return nil, err
	}
	c, err := client.Clients.Create(ctx, v.want(method))
	if c != nil && errors.Is(err, oauthclients.ErrNotApplied) {
		err = nil
	}
	return c, err
}

// signedIn is a sign-in of a client that is registered with a method.
func (v *visit) signedIn(ctx context.Context, method oauthclients.ClientAuthMethod) (oauthclients.AuthCode, error) {
	c, err := v.registered(ctx, method)
	if err != nil {
		return oauthclients.AuthCode{}, fmt.Errorf("registering: %w", err)
	}
	auth := dcr.AuthCode(c)
	auth.RedirectURL, auth.AuthMethod, auth.Scopes = kit.Callback, method, v.manners().Scopes
	auth.Token, err = v.signIn(ctx, auth)
	return auth, err
}

func (v *visit) signIn(ctx context.Context, auth oauthclients.AuthCode) (*oauth2.Token, error) {
	provider := oauthclients.Shared(v.provider())
	login, err := auth.Begin(ctx, provider)
	if err != nil {
		return nil, err
	}
	callback, err := v.running.SignIn(ctx, login.URL)
	if err != nil {
		return nil, err
	}
	return auth.Finish(ctx, provider, login, callback)
}

// alive asks somebody who knows whether a token is good.
func (v *visit) alive(ctx context.Context, token *oauth2.Token) (bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, v.running.Whoami, http.NoBody)
	if err != nil {
		return false, err
	}
	token.SetAuthHeader(request)
	answer, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return false, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	switch {
	case err != nil:
		return false, err
	case answer.StatusCode == http.StatusOK:
		return true, nil
	case answer.StatusCode == http.StatusUnauthorized:
		return false, nil
	}
	return false, fmt.Errorf("%s: %s: %.200s", v.running.Whoami, answer.Status, text)
}

func (v *visit) requireAlive(ctx context.Context, token *oauth2.Token, want bool) error {
	alive, err := v.alive(ctx, token)
	if err == nil && alive != want {
		err = fmt.Errorf("the token is good: %t, and it should be %t", alive, want)
	}
	return err
}

// renewed is a token that was renewed with the refresh token of auth.
func (v *visit) renewed(ctx context.Context, auth oauthclients.AuthCode) (*oauth2.Token, error) {
	auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken}
	tokens := &memory{}
	client, err := oauthclients.New(v.provider(), auth, oauthclients.WithTokenStore(tokens))
	if err != nil {
		return nil, err
	}
	_, err = client.Clients.Create(ctx, v.want("")) // its token comes first
	if tokens.token == nil {
		return nil, fmt.Errorf("no token came: %w", err)
	}
	return tokens.token, nil
}

// memory is a token store of one test.
type memory struct{ token *oauth2.Token }

// Load implements oauthclients.TokenStore.
func (m *memory) Load(context.Context) (*oauth2.Token, error) { return m.token, nil }

// Save implements oauthclients.TokenStore.
func (m *memory) Save(_ context.Context, token *oauth2.Token) error {
	m.token = token
	return nil
}

// Delete implements oauthclients.TokenStore.
func (m *memory) Delete(context.Context) error {
	m.token = nil
	return nil
}
