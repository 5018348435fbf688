package verbs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/genesys/genesystest"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file tests the comparison of two clients, and what makes the one of the other.

func fieldsOf(differences []oauthclients.Difference) (names []string) {
	for _, d := range differences {
		names = append(names, d.Field)
	}
	return names
}

func TestDiffKnowsWhatValuesMean(t *testing.T) {
	have := &oauthclients.OAuthClient{
		ID: "1", Status: oauthclients.StatusActive, Secret: oauthclients.NewSecret("s3cr3t"), Name: "Orders",
		RedirectURIs: []string{"HTTPS://Orders.Example.com:443/cb", "https://orders.example.com/b"}, Scopes: []string{"b", "a"},
		AllowedOrigins: []string{"https://ORDERS.example.com"}, GrantTypes: []oauthclients.GrantType{"authorization_code", "refresh_token"},
	}
	want := &oauthclients.OAuthClient{
		ID: "2", Name: "Orders", RedirectURIs: []string{"https://orders.example.com/b", "https://orders.example.com/cb"}, Scopes: []string{"a", "b", "a"},
		AllowedOrigins: []string{"https://orders.example.com/"}, GrantTypes: []oauthclients.GrantType{"refresh_token", "authorization_code"},
	}
	require.Empty(t, oauthclients.Diff(have, want), "another order, spelling and id are none")
	require.Empty(t, oauthclients.Diff(nil, nil))

	want.Name, want.Scopes, want.ClientURI = "Order desk", nil, "https://orders.example.com"
	differences := oauthclients.Diff(have, want)
	require.Equal(t, []string{"Name", "Scopes", "ClientURI"}, fieldsOf(differences))
	require.Equal(t, oauthclients.Difference{Field: "Name", Have: "Orders", Want: "Order desk"}, differences[0])
	require.Equal(t, `Name: "Orders" -> "Order desk"`, differences[0].String())
	require.Equal(t, `Scopes: ["b","a"] -> []`, differences[1].String())
	require.Equal(t, []string{"Scopes"}, fieldsOf(oauthclients.Diff(have, want, "Scopes", "Description")))
	differences[1].Have.([]string)[0] = "changed"
	require.Equal(t, "b", have.Scopes[0], "the values are copies")
}

func TestDiffIsSymmetric(t *testing.T) {
	one, two := &oauthclients.OAuthClient{Name: "A"}, &oauthclients.OAuthClient{Description: "B"}
	genesys.ExtraOf(one).AccessTokenValidity = time.Hour
	two.AdditionalMembers = map[string]json.RawMessage{"tier": json.RawMessage(`"gold"`), "none": json.RawMessage(`null`)}
	there, back := oauthclients.Diff(one, two), oauthclients.Diff(two, one)
	require.Len(t, there, len(back))
	for i := range there {
		require.Equal(t, oauthclients.Difference{Field: there[i].Field, Have: there[i].Want, Want: there[i].Have}, back[i])
	}
	require.Contains(t, fieldsOf(there), "Extra.AccessTokenValidity")
	require.Contains(t, fmt.Sprint(there), "Extra.AccessTokenValidity: 1h0m0s -> 0s")
	require.Contains(t, fmt.Sprint(there), `AdditionalMembers.tier: nothing -> "gold"`)
	require.NotContains(t, fmt.Sprint(there), "none", "null is nothing")
}

func TestDiffOfTwoProviders(t *testing.T) {
	one, two := &oauthclients.OAuthClient{}, &oauthclients.OAuthClient{}
	genesys.ExtraOf(one)
	dcr.ExtraOf(two)
	require.Equal(t, []string{"Extra"}, fieldsOf(oauthclients.Diff(one, two)))
	require.Empty(t, oauthclients.Diff(one, two, "Name"))
}

