package sipgatetest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds the server as a client of the SDK sees it, and what all its tests share;
// wire_test.go has the bytes.

// answer is what a server answered.
type answer struct {
	status int
	header http.Header
	body   string
}

// do sends one request past the SDK.
func do(t *testing.T, s *sipgatetest.Server, method, path string, header map[string]string, body string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	require.NoError(t, err)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	response, err := s.HTTPClient().Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return answer{response.StatusCode, response.Header, string(text)}
}

func connect(t *testing.T, s *sipgatetest.Server, auth oauthclients.Auth) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(s.Provider(), auth, oauthclients.WithHTTPClient(s.HTTPClient()))
	require.NoError(t, err)
	return client
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "testdata", name))
	require.NoError(t, err)
	return string(text)
}

func TestEveryVerbOverASocket(t *testing.T) {
	server := sipgatetest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	ctx := t.Context()

	first, err := client.Clients.Create(ctx, sipgate.WebphoneClient("Webphone"))
	require.NoError(t, err)
	second, err := client.Clients.Create(ctx, sipgate.WebphoneClient("Webphone", "https://*.example.com"))
	require.NoError(t, err)
	require.Regexp(t, `^2556404-0-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`, first.ID)
	require.False(t, first.Secret.IsZero())
	require.NotEqual(t, first.ID, second.ID)
	require.NotEqual(t, first.Secret.Reveal(), second.Secret.Reveal())

	updated, err := client.Clients.Update(ctx, first.ID, func(c *oauthclients.OAuthClient) { c.Name = "Phone" })
	require.NoError(t, err)
	require.Equal(t, first.Secret.Reveal(), updated.Secret.Reveal())

	page, err := client.Clients.List(ctx, oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, page.Clients, 2)
	require.Equal(t, []string{"Phone", "Webphone"}, []string{page.Clients[0].Name, page.Clients[1].Name})

	require.NoError(t, client.Clients.Delete(ctx, first.ID))
	_, err = client.Clients.Get(ctx, first.ID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.ErrorIs(t, client.Clients.Delete(ctx, first.ID), oauthclients.ErrNotFound)
	_, err = client.Clients.RegenerateSecret(ctx, second.ID)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Equal(t, 1, server.Count(http.MethodPost, tokenPath))
}

func TestEveryCredential(t *testing.T) {
	server := sipgatetest.New()
	for name, auth := range map[string]oauthclients.Auth{
		"password grant":        server.Auth(),
		"personal access token": server.PersonalAccessToken(),
		"access token":          oauthclients.BearerToken(server.AccessToken()),
	} {
		_, err := connect(t, server, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err, name)
	}
	for name, auth := range map[string]oauthclients.Auth{
		"token":    oauthclients.BearerToken("other"),
		"basic":    oauthclients.BasicAuth{Username: sipgatetest.TokenID, Password: oauthclients.NewSecret("other")},
		"e-mail":   oauthclients.BasicAuth{Username: sipgatetest.Username, Password: oauthclients.NewSecret(sipgatetest.Password)},
		"password": oauthclients.PasswordGrant{ClientID: sipgate.DefaultPasswordClientID, Username: sipgatetest.Username, Password: oauthclients.NewSecret("other")},
	} {
		_, err := connect(t, server, auth).Clients.List(t.Context(), oauthclients.ListOptions{})
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, name)
	}
}

func TestOwnClientInThePasswordGrant(t *testing.T) {
	server := sipgatetest.New()
	created, err := connect(t, server, server.PersonalAccessToken()).Clients.Create(t.Context(), sipgate.WebphoneClient("a"))
	require.NoError(t, err)
	grant := oauthclients.PasswordGrant{
		ClientID: created.ID, ClientSecret: created.Secret,
		Username: sipgatetest.Username, Password: oauthclients.NewSecret(sipgatetest.Password),
	}
	_, err = connect(t, server, grant).Clients.Get(t.Context(), created.ID)
	require.NoError(t, err)

	grant.ClientSecret = oauthclients.NewSecret("other")
	_, err = connect(t, server, grant).Clients.Get(t.Context(), created.ID)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, "unauthorized_client", failed.Code)
}

