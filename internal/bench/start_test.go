package bench_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/bench/raw"
	"github.com/oauthclients/oauthclients/internal/bench/stub"
	"github.com/oauthclients/oauthclients/providers/genesys"
)

// This file measures what a program pays once: New, the first call, and the first token.

// BenchmarkNew makes clients and sends nothing.
func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		fresh(b, oauthclients.BearerToken(stub.Token))
	}
}

// BenchmarkCold is New and the first call, with its connection. The stub closes it afterwards.
func BenchmarkCold(b *testing.B) {
	b.Run("raw", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			api := raw.New(server.Base("genesys-once", 1), stub.Token)
			_, err := raw.GenesysGet(b.Context(), api, stub.ID)
			require.NoError(b, err)
		}
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			client, err := oauthclients.New(genesys.Provider{APIURL: server.Base("genesys-once", 1)}, oauthclients.BearerToken(stub.Token))
			require.NoError(b, err)
			_, err = client.Clients.Get(b.Context(), stub.ID)
			require.NoError(b, err)
		}
	})
}

// stampede is how many goroutines come at once to a client that has no token yet.
const stampede = 1000

// BenchmarkStampede is the first calls of many goroutines: one of them gets the token for all.
func BenchmarkStampede(b *testing.B) {
	b.Run("raw", func(b *testing.B) {
		b.ReportAllocs()
		measureStampede(b, func() func(context.Context) error { return rawTokens().wait })
	})
	b.Run("library", func(b *testing.B) {
		b.ReportAllocs()
		measureStampede(b, func() func(context.Context) error { return libraryTokens(b) })
	})
}

func measureStampede(b *testing.B, cold func() func(context.Context) error) {
	b.Helper()
	before := tokens(b)
	for b.Loop() {
		rush(b, cold())
	}
	b.ReportMetric(float64(tokens(b)-before)/float64(b.N), "tokens")
}

// rush calls wait from many goroutines at once.
func rush(tb testing.TB, wait func(context.Context) error) {
	tb.Helper()
	var all sync.WaitGroup
	start := make(chan struct{})
	errs := make(chan error, stampede)
	for range stampede {
		all.Go(func() {
			<-start
			errs <- wait(tb.Context())
		})
	}
	close(start)
	all.Wait()
	close(errs)
	for err := range errs {
		require.NoError(tb, err)
	}
}

func tokens(tb testing.TB) int64 {
	tb.Helper()
	counts, err := server.Counts(tb.Context())
	require.NoError(tb, err)
	return counts.Tokens
}

// rawSource keeps a token, as a program does by hand.
type rawSource struct {
	api *raw.API

	mu    sync.Mutex
	token *oauth2.Token
}

func rawTokens() *rawSource {
	return &rawSource{api: &raw.API{HTTP: raw.NewHTTP(64)}}
}

// wait gets the token and makes a call with it.
func (s *rawSource) wait(ctx context.Context) error {
	token, err := s.get(ctx)
	if err != nil {
		return err
	}
	api := &raw.API{HTTP: s.api.HTTP, Base: server.Base("genesys", 1), Header: http.Header{"Authorization": {"Bearer " + token.AccessToken}}}
	_, err = raw.GenesysGet(ctx, api, stub.ID)
	return err
}

func (s *rawSource) get(ctx context.Context) (*oauth2.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != nil {
		return s.token, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"bench"}, "client_secret": {"secret"}}
	token, err := raw.Token(ctx, s.api.HTTP, server.URL+"/oauth/token", strings.NewReader(form.Encode()))
	s.token = token
	return token, err
}

func libraryTokens(tb testing.TB) func(context.Context) error {
	tb.Helper()
	client := fresh(tb, oauthclients.ClientCredentials{ClientID: "bench", ClientSecret: oauthclients.NewSecret("secret")})
	return func(ctx context.Context) error {
		_, err := client.Clients.Get(ctx, stub.ID)
		return err
	}
}

func fresh(tb testing.TB, auth oauthclients.Auth) *oauthclients.Client {
	tb.Helper()
	client, err := oauthclients.New(genesys.Provider{APIURL: server.Base("genesys", 1), LoginURL: server.URL}, auth)
	require.NoError(tb, err)
	return client
}

// However many goroutines come to a client without a token, one token is asked for.
func TestAStampedeGetsOneToken(t *testing.T) {
	before := tokens(t)
	rush(t, libraryTokens(t))
	require.EqualValues(t, 1, tokens(t)-before)
}
