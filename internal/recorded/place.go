package recorded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// This file finds the endpoints of a server, and sends requests there.

// Place is a server to which the series goes.
type Place struct {
	// HTTP reaches it.
	HTTP *http.Client
	// Issuer is what it calls itself, and Registration where it registers clients if its metadata do not say.
	Issuer, Registration string
	// Authorize is the Authorization header of the next registration; nil where everybody registers.
	Authorize func(ctx context.Context) (string, error)
	// SignIn is a person who goes from the address of the login page to the query of the callback.
	SignIn func(ctx context.Context, loginURL string) (url.Values, error)
}

type endpoints struct {
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Registration  string `json:"registration_endpoint"`
}

// endpoints are those of the first metadata that are there (RFC 8414 sections 3 and 5).
func (p *Place) endpoints(ctx context.Context) (found endpoints, err error) {
	issuer, err := url.Parse(strings.TrimSuffix(p.Issuer, "/"))
	if err != nil {
		return found, err
	}
	const oidc, oauth = "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"
	for _, path := range []string{issuer.Path + oidc, oauth + issuer.Path, issuer.Path + oauth, oauth} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, issuer.ResolveReference(&url.URL{Path: path}).String(), http.NoBody)
		if err != nil {
			return found, err
		}
		answer, text, err := p.do(request)
		if err != nil {
			return found, err
		}
		if answer.Status != http.StatusOK || json.Unmarshal(text, &found) != nil || found.Token == "" {
			continue
		}
		if p.Registration != "" {
			found.Registration = p.Registration
		}
		return found, nil
	}
	return found, errors.New("recorded: the server has no metadata")
}

// do follows no redirect: it is an answer too.
func (p *Place) do(r *http.Request) (got Answer, text []byte, err error) {
	client := *p.HTTP
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(r)
	if err != nil {
		return got, nil, fmt.Errorf("recorded: %s %s: %w", r.Method, r.URL.Path, errors.Unwrap(err))
	}
	defer func() { _ = answer.Body.Close() }() // it was read
	text, err = io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	return read(answer, text), text, err
}
