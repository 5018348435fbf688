package main

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace/docspacetest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file runs adoptions over fakes that the test can look into.

type estate struct {
	accounts []account
	sipgate  *sipgatetest.Server
	genesys  *genesystest.Server
	docspace *docspacetest.Server
	folder   string
}

// settle makes the estate of the program, without sockets.
func settle(t *testing.T, options ...sipgatetest.Option) *estate {
	t.Helper()
	e := &estate{sipgate: sipgatetest.New(options...), genesys: genesystest.New(), docspace: docspacetest.New(), folder: t.TempDir()}
	e.accounts = []account{
		connect(t, e.sipgate.Provider(), e.sipgate.Auth(), e.sipgate.HTTPClient()),
		connect(t, e.genesys.Provider(), e.genesys.Auth(), e.genesys.HTTPClient()),
		connect(t, e.docspace.Provider(), e.docspace.Auth(), e.docspace.HTTPClient()),
	}
	for i, clients := range [][]*oauthclients.OAuthClient{{desk()}, {wallboard(), wallboard()}, {archive()}} {
		for _, client := range clients {
			_, err := e.accounts[i].client.Clients.Create(t.Context(), client)
			require.NoError(t, err)
		}
	}
	for _, server := range []*fakeserver.Server{e.sipgate.Server, e.genesys.Server, e.docspace.Server} {
		server.Forget()
	}
	return e
}

func connect(t *testing.T, p oauthclients.Provider, auth oauthclients.Auth, inside *http.Client) account {
	t.Helper()
	client, err := oauthclients.New(p, auth, oauthclients.WithHTTPClient(inside))
	require.NoError(t, err)
	return account{p.Name(), client, func() {}}
}

// adopt runs the program and returns what it reports.
func (e *estate) adopt(t *testing.T, args ...string) (report string, err error) {
	t.Helper()
	var out, errout strings.Builder
	wanted, err := readFlags(append([]string{"-secret", e.secretFile()}, args...), &out)
	require.NoError(t, err)
	err = adopt(t.Context(), wanted, e.accounts, &out, &errout)
	require.Empty(t, errout.String())
	return out.String(), err
}

func (e *estate) secretFile() string { return filepath.Join(e.folder, "secret") }

// at lists the clients of an account.
func (e *estate) at(t *testing.T, vendor string) []*oauthclients.OAuthClient {
	t.Helper()
	account, err := accountAt(e.accounts, vendor)
	require.NoError(t, err)
	var clients []*oauthclients.OAuthClient
	for client, err := range account.client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		clients = append(clients, client)
	}
	return clients
}

// named is the one client of that name.
func (e *estate) named(t *testing.T, vendor, name string) *oauthclients.OAuthClient {
	t.Helper()
	account, err := accountAt(e.accounts, vendor)
	require.NoError(t, err)
	found, err := account.client.Clients.FindByName(t.Context(), name)
	require.NoError(t, err)
	require.Len(t, found, 1)
	return found[0]
}

// requireNothing wants no trace of an adoption: no client at sipgate but the one that was there,
// no file.
func (e *estate) requireNothing(t *testing.T) {
	t.Helper()
	require.Zero(t, e.sipgate.Count(http.MethodPost, "/v2/authorization/oauth2/clients"))
	require.Len(t, e.at(t, "sipgate"), 1)
	require.Empty(t, names(t, e.folder))
}

func names(t *testing.T, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	list := make([]string, len(entries))
	for i, entry := range entries {
		list[i] = entry.Name()
	}
	return list
}

var toSipgate = []string{"-name", "Archive", "-from", "docspace", "-to", "sipgate"}

func TestWhatIsRefusedIsNamedAndNothingIsCreated(t *testing.T) {
	e := settle(t)
	report, err := e.adopt(t, toSipgate...)
	var refused *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &refused)
	require.Contains(t, report, "would drop "+strings.Join(refused.Fields, ", "))
	require.ErrorContains(t, err, "-drop")
	e.requireNothing(t)
}

func TestDropClearsExactlyWhatIsRefused(t *testing.T) {
	e := settle(t)
	report, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.NoError(t, err)
	created, old := e.named(t, "sipgate", "Archive"), archive()
	require.Contains(t, report, "id "+created.ID)
	require.Equal(t, old.Description, created.Description)
	require.Equal(t, old.RedirectURIs, created.RedirectURIs)
	require.Equal(t, old.AllowedOrigins, created.AllowedOrigins)
	require.Equal(t, old.PolicyURI, created.PolicyURI)
	require.Equal(t, old.TermsURI, created.TermsURI)
	require.Equal(t, 1, e.sipgate.Count(http.MethodPost, "/v2/authorization/oauth2/clients"))
	require.Len(t, e.at(t, "docspace"), 1, "the old one stays")
}

