package transport

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what a driver's Call puts on the wire and gives back.

// caller makes a caller for a server that answers {"ok":true}.
func caller(t *testing.T, auth oauthclients.Auth) (*oauthclients.Caller, *fakeserver.Server) {
	t.Helper()
	server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Served-By", "fake")
		world.Answer(w, http.StatusOK, map[string]bool{"ok": true})
	}))
	client, err := oauthclients.New(world.MemProvider{BaseURL: server.URL()}, auth,
		oauthclients.WithHTTPClient(server.HTTPClient()), world.QuickRetry())
	require.NoError(t, err)
	return world.CallerOf(t, client), server
}

func TestACallOnTheWire(t *testing.T) {
	const jsonType, formType = "application/json", "application/x-www-form-urlencoded"
	for name, test := range map[string]struct {
		call        oauthclients.Call
		path        string
		query       url.Values
		body        string
		contentType string
	}{
		"no body":      {oauthclients.Call{Method: "GET", Path: "/a"}, "/v1/a", url.Values{}, "", ""},
		"escaped path": {oauthclients.Call{Method: "GET", Path: "/a%2Fb/%C3%BC%20c"}, "/v1/a%2Fb/%C3%BC%20c", url.Values{}, "", ""},
		"query": {
			oauthclients.Call{Method: "GET", Path: "/a", Query: url.Values{"q": {"x y&z=1", "ü"}, "empty": {""}}},
			"/v1/a", url.Values{"q": {"x y&z=1", "ü"}, "empty": {""}}, "", "",
		},
		"JSON": {
			oauthclients.Call{Method: "POST", Path: "/a", Body: map[string]any{"url": "https://x/?a=1&b=<2>", "n": 1.5}},
			"/v1/a", url.Values{}, `{"n":1.5,"url":"https://x/?a=1&b=<2>"}`, jsonType,
		},
		"raw JSON": {oauthclients.Call{Method: "PUT", Path: "/a", Body: json.RawMessage(`{"b":1,"a":2}`)}, "/v1/a", url.Values{}, `{"b":1,"a":2}`, jsonType},
		"form":     {oauthclients.Call{Method: "POST", Path: "/a", Body: url.Values{"b": {"1 2"}, "a": {"&"}}}, "/v1/a", url.Values{}, "a=%26&b=1+2", formType},
		"own header": {
			oauthclients.Call{Method: "POST", Path: "/a", Body: 1, Header: http.Header{"content-type": {"application/merge-patch+json"}}},
			"/v1/a", url.Values{}, "1", "application/merge-patch+json",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, server := caller(t, oauthclients.NoAuth{})
			_, err := c.Call(t.Context(), &test.call)
			require.NoError(t, err)
			require.Len(t, server.Requests(), 1)
			sent := server.Requests()[0]
			require.Equal(t, test.call.Method, sent.Method)
			require.Equal(t, test.path, sent.Path)
			require.Equal(t, test.query, sent.Query)
			require.Equal(t, test.body, string(sent.Body))
			require.Equal(t, test.contentType, sent.Header.Get("Content-Type"))
			require.Equal(t, "application/json", sent.Header.Get("Accept"))
		})
	}
}

// Without the slash it would become part of the host's name: "api.example.com" + ".evil.test".
func TestThePathOfACallStartsWithASlash(t *testing.T) {
	for _, path := range []string{"", "clients", ".evil.test/", "@evil.test/", ":81/", "?x=1", "#x"} {
		c, server := caller(t, oauthclients.BearerToken("t0ken"))
		_, err := c.Call(t.Context(), &oauthclients.Call{Operation: "Native", Method: http.MethodGet, Path: path})
		require.ErrorIs(t, err, oauthclients.ErrInvalid, path)
		require.Equal(t, "Native", world.Failure(t, err).Operation)
		require.Empty(t, server.Requests())
	}
}

func TestABodyThatCannotBeEncodedIsNotSent(t *testing.T) {
	c, server := caller(t, oauthclients.NoAuth{})
	_, err := c.Call(t.Context(), &oauthclients.Call{Operation: "Native", Method: http.MethodPost, Path: "/a", Body: make(chan int)})
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Empty(t, server.Requests())
}

func TestWhatACallGivesBack(t *testing.T) {
	c, _ := caller(t, oauthclients.NoAuth{})
	var decoded struct{ OK bool }
	got, err := c.Call(t.Context(), &oauthclients.Call{Method: http.MethodGet, Path: "/a", Result: &decoded})
	require.NoError(t, err)
	require.True(t, decoded.OK)
	require.Equal(t, http.StatusOK, got.Status)
	require.Equal(t, "fake", got.Header.Get("X-Served-By"))
	require.JSONEq(t, `{"ok":true}`, string(got.Body))

	var raw json.RawMessage
	_, err = c.Call(t.Context(), &oauthclients.Call{Method: http.MethodGet, Path: "/a", Result: &raw})
	require.NoError(t, err)
	require.JSONEq(t, `{"ok":true}`, string(raw))
}

func TestARawResultIsJSON(t *testing.T) {
	client, _ := world.Answering(t, http.StatusOK, "<html>")
	var raw json.RawMessage
	_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Method: http.MethodGet, Path: "/a", Result: &raw})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
}

