package genesys_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file tests taking a client out of use and putting it back.

func TestDeactivate(t *testing.T) {
	api := playNative(t,
		call(http.MethodGet, onePath, "", "get_response.json"),
		call(http.MethodPut, onePath, "deactivate_request.json", "deactivate_response.json"))
	got, err := api.Deactivate(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, exportID, got.ID)
	require.Equal(t, oauthclients.StatusInactive, got.Status)
}

// The date of deletion is not sent back, and nothing else is lost.
func TestActivate(t *testing.T) {
	api := playNative(t,
		call(http.MethodGet, onePath, "", "activate_read_response.json"),
		call(http.MethodPut, onePath, "activate_request.json", "activate_response.json"))
	got, err := api.Activate(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, exportID, got.ID)
	require.Equal(t, oauthclients.StatusActive, got.Status)
	require.Zero(t, genesys.ExtraOf(got).DateToDelete)
}

func TestAStatusThatIsThereIsNotWritten(t *testing.T) {
	got, err := playNative(t, call(http.MethodGet, onePath, "", "deactivate_response.json")).Deactivate(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, oauthclients.StatusInactive, got.Status)

	got, err = playNative(t, call(http.MethodGet, onePath, "", "get_response.json")).Activate(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, oauthclients.StatusActive, got.Status)

	// A person's date for an active client stays.
	fake, api := connectNative(t)
	id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"ACTIVE","dateToDelete":"2029-01-02T03:04:05Z"}`)
	require.NoError(t, err)
	got, err = api.Activate(t.Context(), id)
	require.NoError(t, err)
	require.True(t, time.Date(2029, 1, 2, 3, 4, 5, 0, time.UTC).Equal(genesys.ExtraOf(got).DateToDelete))
	require.Zero(t, fake.Count(http.MethodPut, ""))
}

func TestStatusOfADeletedClient(t *testing.T) {
	fake, api := connectNative(t)
	id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"deleted"}`)
	require.NoError(t, err)
	for _, name := range []string{"Deactivate", "Activate"} {
		err := callsByID(api)[name](t.Context(), id)
		require.ErrorIs(t, err, oauthclients.ErrNotFound)
		require.ErrorContains(t, err, "genesys: "+name+": not found: the client is deleted")
	}
	require.Zero(t, fake.Count(http.MethodPut, ""))
}

// Also what the vendor, or one that this library does not know, has put it in.
func TestStatusFromEveryOther(t *testing.T) {
	for _, state := range []string{"active", "disabled", "inactive", "Frozen"} {
		fake, api := connectNative(t)
		id, err := fake.Add(`{"name":"n","authorizedGrantType":"DEVICE","state":"` + state + `","ipAllowList":["192.0.2.0/24"],"dateToDelete":"2029-01-02T03:04:05Z"}`)
		require.NoError(t, err)
		got, err := api.Deactivate(t.Context(), id)
		require.NoError(t, err, state)
		require.Equal(t, oauthclients.StatusInactive, got.Status)
		got, err = api.Activate(t.Context(), id)
		require.NoError(t, err, state)
		require.Equal(t, oauthclients.StatusActive, got.Status)
		body := lastPut(t, fake)
		require.Equal(t, `"active"`, string(body["state"]))
		require.Equal(t, `["192.0.2.0/24"]`, string(body["ipAllowList"]))
		require.NotContains(t, body, "dateToDelete")
	}
}