func TestGivenFieldsStandForTheOldOnes(t *testing.T) {
	e := settle(t)
	_, err := e.adopt(t, "-name", "Order desk", "-from", "sipgate", "-to", "genesys", "-drop", "-set", "Description=one", "-set", "Description=two",
		"-set", "GrantTypes=authorization_code", "-set", "Scopes=users:readonly", "-set", "Scopes=presence")
	require.NoError(t, err)
	created := e.named(t, "genesys", "Order desk")
	require.Equal(t, "two", created.Description)
	require.Equal(t, desk().RedirectURIs, created.RedirectURIs)
	require.Equal(t, []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, created.GrantTypes)
	require.Equal(t, []string{"users:readonly", "presence"}, created.Scopes)
}

func TestTheLogoThatDocspaceWants(t *testing.T) {
	e := settle(t)
	args := []string{
		"-name", "Order desk", "-from", "sipgate", "-to", "docspace", "-set", "ClientURI=https://orders.example.com",
		"-set", "PostLogoutRedirectURIs=https://orders.example.com/bye", "-set", "Scopes=files:read",
	}
	_, err := e.adopt(t, args...)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "LogoURI")
	require.ErrorContains(t, err, "-logo")
	require.Len(t, e.at(t, "docspace"), 1)
	require.Empty(t, names(t, e.folder))

	_, err = e.adopt(t, append(args, "-logo", pixel)...)
	require.NoError(t, err)
	require.Equal(t, pixel, e.named(t, "docspace", "Order desk").LogoURI)
}

func TestWhichClientIsMeant(t *testing.T) {
	e := settle(t)
	ambiguous := []string{"-name", "Wallboard", "-from", "genesys", "-to", "sipgate", "-drop"}
	both := e.at(t, "genesys")
	require.Len(t, both, 2)

	report, err := e.adopt(t, "-name", "Nowhere", "-from", "genesys", "-to", "sipgate")
	require.ErrorContains(t, err, `genesys has no client named "Nowhere"`)
	require.Equal(t, 3, strings.Count(report, "no client of that name\n"))

	report, err = e.adopt(t, ambiguous...)
	require.ErrorContains(t, err, "choose one with -id: "+both[0].ID+", "+both[1].ID)
	require.Contains(t, report, both[0].ID+", "+both[1].ID)

	_, err = e.adopt(t, append(ambiguous, "-id", "other")...)
	require.ErrorContains(t, err, "no client named \"Wallboard\" with the id other, but "+both[0].ID)
	e.requireNothing(t)

	_, err = e.adopt(t, append(ambiguous, "-id", both[1].ID)...)
	require.NoError(t, err)
	require.Equal(t, wallboard().RedirectURIs, e.named(t, "sipgate", "Wallboard").RedirectURIs)
	require.Equal(t, 1, e.genesys.Count(http.MethodGet, "/api/v2/oauth/clients/"+both[1].ID))
}

// Names are not unique anywhere, so that only the program can keep itself from making a second.
func TestASecondAdoptionIsRefused(t *testing.T) {
	e := settle(t)
	_, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.NoError(t, err)
	require.NoError(t, os.Remove(e.secretFile()))
	_, err = e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorContains(t, err, `sipgate has a client named "Archive" already, nothing was created: `+e.named(t, "sipgate", "Archive").ID)
	require.Empty(t, names(t, e.folder))
}

func TestAVendorThatDoesNotAnswer(t *testing.T) {
	e := settle(t)
	e.genesys.Inject(fakeserver.Fault{Status: http.StatusForbidden, PathContains: "/clients"})
	_, err := e.adopt(t, append(toSipgate, "-drop")...)
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.ErrorContains(t, err, "genesys: FindByName")
	e.requireNothing(t)
}

// interrupting is Ctrl-C at the moment in which a POST is on its way.
type interrupting struct {
	inside    http.RoundTripper
	interrupt context.CancelFunc
}

func (i interrupting) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/oauth2/clients") && r.Method == http.MethodPost {
		i.interrupt()
	}
	return i.inside.RoundTrip(r)
}

func TestACreationThatWasBegunIsFinished(t *testing.T) {
	e := settle(t)
	ctx, cancel := context.WithCancel(t.Context())
	e.accounts[0] = connect(t, e.sipgate.Provider(), e.sipgate.PersonalAccessToken(),
		&http.Client{Transport: interrupting{e.sipgate.HTTPClient().Transport, cancel}})
	wanted := &wishes{name: "Archive", from: "docspace", to: "sipgate", drop: true, secret: e.secretFile()}
	var out strings.Builder
	require.NoError(t, adopt(ctx, wanted, e.accounts, &out, &out))
	require.ErrorIs(t, ctx.Err(), context.Canceled)
	e.requireKept(t, "sipgate", "Archive")
}

func TestACreationIsNotBegunAfterTheEnd(t *testing.T) {
	e := settle(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out strings.Builder
	wanted := &wishes{name: "Archive", from: "docspace", to: "sipgate", drop: true, secret: e.secretFile()}
	require.ErrorIs(t, adopt(ctx, wanted, e.accounts, &out, &out), context.Canceled)
	a := &adoption{wishes: wanted, p: &printer{out: &out}}
	require.ErrorIs(t, a.create(ctx, e.accounts[0], archive()), context.Canceled, "nor if the end comes late")
	e.requireNothing(t)
}
