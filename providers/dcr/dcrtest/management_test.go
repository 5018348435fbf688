package dcrtest_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file tests reading, updating and deleting, and what servers do in different ways.

func TestRead(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, web)
	for range 2 {
		got := manage(t, s, made, http.MethodGet, "")
		require.Equal(t, http.StatusOK, got.status)
		require.Equal(t, made.body, got.body)
	}
}

func TestUpdateReplaces(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, web)
	got := put(t, s, made, map[string]any{"client_name#de": "Bestellungen", "x_own": map[string]any{"big": 1}, "application_type": "native"})
	require.Equal(t, http.StatusOK, got.status)
	require.NotContains(t, got.body, "client_name")
	require.Equal(t, "Bestellungen", got.body["client_name#de"])
	require.Equal(t, map[string]any{"big": 1.0}, got.body["x_own"])
	require.Equal(t, "native", got.body["application_type"])
	for _, name := range []string{"client_secret", "registration_access_token", "registration_client_uri", "client_id_issued_at"} {
		require.Equal(t, made.body[name], got.body[name], name)
	}
	got = put(t, s, made, map[string]any{"client_secret": made.body["client_secret"]})
	require.Equal(t, "web", got.body["application_type"], "back at its default")
	require.NotContains(t, got.body, "x_own")
}

func TestUpdatesThatAreRefused(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, web)
	for name, value := range map[string]any{
		"registration_access_token": made.body["registration_access_token"], "registration_client_uri": made.body["registration_client_uri"],
		"client_secret_expires_at": 0, "client_id_issued_at": made.body["client_id_issued_at"],
		"client_id": "another", "client_secret": "wrong",
	} {
		requireError(t, put(t, s, made, map[string]any{name: value}), http.StatusBadRequest, "invalid_request", "")
	}
	requireError(t, manage(t, s, made, http.MethodPut, web), http.StatusBadRequest, "invalid_request", "")
	requireError(t, manage(t, s, made, http.MethodPut, "[]"), http.StatusBadRequest, "invalid_request", "")
	requireError(t, put(t, s, made, map[string]any{"scope": 7}), http.StatusBadRequest, "invalid_client_metadata", "scope")
	require.Equal(t, made.body, manage(t, s, made, http.MethodGet, "").body, "nothing has changed")
}

func TestDelete(t *testing.T) {
	s := dcrtest.New()
	made := registered(t, s, web)
	require.Equal(t, http.StatusNoContent, manage(t, s, made, http.MethodDelete, "").status)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		requireDead(t, manage(t, s, made, method, ""))
	}
	requireDead(t, put(t, s, made, nil))
	requireDead(t, manage(t, s, made, http.MethodPut, "[]"))
	require.Empty(t, s.Registered())
	_, found := s.Metadata(made.text("client_id"))
	require.False(t, found)
	_, found = s.Handle(made.text("client_id"))
	require.False(t, found)
}

func TestTokensThatAreRefused(t *testing.T) {
	s := dcrtest.New()
	made, other := registered(t, s, web), registered(t, s, web)
	at, token := made.text("registration_client_uri"), made.text("registration_access_token")
	for _, header := range []string{"", token, "Basic " + token, "Bearer "} {
		none := call(t, s, header, http.MethodGet, at, "")
		requireError(t, none, http.StatusUnauthorized, "invalid_token", "no access token provided")
		require.Equal(t, `Bearer realm="`+s.URL()+`"`, none.header.Get("WWW-Authenticate"), "RFC 6750 section 3.1")
	}
	requireDead(t, call(t, s, "Bearer "+other.text("registration_access_token"), http.MethodGet, at, ""))
	requireDead(t, call(t, s, "Bearer "+token, http.MethodGet, s.URL()+"/reg/no-such", ""))
	require.Equal(t, http.StatusOK, call(t, s, "bearer "+token, http.MethodGet, at, "").status, "RFC 9110 section 11.1")
}

func TestRotation(t *testing.T) {
	s := dcrtest.New(dcrtest.WithTokenRotation(), dcrtest.WithReadRotation(), dcrtest.WithSecretRotation())
	made := registered(t, s, web)
	updated := put(t, s, made, nil)
	require.Equal(t, http.StatusOK, updated.status)
	require.NotEqual(t, made.body["client_secret"], updated.body["client_secret"])
	requireDead(t, manage(t, s, made, http.MethodGet, ""))
	read := manage(t, s, updated, http.MethodGet, "")
	require.Equal(t, http.StatusOK, read.status)
	require.Equal(t, updated.body["client_secret"], read.body["client_secret"])
	requireDead(t, manage(t, s, updated, http.MethodGet, ""))
	handle, found := s.Handle(made.text("client_id"))
	require.True(t, found)
	require.Equal(t, read.body["registration_access_token"], handle.Token.Reveal())
	require.Equal(t, read.body["registration_client_uri"], handle.URI)
	require.True(t, s.Provider().RotateSecretOnUpdate)
	s.Kill(made.text("client_id"))
	requireDead(t, manage(t, s, read, http.MethodGet, ""))
}