// 200, and ignored: the client as it is comes beside the error.
func TestStatusThatIsNotTaken(t *testing.T) {
	cases := map[string]struct {
		operation string
		stored    string
		answer    string
		fields    []string
	}{
		"still active":           {"Deactivate", "active", `{"id":"c","state":"active"}`, []string{"Status"}},
		"no state":               {"Deactivate", "active", `{"id":"c"}`, []string{"Status"}},
		"still inactive":         {"Activate", "inactive", `{"id":"c","state":"inactive"}`, []string{"Status"}},
		"active with a date":     {"Activate", "inactive", `{"id":"c","state":"active","dateToDelete":"2029-01-02T03:04:05Z"}`, []string{"Extra.DateToDelete"}},
		"inactive with its date": {"Activate", "inactive", `{"id":"c","state":"inactive","dateToDelete":"2029-01-02T03:04:05Z"}`, []string{"Status", "Extra.DateToDelete"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			fake, api := connectNative(t)
			_, err := fake.Add(`{"id":"c","name":"n","authorizedGrantType":"CODE","scope":["users"],"state":"` + c.stored + `"}`)
			require.NoError(t, err)
			fake.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusOK, Body: c.answer})
			change := api.Deactivate
			if c.operation == "Activate" {
				change = api.Activate
			}
			got, err := change(t.Context(), "c")
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			require.ErrorContains(t, err, "genesys: "+c.operation+": not applied")
			var dropped *oauthclients.NotAppliedError
			require.ErrorAs(t, err, &dropped)
			require.Equal(t, &oauthclients.NotAppliedError{ID: "c", Fields: c.fields}, dropped)
			require.Equal(t, "c", got.ID, "the client as it now is")
		})
	}

	// The date of an inactive client is the vendor's own.
	fake, api := connectNative(t)
	_, err := fake.Add(`{"id":"c","name":"n","authorizedGrantType":"CODE","scope":["users"]}`)
	require.NoError(t, err)
	fake.Inject(fakeserver.Fault{Method: http.MethodPut, Status: http.StatusOK, Body: `{"id":"c","state":"INACTIVE","dateToDelete":"2029-01-02T03:04:05Z"}`})
	_, err = api.Deactivate(t.Context(), "c")
	require.NoError(t, err)
}

// A write whose answer was lost is done again; if all are lost nobody knows.
func TestStatusWithALostAnswer(t *testing.T) {
	for times, puts := range map[int]int{1: 2, 0: 4} {
		synctest.Test(t, func(t *testing.T) {
			fake, client := connectClient(t)
			api := native(t, client)
			made, err := client.Clients.Create(t.Context(), nightlyExport())
			require.NoError(t, err)
			fake.Inject(fakeserver.Fault{Method: http.MethodPut, Times: times, Execute: true, Drop: true})
			got, err := api.Deactivate(t.Context(), made.ID)
			require.Equal(t, puts, fake.Count(http.MethodPut, ""))
			if times == 1 {
				require.NoError(t, err)
				require.Equal(t, oauthclients.StatusInactive, got.Status)
				return
			}
			require.Nil(t, got)
			require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.ErrorContains(t, err, "genesys: Deactivate: ")
			found, err := client.Clients.Get(t.Context(), made.ID)
			require.NoError(t, err)
			require.Equal(t, oauthclients.StatusInactive, found.Status, "it was executed")
		})
	}
}

// A client that is on its way out for seven days is restored.
func TestActivateRestores(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake, client := connectClient(t)
		api := native(t, client)
		id, err := fake.Add(`{"name":"n","authorizedGrantType":"CODE","scope":["users"],"dateCreated":"1999-01-01T00:00:00Z"}`)
		require.NoError(t, err)
		require.NoError(t, client.Clients.Delete(t.Context(), id))
		<-time.After(6 * 24 * time.Hour) // the bubble's clock
		got, err := api.Activate(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, oauthclients.StatusActive, got.Status)
		<-time.After(30 * 24 * time.Hour) // the bubble's clock
		_, err = client.Clients.Get(t.Context(), id)
		require.NoError(t, err)
	})
}

func TestAClientThatVanishesBeforeItsStatusIsWritten(t *testing.T) {
	gone := failing(call(http.MethodPut, onePath, "deactivate_request.json", ""), http.StatusNotFound)
	_, err := playNative(t, call(http.MethodGet, onePath, "", "get_response.json"), gone).Deactivate(t.Context(), exportID)
	require.ErrorIs(t, err, oauthclients.ErrNotFound)
}

// A tenant that still shows secrets shows none to whoever prints.
func TestStatusHidesSecrets(t *testing.T) {
	got, err := playNative(t, call(http.MethodGet, onePath, "", "create_response.json")).Activate(t.Context(), exportID)
	require.NoError(t, err)
	require.Equal(t, "q1vE0l2w9m-3PzYb7nT6cQ8rXk5sJ4hA", got.Secret.Reveal())
	providertest.RequireHidden(t, got, "q1vE0l2w9m-3PzYb7nT6cQ8rXk5sJ4hA")
}
