package secrets

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file looks for tokens and secrets in what a refresh says: errors and log lines.

// echoes is a token endpoint that gives back what it was sent, as some do to be helpful.
func echoes(form string) map[string]fakeserver.Fault {
	quoted := fmt.Sprintf("%q", form)
	return map[string]fakeserver.Fault{
		"JSON":    {Status: 400, Body: `{"error":"invalid_grant","error_description":` + quoted + `,"request":` + quoted + `}`},
		"code":    {Status: 400, Body: `{"error":` + quoted + `}`},
		"HTML":    {Status: 400, Body: "<html><pre>" + form + "</pre></html>"},
		"500":     {Status: 500, Body: form},
		"headers": {Status: 401, Header: http.Header{"Www-Authenticate": {form}, "X-Request-Id": {form}}},
		"success": {Status: 200, Body: `{"error":` + quoted + `}`},
		"broken":  {Status: 200, Body: `{"access_token":` + quoted},
	}
}

func TestTheFormOfARefreshIsInNoError(t *testing.T) {
	const refreshToken, accessToken = "refresh+t0ken/of=the&person", "access-t0ken-of-the-person"
	form := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refreshToken}, "client_id": {"client-1"}, "client_secret": {world.RealmSecret}}
	plain := strings.Join([]string{refreshToken, world.RealmSecret, accessToken}, " ")
	for _, sent := range []string{form.Encode(), plain} {
		for name, fault := range echoes(sent) {
			for style, edit := range map[string]func(*oauthclients.Connection){"form": func(*oauthclients.Connection) {}, "header": world.InHeader} {
				t.Run(name+" "+style, func(t *testing.T) {
					r := world.NewRealm()
					fault.PathContains = "/oauth/token"
					r.Inject(fault)
					auth := world.SessionUntil(world.AnHourAgo())
					auth.Token.AccessToken, auth.Token.RefreshToken = accessToken, refreshToken
					asksRequestID := func(c *oauthclients.Connection) {
						c.ExplainToken = func(r *oauthclients.Response, e *oauthclients.Error) {
							e.RequestID = r.Header.Get("X-Request-Id")
							e.Fields = []oauthclients.FieldError{{Field: "f", Message: r.Header.Get("Www-Authenticate")}}
						}
					}
					client := r.Client(t, auth, nil, edit, asksRequestID)
					err := world.List(t, client)
					failed := world.Failure(t, err)
					world.RequireHidden(t, failed, refreshToken, world.RealmSecret)
					world.RequireNoLeak(t, string(failed.Body()), refreshToken)
					world.RequireNoLeak(t, string(failed.Body()), world.RealmSecret)
					if name == "JSON" { // this takes long
						world.RequireHidden(t, client, refreshToken, world.RealmSecret, accessToken)
					}
				})
			}
		}
	}
}

func TestNothingConfidentialIsLogged(t *testing.T) {
	var lines bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
	for _, fault := range []fakeserver.Fault{{}, {Status: 503, Times: 1}, {Drop: true}, {Status: 400, Body: `{"error":"invalid_grant"}`}} {
		r := world.NewRealm()
		fault.PathContains = "/oauth/token"
		r.Inject(fault)
		client, err := oauthclients.New(r.Provider(), world.SessionUntil(world.AnHourAgo()), oauthclients.WithHTTPClient(r.HTTPClient()),
			world.QuickRetry(), oauthclients.WithLogger(logger))
		require.NoError(t, err)
		logger.Info("called", "error", world.List(t, client), "client", client)
		logger.Info("signed out", "error", client.SignOut(t.Context()))
	}
	require.Contains(t, lines.String(), `"path":"/oauth/token"`)
	for _, secret := range []string{"access-1", "access-2", "refresh-1", "refresh-2", world.RealmSecret} {
		world.RequireNoLeak(t, lines.String(), secret)
	}
}