func TestWithoutCreateSecret(t *testing.T) {
	server := sipgatetest.New(sipgatetest.WithoutCreateSecret())
	client := connect(t, server, server.PersonalAccessToken())
	created, err := client.Clients.Create(t.Context(), sipgate.WebphoneClient("a"))
	require.NoError(t, err)
	require.False(t, created.Secret.IsZero())
	require.Equal(t, 1, server.Count(http.MethodGet, clientsPath+"/"+created.ID))

	server.Inject(fakeserver.Fault{Method: http.MethodGet, Status: http.StatusForbidden})
	created, err = client.Clients.Create(t.Context(), sipgate.WebphoneClient("b"))
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.NotEmpty(t, created.ID)
	require.Equal(t, 2, server.Count(http.MethodPost, clientsPath))
}

func TestUnknownMembersSurviveAnUpdate(t *testing.T) {
	server := sipgatetest.New()
	body := strings.Replace(fixture(t, "create_request.json"), "{", `{"consentText":{"en":"<Allow> access?"},`, 1)
	require.Equal(t, http.StatusOK, do(t, server, http.MethodPost, clientsPath, authorized(server), body).status)

	client := connect(t, server, server.PersonalAccessToken())
	found, err := client.Clients.FindByName(t.Context(), "Order desk")
	require.NoError(t, err)
	require.Len(t, found, 1)
	updated, err := client.Clients.Update(t.Context(), found[0].ID, func(c *oauthclients.OAuthClient) { c.Name = "Desk" })
	require.NoError(t, err)
	var raw map[string]any
	require.NoError(t, json.Unmarshal(updated.Raw(), &raw))
	require.Equal(t, map[string]any{"en": "<Allow> access?"}, raw["consentText"])
	require.Equal(t, "Desk", raw["name"])
}

func TestTokensEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := sipgatetest.New(sipgatetest.WithTokenLifetime(time.Minute))
		token := server.AccessToken()
		bearer := connect(t, server, oauthclients.BearerToken(token))
		renewing := connect(t, server, server.Auth())
		list := func(c *oauthclients.Client) error {
			_, err := c.Clients.List(t.Context(), oauthclients.ListOptions{})
			return err
		}
		require.NoError(t, list(bearer))
		require.NoError(t, list(renewing))

		<-time.After(time.Minute)
		require.ErrorIs(t, list(bearer), oauthclients.ErrUnauthenticated)
		require.NoError(t, list(renewing))
		require.Equal(t, 2, server.Count(http.MethodPost, tokenPath))

		server.RevokeTokens()
		require.NoError(t, list(renewing)) // its token is refused, and replaced once
		require.Equal(t, 3, server.Count(http.MethodPost, tokenPath))
	})
}

func TestConcurrentUse(t *testing.T) {
	server := sipgatetest.New()
	client := connect(t, server, server.Auth())
	const writers = 20
	var group errgroup.Group
	for range writers {
		group.Go(func() error {
			created, err := client.Clients.Create(t.Context(), sipgate.WebphoneClient("a"))
			if err != nil {
				return err
			}
			_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) { c.Name = created.ID })
			_, listErr := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			return errors.Join(err, listErr)
		})
	}
	require.NoError(t, group.Wait())
	ids := map[string]bool{}
	for c, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		require.Equal(t, c.ID, c.Name)
		ids[c.ID] = true
	}
	require.Len(t, ids, writers)
}

func TestStartAndClose(t *testing.T) {
	server, err := sipgatetest.Start()
	require.NoError(t, err)
	client, err := oauthclients.New(server.Provider(), server.PersonalAccessToken(),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	server.Close()
	_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
}

func userForm() url.Values {
	return url.Values{
		"grant_type": {"password"}, "client_id": {sipgate.DefaultPasswordClientID},
		"username": {sipgatetest.Username}, "password": {sipgatetest.Password},
	}
}