// A difference is printed, logged and sent to people.
func TestDiffShowsNoSecret(t *testing.T) {
	const private = "PRIVATE-part-of-the-key"
	have, want := &oauthclients.OAuthClient{}, &oauthclients.OAuthClient{}
	dcr.ExtraOf(have).JWKS = json.RawMessage(`{"keys":[{"kty":"RSA","n":"modulus","e":"AQAB","d":"` + private + `","p":"` + private + `"}]}`)
	dcr.ExtraOf(want).JWKS = json.RawMessage(`{"keys":[{"k":"` + private + `","kty":"oct"}]}`)
	want.AdditionalMembers = map[string]json.RawMessage{
		"client_password": json.RawMessage(`"` + private + `"`), "vendor": json.RawMessage(`{"api_secret":"` + private + `","tier":1}`),
	}
	differences := oauthclients.Diff(have, want)
	require.Len(t, differences, 3)
	for _, d := range differences {
		for _, text := range []string{d.String(), fmt.Sprintf("%v %+v", d, d), fmt.Sprintf("%s %s", d.Have, d.Want)} {
			require.NotContains(t, text, private)
		}
	}
	require.Contains(t, fmt.Sprint(differences), `"n":"modulus"`)
	require.Contains(t, fmt.Sprint(differences), `{"tier":1}`)
	require.Contains(t, string(dcr.ExtraOf(have).JWKS), private, "the client itself stays")
}

func TestAPrivateKeyIsNotHandedOver(t *testing.T) {
	client, err := oauthclients.New(dcr.Provider{Issuer: "https://login.example.com", Registrations: dcr.NewMemoryStore()}, oauthclients.NoAuth{})
	require.NoError(t, err)
	want := &oauthclients.OAuthClient{RedirectURIs: []string{"https://orders.example.com/cb"}}
	dcr.ExtraOf(want).JWKS = json.RawMessage(`{"keys":[{"kty":"EC","crv":"P-256","x":"x","y":"y","d":"PRIVATE-part"}]}`)
	_, err = client.Clients.Create(t.Context(), want)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "Extra.JWKS: must have public keys only")
	require.NotContains(t, err.Error(), "PRIVATE-part")
}

// deskOf is an account at a fake of Genesys.
func deskOf(t *testing.T) (*oauthclients.Client, *genesystest.Server) {
	t.Helper()
	server := genesystest.NewServer(t)
	client, err := oauthclients.New(server.Provider(), server.Auth())
	require.NoError(t, err)
	return client, server
}

func writesAt(server *genesystest.Server) (count int) {
	for _, request := range server.Requests() {
		if request.Method != http.MethodGet && request.Path != "/oauth/token" {
			count++
		}
	}
	return count
}

func orders(c *oauthclients.OAuthClient) {
	c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}
	c.RedirectURIs, c.Scopes = []string{"https://orders.example.com/cb"}, []string{"users:readonly"}
}

func TestEnsure(t *testing.T) {
	client, server := deskOf(t)
	made, differences, err := client.Clients.Ensure(t.Context(), "Orders", orders)
	require.NoError(t, err)
	require.Equal(t, []string{"Name", "RedirectURIs", "GrantTypes", "Scopes"}, fieldsOf(differences))
	require.False(t, made.Secret.IsZero())

	before := writesAt(server)
	again, differences, err := client.Clients.Ensure(t.Context(), "Orders", orders)
	require.NoError(t, err)
	require.Empty(t, differences)
	require.Equal(t, made.ID, again.ID)
	require.Equal(t, before, writesAt(server), "nothing is written")

	edited, differences, err := client.Clients.Ensure(t.Context(), "Orders", func(c *oauthclients.OAuthClient) {
		orders(c)
		c.Description = "of the desk"
	})
	require.NoError(t, err)
	require.Equal(t, []string{"Description"}, fieldsOf(differences))
	require.Equal(t, "of the desk", edited.Description)
	cleared, differences, err := client.Clients.Ensure(t.Context(), "Orders", func(c *oauthclients.OAuthClient) { c.Description = "" })
	require.NoError(t, err)
	require.Equal(t, []string{"Description"}, fieldsOf(differences))
	require.Empty(t, cleared.Description)
	require.Equal(t, []string{"https://orders.example.com/cb"}, cleared.RedirectURIs)
}

