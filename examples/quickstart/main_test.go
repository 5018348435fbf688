package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

func noEnvironment(string) string { return "" }

// tour is what a newcomer sees; ids and ports differ from run to run.
const tour = `One Client, every provider

sipgate (fake at URL)
  create     Quickstart, id ID
             secret [REDACTED] (Secret.Reveal gives it to your program)
  list       1 of the account, the new one among them
  update     redirect URIs now https://app.example.com/callback, https://app.example.com/after-login
  regenerate this provider cannot; nothing was sent
  user       w0 of account 0000000 at sipgate.de
  balance    123.45 EUR
  delete     done, and reading it again says: not found

genesys (fake at URL)
  create     Quickstart, id ID
             secret [REDACTED] (Secret.Reveal gives it to your program)
  list       1 of the account, the new one among them
  update     redirect URIs now https://app.example.com/callback, https://app.example.com/after-login
  regenerate new secret [REDACTED]
  usage      Complete at look 1
             0 requests in the last week
  delete     done, and reading it again says: not found

docspace (fake at URL)
  create     Quickstart, id ID
             secret [REDACTED] (Secret.Reveal gives it to your program)
  list       1 of the account, the new one among them
  update     accepted, but not applied by this provider: RedirectURIs
  update     redirect URIs now https://app.example.com/callback
  regenerate new secret [REDACTED]
  scopes     9 at this portal
  consents   0 of this account
  delete     done, and reading it again says: not found

dcr (fake at URL)
  create     Quickstart, id ID
             secret [REDACTED] (Secret.Reveal gives it to your program)
  list       1 of the account, the new one among them
  update     redirect URIs now https://app.example.com/callback, https://app.example.com/after-login
  regenerate this provider cannot; nothing was sent
  handle     token [REDACTED], kept in the store
  delete     done, and reading it again says: not found
`

func TestTourOfTheFakes(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, noEnvironment))
	seen := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).ReplaceAllString(out.String(), "URL")
	seen = regexp.MustCompile(`id [0-9a-zA-Z-]+\n`).ReplaceAllString(seen, "id ID\n")
	require.Equal(t, tour+howToUseYourOwn, seen)
}

// The variables that are printed are those that are read.
func TestTheCommandsNameTheVariables(t *testing.T) {
	for _, provider := range []string{"sipgate", "docspace", "genesys", "dcr"} {
		require.Contains(t, howToUseYourOwn, "OAUTHCLIENTS_PROVIDER="+provider+" go run ./examples/quickstart\n")
		_, err := realAccount(func(name string) string {
			if name == "OAUTHCLIENTS_PROVIDER" {
				return provider
			}
			require.Contains(t, howToUseYourOwn, name)
			return ""
		})
		require.ErrorContains(t, err, "not set: ")
	}
}

// firstLine keeps what was printed first.
type firstLine struct{ text string }

func (f *firstLine) Write(text []byte) (int, error) {
	if f.text == "" {
		f.text = string(text)
	}
	return len(text), nil
}

func TestALineComesAtOnce(t *testing.T) {
	var first firstLine
	asked := false
	require.NoError(t, run(t.Context(), &first, func(string) string {
		if !asked {
			require.Equal(t, "One Client, every provider\n", first.text, "before anything is looked at")
		}
		asked = true
		return ""
	}))
	require.True(t, asked)
}

func TestMissingVariablesAreNamed(t *testing.T) {
	for provider, missing := range map[string][]string{
		"sipgate":  {"SIPGATE_TOKEN_ID", "SIPGATE_TOKEN"},
		"docspace": {"DOCSPACE_PORTAL", "DOCSPACE_API_KEY"},
		"genesys":  {"GENESYS_REGION", "GENESYS_CLIENT_ID", "GENESYS_CLIENT_SECRET"},
		"dcr":      {"DCR_ISSUER", "DCR_STORE"},
		"other":    {"OAUTHCLIENTS_PROVIDER", `"other"`},
	} {
		err := run(t.Context(), io.Discard, func(name string) string {
			if name == "OAUTHCLIENTS_PROVIDER" {
				return provider
			}
			return ""
		})
		for _, name := range missing {
			require.ErrorContains(t, err, name)
		}
	}
}

