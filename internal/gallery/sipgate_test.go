package gallery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file signs people in at a Keycloak as sipgate has it: two realms, and a proxy to one of them. Nobody
// but sipgate has its API; what stands here in its place asks Keycloak about the token.

// sipgatePeople are the users of both realms.
const sipgatePeople = "ada@example.com"

// The client with a secret in the realm of the password grant.
const (
	appsClient = "2556404-0-dc848ae6-085c-11e8-92a6-31b99c83912e:" + sipgate.RealmApps
	appsSecret = "desk-secret-of-sipgate-apps"
)

func sipgateCases() []testCase {
	return []testCase{
		{"sipgate's password grant", sipgatePassword},
		{"sipgate's sign-in in " + sipgate.RealmThirdParty, sipgateCode("2556404-0-dc848ae6-085c-11e8-92a6-31b99c83912e", "desk-secret-of-third-party")},
		{"sipgate's sign-in in " + sipgate.RealmApps, sipgateCode(appsClient, appsSecret)},
		{"sipgate's session goes on", sessionRenewed}, {"a sign-out of another client", foreignSignOut},
	}
}

// sipgateAt is the provider for the two realms of a Keycloak, with the API before it.
func (v *visit) sipgateAt() sipgate.Provider {
	login := strings.TrimSuffix(v.running.Issuer, "/auth/realms/gallery")
	base, err := url.Parse(login)
	if err != nil {
		return sipgate.Provider{}
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(base)
		r.Out.URL.Path = "/auth/realms/" + strings.TrimPrefix(r.In.URL.Path, "/login/")
	}}
	mux := http.NewServeMux()
	mux.Handle("/login/", proxy)
	mux.HandleFunc("GET /v2/authorization/oauth2/clients", func(w http.ResponseWriter, r *http.Request) {
		if !knownIn(r, login, sipgate.RealmThirdParty) && !knownIn(r, login, sipgate.RealmApps) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":[]}`)
	})
	api := httptest.NewServer(mux)
	v.Test.Cleanup(api.Close)
	return sipgate.Provider{APIURL: api.URL, LoginURL: login}
}

// knownIn: a realm says of the token of a request that it is good.
func knownIn(r *http.Request, login, realm string) bool {
	ask, err := http.NewRequestWithContext(r.Context(), http.MethodGet, login+"/auth/realms/"+realm+"/protocol/openid-connect/userinfo", http.NoBody)
	if err != nil {
		return false
	}
	ask.Header.Set("Authorization", r.Header.Get("Authorization"))
	answer, err := (&http.Client{Timeout: time.Minute}).Do(ask)
	if err != nil {
		return false
	}
	_ = answer.Body.Close() // only its status matters
	return answer.StatusCode == http.StatusOK
}

func sipgatePassword(ctx context.Context, v *visit) error {
	provider := v.sipgateAt()
	auth := oauthclients.PasswordGrant{Username: sipgatePeople, Password: oauthclients.NewSecret("lovelace"), Scopes: []string{"openid"}}
	if err := comesAndGoes(ctx, provider, auth); err != nil {
		return err
	}
	auth.Password = oauthclients.NewSecret("no-such-password")
	client, err := oauthclients.New(provider, auth)
	if err != nil {
		return err
	}
	if _, err := client.Clients.List(ctx, oauthclients.ListOptions{}); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("a wrong password: %w", err)
	}
	return nil
}

func sipgateCode(clientID, secret string) func(ctx context.Context, v *visit) error {
	return func(ctx context.Context, v *visit) error {
		provider := v.sipgateAt()
		auth := oauthclients.AuthCode{
			ClientID: clientID, ClientSecret: oauthclients.NewSecret(secret), RedirectURL: kit.Callback, Scopes: []string{"openid", "balance:read"},
		}
		login, err := auth.Begin(ctx, provider)
		if err != nil {
			return err
		}
		callback, err := kit.Forms(map[string]string{"username": sipgatePeople, "password": "lovelace"})(ctx, login.URL)
		if err != nil {
			return err
		}
		if auth.Token, err = auth.Finish(ctx, provider, login, callback); err != nil {
			return err
		}
		auth.Token = &oauth2.Token{RefreshToken: auth.Token.RefreshToken} // the first call renews it
		return comesAndGoes(ctx, provider, auth)
	}
}

// comesAndGoes lists with a token that comes for it, and signs out: then neither token is good.
func comesAndGoes(ctx context.Context, provider sipgate.Provider, auth oauthclients.Auth) error {
	tokens := &memory{}
	client, err := oauthclients.New(provider, auth, oauthclients.WithTokenStore(tokens))
	if err != nil {
		return err
	}
	if _, err := client.Clients.List(ctx, oauthclients.ListOptions{}); err != nil {
		return err
	}
	if tokens.token == nil || tokens.token.RefreshToken == "" {
		return errors.New("no token to keep came, or none to renew it with")
	}
	access := tokens.token.AccessToken
	if err := client.SignOut(ctx); err != nil {
		return fmt.Errorf("signing out: %w", err)
	}
	after, err := oauthclients.New(provider, oauthclients.BearerToken(access))
	if err != nil {
		return err
	}
	if _, err := after.Clients.List(ctx, oauthclients.ListOptions{}); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("after the sign-out the access token is good: %w", err)
	}
	return nil
}
