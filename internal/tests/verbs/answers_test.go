package verbs

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests whose an answer is, and what is read of answers that are no success.

// foreign are answers of something on the way.
func foreign() map[string]string {
	return map[string]string{
		"page": "<html><body>404</body></html>", "text": "default backend - 404", "Go": "404 page not found\n", "binary": "\xff\xfe", "quoted": `"gone`,
	}
}

// A proxy that knows no backend says nothing about a client: who believed it would create a second
// one, or count one as deleted.
func TestAForeignAnswerSaysNothingAboutAClient(t *testing.T) {
	for name, body := range foreign() {
		for _, status := range []int{401, 404, 410} {
			t.Run(name+" "+http.StatusText(status), func(t *testing.T) {
				server := world.NewMemServer()
				client := server.Client(t, world.PasswordGrant())
				require.NoError(t, world.List(t, client))
				tokens := server.TokenRequests()
				server.Inject(fakeserver.Fault{PathContains: "/v1/", Status: status, Body: body})
				_, created := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
				for _, err := range []error{world.Get(t, client), world.List(t, client), client.Clients.Delete(t.Context(), "id-1"), created} {
					failed := world.Failure(t, err)
					require.Equal(t, oauthclients.ErrUnavailable, failed.Kind)
					require.Equal(t, status, failed.StatusCode)
					require.Contains(t, failed.Message, "not the API's")
				}
				require.Equal(t, tokens, server.TokenRequests(), "the token is not to blame")
			})
		}
	}
}

// After an attempt that may have removed a client its absence is good news, if the API tells it.
func TestAForeign404DoesNotMakeADeleteDone(t *testing.T) {
	for body, done := range map[string]bool{"default backend - 404": false, `{"error":"not_found"}`: true, "": true} {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Status: http.StatusBadGateway, Times: 1})
		server.Inject(fakeserver.Fault{Status: http.StatusNotFound, Body: body})
		err := server.Client(t, oauthclients.NoAuth{}).Clients.Delete(t.Context(), "id-1")
		if done {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	}
}

// A provider may document other answers than JSON.
func TestAProviderKnowsItsOwnAnswers(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Edit = func(c *oauthclients.Connection) {
		c.IsAPI = func(r *oauthclients.Response) bool { return strings.HasPrefix(string(r.Body), "mem:") }
	}
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	server.Inject(fakeserver.Fault{Status: http.StatusNotFound, Body: "mem: no such client", Times: 1})
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrNotFound)
	server.Inject(fakeserver.Fault{Status: http.StatusNotFound, Body: "no such backend", Times: 1})
	require.ErrorIs(t, world.Get(t, client), oauthclients.ErrUnavailable)
}

// A list has no id that could be wrong.
func TestAListIsNeverNotFound(t *testing.T) {
	client, _ := world.Answering(t, http.StatusNotFound, `{"error":"not_found"}`)
	require.NotErrorIs(t, world.List(t, client), oauthclients.ErrNotFound)
	require.ErrorIs(t, world.List(t, client), oauthclients.ErrUnavailable)
	_, err := client.Clients.FindByName(t.Context(), "app")
	require.NotErrorIs(t, err, oauthclients.ErrNotFound)
}

func TestErrorsOfOtherShapesKeepTheirReason(t *testing.T) {
	for body, want := range map[string][2]string{
		`{"message":"why"}`:                                             {"", "why"},
		`{"errorCode":"E0000","errorSummary":"why"}`:                    {"E0000", "why"},
		`{"title":"Bad","detail":"why"}`:                                {"", "why"},
		`{"title":"why"}`:                                               {"", "why"},
		`{"error":{"code":"bad","message":"why"}}`:                      {"bad", "why"},
		`{"error":{"code":400,"message":"why"}}`:                        {"", "why"},
		`{"error":"bad","message":"why"}`:                               {"bad", "why"},
		`{"code":"bad","message":"why"}`:                                {"bad", "why"},
		`{"error":"bad","error_description":"why","message":"another"}`: {"bad", "why"},
		"why":                    {"", "why"},
		strings.Repeat("x", 201): {"", ""},
		`{"error":5,"error_description":["why"]}`: {"", ""},
	} {
		client, _ := world.Answering(t, http.StatusBadRequest, body)
		failed := world.Failure(t, world.Get(t, client))
		require.Equal(t, want, [2]string{failed.Code, failed.Message}, body)
	}
}

