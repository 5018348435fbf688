package sipgate_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the verbs against the wire: every request as sipgate documents it, every
// answer as sipgate documents it.

const (
	clientsPath = "/v2/authorization/oauth2/clients"
	deskID      = "2556404-0-dc848ae6-085c-11e8-92a6-31b99c83912e"
	deskSecret  = "6f1d0c52-9f4e-4f0e-8a57-0d2f6a3c1b90"
	bearer      = "eyJhbGciOiJSUzI1NiJ9.e30.QUNDRVNT"
)

// desk is the client of testdata/create_request.json.
func desk() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name:           "Order desk",
		Description:    "Click to dial for the order desk",
		RedirectURIs:   []string{"https://orders.example.com/oauth/*"},
		AllowedOrigins: []string{"https://orders.example.com"},
		PolicyURI:      "https://orders.example.com/privacy",
		TermsURI:       "https://orders.example.com/terms",
	}
}

// requireDesk checks every field of the client of testdata/create_response.json.
func requireDesk(t *testing.T, got *oauthclients.OAuthClient) {
	t.Helper()
	require.NotNil(t, got)
	require.Equal(t, deskID, got.ID)
	require.Equal(t, deskSecret, got.Secret.Reveal())
	want := desk()
	require.Equal(t, want.Name, got.Name)
	require.Equal(t, want.Description, got.Description)
	require.Equal(t, want.RedirectURIs, got.RedirectURIs)
	require.Equal(t, want.AllowedOrigins, got.AllowedOrigins)
	require.Equal(t, want.PolicyURI, got.PolicyURI)
	require.Equal(t, want.TermsURI, got.TermsURI)
	require.Equal(t, sipgate.Provider{}.Capabilities().GrantTypes, got.GrantTypes)
}

// play returns a client with a bearer token on the zero Provider that sends each request once.
func play(t *testing.T, exchanges ...providertest.Exchange) *oauthclients.Client {
	t.Helper()
	return playAs(t, oauthclients.BearerToken(bearer), exchanges...)
}

func playAs(t *testing.T, auth oauthclients.Auth, exchanges ...providertest.Exchange) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(sipgate.Provider{}, auth,
		oauthclients.WithHTTPClient(providertest.Play(t, exchanges...)),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	return client
}

// exchange is one request with the headers that every request has.
func exchange(method, path string) providertest.Exchange {
	return providertest.Exchange{
		Method: method, Path: path, Host: "api.sipgate.com",
		Header: map[string]string{
			"Authorization": "Bearer " + bearer, "Accept": "application/json", "Content-Type": "",
		},
	}
}

// sending adds a JSON body to an exchange.
func sending(e providertest.Exchange, file string) providertest.Exchange {
	e.Request = file
	e.Header["Content-Type"] = "application/json"
	return e
}

func answering(e providertest.Exchange, status int, file string) providertest.Exchange {
	e.Status, e.Response = status, file
	return e
}

// answeringText answers with a body that has no file of its own.
func answeringText(t *testing.T, e providertest.Exchange, status int, text string) providertest.Exchange {
	t.Helper()
	path := filepath.Join(t.TempDir(), "body")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	relative, err := filepath.Rel(fixtures(t), path)
	require.NoError(t, err)
	return answering(e, status, relative)
}

func fixtures(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("testdata")
	require.NoError(t, err)
	return path
}

func TestCreate(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusCreated} {
		client := play(t, answering(
			sending(exchange(http.MethodPost, clientsPath), "create_request.json"), status, "create_response.json"))
		created, err := client.Clients.Create(t.Context(), desk())
		require.NoError(t, err)
		requireDesk(t, created)
		require.NotContains(t, string(created.Raw()), deskSecret)
	}
}

func TestCreateSendsEmptyMembersForUnsetFields(t *testing.T) {
	client := play(t, answering(
		sending(exchange(http.MethodPost, clientsPath), "create_minimal_request.json"), 200, "create_minimal_response.json"))
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: "Order desk", RedirectURIs: []string{"https://orders.example.com/oauth/*"},
	})
	require.NoError(t, err)
	require.Equal(t, deskID, created.ID)
	require.Empty(t, created.AllowedOrigins)
}

