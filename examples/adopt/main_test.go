package main

import (
	"errors"
	"flag"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file runs the program as its user does: without anything, with wrong flags, with variables.

func noEnvironment(string) string { return "" }

// shown is what a newcomer sees; ids and folders differ from run to run.
const shown = `A fake of each vendor, with a few clients in it.

$ adopt -name Archive -from docspace -to sipgate -secret DIR/archive
  sipgate    no client of that name
  genesys    no client of that name
  docspace   ID
  stays      what only docspace has (Extra)
  would drop PostLogoutRedirectURIs, Scopes, ClientURI, LogoURI
adopt: sipgate: Create: not supported by this provider: PostLogoutRedirectURIs, Scopes, ClientURI, LogoURI
Nothing was created; -drop creates it without these

$ adopt -name Archive -from docspace -to sipgate -secret DIR/archive -drop
  sipgate    no client of that name
  genesys    no client of that name
  docspace   ID
  stays      what only docspace has (Extra)
  drops      PostLogoutRedirectURIs, Scopes, ClientURI, LogoURI
  created    Archive at sipgate, id ID
  secret     in DIR/archive, for its owner only

$ adopt -name 'Order desk' -from sipgate -to docspace -secret DIR/desk
  sipgate    ID
  genesys    no client of that name
  docspace   no client of that name
adopt: docspace: Create: invalid request: LogoURI: must be a data URI with the image; ClientURI: must not be blank; ` +
	`PostLogoutRedirectURIs: must have exactly one entry; Scopes: must have at least one entry
Nothing was created; -set Field=value and -logo give what docspace wants

$ adopt -name 'Order desk' -from sipgate -to docspace -secret DIR/desk \
    -logo DIR/logo.svg \
    -set ClientURI=https://orders.example.com \
    -set PostLogoutRedirectURIs=https://orders.example.com/bye \
    -set Scopes=files:read \
    -set Scopes=files:write
  sipgate    ID
  genesys    no client of that name
  docspace   no client of that name
  created    Order desk at docspace, id ID
  secret     in DIR/desk, for its owner only
`

func TestTheTour(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	var out, errout strings.Builder
	require.NoError(t, run(t.Context(), nil, noEnvironment, &out, &errout))
	seen := regexp.MustCompile(regexp.QuoteMeta(folder)+`/adopt-\d+`).ReplaceAllString(out.String(), "DIR")
	seen = regexp.MustCompile(`[0-9a-f]{7,8}-[0-9a-f-]+`).ReplaceAllString(seen, "ID")
	require.Equal(t, shown, seen)
	require.Empty(t, errout.String())
	require.Empty(t, names(t, folder), "the secrets of the tour are gone")
}

func TestFlagsThatCannotBe(t *testing.T) {
	all := func(more ...string) []string {
		return append([]string{"-name", "Archive", "-from", "docspace", "-to", "sipgate", "-secret", "s"}, more...)
	}
	for text, args := range map[string][]string{
		"flag provided but not defined: -x":        {"-x"},
		`unknown argument "archive"`:               all("archive"),
		"not given: -name, -from, -to, -secret":    {"-drop"},
		"not given: -secret":                       {"-name", "a", "-from", "b", "-to", "c"},
		"the same vendor":                          {"-name", "a", "-from", "b", "-to", "b", "-secret", "s"},
		"must be Field=value":                      all("-set", "Scopes"),
		`no field "Name" to set`:                   all("-set", "Name=a"),
		`no field "Extra" to set`:                  all("-set", "Extra=a"),
		"no such file":                             all("-logo", "missing.png"),
		"must have a PNG, JPEG or SVG image in it": all("-logo", "main_test.go"),
		`there is no account at "elsewhere"; there are sipgate, genesys, docspace`: {"-name", "a", "-from", "sipgate", "-to", "elsewhere", "-secret", "s"},
	} {
		var out, errout strings.Builder
		require.ErrorContains(t, run(t.Context(), args, noEnvironment, &out, &errout), text)
		require.Empty(t, out.String()+errout.String(), "it is said once, by main")
	}
}

func TestHelp(t *testing.T) {
	var out strings.Builder
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, noEnvironment, &out, io.Discard), flag.ErrHelp)
	require.Contains(t, out.String(), "  -secret file\n")
}

// environment of a test: variables by name.
type variables map[string]string

func (v variables) get(name string) string { return v[name] }

func TestVariablesChooseRealAccounts(t *testing.T) {
	all := variables{
		"OAUTHCLIENTS_PROVIDER": "genesys, sipgate,docspace",
		"SIPGATE_TOKEN_ID":      "token-ABC123", "SIPGATE_TOKEN": "x",
		"DOCSPACE_PORTAL": "https://portal.example.com", "DOCSPACE_API_KEY": "sk-x",
		"GENESYS_REGION": "eu-west-1", "GENESYS_CLIENT_ID": "id", "GENESYS_CLIENT_SECRET": "x",
	}
	accounts, err := chooseAccounts(t.Context(), all.get)
	require.NoError(t, err)
	require.Len(t, accounts, 3)
	for i, name := range []string{"genesys", "sipgate", "docspace"} {
		require.Equal(t, name, accounts[i].name)
		require.Equal(t, name, accounts[i].client.Provider().Name())
	}
	closeAll(accounts)
}

func TestVariablesThatCannotBe(t *testing.T) {
	for names, texts := range map[string][]string{
		"sipgate":          {"SIPGATE_TOKEN_ID, SIPGATE_TOKEN"},
		"docspace,sipgate": {"DOCSPACE_PORTAL, DOCSPACE_API_KEY, SIPGATE_TOKEN_ID, SIPGATE_TOKEN"},
		"genesys":          {"GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET, GENESYS_REGION"},
		"sipgate,other":    {"OAUTHCLIENTS_PROVIDER", `"other"`},
	} {
		v := variables{"OAUTHCLIENTS_PROVIDER": names}
		// Without arguments too: real accounts are not for a tour.
		require.ErrorContains(t, run(t.Context(), nil, v.get, io.Discard, io.Discard), "not given: -name")
		_, err := chooseAccounts(t.Context(), v.get)
		for _, text := range texts {
			require.ErrorContains(t, err, text)
		}
	}
	_, err := chooseAccounts(t.Context(), variables{
		"OAUTHCLIENTS_PROVIDER": "genesys", "GENESYS_REGION": "atlantis", "GENESYS_CLIENT_ID": "id", "GENESYS_CLIENT_SECRET": "x",
	}.get)
	require.ErrorContains(t, err, "GENESYS_REGION")
	require.ErrorContains(t, err, "atlantis")
}

// closedPipe is a reader that went away.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAClosedPipeIsNoSuccess(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), nil, noEnvironment, closedPipe{}, io.Discard), "closed")
}
