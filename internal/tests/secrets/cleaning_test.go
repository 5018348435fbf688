package secrets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests how errors are made fit to be seen: what they mean is decided on the answer as it
// came, what is shown is clean and short, and what may hold a new secret is not kept.

const callToken = "Bearer-0123456789-of-the-client"

// sloppyDriver repeats after each call what it sent, as decoders do that quote what they cannot
// read; what it knows besides it tells with Conceal.
type sloppyDriver struct {
	oauthclients.Driver

	caller *oauthclients.Caller
}

const storedToken = "a-token-that-came-with-an-answer"

func (d sloppyDriver) repeat(ctx context.Context) error {
	_, err := d.caller.Call(ctx, &oauthclients.Call{Operation: "Inner", Method: http.MethodGet, Path: "/clients"})
	if err != nil {
		return err
	}
	d.caller.Conceal(ctx, oauthclients.NewSecret(storedToken))
	return fmt.Errorf("store: %q: strconv.ParseInt: parsing %q: %w", storedToken, "Bearer "+callToken, io.ErrUnexpectedEOF)
}

func (d sloppyDriver) Create(ctx context.Context, _ *oauthclients.OAuthClient) (*oauthclients.Record, error) {
	return nil, d.repeat(ctx)
}

func (d sloppyDriver) Get(ctx context.Context, _ string) (*oauthclients.Record, error) {
	return nil, &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Message: strings.Repeat("x", 10<<20), Err: d.repeat(ctx)}
}

func (d sloppyDriver) List(ctx context.Context, _ oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
	return nil, errors.Join(d.repeat(ctx), &oauthclients.Error{Code: "is " + callToken})
}

func (d sloppyDriver) Delete(ctx context.Context, _ string) error { return d.repeat(ctx) }

func (d sloppyDriver) RegenerateSecret(ctx context.Context, _ string) (oauthclients.Secret, error) {
	return oauthclients.Secret{}, d.repeat(ctx)
}

func TestWhatADriverSaysAfterACallIsCleaned(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		inner := c.Driver
		c.Driver = func(caller *oauthclients.Caller) oauthclients.Driver { return sloppyDriver{inner(caller), caller} }
	}
	client, err := oauthclients.New(provider, oauthclients.BearerToken(callToken), oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	for name, do := range map[string]func() error{
		"Create": func() error {
			_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			return err
		},
		"Get":    func() error { return world.Get(t, client) },
		"List":   func() error { return world.List(t, client) },
		"Update": func() error { _, err := client.Clients.Update(t.Context(), "id-1", world.Rename); return err },
		"Delete": func() error { return client.Clients.Delete(t.Context(), "id-1") },
		"FindByName": func() error {
			_, err := client.Clients.FindByName(t.Context(), "app")
			return err
		},
		"RegenerateSecret": func() error {
			_, err := client.Clients.RegenerateSecret(t.Context(), "id-1")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := do()
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			shown := err.Error() + fmt.Sprintf("%v %+v %#v", err, err, errors.Unwrap(err))
			world.RequireNoLeak(t, shown, callToken)
			world.RequireNoLeak(t, shown, storedToken)
			require.Less(t, len(err.Error()), 10_000)
		})
	}
}

// A secret that is a word of the answer must not change what the answer means.
func TestHooksDecideOnTheAnswerAsItCame(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		c.Explain = func(r *oauthclients.Response, e *oauthclients.Error) {
			if strings.Contains(string(r.Body), "rate limit exceeded") {
				e.Kind = oauthclients.ErrRateLimited
			}
		}
	}
	for _, secret := range []string{"limit", "rate limit", "rate limit exceeded", "exceeded"} {
		client, err := oauthclients.New(provider, oauthclients.BasicAuth{Username: "u", Password: oauthclients.NewSecret(secret)},
			oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
		require.NoError(t, err)
		server.Inject(badRequest(`{"message":"rate limit exceeded"}`))
		require.ErrorIs(t, world.Get(t, client), oauthclients.ErrRateLimited, secret)
	}
}

// The words of the standards are no secrets, whatever a secret is.
func TestCodesOfTheStandardsAreKept(t *testing.T) {
	for _, secret := range []string{"access", "access_denied", "denied"} {
		auth := oauthclients.AuthCode{ClientID: "app", ClientSecret: oauthclients.NewSecret(secret), RedirectURL: "https://app.example.com/cb"}
		login, err := auth.Begin(t.Context(), world.MemProvider{BaseURL: "https://api.example.com"})
		require.NoError(t, err)
		_, err = auth.Finish(t.Context(), world.MemProvider{BaseURL: "https://api.example.com"}, login, url.Values{"state": {login.State}, "error": {"access_denied"}})
		require.ErrorIs(t, err, oauthclients.ErrPermission)
		require.Equal(t, "access_denied", world.Failure(t, err).Code, secret)
	}
}