func TestCreateSendsURIsAsTheyAre(t *testing.T) {
	client := play(t, answering(
		sending(exchange(http.MethodPost, clientsPath), "create_patterns_request.json"), 200, "create_patterns_response.json"))
	redirects := []string{"HTTPS://B.example.com:443/*", "https://*.example.com/*?a=1&b=%7e", "HTTPS://B.example.com:443/*"}
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{
		Name: " desk ", RedirectURIs: redirects, AllowedOrigins: []string{"http://localhost:8080/auth-code", "https://*.example.com"},
	})
	require.NoError(t, err)
	require.Equal(t, redirects, created.RedirectURIs)
}

func TestCreateReadsTheSecretThatTheAnswerLacks(t *testing.T) {
	client := play(t,
		answering(sending(exchange(http.MethodPost, clientsPath), "create_request.json"), 200, "create_response_without_secret.json"),
		answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "get_response.json"))
	created, err := client.Clients.Create(t.Context(), desk())
	require.NoError(t, err)
	requireDesk(t, created)
}

func TestCreateSaysThatTheClientExistsWhenItsSecretCannotBeRead(t *testing.T) {
	read := exchange(http.MethodGet, clientsPath+"/"+deskID)
	cases := map[string]providertest.Exchange{
		"no permission": answering(read, 403, ""),
		"down":          answering(read, 500, ""),
		"no secret":     answering(read, 200, "create_response_without_secret.json"),
	}
	for name, reading := range cases {
		t.Run(name, func(t *testing.T) {
			client := play(t,
				answering(sending(exchange(http.MethodPost, clientsPath), "create_request.json"), 200, "create_response_without_secret.json"),
				reading)
			created, err := client.Clients.Create(t.Context(), desk())
			require.NotNil(t, created)
			require.Equal(t, deskID, created.ID)
			require.True(t, created.Secret.IsZero())
			var notApplied *oauthclients.NotAppliedError
			require.ErrorAs(t, err, &notApplied)
			require.Equal(t, deskID, notApplied.ID)
			require.Equal(t, []string{"Secret"}, notApplied.Fields)
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			require.NotErrorIs(t, err, oauthclients.ErrUnavailable, "nothing may invite to create it again")
			require.ErrorContains(t, err, deskID)
		})
	}
}

func TestCreateFailsClearlyWithoutAnID(t *testing.T) {
	for _, body := range []string{`{}`, `null`, `{"clientId":""}`, `{"clientSecret":"s","name":"Order desk"}`} {
		client := play(t, answeringText(t,
			sending(exchange(http.MethodPost, clientsPath), "create_request.json"), 200, body))
		created, err := client.Clients.Create(t.Context(), desk())
		require.Nil(t, created)
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
		require.ErrorContains(t, err, "no clientId")
	}
}

func TestCreateWithAnUnreadableAnswerHasAnUnknownOutcome(t *testing.T) {
	for _, body := range []string{`<html>`, `[]`, `{"clientId":{}}`, `{"clientId":[1,2],"redirectUris":["b"]}`, ``} {
		client := play(t, answeringText(t,
			sending(exchange(http.MethodPost, clientsPath), "create_request.json"), 200, body))
		_, err := client.Clients.Create(t.Context(), desk())
		require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, body)
	}
}

func TestInvalidInputIsRefusedBeforeAnyRequest(t *testing.T) {
	client := play(t)
	_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Description: "d"})
	requireFaults(t, err, "Create", "Name", "RedirectURIs")
	want := desk()
	want.Name = " \t"
	_, err = client.Clients.Create(t.Context(), want)
	requireFaults(t, err, "Create", "Name")
}

// ownExtra says that it is sipgate's, which has none.
type ownExtra struct{ Setting string }

func (*ownExtra) Provider() string            { return "sipgate" }
func (e *ownExtra) Clone() oauthclients.Extra { clone := *e; return &clone }

func TestExtraIsRefusedBeforeAnyWrite(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "get_response.json"))
	want := desk()
	want.Extra = &ownExtra{"x"}
	_, err := client.Clients.Create(t.Context(), want)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, "Create", unsupported.Operation)
	require.Equal(t, []string{"Extra"}, unsupported.Fields)

	_, err = client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) {
		c.Name, c.Extra = "New name", &ownExtra{"x"}
	})
	require.ErrorContains(t, err, "Extra") // Play fails the test on a PUT
}

