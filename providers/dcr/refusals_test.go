package dcr_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds what servers say when they refuse, in all the ways in which they say it.

// An error is one whatever the status.
func TestAnErrorWithASuccess(t *testing.T) {
	for body, want := range map[string]*oauthclients.Error{
		`{"error":"invalid_redirect_uri","error_description":"no such host"}`: {Kind: oauthclients.ErrInvalid, Code: "invalid_redirect_uri", Fields: []oauthclients.FieldError{{Field: "redirect_uris", Code: "invalid_redirect_uri", Message: "no such host"}}},
		`{"error":"access_denied"}`:        {Kind: oauthclients.ErrUnauthenticated, Code: "access_denied"},
		`{"error":"server_error"}`:         {Kind: oauthclients.ErrUnavailable, Code: "server_error"},
		`{"error":"The sky is the limit"}`: {Kind: oauthclients.ErrInvalid, Message: "The sky is the limit"},
		`{"error":{"message":"Too far"}}`:  {Kind: oauthclients.ErrInvalid, Message: "Too far"},
	} {
		t.Run(body, func(t *testing.T) {
			client, d := atDesk(t, deskStore(t), deskReply{body: body}, deskReply{body: body}, deskReply{body: deskClient("")}, deskReply{body: body})
			_, created := client.Clients.Create(t.Context(), orderDesk())
			_, got := client.Clients.Get(t.Context(), "ID")
			_, updated := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
			for _, err := range []error{created, got, updated} {
				failed := deskFailure(t, err)
				require.ErrorIs(t, failed.Kind, want.Kind)
				require.Equal(t, want.Code, failed.Code)
				require.Equal(t, want.Fields, failed.Fields)
				require.Contains(t, failed.Message, want.Message)
				require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
				require.Equal(t, http.StatusOK, failed.StatusCode)
			}
			require.Len(t, d.asked, 4)
		})
	}
}

// A code counts whatever the status: there are servers that say so of a token.
func TestACodeThatIsAboutTheToken(t *testing.T) {
	for _, code := range []string{"access_denied", "invalid_token", "invalid_client"} {
		refused := deskReply{status: http.StatusBadRequest, body: `{"error":"` + code + `"}`}
		client, _ := atDesk(t, deskStore(t), refused, refused, refused, refused)
		_, err := client.Clients.Create(t.Context(), orderDesk())
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, "initial access token")
		_, err = client.Clients.Get(t.Context(), "ID")
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, "the registration access token is dead, or the client is gone")
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, dcr.StatusDead, page.Clients[0].Status)
		require.Contains(t, dcr.ExtraOf(page.Clients[0]).Trouble, code)
		api, err := dcr.Of(client)
		require.NoError(t, err)
		require.ErrorIs(t, api.Adopt(t.Context(), dcr.Handle{ClientID: "OTHER", URI: deskManaged, Token: oauthclients.NewSecret("t")}), oauthclients.ErrUnauthenticated)
		_, err = api.Handle(t.Context(), "OTHER")
		require.ErrorIs(t, err, oauthclients.ErrNotFound, "a refused handle is not kept")
	}
}

// The member that a refusal names is in the fields.
func TestAMemberThatATextNames(t *testing.T) {
	for body, field := range map[string]string{
		`{"error":"invalid_client_metadata","error_description":"Unrecognized field \"foo\" at line 1 column 631."}`:        "foo",
		`{"error":"Invalid json representation for ClientRepresentation. Unrecognized field \"foo\" at line 1 column 29."}`: "foo",
		`{"error":"invalid_request","error_description":"x_tier is not known here"}`:                                        "x_tier",
		`{"message":"'policy_uri' must be https"}`:                                                                          "policy_uri",
		`{"errorSummary":"redirect_uris must be set"}`:                                                                      "redirect_uris",
		`redirect_uris must be set`: "redirect_uris",
		`{"error":"insufficient_scope","error_description":"Not permitted to use specified clientScope"}`: "scope",
	} {
		client, _ := atDesk(t, nil, deskReply{status: http.StatusBadRequest, body: body})
		want := orderDesk()
		want.AdditionalMembers = map[string]json.RawMessage{"foo": json.RawMessage("1"), "x_tier": json.RawMessage("1")}
		_, err := client.Clients.Create(t.Context(), want)
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.Len(t, deskFailure(t, err).Fields, 1, body)
		require.Equal(t, field, deskFailure(t, err).Fields[0].Field)
	}
}

func TestAnInsufficientScope(t *testing.T) {
	for text, kind := range map[string]error{
		"Client scope openid is not there":           oauthclients.ErrInvalid,
		"Not permitted to use specified clientScope": oauthclients.ErrInvalid,
		"": oauthclients.ErrPermission, "the token needs client.create": oauthclients.ErrPermission,
	} {
		client, _ := atDesk(t, nil, deskReply{status: http.StatusForbidden, body: `{"error":"insufficient_scope","error_description":"` + text + `"}`})
		_, err := client.Clients.Create(t.Context(), orderDesk())
		require.ErrorIs(t, deskFailure(t, err).Kind, kind, text)
	}
}

// The reason may be in the challenge alone (RFC 6750).
func TestAReasonInTheChallenge(t *testing.T) {
	for challenge, code := range map[string]string{
		`Bearer realm="a, error=b", error="invalid_token", error_description="it has ended"`: "invalid_token",
		`Bearer error=invalid_token, error_description="it has ended"`:                       "invalid_token",
		`Bearer error_description="it has ended"`:                                            "",
		`Bearer error="`: "",
		``:               "",
	} {
		client, _ := atDesk(t, deskStore(t), deskReply{status: http.StatusUnauthorized, header: http.Header{"Www-Authenticate": {challenge}}})
		_, err := client.Clients.Get(t.Context(), "ID")
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.Equal(t, code, deskFailure(t, err).Code)
		if strings.Contains(challenge, "ended\"") {
			require.ErrorContains(t, err, "it has ended")
		}
	}
}