// What a success says that nobody can read may be the new secret, under any name.
func TestTheBodyOfASuccessThatIssuesASecretIsNotKept(t *testing.T) {
	const fresh = "k3y-0f-the-n3w-client"
	for name, body := range map[string]string{
		"text": fresh, "number": `{"id":"1","client_secret":31415926535897932,"name":31415926535897932}`, "broken JSON": `{"id":"1","key":"` + fresh,
		"list": `["` + fresh + `"]`, "page": "<b>" + fresh + "</b>", "without an id": `{"key":"` + fresh + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			client, server := world.Answering(t, http.StatusOK, body)
			_, created := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			_, renewed := client.Clients.RegenerateSecret(t.Context(), "id-1")
			for _, err := range []error{created, renewed} {
				require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
				shown := err.Error() + string(world.Failure(t, err).Body()) + fmt.Sprintf("%+v", world.Failure(t, err).LogValue())
				world.RequireNoLeak(t, shown, fresh)
				world.RequireNoLeak(t, shown, "31415926535897932")
			}
			require.Len(t, server.Requests(), 2)
		})
	}
}

// It is the same for an answer that broke off and for one at the token endpoint.
func TestTheBodyOfABrokenSuccessIsNotKept(t *testing.T) {
	const fresh = "k3y-0f-the-n3w-client"
	hc := &http.Client{Transport: brokenSuccess{`{"id":"1","key":"` + fresh}}
	client, err := oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(hc), world.QuickRetry())
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	world.RequireNoLeak(t, err.Error()+string(world.Failure(t, err).Body()), fresh)
	client, err = oauthclients.New(world.MemProvider{BaseURL: "https://api.example.com"}, world.ClientCredentials(), oauthclients.WithHTTPClient(hc), world.QuickRetry())
	require.NoError(t, err)
	err = world.Get(t, client)
	world.RequireNoLeak(t, err.Error()+string(world.Failure(t, err).Body()), fresh)
}

type brokenSuccess struct{ body string }

func (b brokenSuccess) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: broken{strings.NewReader(b.body)}, Request: r}, nil
}

// Whatever a server sends, a text of it is short enough to be read, and to be logged.
func TestTextsOfAServerAreShort(t *testing.T) {
	huge := strings.Repeat("long and longer ", 600<<10)
	var records bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&records, nil))
	for name, edit := range map[string]func(e *oauthclients.Error){
		"code": func(e *oauthclients.Error) { e.Code = huge }, "message": func(e *oauthclients.Error) { e.Message = huge },
		"request": func(e *oauthclients.Error) { e.RequestID = huge },
		"field": func(e *oauthclients.Error) {
			e.Fields = []oauthclients.FieldError{{Field: huge, Code: huge, Message: huge}}
		},
		"fields": func(e *oauthclients.Error) {
			e.Fields = make([]oauthclients.FieldError, 100_000)
			for i := range e.Fields {
				e.Fields[i] = oauthclients.FieldError{Field: huge[:600], Message: huge[:600]}
			}
		},
		"cause": func(e *oauthclients.Error) { e.Err = errors.New(huge) },
		"id":    func(e *oauthclients.Error) { e.Err = &oauthclients.NotAppliedError{ID: huge, Fields: []string{huge}} },
		"unsupported": func(e *oauthclients.Error) {
			e.Err = &oauthclients.UnsupportedError{Fields: []string{huge}, Reason: huge}
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			provider := server.Provider()
			provider.Edit = func(c *oauthclients.Connection) {
				c.Explain = func(_ *oauthclients.Response, e *oauthclients.Error) { edit(e) }
			}
			client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
			require.NoError(t, err)
			server.Inject(badRequest("no"))
			records.Reset()
			err = world.Get(t, client)
			log.InfoContext(t.Context(), "failed", "error", world.Failure(t, err))
			require.Less(t, len(err.Error()), 10_000)
			require.Less(t, records.Len(), 64<<10)
			edit(world.Failure(t, err)) // also one that nobody cleaned
			require.Less(t, len(err.Error()), 10_000)
		})
	}
}

// A path has the length that a server gave it.
func TestALoggedPathIsShort(t *testing.T) {
	var records bytes.Buffer
	server := world.NewMemServer()
	client, err := oauthclients.New(server.Provider(), oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()),
		oauthclients.WithLogger(slog.New(slog.NewJSONHandler(&records, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	_, err = client.Clients.Get(t.Context(), strings.Repeat("id", 2<<20))
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
	require.Less(t, records.Len(), 8<<10)
}

// What a hook says of the token that it was given is cleaned as well.
func TestWhatAHookSaysIsCleaned(t *testing.T) {
	for name, hook := range map[string]func(c *oauthclients.Connection){
		"trade": func(c *oauthclients.Connection) {
			c.Trade = func(_ context.Context, _ *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
				return nil, fmt.Errorf("cannot trade %q", held.Reveal())
			}
		},
		"sign-out": func(c *oauthclients.Connection) {
			c.SignOut = func(_ context.Context, _ *oauthclients.Caller, _ oauthclients.AuthCode, t *oauth2.Token) error {
				return fmt.Errorf("sign-out of %s and %s", t.AccessToken, t.RefreshToken)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			held := &oauth2.Token{AccessToken: "access-0123456789", RefreshToken: "refresh-0123456789"}
			client := world.NewRealm().Client(t, oauthclients.AuthCode{ClientID: "app", Token: held}, nil, hook)
			err := errors.Join(world.List(t, client), client.SignOut(t.Context()))
			require.Error(t, err)
			world.RequireNoLeak(t, err.Error(), held.AccessToken)
			world.RequireNoLeak(t, err.Error(), held.RefreshToken)
		})
	}
}

// badRequest refuses one request with a text.
func badRequest(body string) fakeserver.Fault {
	return fakeserver.Fault{Status: http.StatusBadRequest, Body: body, Times: 1}
}
