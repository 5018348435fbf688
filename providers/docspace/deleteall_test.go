package docspace_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the two calls that delete many clients, and that nothing else comes near them.

func TestDeleteAllMine(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{Method: http.MethodDelete, Path: clientsPath}))
	require.NoError(t, native(t, client).DeleteAllMine(t.Context()))
}

func TestDeleteTenant(t *testing.T) {
	client := newClient(t, docspace.Provider{}, traded(), signed(t, providertest.Exchange{Method: http.MethodDelete, Path: clientsPath + "/tenant"}))
	require.NoError(t, native(t, client).DeleteTenant(t.Context()))
}

// names are those of an account's clients, sorted.
func names(t *testing.T, client *oauthclients.Client) []string {
	t.Helper()
	names := []string{}
	for c, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		names = append(names, c.Name)
	}
	slices.Sort(names)
	return names
}

func TestWhatIsDeleted(t *testing.T) {
	portal, admin, _ := portalWithClient(t)
	user, guest := connect(t, portal, portal.UserAuth()), connect(t, portal, portal.GuestAuth())
	for n := range 2 {
		_, err := user.Clients.Create(t.Context(), portalSample(10+n))
		require.NoError(t, err)
	}
	elsewhere := portal.RegisterElsewhere("Foreign")

	for name, err := range map[string]error{
		"a guest's own":         native(t, guest).DeleteAllMine(t.Context()),
		"the portal by a user":  native(t, user).DeleteTenant(t.Context()),
		"the portal by a guest": native(t, guest).DeleteTenant(t.Context()),
	} {
		require.ErrorIs(t, err, oauthclients.ErrPermission, name)
	}
	require.Equal(t, []string{"Invoice Importer 1", "Invoice Importer 10", "Invoice Importer 11"}, names(t, admin))

	require.NoError(t, native(t, user).DeleteAllMine(t.Context()))
	require.Equal(t, []string{"Invoice Importer 1"}, names(t, admin), "the user's own")
	require.NoError(t, native(t, user).DeleteAllMine(t.Context()), "also when there is none")

	_, err := user.Clients.Create(t.Context(), portalSample(12))
	require.NoError(t, err)
	require.NoError(t, native(t, admin).DeleteTenant(t.Context()))
	require.Empty(t, names(t, admin), "everybody's")
	_, err = native(t, guest).PublicInfo(t.Context(), elsewhere)
	require.NoError(t, err, "but for other portals'")
}

// What may have been executed is not sent again: it would take what was registered in between.
func TestDeletingAllIsNotRepeated(t *testing.T) {
	for name, call := range map[string]struct {
		run  func(t *testing.T, api *docspace.API) error
		path string
	}{
		"DeleteAllMine": {func(t *testing.T, api *docspace.API) error { t.Helper(); return api.DeleteAllMine(t.Context()) }, clientsPath},
		"DeleteTenant":  {func(t *testing.T, api *docspace.API) error { t.Helper(); return api.DeleteTenant(t.Context()) }, clientsPath + "/tenant"},
	} {
		for _, fault := range []fakeserver.Fault{
			{Drop: true, Execute: true}, {Drop: true}, {Status: http.StatusServiceUnavailable}, {Status: http.StatusInternalServerError},
		} {
			synctest.Test(t, func(t *testing.T) {
				portal, client, _ := portalWithClient(t)
				fault.Method, fault.Times = http.MethodDelete, 1
				portal.Inject(fault)
				err := call.run(t, native(t, client))
				require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown, name)
				require.ErrorContains(t, err, "docspace: "+name+": ")
				require.Equal(t, 1, portal.Count(http.MethodDelete, call.path), name)
			})
		}
		synctest.Test(t, func(t *testing.T) {
			portal, client, _ := portalWithClient(t)
			portal.Inject(fakeserver.Fault{Method: http.MethodDelete, Times: 1, Refuse: true})
			require.NoError(t, call.run(t, native(t, client)), "a connection that never opened is another matter")
			require.Empty(t, names(t, client))
		})
	}
}

// byID are all verbs that take an id.
func byID(t *testing.T, client *oauthclients.Client) map[string]func(id string) error {
	t.Helper()
	verbs := map[string]func(id string) error{
		"Get":              func(id string) error { _, err := client.Clients.Get(t.Context(), id); return err },
		"Delete":           func(id string) error { return client.Clients.Delete(t.Context(), id) },
		"RegenerateSecret": func(id string) error { _, err := client.Clients.RegenerateSecret(t.Context(), id); return err },
		"Update": func(id string) error {
			_, err := client.Clients.Update(t.Context(), id, func(c *oauthclients.OAuthClient) { c.Name = "changed" })
			return err
		},
	}
	for name, call := range nativeCalls() {
		if call.takesID {
			verbs[name] = func(id string) error { return call.run(t.Context(), native(t, client), id) }
		}
	}
	return verbs
}

// No id whatever, given to any verb, deletes more than one client: nothing is sent for it at all.
func TestNoIDDeletesAll(t *testing.T) {
	portal, client, kept := portalWithClient(t)
	for name, verb := range byID(t, client) {
		for _, id := range []string{"", " ", "\t\r\n", "\u00a0", "\u2028", ".", ".."} {
			err := verb(id)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed, "%s %q", name, id)
			require.ErrorIs(t, err, oauthclients.ErrInvalid, "%s %q", name, id)
			require.Equal(t, name, failed.Operation)
			require.Equal(t, "ID", failed.Fields[0].Field, "%s %q", name, id)
		}
		for _, id := range []string{
			"/", "//", "./", "../clients", "%2F", "%2e%2e", "..%2F", "tenant", "Tenant", "tenant/", "/tenant", "tenant?", "tenant#",
			"tenant;", "tenant%20", "tenant\x00", "\\tenant", "x/../tenant", "tenant\u00a0", "\u2003tenant", "tenant\u200b", "info", "consents", "?", "#", ";", "?x",
			kept + "/", kept + "/..", kept + "/../tenant",
		} {
			require.ErrorIs(t, verb(id), oauthclients.ErrNotFound, "%s %q", name, id)
		}
	}
	require.Empty(t, portal.Requests(), "nothing was sent")
	require.Equal(t, []string{"Invoice Importer 1"}, names(t, client))
}