// unread is a result that decodes itself.
type unread struct {
	bodies []string
	refuse error
}

func (u *unread) UnmarshalJSON(body []byte) error {
	u.bodies = append(u.bodies, string(body))
	return u.refuse
}

func TestAResultThatDecodesItselfGetsTheAnswerOnceAndUnread(t *testing.T) {
	for name, test := range map[string]struct {
		method string
		refuse error
		kind   error
	}{
		"taken":             {http.MethodPost, nil, nil},
		"refused read":      {http.MethodGet, errors.New("it is no list"), oauthclients.ErrUnavailable},
		"refused for write": {http.MethodPost, errors.New("it is no list"), oauthclients.ErrOutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			server := fakeserver.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, " [1,\n")
			}))
			client, err := oauthclients.New(world.MemProvider{BaseURL: server.URL()}, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
			require.NoError(t, err)
			result := &unread{refuse: test.refuse}
			_, err = world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Operation: "Try", Method: test.method, Path: "/a", Result: result})
			require.ErrorIs(t, err, test.kind)
			require.Equal(t, []string{"[1,"}, result.bodies)
			require.Len(t, server.Requests(), 1)
		})
	}
}

func TestACallWithoutAResultTakesAnyAnswer(t *testing.T) {
	for _, body := range []string{"", "done", `{"a":1}`} {
		client, _ := world.Answering(t, http.StatusOK, body)
		got, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Method: http.MethodPost, Path: "/a"})
		require.NoError(t, err)
		require.Equal(t, body, string(got.Body))
	}
}

// A network that wants a sign-in answers for every server, with a page and status 200.
func TestACallWithoutAResultTakesNoPage(t *testing.T) {
	for _, body := range []string{"<html>", " \r\n<!DOCTYPE html>"} {
		client, _ := world.Answering(t, http.StatusOK, body)
		_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Operation: "Delete", Method: http.MethodDelete, Path: "/a"})
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		require.EqualError(t, err, "mem: Delete: unavailable (status 200 OK): the answer is an HTML page, not the API's: no content was expected [it may have been executed, DELETE https://use-httpclient-of-the-fake.invalid/v1/a]")
		require.Equal(t, body, string(world.Failure(t, err).Body()))
	}
}

func TestCredentialsOfACall(t *testing.T) {
	own := oauthclients.NewSecret("own-t0ken")
	for name, test := range map[string]struct {
		credential oauthclients.Credential
		want       []string
	}{
		"default": {oauthclients.Credential{}, []string{"Bearer clients-t0ken"}},
		"none":    {oauthclients.NoCredential(), nil},
		"own":     {oauthclients.BearerCredential(own), []string{"Bearer own-t0ken"}},
	} {
		t.Run(name, func(t *testing.T) {
			c, server := caller(t, oauthclients.BearerToken("clients-t0ken"))
			_, err := c.Call(t.Context(), &oauthclients.Call{Method: http.MethodGet, Path: "/a", Credential: test.credential})
			require.NoError(t, err)
			require.Equal(t, test.want, server.Requests()[0].Header.Values("Authorization"))
		})
	}
}

// A call with its own credential has nothing to do with the client's: no token is fetched for
// it, none is dropped by its rejection, and it is not repeated.
func TestACallWithItsOwnCredentialLeavesTheClientsAlone(t *testing.T) {
	for name, credential := range map[string]oauthclients.Credential{
		"none": oauthclients.NoCredential(), "own": oauthclients.BearerCredential(oauthclients.NewSecret("own-t0ken")),
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, world.PasswordGrant())
			require.NoError(t, world.List(t, client))
			server.Forget()
			_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{Method: http.MethodGet, Path: "/clients", Credential: credential})
			require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
			require.Len(t, server.Requests(), 1)
			require.NoError(t, world.List(t, client))
			require.Len(t, server.Requests(), 2, "the client's token is still good")
		})
	}
}

func TestHowOftenACallIsSent(t *testing.T) {
	for name, test := range map[string]struct {
		call oauthclients.Call
		sent int
	}{
		"GET":             {oauthclients.Call{Method: "GET"}, 4},
		"HEAD":            {oauthclients.Call{Method: "HEAD"}, 4},
		"PUT":             {oauthclients.Call{Method: "PUT"}, 4},
		"DELETE":          {oauthclients.Call{Method: "DELETE"}, 4},
		"POST":            {oauthclients.Call{Method: "POST"}, 1},
		"PATCH":           {oauthclients.Call{Method: "PATCH"}, 1},
		"repeatable POST": {oauthclients.Call{Method: "POST", Repeatable: true}, 4},
		"PUT once":        {oauthclients.Call{Method: "PUT", Once: true}, 1},
		"both":            {oauthclients.Call{Method: "PUT", Once: true, Repeatable: true}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			c, server := caller(t, oauthclients.NoAuth{})
			server.Inject(fakeserver.Fault{Status: http.StatusServiceUnavailable})
			call := test.call
			call.Path = "/a"
			_, err := c.Call(t.Context(), &call)
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.Len(t, server.Requests(), test.sent)
			require.Equal(t, test.sent, world.Failure(t, err).Attempts)
		})
	}
}