func TestEnsureRefuses(t *testing.T) {
	client, server := deskOf(t)
	for range 2 {
		want := &oauthclients.OAuthClient{Name: "Twice"}
		orders(want)
		_, err := client.Clients.Create(t.Context(), want)
		require.NoError(t, err)
	}
	_, _, err := client.Clients.Ensure(t.Context(), "Once", orders)
	require.NoError(t, err)
	before := writesAt(server)
	rename := func(c *oauthclients.OAuthClient) { c.Name = "Another" }
	for _, c := range []struct {
		name   string
		change func(*oauthclients.OAuthClient)
		kind   error
		text   string
	}{
		{"", orders, oauthclients.ErrInvalid, "Name: must not be empty"},
		{"Orders", nil, oauthclients.ErrInvalid, "change: must not be nil"},
		{"Orders", rename, oauthclients.ErrInvalid, "Name: must stay"},
		{"Once", rename, oauthclients.ErrInvalid, "Name: must stay"},
		{"Twice", orders, oauthclients.ErrConflict, `2 clients have the name "Twice"`},
	} {
		_, _, err := client.Clients.Ensure(t.Context(), c.name, c.change)
		require.ErrorIs(t, err, c.kind, c.name)
		require.ErrorContains(t, err, "Ensure: ")
		require.ErrorContains(t, err, c.text)
	}
	require.Equal(t, before, writesAt(server))
}

// What a driver alone knows is found as well, and nothing is sent.
func TestCheck(t *testing.T) {
	client, server := deskOf(t)
	good := &oauthclients.OAuthClient{Name: "Orders"}
	orders(good)
	require.NoError(t, client.Clients.Check(good))
	before := len(server.Requests())
	bad := good.Clone()
	bad.Name = ""
	require.ErrorIs(t, client.Clients.Check(bad), oauthclients.ErrInvalid, "the vendor's own rule")
	bad = good.Clone()
	bad.ClientURI = "https://orders.example.com"
	require.ErrorAs(t, client.Clients.Check(bad), new(*oauthclients.UnsupportedError))
	require.Error(t, client.Clients.Check(nil))

	require.NoError(t, client.Clients.CheckUpdate(good, good))
	bad = good.Clone()
	bad.Name = ""
	require.ErrorIs(t, client.Clients.CheckUpdate(good, bad), oauthclients.ErrInvalid)
	bad = good.Clone()
	bad.ID = "another"
	require.ErrorContains(t, client.Clients.CheckUpdate(good, bad), "ID: is set by the provider")
	require.Error(t, client.Clients.CheckUpdate(nil, good))
	require.Len(t, server.Requests(), before)
}

// The drivers of all providers check, a create and an update.
func TestCheckKnowsTheRulesOfEachDriver(t *testing.T) {
	redirecting := func(address string) *oauthclients.OAuthClient {
		return &oauthclients.OAuthClient{Name: "Orders", RedirectURIs: []string{address}}
	}
	unnamed := redirecting("https://orders.example.com/cb")
	unnamed.Name = " "
	fragment := redirecting("https://orders.example.com/cb#part")
	for name, c := range map[string]struct {
		provider oauthclients.Provider
		bad      *oauthclients.OAuthClient
		field    string
	}{
		"sipgate":  {sipgate.Provider{}, unnamed, "Name"},
		"genesys":  {genesys.Provider{Region: genesys.EUWest1}, unnamed, "Name"},
		"docspace": {docspace.Provider{Portal: "https://portal.example.com"}, unnamed, "Name"},
		"dcr":      {dcr.Provider{Issuer: "https://login.example.com", Registrations: dcr.NewMemoryStore()}, fragment, "RedirectURIs"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := oauthclients.New(c.provider, oauthclients.BearerToken("t0ken"), oauthclients.WithHTTPClient(&http.Client{Transport: nobody{}}))
			require.NoError(t, err)
			for verb, err := range map[string]error{
				"Create": client.Clients.Check(c.bad),
				"Update": client.Clients.CheckUpdate(redirecting("https://orders.example.com/cb"), c.bad),
			} {
				failed := world.Failure(t, err)
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Equal(t, verb, failed.Operation)
				require.Contains(t, fieldNames(failed), c.field)
			}
		})
	}
}

func fieldNames(e *oauthclients.Error) (names []string) {
	for _, fault := range e.Fields {
		names = append(names, fault.Field)
	}
	return names
}

// nobody is a network that may not be asked.
type nobody struct{}

// RoundTrip implements http.RoundTripper.
func (nobody) RoundTrip(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("%s was asked", r.URL.Host)
}
