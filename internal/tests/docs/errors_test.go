package docs

import (
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the snippets of docs/errors.md and docs/retries.md, in the form in which they compile and run.

func snippetOutcome(ctx context.Context, client *oauthclients.Client, want *oauthclients.OAuthClient) (*oauthclients.OAuthClient, error) {
	app, err := client.Clients.Create(ctx, want)
	if errors.Is(err, oauthclients.ErrOutcomeUnknown) {
		found, findErr := client.Clients.FindByName(ctx, want.Name)
		if findErr == nil && len(found) == 1 {
			return found[0], nil // it was made
		}
	}
	return app, err
}

func snippetIgnored(
	ctx context.Context, client *oauthclients.Client, id string, change func(*oauthclients.OAuthClient),
) (*oauthclients.OAuthClient, error) {
	app, err := client.Clients.Update(ctx, id, change)
	var ignored *oauthclients.NotAppliedError
	if errors.As(err, &ignored) {
		log.Print("not applied: ", ignored.Fields)
		return app, nil
	}
	return app, err
}

func TestErrorsPageOutcome(t *testing.T) {
	for _, executed := range []bool{true, false} {
		server := sipgatetest.NewServer(t)
		client, err := oauthclients.New(server.Provider(), server.Auth())
		require.NoError(t, err)
		server.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/clients", Drop: true, Execute: executed, Times: 1})
		app, err := snippetOutcome(t.Context(), client, orderDesk("https://orders.example.com/cb"))
		require.Equal(t, executed, app != nil)
		require.Equal(t, executed, err == nil)
	}
}

func TestErrorsPageIgnored(t *testing.T) {
	server := docspacetest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	made, err := client.Clients.Create(t.Context(), invoices())
	require.NoError(t, err)
	app, err := snippetIgnored(t.Context(), client, made.ID, func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = []string{"https://elsewhere.example.com/cb"}
	})
	require.NoError(t, err)
	require.Equal(t, made.RedirectURIs, app.RedirectURIs, "it is the client as it now is")
}

func snippetOptions(provider oauthclients.Provider, auth oauthclients.Auth) (*oauthclients.Client, error) {
	client, err := oauthclients.New(provider, auth,
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 2, MaxWait: 10 * time.Second}),
		oauthclients.WithRateLimit(5, 10),                                    // 5 requests a second, and 10 at once
		oauthclients.WithHTTPClient(&http.Client{Timeout: 10 * time.Second}), // your own proxy, TLS settings, timeout
		oauthclients.WithLogger(slog.Default()),                              // every attempt, at debug level
		oauthclients.WithUserAgent("order-desk/1.2"),
	)
	return client, err
}

func TestRetriesPageOptions(t *testing.T) {
	server := sipgatetest.NewServer(t)
	client, err := snippetOptions(server.Provider(), server.Auth())
	require.NoError(t, err)
	server.Inject(fakeserver.Fault{Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"11"}}})
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrRateLimited)
	require.Contains(t, server.Requests()[0].Header.Get("User-Agent"), "order-desk/1.2")
}
