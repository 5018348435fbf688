package secrets

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests that nothing shows of what a driver and the core hand each other, when the
// author of a provider prints or logs it.

func handedToDrivers() []any {
	record := oauthclients.Record{
		Client: &oauthclients.OAuthClient{ID: "id-1", Secret: oauthclients.NewSecret(topSecret)}, Raw: json.RawMessage(`{"key":"r4w-secret"}`),
	}
	call := oauthclients.Call{
		Operation: "SignOut", Method: http.MethodPost, Path: "/tokens/t0ken-of-a-path", Query: url.Values{"key": {"qu3ry-secret"}},
		Header: http.Header{"X-Key": {"h3ader-secret"}}, Body: url.Values{"client_secret": {topSecret}},
		Credential: oauthclients.BearerCredential(oauthclients.NewSecret("own-t0ken")),
	}
	answer := oauthclients.Response{Status: 200, Header: http.Header{"Set-Cookie": {"h3ader-secret"}}, Body: []byte(`{"key":"r4w-secret"}`)}
	return []any{record, &record, call, &call, answer, &answer}
}

func TestRecordsCallsAndAnswersShowNothing(t *testing.T) {
	for _, value := range handedToDrivers() {
		t.Run(fmt.Sprintf("%T", value), func(t *testing.T) {
			secrets := []string{topSecret, "r4w-secret", "t0ken-of-a-path", "qu3ry-secret", "h3ader-secret", "own-t0ken"}
			providertest.RequireHidden(t, value, secrets...)
			document, err := json.Marshal(map[string]any{"held": []any{value}})
			require.NoError(t, err)
			element, err := xml.Marshal(value)
			require.NoError(t, err)
			for _, secret := range secrets {
				world.RequireNoLeak(t, string(document)+string(element), secret)
			}
			require.Contains(t, string(document), "[REDACTED]")
		})
	}
	require.Contains(t, fmt.Sprint(handedToDrivers()[2]), `Operation: "SignOut", Method: "POST"`, "what it is can be seen")
	require.Contains(t, fmt.Sprint(handedToDrivers()[4]), "Status: 200")
}

// The callers of a trade and of a sign-out know the tokens that must not be seen.
func TestTheCallerOfAHookShowsNothing(t *testing.T) {
	r := world.NewRealm()
	hidden := func(caller *oauthclients.Caller, values ...string) {
		world.RequireHidden(t, caller, values...)
		world.RequireHidden(t, *caller, values...)
		world.RequireHidden(t, struct{ caller *oauthclients.Caller }{caller}, values...)
	}
	var hooks []string
	client := r.Client(t, world.SessionUntil(world.InAnHour()), nil, func(c *oauthclients.Connection) {
		c.Trade = func(_ context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
			hooks = append(hooks, "trade")
			hidden(anon, held.Reveal(), "access-1")
			return &oauth2.Token{AccessToken: "access-1"}, nil
		}
		c.SignOut = func(_ context.Context, caller *oauthclients.Caller, _ oauthclients.AuthCode, held *oauth2.Token) error {
			hooks = append(hooks, "sign-out")
			hidden(caller, held.AccessToken, held.RefreshToken)
			return nil
		}
	})
	require.NoError(t, world.List(t, client))
	require.NoError(t, client.SignOut(t.Context()))
	require.Equal(t, []string{"trade", "sign-out"}, hooks)
}

// A vendor may want a token in the path, and the log has the path.
func TestATokenInAPathIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	r := world.NewRealm()
	client, err := oauthclients.New(r.Provider(), oauthclients.BearerToken("t0ken/of=the&person"), oauthclients.WithHTTPClient(r.HTTPClient()),
		oauthclients.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	_, err = world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{
		Operation: "End", Method: http.MethodDelete, Path: "/tokens/" + url.PathEscape("t0ken/of=the&person") + "/now",
	})
	require.Error(t, err, "nobody serves that address")
	require.Contains(t, log.String(), "path=/v1/tokens/[REDACTED]/now")
	world.RequireNoLeak(t, log.String()+err.Error(), "t0ken/of=the&person")
}
