package docs

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
)

// This file holds the snippets of docs/sign-in.md on how a program proves itself and shares its token.

// snippetProof is the strategy of docs/sign-in.md with everything that it can send.
func snippetProof(id string, sign func(context.Context, string) (string, error)) oauthclients.ClientCredentials {
	auth := oauthclients.ClientCredentials{
		ClientID: id, AuthMethod: oauthclients.PrivateKeyJWT, Assertion: sign, // sign makes a JWT for the audience it is given
		Resources:  []string{"https://mcp.example.com/mcp"},
		Parameters: url.Values{"organization": {"orders"}},
	}
	return auth
}

func TestSignInPageProof(t *testing.T) {
	server := dcrtest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), snippetProof("id", func(context.Context, string) (string, error) { return "a.b.c", nil }))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), orderDesk("https://orders.example.com/cb"))
	require.ErrorIs(t, err, oauthclients.ErrUnauthenticated, "the fake knows no such client")
	for _, sent := range server.Requests() {
		if sent.Method != http.MethodPost {
			continue
		}
		form, err := url.ParseQuery(string(sent.Body))
		require.NoError(t, err)
		require.Equal(t, []string{"a.b.c", "https://mcp.example.com/mcp", "orders"},
			[]string{form.Get("client_assertion"), form.Get("resource"), form.Get("organization")})
	}
	require.Equal(t, 1, server.Count(http.MethodPost, "/token"))
}

// sharedStore keeps one token in memory, for any number of clients.
type sharedStore struct {
	mutex sync.Mutex
	token *oauth2.Token
	place chan struct{} // has room for one: who has put something in has the lock
}

var _ oauthclients.TokenLocker = (*sharedStore)(nil) // a Lock of another form compiles, and locks nothing

func (s *sharedStore) Load(context.Context) (*oauth2.Token, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.token, nil
}

func (s *sharedStore) Save(_ context.Context, t *oauth2.Token) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.token = t
	return nil
}

func (s *sharedStore) Lock(ctx context.Context) (held context.Context, unlock func(), err error) {
	select {
	case s.place <- struct{}{}:
		return nil, func() { <-s.place }, nil // no held: this lock cannot be lost
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

func TestSignInPageStore(t *testing.T) {
	server := genesystest.NewServer(t)
	store := &sharedStore{place: make(chan struct{}, 1)}
	var group sync.WaitGroup
	for range 8 {
		client, err := oauthclients.New(server.Provider(), server.Auth(), oauthclients.WithTokenStore(store))
		require.NoError(t, err)
		group.Go(func() {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.NoError(t, err)
		})
	}
	group.Wait()
	require.Equal(t, 1, server.Count(http.MethodPost, "/oauth/token"))
}
