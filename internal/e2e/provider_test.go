package e2e

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file is the provider for the server: where its endpoints are, how a client of it says
// who it is, how a person signs out. Its clients cannot be managed here; the one call that it
// has is userinfo, since a token needs something to be used for.

const (
	userinfoPath   = "/me"
	revocationPath = "/token/revocation"
)

type oidcProvider struct {
	Issuer string
	// Style says where the server wants the client's secret.
	Style oauth2.AuthStyle
}

func (oidcProvider) Name() string { return "oidc-provider" }

func (oidcProvider) Capabilities() oauthclients.Capabilities {
	return oauthclients.Capabilities{Auth: []oauthclients.AuthKind{
		oauthclients.AuthKindAuthorizationCode, oauthclients.AuthKindBearer,
	}}
}

func (p oidcProvider) Connect() (*oauthclients.Connection, error) {
	return &oauthclients.Connection{
		Driver:    func(c *oauthclients.Caller) oauthclients.Driver { return userinfoDriver{c, userinfoPath} },
		Endpoints: oauthclients.Endpoints{BaseURL: p.Issuer},
		Discover:  p.discover,
		SignOut:   p.signOut,
	}, nil
}

// discover reads the server's description of itself (OpenID Connect Discovery 1.0 section 4).
func (p oidcProvider) discover(ctx context.Context, anon *oauthclients.Caller) (oauthclients.Endpoints, error) {
	var found struct {
		Issuer    string `json:"issuer"`
		Authorize string `json:"authorization_endpoint"`
		Token     string `json:"token_endpoint"`
	}
	_, err := anon.Call(ctx, &oauthclients.Call{
		Operation: "Discover", Method: http.MethodGet, Path: "/.well-known/openid-configuration", Result: &found,
	})
	if err != nil {
		return oauthclients.Endpoints{}, err
	}
	if found.Issuer != p.Issuer {
		return oauthclients.Endpoints{}, errors.New("the server says that it is another issuer")
	}
	endpoint := oauth2.Endpoint{AuthURL: found.Authorize, TokenURL: found.Token, AuthStyle: p.Style}
	return oauthclients.Endpoints{BaseURL: p.Issuer, Grants: map[oauthclients.GrantType]oauth2.Endpoint{
		oauthclients.GrantAuthorizationCode: endpoint,
		oauthclients.GrantRefreshToken:      endpoint,
	}}, nil
}

// signOut revokes the refresh token (RFC 7009), and with it, at this server, everything that
// was issued for the same sign-in.
func (p oidcProvider) signOut(
	ctx context.Context, c *oauthclients.Caller, a oauthclients.AuthCode, t *oauth2.Token,
) error {
	call := &oauthclients.Call{
		Operation: "SignOut", Method: http.MethodPost, BaseURL: p.Issuer, Path: revocationPath, OAuth: true,
		Credential: oauthclients.NoCredential(),
	}
	form := url.Values{"token": {t.RefreshToken}, "token_type_hint": {"refresh_token"}}
	if p.Style == oauth2.AuthStyleInHeader && !a.ClientSecret.IsZero() {
		call.Header = http.Header{"Authorization": {"Basic " + basic(a.ClientID, a.ClientSecret.Reveal())}}
	} else {
		form.Set("client_id", a.ClientID)
		if !a.ClientSecret.IsZero() {
			form.Set("client_secret", a.ClientSecret.Reveal())
		}
	}
	call.Body = form
	_, err := c.Call(ctx, call)
	return err
}

// basic is RFC 6749 section 2.3.1: both are form-encoded first.
func basic(id, secret string) string {
	return base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(id) + ":" + url.QueryEscape(secret)))
}

// userinfoDriver reads who signed in, whatever client is asked for.
type userinfoDriver struct {
	caller *oauthclients.Caller
	path   string
}

func (d userinfoDriver) Get(ctx context.Context, _ string) (*oauthclients.Record, error) {
	var person struct {
		Subject string `json:"sub"`
	}
	answer, err := d.caller.Call(ctx, &oauthclients.Call{
		Operation: "Get", Method: http.MethodGet, Path: d.path, Result: &person,
	})
	if err != nil {
		return nil, err
	}
	return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: person.Subject}, Raw: answer.Body}, nil
}

func (userinfoDriver) Create(context.Context, *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	return nil, errors.ErrUnsupported
}

func (userinfoDriver) List(context.Context, oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	return nil, errors.ErrUnsupported
}

func (userinfoDriver) Update(
	context.Context, *oauthclients.Record, *oauthclients.OAuthClient, []string,
) (*oauthclients.Record, error) {
	return nil, errors.ErrUnsupported
}

func (userinfoDriver) Delete(context.Context, string) error { return errors.ErrUnsupported }

func (userinfoDriver) RegenerateSecret(context.Context, string) (oauthclients.Secret, error) {
	return oauthclients.Secret{}, errors.ErrUnsupported
}
