package dcr_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about what an error of the handles says: which client it is about and where, and none of the
// secrets that a registration has.

// adopted is a handle with the answer to its registration, whose words are those of errors as well.
func adopted(registration string) dcr.Handle {
	return dcr.Handle{
		ClientID: "ID", URI: deskManaged, Token: oauthclients.NewSecret("t0k3n-0f-ID"), Registration: oauthclients.NewSecret(registration),
	}
}

func TestARefusedHandleSaysWhichAndWhere(t *testing.T) {
	client, _ := atDesk(t, nil, deskReply{status: http.StatusUnauthorized, body: `{"error":"invalid_token"}`})
	api, err := dcr.Of(client)
	require.NoError(t, err)
	failed := deskFailure(t, api.Adopt(t.Context(), adopted(deskClient(`"client_name":"x"`))))
	require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
	require.Equal(t, "ID", failed.ClientID)
	require.Equal(t, deskRegister, failed.URL)
	require.Equal(t, "the registration access token is dead, or the client is gone", failed.Message)
	require.ErrorContains(t, failed, `client "ID", GET `+deskRegister)
}

// talking is a store that says what it was given.
type talking struct {
	dcr.Store

	says string
}

func (s talking) fails() error { return errors.New("the store has no room for " + s.says) }

func TestTheSecretsOfARegistrationStayOutOfErrors(t *testing.T) {
	const secret, former, now = "the-secret-of-the-client", "f0rm3r-t0k3n-0f-ID", "t0k3n-0f-ID"
	registration := `{"client_id":"ID","client_secret":"` + secret + `","registration_access_token":"` + former + `"}`
	for _, says := range []string{secret, former, now, registration} {
		for _, whole := range []string{registration, "no answer at all: " + secret + " and " + former} {
			client, _ := atDesk(t, func(p *dcr.Provider) { p.Registrations = saving{talking{dcr.NewMemoryStore(), says}} })
			api, err := dcr.Of(client)
			require.NoError(t, err)
			err = api.Adopt(t.Context(), adopted(whole))
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			for _, value := range []string{secret, former, now} {
				require.NotContains(t, err.Error(), value)
			}
			client, _ = atDesk(t, func(p *dcr.Provider) { p.Registrations = removing{talking{storeWith(t, adopted(whole)), says}} })
			api, err = dcr.Of(client)
			require.NoError(t, err)
			err = api.Forget(t.Context(), "ID")
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			require.ErrorContains(t, err, `"ID"`)
			for _, value := range []string{secret, former, now} {
				require.NotContains(t, err.Error(), value)
			}
		}
	}
}

// saving fails when a handle comes, and removing when one is to go.
type (
	saving   struct{ talking }
	removing struct{ talking }
)

func (s saving) Save(context.Context, dcr.Handle) error { return s.fails() }

func (s removing) Delete(context.Context, string) error { return s.fails() }

func storeWith(t *testing.T, h dcr.Handle) dcr.Store {
	t.Helper()
	store := dcr.NewMemoryStore()
	require.NoError(t, store.Save(t.Context(), h))
	return store
}
