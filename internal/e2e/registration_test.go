package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file states what oidc-provider does with the requests of RFC 7591 and RFC 7592, without
// the library: what the tests of providers/dcr take for granted about a real server.

// reply is what the server says to one request.
type reply struct {
	status    int
	challenge string // WWW-Authenticate
	body      metadata
}

// registry is a server where clients can be registered.
type registry struct {
	*server

	wire *wire
}

func newRegistry(t *testing.T, s settings) *registry {
	t.Helper()
	s.Registration.Enabled, s.RegistrationManagement.Enabled = true, true
	return &registry{startServer(t, s), &wire{}}
}

// call sends one request; a body of nil sends none, a token of "" no credential.
func (r *registry) call(t *testing.T, method, address, token string, body metadata) reply {
	t.Helper()
	var content bytes.Buffer
	if body != nil {
		require.NoError(t, json.NewEncoder(&content).Encode(body))
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, &content)
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := r.wire.client().Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	got := reply{status: answer.StatusCode, challenge: answer.Header.Get("WWW-Authenticate")}
	if answer.StatusCode != http.StatusNoContent {
		require.NoError(t, json.NewDecoder(answer.Body).Decode(&got.body))
	}
	return got
}

func (r *registry) register(t *testing.T, token string, more metadata) reply {
	t.Helper()
	client := metadata{"client_name": "Adelheid", "redirect_uris": []string{"https://app.example.com/callback"}}
	maps.Copy(client, more)
	return r.call(t, http.MethodPost, r.Issuer+"/reg", token, client)
}

// registered is a client with the address and the token by which it is managed.
type registered struct {
	*registry

	client         metadata
	address, token string
}

func (r *registry) registered(t *testing.T) *registered {
	t.Helper()
	got := r.register(t, "", nil)
	require.Equal(t, http.StatusCreated, got.status)
	return &registered{r, got.body, text(t, got.body, "registration_client_uri"), text(t, got.body, "registration_access_token")}
}

// text is a member that must be a text, and not an empty one.
func text(t *testing.T, body metadata, name string) string {
	t.Helper()
	value, _ := body[name].(string)
	require.NotEmpty(t, value, name)
	return value
}

// changed is what a PUT takes: everything about the client but what only the server sets.
func (r *registered) changed(more metadata) metadata {
	client := maps.Clone(r.client)
	for _, name := range onlyTheServers() {
		delete(client, name)
	}
	maps.Copy(client, more)
	return client
}

// onlyTheServers are the members that RFC 7592 section 2.2 wants to have left out of a PUT.
func onlyTheServers() []string {
	return []string{"registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"}
}

// requireRefused is RFC 6750 section 3.
func requireRefused(t *testing.T, got reply) {
	t.Helper()
	require.Equal(t, http.StatusUnauthorized, got.status)
	require.Equal(t, "invalid_token", got.body["error"])
	require.True(t, strings.HasPrefix(got.challenge, "Bearer "), got.challenge)
	require.Contains(t, got.challenge, `error="invalid_token"`)
}

func TestRegistrationReadAndDeletion(t *testing.T) {
	r := newRegistry(t, settings{}).registered(t)
	require.Equal(t, r.Issuer+"/reg/"+text(t, r.client, "client_id"), r.address)
	text(t, r.client, "client_secret")
	require.InDelta(t, 0, r.client["client_secret_expires_at"], 0)
	require.IsType(t, 0.0, r.client["client_id_issued_at"])

	for range 2 { // the token stays the same
		got := r.call(t, http.MethodGet, r.address, r.token, nil)
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, r.client, got.body)
	}
	requireRefused(t, r.call(t, http.MethodGet, r.address, r.token+"x", nil))

	require.Equal(t, http.StatusNoContent, r.call(t, http.MethodDelete, r.address, r.token, nil).status)
	for _, method := range []string{http.MethodGet, http.MethodDelete} { // 401, not 404
		requireRefused(t, r.call(t, method, r.address, r.token, nil))
	}
}

