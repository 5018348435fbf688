package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers/keycloak"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about a Keycloak that is away, and starts: at first nothing listens, then all is answered with
// 503, plain text and a Retry-After that grows.

// anonymous is the realm of sipgate's in which this machine registers without a token: others come when the
// server is ready.
const anonymous = "third-party"

// registrations is where the clients of a realm register.
func registrations(base, realm string) string {
	return base + "/realms/" + realm + "/clients-registrations/openid-connect"
}

// duringStart lists the clients while the server is away, and registers one from the first moment of its start
// on: the registration waits for it, and is made once.
func (v *visit) duringStart(ctx context.Context) (*kit.Running, error) {
	if err := v.walkAway(ctx); err != nil {
		return v.running, err
	}
	begun, err := keycloak.Begin(ctx, v.folder, keycloak.AnswersEarly)
	if err != nil {
		return v.running, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	want := &oauthclients.OAuthClient{Name: "Early desk", RedirectURIs: []string{kit.Callback}}
	want.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
	made := make(chan error, 1)
	go func() { made <- registerEarly(ctx, begun.Base, want) }()
	running, err := begun.Ready(ctx)
	if err != nil {
		cancel()
		<-made
		return v.running, err
	}
	if err := <-made; err != nil {
		return running, err
	}
	count, err := begun.Named(ctx, anonymous, want.Name)
	if err == nil && count != 1 {
		err = fmt.Errorf("%d clients were made", count)
	}
	return running, err
}

// registerEarly registers at a server that starts.
func registerEarly(ctx context.Context, base string, want *oauthclients.OAuthClient) error {
	way := &wire{below: soon{}}
	patient := oauthclients.RetryPolicy{MaxAttempts: int(patience / time.Second), MinWait: time.Second / 2, MaxWait: time.Second}
	client, err := oauthclients.New(dcr.Provider{RegistrationEndpoint: registrations(base, anonymous), Registrations: dcr.NewMemoryStore()},
		oauthclients.NoAuth{}, oauthclients.WithRetry(patient), way.option())
	if err != nil {
		return err
	}
	if _, err := client.Clients.Create(ctx, want); err != nil {
		return fmt.Errorf("while the server starts: %w", err)
	}
	all := statuses(way.has(""))
	last := len(all) - 1
	others := slices.DeleteFunc(slices.Clone(all[:last]), func(status string) bool { return status == "0" || status == "503" })
	if all[last] != "201" || len(others) > 0 || !slices.Contains(all, "503") {
		return fmt.Errorf("while it starts the server says %q", all)
	}
	return nil
}

// soon is a way on which a server asks for a second whenever it asks for a wait. What Keycloak asks for is as long
// as it has been starting, so that who comes early waits up to as long again when it is ready.
type soon struct{}

// RoundTrip implements http.RoundTripper.
func (soon) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && answer.Header.Get("Retry-After") != "" {
		answer.Header.Set("Retry-After", "1")
	}
	return answer, err
}

// walkAway: a list of many clients ends when the server is seen to be away, and not after each of them was
// asked for four times.
func (v *visit) walkAway(ctx context.Context) error {
	const clients, readers, attempts = 60, 8, 4
	provider := dcr.Provider{RegistrationEndpoint: v.running.Issuer + "/clients-registrations/openid-connect", Registrations: dcr.NewMemoryStore()}
	for n := range clients {
		id := fmt.Sprintf("away-%d", n)
		handle := dcr.Handle{ClientID: id, URI: provider.RegistrationEndpoint + "/" + id, Token: oauthclients.NewSecret("token-of-" + id)}
		if err := provider.Registrations.Save(ctx, handle); err != nil {
			return err
		}
	}
	way := &wire{}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, hasty(), way.option())
	if err != nil {
		return err
	}
	for _, err = range client.Clients.All(ctx, oauthclients.ListOptions{PageSize: clients}) {
		if err != nil {
			break
		}
	}
	if steps := way.has(""); !errors.Is(err, oauthclients.ErrUnavailable) || len(steps) > readers*attempts {
		return fmt.Errorf("of %d clients of a server that is away was asked %d times: %w", clients, len(steps), err)
	}
	return nil
}
