package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file holds what becomes of the new secret, whatever goes wrong around it.

// requireKept wants the secret of a client in the file, and nothing else there.
func (e *estate) requireKept(t *testing.T, vendor, name string) (secret string) {
	t.Helper()
	account, err := accountAt(e.accounts, vendor)
	require.NoError(t, err)
	client, err := account.client.Clients.Get(t.Context(), e.named(t, vendor, name).ID)
	require.NoError(t, err)
	kept, err := os.ReadFile(e.secretFile())
	require.NoError(t, err)
	require.Equal(t, client.Secret.Reveal()+"\n", string(kept))
	return client.Secret.Reveal()
}

func TestTheSecretIsInAFileForItsOwner(t *testing.T) {
	e := settle(t)
	old := e.named(t, "docspace", "Archive")
	report, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.NoError(t, err)
	secret := e.requireKept(t, "sipgate", "Archive")
	require.NotContains(t, report, secret)
	require.NotEqual(t, old.Secret.Reveal(), secret)
	info, err := os.Stat(e.secretFile())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestTheSecretIsAloneOnStandardOutput(t *testing.T) {
	e := settle(t)
	var out, errout strings.Builder
	wanted := &wishes{name: "Archive", from: "docspace", to: "sipgate", drop: true, secret: "-"}
	require.NoError(t, adopt(t.Context(), wanted, e.accounts, &out, &errout))
	secret := e.named(t, "sipgate", "Archive").Secret.Reveal()
	require.Equal(t, secret+"\n", out.String())
	require.Contains(t, errout.String(), "created    Archive at sipgate")
	require.NotContains(t, errout.String(), secret)
}

func TestWithoutAPlaceForTheSecretNothingIsCreated(t *testing.T) {
	e := settle(t)
	for _, place := range []string{filepath.Join(e.folder, "no", "folder"), e.folder} {
		_, err := e.adopt(t, append(toSipgate, "-drop", "-secret", place)...)
		require.ErrorContains(t, err, "nothing was created")
		e.requireNothing(t)
	}
	require.NoError(t, os.WriteFile(e.secretFile(), []byte("older"), 0o600))
	_, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorContains(t, err, "exists")
	text, err := os.ReadFile(e.secretFile())
	require.NoError(t, err)
	require.Equal(t, "older", string(text), "an older secret is not written over")
	require.Len(t, e.at(t, "sipgate"), 1)
}

// What cannot be written is not lost: the error has the id, and the call that gives a secret.
func TestASecretThatCannotBeWritten(t *testing.T) {
	e := settle(t)
	var errout strings.Builder
	wanted := &wishes{name: "Archive", from: "docspace", to: "sipgate", drop: true, secret: "-"}
	err := adopt(t.Context(), wanted, e.accounts, closedPipe{}, &errout)
	id := e.named(t, "sipgate", "Archive").ID
	require.ErrorContains(t, err, "the client "+id+" exists at sipgate, but its secret was not kept: closed")
	require.ErrorContains(t, err, `read it with Clients.Get(ctx, "`+id+`")`)
	require.Contains(t, errout.String(), id)

	wanted.to, wanted.given = "genesys", []givenField{{"GrantTypes", "authorization_code"}}
	err = adopt(t.Context(), wanted, e.accounts, closedPipe{}, &errout)
	id = e.named(t, "genesys", "Archive").ID
	require.ErrorContains(t, err, "the client "+id+" exists at genesys, but its secret was not kept: closed")
	require.ErrorContains(t, err, `get a new one with Clients.RegenerateSecret(ctx, "`+id+`")`)
}

func TestAFileThatCannotBeWritten(t *testing.T) {
	e := settle(t)
	place, err := openSafe(e.secretFile(), nil)
	require.NoError(t, err)
	require.NoError(t, place.file.Close()) // as a full disk would, it takes nothing
	to, err := accountAt(e.accounts, "sipgate")
	require.NoError(t, err)
	a := &adoption{p: &printer{out: &strings.Builder{}}}
	client := &oauthclients.OAuthClient{ID: "id-1", Secret: oauthclients.NewSecret("never printed")}
	err = a.keep(place, to, client)
	require.ErrorContains(t, err, `Clients.Get(ctx, "id-1")`)
	require.NotContains(t, err.Error(), "never printed")
	require.Empty(t, names(t, e.folder), "half a secret is none")
}

// The client exists, but its secret could not be had: the id and the way to a secret are told.
func TestACreationWithoutASecret(t *testing.T) {
	e := settle(t, sipgatetest.WithoutCreateSecret())
	e.sipgate.Inject(fakeserver.Fault{Method: http.MethodGet, PathContains: "/clients/", Status: http.StatusForbidden})
	report, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	id := e.named(t, "sipgate", "Archive").ID
	require.Contains(t, report, "created    Archive at sipgate, id "+id)
	require.ErrorContains(t, err, `Clients.Get(ctx, "`+id+`")`)
	require.Empty(t, names(t, e.folder))
}

// Nobody knows whether it was created. The next run does, and makes no second one.
func TestALostAnswer(t *testing.T) {
	e := settle(t)
	e.sipgate.Inject(fakeserver.Fault{Method: http.MethodPost, PathContains: "/oauth2/clients", Drop: true, Execute: true, Times: 1})
	_, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.ErrorContains(t, err, "Run this again")
	require.Empty(t, names(t, e.folder))

	_, err = e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorContains(t, err, "already, nothing was created: "+e.named(t, "sipgate", "Archive").ID)
	require.Equal(t, 1, e.sipgate.Count(http.MethodPost, "/v2/authorization/oauth2/clients"))
}
