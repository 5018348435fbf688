package gallery

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file is about the sessions of a person at the Keycloak as sipgate has it.

// person gets tokens with the password.
func person() oauthclients.PasswordGrant {
	return oauthclients.PasswordGrant{Username: sipgatePeople, Password: oauthclients.NewSecret("lovelace"), Scopes: []string{"openid"}}
}

// sessionRenewed: the password is for the first token and for none after it as long as its refresh token is
// good. When that is dead the password begins another session.
func sessionRenewed(ctx context.Context, v *visit) error {
	provider, tokens := v.sipgateAt(), &memory{}
	first, err := nextToken(ctx, provider, tokens)
	if err != nil {
		return err
	}
	second, err := nextToken(ctx, provider, tokens)
	if err != nil {
		return err
	}
	if second.AccessToken == first.AccessToken || session(second) == "" || session(second) != session(first) {
		return fmt.Errorf("the session %q goes on as %q", session(first), session(second))
	}
	if err := endedBy(ctx, provider, sipgate.DefaultPasswordClientID, second); err != nil {
		return err
	}
	third, err := nextToken(ctx, provider, tokens)
	if err != nil {
		return fmt.Errorf("after the session was ended elsewhere: %w", err)
	}
	if session(third) == session(first) {
		return errors.New("a session that was ended goes on")
	}
	return endedBy(ctx, provider, sipgate.DefaultPasswordClientID, third)
}

// nextToken is what comes for a call when the one that is kept is over.
func nextToken(ctx context.Context, provider sipgate.Provider, tokens *memory) (*oauth2.Token, error) {
	if tokens.token != nil {
		tokens.token.Expiry = time.Now().Add(-time.Minute)
	}
	client, err := oauthclients.New(provider, person(), oauthclients.WithTokenStore(tokens))
	if err != nil {
		return nil, err
	}
	if _, err := client.Clients.List(ctx, oauthclients.ListOptions{}); err != nil {
		return nil, err
	}
	own := *tokens.token
	return &own, nil
}

// session is the sid of an access token, "" if it has none.
func session(token *oauth2.Token) string {
	parts := strings.Split(token.AccessToken, ".")
	if len(parts) < 2 {
		return ""
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct{ SID string }
	_ = json.Unmarshal(text, &claims) // what is none has no sid
	return claims.SID
}

// endedBy signs out as another program of the same client, or of another one, would do it.
func endedBy(ctx context.Context, provider sipgate.Provider, clientID string, token *oauth2.Token) error {
	provider.Realm = sipgate.RealmApps
	client, err := oauthclients.New(provider, oauthclients.AuthCode{
		ClientID: clientID, ClientSecret: oauthclients.NewSecret(map[string]string{appsClient: appsSecret}[clientID]), Token: token,
	})
	if err != nil {
		return err
	}
	return client.SignOut(ctx)
}

// foreignSignOut: a refresh token of another client ends nothing there, and the server's invalid_grant is no
// sign that the session is over. One that is over already ends once more.
func foreignSignOut(ctx context.Context, v *visit) error {
	provider := v.sipgateAt()
	token, err := nextToken(ctx, provider, &memory{})
	if err != nil {
		return err
	}
	err = endedBy(ctx, provider, appsClient, token)
	var failed *oauthclients.Error
	if !errors.As(err, &failed) || failed.Code != "invalid_grant" || !strings.Contains(err.Error(), "its session may live on") {
		return fmt.Errorf("a token of another client: %w", err)
	}
	if err := listsWith(ctx, provider, token); err != nil {
		return err
	}
	for range 2 {
		if err := endedBy(ctx, provider, sipgate.DefaultPasswordClientID, token); err != nil {
			return err
		}
	}
	if err := listsWith(ctx, provider, token); !errors.Is(err, oauthclients.ErrUnauthenticated) {
		return fmt.Errorf("after the sign-out the access token is good: %w", err)
	}
	return nil
}

func listsWith(ctx context.Context, provider sipgate.Provider, token *oauth2.Token) error {
	client, err := oauthclients.New(provider, oauthclients.BearerToken(token.AccessToken))
	if err != nil {
		return err
	}
	_, err = client.Clients.List(ctx, oauthclients.ListOptions{})
	return err
}
