package verbs

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests AdditionalMembers: what the SDK does not model is sent as it is, and found
// missing when the provider drops it.

func withMember(name, value string) *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{Name: "app", AdditionalMembers: map[string]json.RawMessage{name: json.RawMessage(value)}}
}

func lastBody(t *testing.T, server *world.MemServer) map[string]any {
	t.Helper()
	requests := server.Requests()
	var body map[string]any
	require.NoError(t, json.Unmarshal(requests[len(requests)-1].Body, &body))
	return body
}

func TestAdditionalMembersAreSentBesideTheFields(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{})
	created, err := client.Clients.Create(t.Context(), withMember("ip_allow_list", `["192.0.2.0/24"]`))
	require.NoError(t, err)
	require.Equal(t, map[string]any{
		"name": "app", "description": "", "redirect_uris": nil, "ip_allow_list": []any{"192.0.2.0/24"},
	}, lastBody(t, server))
	require.Nil(t, created.AdditionalMembers)
	require.Contains(t, string(created.Raw()), `"ip_allow_list":["192.0.2.0/24"]`)
}

func TestAnUpdateOfAdditionalMembersAlone(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{})
	created, err := client.Clients.Create(t.Context(), withMember("kept", `1`))
	require.NoError(t, err)
	edit := func(value string) func(*oauthclients.OAuthClient) {
		return func(c *oauthclients.OAuthClient) { c.AdditionalMembers = withMember("mode", value).AdditionalMembers }
	}
	updated, err := client.Clients.Update(t.Context(), created.ID, edit(`{"a":1}`))
	require.NoError(t, err)
	require.Contains(t, string(updated.Raw()), `"kept":1`)
	require.Contains(t, string(updated.Raw()), `"mode":{"a":1}`)

	server.Forget()
	_, err = client.Clients.Update(t.Context(), created.ID, edit(` { "a" : 1.0 } `))
	require.NoError(t, err)
	require.Zero(t, server.Count(http.MethodPut, ""), "it is so already")

	updated, err = client.Clients.Update(t.Context(), created.ID, edit(`null`))
	require.NoError(t, err)
	require.Contains(t, string(updated.Raw()), `"mode":null`)
}

// 200, and ignored.
func TestAdditionalMembersThatAreDroppedAreNamed(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{})
	server.Inject(fakeserver.Fault{Method: http.MethodPost, Status: http.StatusCreated, Body: `{"id":"id-1","name":"app","kept":true,"changed":[2]}`})
	created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app", AdditionalMembers: map[string]json.RawMessage{
		"kept": json.RawMessage(`true`), "changed": json.RawMessage(`[1]`), "dropped": json.RawMessage(`{"a":1}`), "none": json.RawMessage(`null`), "nothing": json.RawMessage(`{}`),
	}})
	var dropped *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &dropped)
	require.Equal(t, &oauthclients.NotAppliedError{ID: "id-1", Fields: []string{"AdditionalMembers.changed", "AdditionalMembers.dropped"}}, dropped)
	require.Equal(t, "id-1", created.ID)
}

func TestAdditionalMembersThatCannotBeSent(t *testing.T) {
	for name, test := range map[string]struct{ name, value, code string }{
		"modelled":        {"redirect_uris", `[]`, "modelled"},
		"in another case": {"Redirect_URIs", `[]`, "modelled"},
		"output only":     {"client_secret", `"mine"`, "modelled"},
		"no name":         {" ", `1`, "required"},
		"no JSON":         {"mode", `{`, "invalid"},
		"nothing":         {"mode", ``, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			client := server.Client(t, oauthclients.NoAuth{})
			_, err := client.Clients.Create(t.Context(), withMember(test.name, test.value))
			failed := world.Failure(t, err)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Len(t, failed.Fields, 1)
			require.Equal(t, "AdditionalMembers."+test.name, failed.Fields[0].Field)
			require.Equal(t, test.code, failed.Fields[0].Code)
			require.Empty(t, server.Requests())

			created, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
			require.NoError(t, err)
			_, err = client.Clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
				c.AdditionalMembers = withMember(test.name, test.value).AdditionalMembers
			})
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Zero(t, server.Count(http.MethodPut, ""))
		})
	}
}

func TestAdditionalMembersOfAProviderThatTakesNone(t *testing.T) {
	server := world.NewMemServer()
	provider := server.Provider()
	provider.Able = func(c *oauthclients.Capabilities) { c.Members = nil }
	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, oauthclients.WithHTTPClient(server.HTTPClient()))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), withMember("mode", `1`))
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, []string{"AdditionalMembers"}, unsupported.Fields)
	require.ErrorIs(t, err, errors.ErrUnsupported)
	require.Empty(t, server.Requests())
}

func TestACloneHasItsOwnAdditionalMembers(t *testing.T) {
	client := withMember("mode", `[1]`)
	clone := client.Clone()
	clone.AdditionalMembers["mode"][1] = '2'
	clone.AdditionalMembers["more"] = json.RawMessage(`1`)
	require.Equal(t, withMember("mode", `[1]`).AdditionalMembers, client.AdditionalMembers)
}

// A driver may not add members to what has none.
func TestMembersNeedAnObject(t *testing.T) {
	for _, body := range []any{[]int{1}, "text", nil} {
		client, server := world.Answering(t, http.StatusOK, `{}`)
		_, err := world.CallerOf(t, client).Call(t.Context(), &oauthclients.Call{
			Operation: "Create", Method: http.MethodPost, Path: "/a", Body: body, Members: withMember("a", `1`).AdditionalMembers,
		})
		require.ErrorIs(t, err, oauthclients.ErrInvalid, "%v", body)
		require.Empty(t, server.Requests())
	}
}