func TestAVerbThatThereIsNot(t *testing.T) {
	s := dcrtest.New()
	require.Equal(t, http.StatusMethodNotAllowed, manage(t, s, registered(t, s, web), http.MethodPatch, "{}").status)
}

// Of those who come with the same token at the same time, one gets through.
func TestRotationIsOneStep(t *testing.T) {
	s := dcrtest.New(dcrtest.WithTokenRotation(), dcrtest.WithReadRotation())
	made := registered(t, s, web)
	statuses := make([]int, 16)
	var group sync.WaitGroup
	for i := range statuses {
		group.Go(func() {
			r := request(t, "Bearer "+made.text("registration_access_token"), http.MethodGet, made.text("registration_client_uri"), "")
			if response, err := s.HTTPClient().Do(r); err == nil {
				statuses[i] = response.StatusCode
				response.Body.Close()
			}
		})
	}
	group.Wait()
	count := map[int]int{}
	for _, status := range statuses {
		count[status]++
	}
	require.Equal(t, map[int]int{http.StatusOK: 1, http.StatusUnauthorized: 15}, count)
}

func TestHydra(t *testing.T) {
	s := dcrtest.New(dcrtest.WithHydraManners())
	made := call(t, s, "", http.MethodPost, s.URL()+"/oauth2/register", web)
	require.Equal(t, http.StatusCreated, made.status)
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$`, made.text("client_id"))
	for name, value := range map[string]any{"contacts": nil, "audience": []any{}, "metadata": map[string]any{}} {
		require.Contains(t, made.body, name)
		require.Equal(t, value, made.body[name])
	}
	require.NotEmpty(t, made.text("created_at"))
	require.NotEmpty(t, made.text("updated_at"))

	read := manage(t, s, made, http.MethodGet, "")
	require.Equal(t, http.StatusOK, read.status)
	require.NotContains(t, read.body, "registration_access_token")
	require.NotContains(t, read.body, "client_secret")

	updated := put(t, s, made, nil)
	require.Equal(t, http.StatusOK, updated.status)
	require.NotContains(t, updated.body, "registration_client_uri")
	require.NotEqual(t, made.body["registration_access_token"], updated.body["registration_access_token"])
	old := manage(t, s, made, http.MethodGet, "")
	require.Equal(t, http.StatusUnauthorized, old.status)
	require.Equal(t, map[string]any{"error": "The request could not be authorized"}, old.body)
	require.Empty(t, old.header.Get("WWW-Authenticate"))

	updated.body["registration_client_uri"] = made.body["registration_client_uri"]
	require.Equal(t, http.StatusNoContent, manage(t, s, updated, http.MethodDelete, "").status)
	require.Equal(t, http.StatusUnauthorized, manage(t, s, updated, http.MethodGet, "").status)
}

func TestMischief(t *testing.T) {
	s := dcrtest.New(dcrtest.WithRegistrationURI(func(base, id string) string { return base + "/elsewhere/" + id }))
	made := registered(t, s, web)
	require.Equal(t, s.URL()+"/elsewhere/"+made.text("client_id"), made.body["registration_client_uri"])
	require.Equal(t, http.StatusNotFound, manage(t, s, made, http.MethodGet, "").status)

	s = dcrtest.New(dcrtest.WithQueryURI())
	made = registered(t, s, web)
	require.Equal(t, s.URL()+"/reg?client_id="+made.text("client_id"), made.body["registration_client_uri"])
	require.Equal(t, made.body, manage(t, s, made, http.MethodGet, "").body)
	require.Equal(t, http.StatusOK, put(t, s, made, nil).status)
	require.Equal(t, http.StatusNoContent, manage(t, s, made, http.MethodDelete, "").status)

	s = dcrtest.New(dcrtest.WithoutManagement())
	made = registered(t, s, web)
	require.NotContains(t, made.body, "registration_access_token")
	require.NotContains(t, made.body, "registration_client_uri")
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		require.Equal(t, http.StatusNotFound, call(t, s, "Bearer x", method, s.URL()+"/reg/"+made.text("client_id"), "").status)
	}
}

func TestMembersThatServersChange(t *testing.T) {
	const extended = `{"redirect_uris":["https://a.example/cb"],"client_name":"n","client_name#de":"N","x_own":1,"scope":"a b"}`
	got := registered(t, dcrtest.New(dcrtest.WithDroppedMembers()), extended)
	require.Equal(t, "n", got.body["client_name"])
	require.NotContains(t, got.body, "client_name#de")
	require.NotContains(t, got.body, "x_own")

	s := dcrtest.New(dcrtest.WithReplacedMetadata(map[string]any{"scope": "a", "client_name": nil}))
	got = registered(t, s, extended)
	require.Equal(t, "a", got.body["scope"])
	require.NotContains(t, got.body, "client_name")
	metadata, found := s.Metadata(got.text("client_id"))
	require.True(t, found)
	require.Equal(t, "a", metadata["scope"])
	metadata["scope"] = "changed"
	metadata, _ = s.Metadata(got.text("client_id"))
	require.Equal(t, "a", metadata["scope"], "Metadata is a copy")
}