func TestVariablesChooseARealAccount(t *testing.T) {
	for provider, variables := range map[string]map[string]string{
		"sipgate":  {"SIPGATE_TOKEN_ID": "token-ABC123", "SIPGATE_TOKEN": "x"},
		"docspace": {"DOCSPACE_PORTAL": "https://portal.example.com", "DOCSPACE_API_KEY": "sk-x"},
		"genesys":  {"GENESYS_REGION": "eu-west-1", "GENESYS_CLIENT_ID": "id", "GENESYS_CLIENT_SECRET": "x"},
		"dcr":      {"DCR_ISSUER": "https://login.example.com", "DCR_STORE": t.TempDir(), "DCR_INITIAL_ACCESS_TOKEN": "x"},
	} {
		variables["OAUTHCLIENTS_PROVIDER"] = provider
		stops, err := realAccount(func(name string) string { return variables[name] })
		require.NoError(t, err)
		require.Len(t, stops, 1)
		require.Equal(t, provider, stops[0].provider.Name())

		// An ended context proves that the tour gets as far as the first request, and no further.
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, stops[0].walk(ctx, &printer{out: io.Discard}), context.Canceled)
	}
}

func TestUnknownRegionIsNamed(t *testing.T) {
	variables := map[string]string{
		"OAUTHCLIENTS_PROVIDER": "genesys", "GENESYS_REGION": "atlantis", "GENESYS_CLIENT_ID": "id", "GENESYS_CLIENT_SECRET": "x",
	}
	err := run(t.Context(), io.Discard, func(name string) string { return variables[name] })
	require.ErrorContains(t, err, "GENESYS_REGION")
	require.ErrorContains(t, err, "atlantis")
}

// closedPipe is a reader that went away.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAClosedPipeIsNoSuccess(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), closedPipe{}, noEnvironment), "closed")
}

// A token for clients alone is enough for the tour.
func TestWhatTheTokenMayNotSeeIsLeftOut(t *testing.T) {
	fake := sipgatetest.NewServer(t)
	fake.Inject(fakeserver.Fault{PathContains: "/balance", Status: http.StatusForbidden})
	var out strings.Builder
	require.NoError(t, fakeStop(fake, sipgateSample()).walk(t.Context(), &printer{out: &out}))
	require.Contains(t, out.String(), "  own        sipgate: Balance: permission denied")
	require.Contains(t, out.String(), "the scope balance:read")
	require.Contains(t, out.String(), "  delete     done")
}

func TestAnotherFailureIsTold(t *testing.T) {
	fake := sipgatetest.NewServer(t)
	fake.Inject(fakeserver.Fault{PathContains: "/userinfo", Status: http.StatusNotFound})
	var out strings.Builder
	err := fakeStop(fake, sipgateSample()).walk(t.Context(), &printer{out: &out})
	require.ErrorContains(t, err, "sipgate: UserInfo: not found")
	require.Contains(t, out.String(), "  delete     done", "and nothing is left behind")
}

// The tour of a server that only registers says what it cannot do, and keeps its client in the store.
func TestTourOfAServerThatOnlyRegisters(t *testing.T) {
	fake := dcrtest.NewServer(t, dcrtest.WithManner(dcrtest.MCPTypeScript))
	folder := t.TempDir()
	stops, err := realAccount(func(name string) string {
		return map[string]string{"OAUTHCLIENTS_PROVIDER": "dcr", "DCR_ISSUER": fake.Provider().Issuer, "DCR_STORE": folder}[name]
	})
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, stops[0].walk(t.Context(), &printer{out: &out}))
	require.Contains(t, out.String(), "  update     this provider cannot")
	require.Contains(t, out.String(), "  handle     none: this server only registers")
	require.Contains(t, out.String(), "  delete     this provider cannot; the client stays there")
	require.Len(t, fake.Registered(), 1)
	kept, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.NotEmpty(t, kept)
}

func TestAStoreThatCannotBeIsNamed(t *testing.T) {
	_, err := realAccount(func(name string) string {
		return map[string]string{"OAUTHCLIENTS_PROVIDER": "dcr", "DCR_ISSUER": "https://login.example.com", "DCR_STORE": " "}[name]
	})
	require.ErrorContains(t, err, "DCR_STORE")
}
