package docspacetest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
)

// This file holds what the fake tells about clients to those who only show them.

func TestInfo(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	created := create(t, c)
	path := clients + "/" + created["client_id"].(string)
	got := c.send(http.MethodGet, path, "").json(t)
	info := c.send(http.MethodGet, path+"/info", "").json(t)
	require.Len(t, info, 15)
	for member, value := range info {
		if member == "public" { // as is_public
			member = "is_public"
		}
		require.Equal(t, got[member], value, member)
	}
	for _, member := range []string{"client_secret", "redirect_uris", "allowed_origins", "logout_redirect_uris", "tenant", "enabled"} {
		require.NotContains(t, info, member)
	}
	public := caller{t, portal, nil}.send(http.MethodGet, "/api/2.0/oauth2/clients/"+created["client_id"].(string)+"/public/info", "")
	require.Equal(t, info, public.json(t), "without a signature")
	refused := caller{t, portal, nil}.send(http.MethodGet, path+"/info", "")
	require.Equal(t, http.StatusForbidden, refused.status)
	require.Empty(t, refused.body)
	elsewhere := c.send(http.MethodPost, path+"/public/info", "")
	require.Equal(t, http.StatusForbidden, elsewhere.status)
	require.Empty(t, elsewhere.body)
	require.Equal(t, "GET", elsewhere.header.Get("Allow"))
	forged := caller{t, portal, http.Header{"X-Signature": {"a.b.c"}}}.send(http.MethodGet, path+"/public/info", "")
	require.Equal(t, http.StatusForbidden, forged.status, "a bad signature is worse than none")
}

func TestInfoOfEveryRole(t *testing.T) {
	portal := docspacetest.New()
	admin, user, guest := signed(t, portal), trade(t, portal, portal.UserAuth()), trade(t, portal, portal.GuestAuth())
	foreign, own := clients+"/"+create(t, admin)["client_id"].(string), clients+"/"+create(t, user)["client_id"].(string)
	for path, want := range map[string]int{own: http.StatusOK, foreign: http.StatusNotFound} {
		require.Equal(t, want, user.send(http.MethodGet, path+"/info", "").status)
		require.Equal(t, http.StatusOK, admin.send(http.MethodGet, path+"/info", "").status)
		require.Equal(t, "Access denied", guest.send(http.MethodGet, path+"/info", "").json(t)["detail"])
		require.Equal(t, http.StatusOK, guest.send(http.MethodGet, path+"/public/info", "").status)
	}
	require.Len(t, listed(t, user.send(http.MethodGet, clients+"/info?limit=50", "")), 1)
	require.Len(t, listed(t, admin.send(http.MethodGet, clients+"/info?limit=50", "")), 2)
	require.Equal(t, http.StatusForbidden, guest.send(http.MethodGet, clients+"/info?limit=50", "").status)
	for _, unknown := range []string{"00000000-0000-4000-8000-000000000000", "x"} {
		for _, path := range []string{"/info", "/public/info"} {
			require.Contains(t, admin.send(http.MethodGet, clients+"/"+unknown+path, "").json(t)["detail"], "was not found")
		}
	}
}

// The pages are those of the clients, with the same cursors.
func TestInfoPages(t *testing.T) {
	portal := docspacetest.New()
	c := signed(t, portal)
	for range 3 {
		create(t, c)
	}
	infos, whole := c.send(http.MethodGet, clients+"/info?limit=2", "").json(t), c.send(http.MethodGet, clients+"?limit=2", "").json(t)
	for _, member := range []string{"limit", "last_client_id", "last_created_on"} {
		require.Equal(t, whole[member], infos[member], member)
	}
	for i, entry := range infos["data"].([]any) {
		require.Equal(t, whole["data"].([]any)[i].(map[string]any)["client_id"], entry.(map[string]any)["client_id"])
		require.NotContains(t, entry, "client_secret")
	}
}

// Another portal's clients are public, and nothing more.
func TestClientsOfAnotherPortal(t *testing.T) {
	portal := docspacetest.New()
	id := portal.RegisterElsewhere("Foreign")
	require.Empty(t, portal.Requests())
	c := signed(t, portal)
	require.Equal(t, "Foreign", caller{t, portal, nil}.send(http.MethodGet, clients+"/"+id+"/public/info", "").json(t)["name"])
	for method, path := range map[string]string{http.MethodGet: "", http.MethodDelete: "", http.MethodPatch: "/regenerate"} {
		require.Equal(t, http.StatusNotFound, c.send(method, clients+"/"+id+path, "").status, method)
	}
	require.Equal(t, http.StatusNotFound, c.send(http.MethodGet, clients+"/"+id+"/info", "").status)
	require.Empty(t, listed(t, c.send(http.MethodGet, clients+"?limit=50", "")))
	for _, all := range []string{clients, clients + "/tenant"} {
		require.Equal(t, http.StatusOK, c.send(http.MethodDelete, all, "").status)
	}
	require.Equal(t, http.StatusOK, caller{t, portal, nil}.send(http.MethodGet, clients+"/"+id+"/public/info", "").status)
}