func TestUpdateDoesNotWriteWhatWouldBeInvalid(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "get_response.json"))
	_, err := client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) {
		c.Name, c.RedirectURIs = "", nil
	})
	requireFaults(t, err, "Update", "Name", "RedirectURIs")
}

func requireFaults(t *testing.T, err error, operation string, fields ...string) {
	t.Helper()
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, "sipgate", failed.Provider)
	require.Equal(t, operation, failed.Operation)
	got := make([]string, len(failed.Fields))
	for i, fault := range failed.Fields {
		got[i] = fault.Field
		require.Equal(t, "required", fault.Code)
	}
	require.Equal(t, fields, got)
}

func TestUnknownFieldsAreRefusedBeforeAnyRequest(t *testing.T) {
	client := play(t)
	want := desk()
	want.Scopes, want.LogoURI, want.PostLogoutRedirectURIs = []string{"balance:read"}, "https://a.example/l.png", []string{"https://a.example"}
	_, err := client.Clients.Create(t.Context(), want)
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.ElementsMatch(t, []string{"Scopes", "LogoURI", "PostLogoutRedirectURIs"}, unsupported.Fields)
}

func TestGet(t *testing.T) {
	client := play(t, answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "get_response.json"))
	got, err := client.Clients.Get(t.Context(), deskID)
	require.NoError(t, err)
	requireDesk(t, got)
}

func TestIDsAreOnePathSegment(t *testing.T) {
	for id, segment := range map[string]string{
		deskID + ":sipgate-apps": deskID + ":sipgate-apps",
		"a/b?c%2F d":             "a%2Fb%3Fc%252F%20d",
	} {
		client := play(t,
			answering(exchange(http.MethodGet, clientsPath+"/"+segment), 200, "get_response.json"),
			answering(exchange(http.MethodDelete, clientsPath+"/"+segment), 202, ""))
		_, err := client.Clients.Get(t.Context(), id)
		require.ErrorContains(t, err, "another client", "the file has another id")
		require.NoError(t, client.Clients.Delete(t.Context(), id))
	}
}

func TestUpdateLaysTheChangeOverWhatIsThere(t *testing.T) {
	client := play(t,
		answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "update_read_response.json"),
		answering(sending(exchange(http.MethodPut, clientsPath+"/"+deskID), "update_request.json"), 200, "update_response.json"))
	updated, err := client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) {
		c.Description, c.AllowedOrigins, c.TermsURI = "Click to dial", nil, ""
	})
	require.NoError(t, err)
	require.Equal(t, "Click to dial", updated.Description)
	require.Empty(t, updated.AllowedOrigins)
	require.Empty(t, updated.TermsURI)
	require.Equal(t, deskSecret, updated.Secret.Reveal())
	require.Contains(t, string(updated.Raw()), "consentText")
}

func TestUpdateWithAnUnreadableAnswerMayHaveBeenExecuted(t *testing.T) {
	client := play(t,
		answering(exchange(http.MethodGet, clientsPath+"/"+deskID), 200, "update_read_response.json"),
		answeringText(t, sending(exchange(http.MethodPut, clientsPath+"/"+deskID), "update_request.json"), 200, `{}`))
	_, err := client.Clients.Update(t.Context(), deskID, func(c *oauthclients.OAuthClient) {
		c.Description, c.AllowedOrigins, c.TermsURI = "Click to dial", nil, ""
	})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
}

func TestDeleteTakesAnySuccessAndReadsNoBody(t *testing.T) {
	for status, body := range map[int]string{202: "", 200: "accepted, and {no JSON", 204: ""} {
		client := play(t, answeringText(t, exchange(http.MethodDelete, clientsPath+"/"+deskID), status, body))
		require.NoError(t, client.Clients.Delete(t.Context(), deskID))
	}
}

// What answers a delete with a page is not sipgate, and nobody knows whether sipgate saw it.
func TestDeleteTakesNoPage(t *testing.T) {
	client := play(t, answeringText(t, exchange(http.MethodDelete, clientsPath+"/"+deskID), http.StatusOK, "<html>"))
	require.ErrorIs(t, client.Clients.Delete(t.Context(), deskID), oauthclients.ErrOutcomeUnknown)
}

func TestRegenerateSecretIsUnsupportedWithoutARequest(t *testing.T) {
	client := play(t)
	secret, err := client.Clients.RegenerateSecret(t.Context(), deskID)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.True(t, secret.IsZero())
}