// A token that is shown at another client's address is not only refused: it is over.
func TestRegistrationTokenAtAnotherClient(t *testing.T) {
	r := newRegistry(t, settings{})
	one, other := r.registered(t), r.registered(t)
	requireRefused(t, r.call(t, http.MethodGet, other.address, one.token, nil))
	requireRefused(t, r.call(t, http.MethodGet, one.address, one.token, nil))
	require.Equal(t, http.StatusOK, r.call(t, http.MethodGet, other.address, other.token, nil).status)
}

func TestRegistrationUpdateWithRotation(t *testing.T) {
	r := newRegistry(t, settings{RegistrationManagement: registrationManagement{Rotate: true}}).registered(t)
	got := r.call(t, http.MethodPut, r.address, r.token, r.changed(metadata{"client_name": "Berta"}))
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "Berta", got.body["client_name"])
	require.Equal(t, r.client["client_secret"], got.body["client_secret"])
	next := text(t, got.body, "registration_access_token")
	require.NotEqual(t, r.token, next)

	requireRefused(t, r.call(t, http.MethodGet, r.address, r.token, nil))
	got = r.call(t, http.MethodGet, r.address, next, nil)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, "Berta", got.body["client_name"])
}

func TestRegistrationUpdateWithoutRotation(t *testing.T) {
	r := newRegistry(t, settings{}).registered(t)
	for _, name := range []string{"Berta", "Cäcilie"} {
		got := r.call(t, http.MethodPut, r.address, r.token, r.changed(metadata{"client_name": name}))
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, name, got.body["client_name"])
		require.Equal(t, r.token, got.body["registration_access_token"])
	}
}

// What only the server sets must not come back to it.
func TestRegistrationUpdateWithTheServersMembers(t *testing.T) {
	r := newRegistry(t, settings{}).registered(t)
	for _, name := range onlyTheServers() {
		t.Run(name, func(t *testing.T) {
			got := r.call(t, http.MethodPut, r.address, r.token, r.changed(metadata{name: r.client[name]}))
			require.Equal(t, http.StatusBadRequest, got.status)
			require.Equal(t, metadata{
				"error": "invalid_request", "error_description": "request MUST NOT include the " + name + " field",
			}, got.body)
		})
	}
	require.Equal(t, r.client, r.call(t, http.MethodGet, r.address, r.token, nil).body)
}

func TestRegistrationOfAFragment(t *testing.T) {
	r := newRegistry(t, settings{})
	got := r.register(t, "", metadata{"redirect_uris": []string{"https://app.example.com/callback#here"}})
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Equal(t, "invalid_redirect_uri", got.body["error"])
}

// RFC 7591 section 2 lets a server ignore what it does not know. This one tells nobody.
func TestRegistrationOfUnknownMembers(t *testing.T) {
	got := newRegistry(t, settings{}).register(t, "", metadata{"client_name#de": "Adelheid die Zweite", "x_unknown": "x"})
	require.Equal(t, http.StatusCreated, got.status)
	require.Equal(t, "Adelheid", got.body["client_name"])
	require.NotContains(t, got.body, "client_name#de")
	require.NotContains(t, got.body, "x_unknown")
}

// The initial access token is one that the server is given, or one that it issues itself.
func TestRegistrationWithAnInitialAccessToken(t *testing.T) {
	fixed := rand.Text()
	everything.learn("initial access token", fixed)
	for name, wanted := range map[string]any{"given": fixed, "issued": true} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry(t, settings{Registration: registration{InitialAccessToken: wanted}})
			right := fixed
			if wanted == true {
				right = r.InitialAccessToken
			}
			requireRefused(t, r.register(t, right+"x", nil))

			none := r.register(t, "", nil)
			require.Equal(t, http.StatusUnauthorized, none.status)
			require.Equal(t, metadata{"error": "invalid_token", "error_description": "no access token provided"}, none.body)
			require.Equal(t, `Bearer realm="`+r.Issuer+`"`, none.challenge) // RFC 6750 section 3.1: no error code

			for range 2 { // it is good for more than one client
				require.Equal(t, http.StatusCreated, r.register(t, right, nil).status)
			}
		})
	}
}