// RFC 6750 section 3: a resource may say it in its challenge alone.
func TestTheChallengeIsReadWhereTheBodySaysNothing(t *testing.T) {
	for challenge, code := range map[string]string{
		`Bearer realm="r", error="invalid_token", error_description="it, too, has ended"`:                   "invalid_token",
		`Bearer error="insufficient_scope",scope="a b"`:                                                     "insufficient_scope",
		`Bearer error=invalid_token, error_description="it, too, has ended"`:                                "invalid_token",
		`Basic realm="x=y, error=no", Bearer error="invalid_token", error_description="it, too, has ended"`: "invalid_token",
		`Basic realm="r"`: "", `Bearer`: "", `Bearer error=`: "", `Bearer "`: "",
	} {
		client, _ := world.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("WWW-Authenticate", challenge)
			w.WriteHeader(http.StatusForbidden)
		})
		failed := world.Failure(t, world.Get(t, client))
		require.Equal(t, code, failed.Code, challenge)
		if code == "invalid_token" {
			require.Equal(t, "it, too, has ended", failed.Message)
		}
	}
}

func TestARedirectSaysWhereTo(t *testing.T) {
	for location, want := range map[string]string{
		"/login?next=s3cret":                           "(to use-httpclient-of-the-fake.invalid/login)",
		"https://user:pa55@login.example.com/in?a=1#b": "(to login.example.com/in)",
		"/login;jsessionid=s3cret":                     "(to use-httpclient-of-the-fake.invalid/login)",
		"/a;id=s3cret/b;v=s3cret?x":                    "(to use-httpclient-of-the-fake.invalid/a/b)",
		"//other.example.com":                          "(to other.example.com)",
	} {
		client, _ := world.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", location)
			w.WriteHeader(http.StatusFound)
		})
		err := world.Get(t, client)
		require.ErrorContains(t, err, want)
		require.NotRegexp(t, "s3cret|pa55|a=1", err.Error())
	}
}

// Which of five hundred clients was it, and where?
func TestAnErrorNamesTheClientAndTheAddress(t *testing.T) {
	client, server := world.Answering(t, http.StatusConflict, `{"error":"busy"}`)
	_, updated := client.Clients.Update(t.Context(), "id-1", world.Rename)
	_, renewed := client.Clients.RegenerateSecret(t.Context(), "id-1")
	for method, err := range map[string]error{
		"GET": world.Get(t, client), "GET ": updated, "DELETE": client.Clients.Delete(t.Context(), "id-1"), "POST": renewed,
	} {
		failed := world.Failure(t, err)
		require.Equal(t, "id-1", failed.ClientID)
		require.Equal(t, strings.TrimSpace(method), failed.Method)
		require.True(t, strings.HasPrefix(failed.URL, server.URL()+"/v1/clients/id-1"), failed.URL)
		require.Contains(t, err.Error(), `[client "id-1", `+failed.Method+" "+failed.URL)
		require.Contains(t, failed.LogValue().String(), "client_id=id-1")
	}
	failed := world.Failure(t, world.List(t, client))
	require.Empty(t, failed.ClientID)
	require.Equal(t, server.URL()+"/v1/clients", failed.URL, "without its query")
}

// A wait is told as the server named it, however absurd.
func TestRetryAfterIsToldAsItIs(t *testing.T) {
	for value, want := range map[string]time.Duration{"31536000": 365 * 24 * time.Hour, "99999999999999999999": 290 * 365 * 24 * time.Hour, "2.5": 2500 * time.Millisecond} {
		server := world.NewMemServer()
		server.Inject(fakeserver.Fault{Status: 429, Header: http.Header{"Retry-After": {value}}})
		failed := world.Failure(t, world.List(t, server.Client(t, oauthclients.NoAuth{})))
		require.Equal(t, want, failed.RetryAfter)
	}
}