// What something on the way says of a client is nothing.
func TestAnAnswerThatIsNotTheServers(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusGone} {
		for _, body := range []string{"default backend - 404", "<html><h1>Not here</h1></html>"} {
			answer := deskReply{status: status, body: body}
			client, _ := atDesk(t, deskStore(t), answer, answer, answer, answer)
			_, err := client.Clients.Get(t.Context(), "ID")
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotErrorIs(t, err, oauthclients.ErrNotFound)
			require.NotErrorIs(t, err, oauthclients.ErrUnauthenticated)
			_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.ErrorIs(t, err, oauthclients.ErrUnavailable, "nobody is dead")
			api, err := dcr.Of(client)
			require.NoError(t, err)
			require.ErrorIs(t, api.Adopt(t.Context(), dcr.Handle{ClientID: "OTHER", URI: deskManaged, Token: oauthclients.NewSecret("t")}), oauthclients.ErrUnavailable)
			_, err = api.Handle(t.Context(), "OTHER")
			require.NoError(t, err, "the server was not asked, so the handle is kept")
			_, err = client.Clients.Create(t.Context(), orderDesk())
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		}
	}
}

func TestNoRegistrationEndpoint(t *testing.T) {
	for _, body := range []string{"", `{"error":"not_found"}`} {
		client, _ := atDesk(t, nil, deskReply{status: http.StatusNotFound, body: body})
		_, err := client.Clients.Create(t.Context(), orderDesk())
		require.ErrorIs(t, err, oauthclients.ErrUnavailable)
		require.NotErrorIs(t, err, oauthclients.ErrNotFound)
		require.ErrorContains(t, err, "registration is off there, or it is another address")
	}
}

// A server without an operation sends a browser to its login page, or says 405.
func TestAnOperationThatAServerDoesNotHave(t *testing.T) {
	for name, answer := range map[string]deskReply{
		"login page": {status: http.StatusFound, header: http.Header{"Location": {deskURL + "/login?next=secret"}}},
		"session":    {status: http.StatusFound, header: http.Header{"Location": {deskURL + "/login;jsessionid=secret"}}},
		"in between": {status: http.StatusFound, header: http.Header{"Location": {deskURL + "/login;jsessionid=secret/form"}}},
		"see other":  {status: http.StatusSeeOther, header: http.Header{"Location": {"/oauth2/signin"}}},
		"405":        {status: http.StatusMethodNotAllowed},
	} {
		t.Run(name, func(t *testing.T) {
			client, _ := atDesk(t, deskStore(t), answer, deskReply{body: deskClient("")}, answer)
			deleted := client.Clients.Delete(t.Context(), "ID")
			_, updated := client.Clients.Update(t.Context(), "ID", func(c *oauthclients.OAuthClient) { c.Name = "y" })
			for _, err := range []error{deleted, updated} {
				require.ErrorIs(t, err, errors.ErrUnsupported)
				require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
				require.NotContains(t, err.Error(), "secret")
			}
		})
	}
	client, _ := atDesk(t, deskStore(t), deskReply{status: http.StatusFound, header: http.Header{"Location": {deskURL + "/elsewhere"}}}, deskReply{status: http.StatusFound, header: http.Header{"Location": {deskURL + "/elsewhere"}}})
	require.NotErrorIs(t, client.Clients.Delete(t.Context(), "ID"), errors.ErrUnsupported)
}

// A registration token may be a JWT that ends.
func TestATokenThatEnds(t *testing.T) {
	token := func(claims string) oauthclients.Secret {
		return oauthclients.NewSecret("eyJhbGciOiJSUzI1NiJ9." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".c2lnbmF0dXJl")
	}
	for claims, says := range map[string]string{
		`{"exp":1796045969}`:   "the token, a JWT, names 2026-11-30T",
		`{"exp":"1796045969"}`: "the token, a JWT, names 2026-11-30T",
		`{}`:                   "the registration access token is dead",
		`x`:                    "the registration access token is dead",
	} {
		h := dcr.Handle{ClientID: "ID", URI: deskManaged, Token: token(claims)}
		dead := deskReply{status: http.StatusUnauthorized}
		client, d := atDesk(t, deskStoreWith(t, h), dead, dead)
		_, err := client.Clients.Get(t.Context(), "ID")
		require.ErrorIs(t, err, oauthclients.ErrUnauthenticated)
		require.ErrorContains(t, err, says)
		page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.NoError(t, err)
		require.Equal(t, dcr.StatusDead, page.Clients[0].Status)
		require.Contains(t, dcr.ExtraOf(page.Clients[0]).Trouble, says)
		require.Len(t, d.asked, 2, "nobody registers anew")
	}
}

// A registration endpoint may have a query.
func TestARegistrationEndpointWithAQuery(t *testing.T) {
	client, d := atDesk(t, func(p *dcr.Provider) { p.RegistrationEndpoint = deskRegister + "?tenant=a%20b" }, deskReply{status: http.StatusCreated, body: deskClient("")})
	_, err := client.Clients.Create(t.Context(), orderDesk())
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.Equal(t, deskRegister+"?tenant=a%20b", d.last().url)
	for _, wrong := range []string{"?a#b", "#a", "?a b", "?a\tb"} {
		_, err := oauthclients.New(dcr.Provider{RegistrationEndpoint: deskRegister + wrong, Registrations: dcr.NewMemoryStore()}, oauthclients.NoAuth{})
		require.ErrorIs(t, err, oauthclients.ErrInvalid, wrong)
	}
}
