package verbs

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests what the error of a write says that was not done as asked: each field in the group
// that it belongs to, and the client once.

// applied creates a client at a provider that makes of it what edit says.
func applied(t *testing.T, want *oauthclients.OAuthClient, edit func(*oauthclients.OAuthClient), notShown ...string) (*oauthclients.NotAppliedError, string) {
	t.Helper()
	driver := obedient(edit)
	inner := driver.OnCreate
	driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		record, err := inner(want)
		record.NotShown = notShown
		return record, err
	}
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), want)
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	return missing, err.Error()
}

func TestEachGroupOfFieldsIsSaidAsItIs(t *testing.T) {
	asked := func() *oauthclients.OAuthClient {
		return &oauthclients.OAuthClient{
			Name: "a", Description: "b", ClientURI: "https://a.example.com", Scopes: []string{"read"},
			GrantTypes: []oauthclients.GrantType{oauthclients.GrantAuthorizationCode}, RedirectURIs: []string{"HTTPS://a.example.com:443/cb"},
			Extra: &world.MemExtra{Tags: []string{"x", "y"}, Region: "eu"},
		}
	}
	for name, c := range map[string]struct {
		edit     func(*oauthclients.OAuthClient)
		notShown []string
		want     oauthclients.NotAppliedError
		text     string
	}{
		"not applied": {
			func(c *oauthclients.OAuthClient) { c.Name, c.Scopes = "other", []string{"write"} }, nil,
			oauthclients.NotAppliedError{Fields: []string{"Name", "Scopes"}}, "was written without Name, Scopes",
		},
		"fewer": {
			func(c *oauthclients.OAuthClient) { c.Scopes, c.GrantTypes = nil, nil }, nil,
			oauthclients.NotAppliedError{Fields: []string{"GrantTypes", "Scopes"}}, "was written without GrantTypes, Scopes",
		},
		"more": {
			func(c *oauthclients.OAuthClient) { c.GrantTypes = append(c.GrantTypes, oauthclients.GrantRefreshToken) }, nil,
			oauthclients.NotAppliedError{Fields: []string{"GrantTypes"}, More: []string{"GrantTypes"}}, "has more than was asked for in GrantTypes",
		},
		"more addresses, written in another way": {
			func(c *oauthclients.OAuthClient) {
				c.RedirectURIs = []string{"https://b.example.com/cb", "https://a.example.com/cb"}
			}, nil,
			oauthclients.NotAppliedError{Fields: []string{"RedirectURIs"}, More: []string{"RedirectURIs"}}, "has more than was asked for in RedirectURIs",
		},
		"more of a provider's own": {
			func(c *oauthclients.OAuthClient) {
				c.Extra = &world.MemExtra{Tags: []string{"z", "y", "x"}, Region: "us"}
			}, nil,
			oauthclients.NotAppliedError{Fields: []string{"Extra.Tags", "Extra.Region"}, More: []string{"Extra.Tags"}},
			"was written without Extra.Region, and has more than was asked for in Extra.Tags",
		},
		"not shown": {
			func(c *oauthclients.OAuthClient) { c.Description = "" }, []string{"Description", "Name"},
			oauthclients.NotAppliedError{Fields: []string{"Description"}, Unconfirmed: []string{"Description"}},
			"may or may not have what the answer does not show: Description",
		},
		"all three": {
			func(c *oauthclients.OAuthClient) {
				c.Name, c.ClientURI, c.Scopes = "other", "", append(c.Scopes, "admin")
			}, []string{"ClientURI"},
			oauthclients.NotAppliedError{Fields: []string{"Name", "Scopes", "ClientURI"}, Unconfirmed: []string{"ClientURI"}, More: []string{"Scopes"}},
			"was written without Name, has more than was asked for in Scopes, and may or may not have what the answer does not show: ClientURI",
		},
	} {
		t.Run(name, func(t *testing.T) {
			told, text := applied(t, asked(), c.edit, c.notShown...)
			c.want.ID = "id-1"
			require.Equal(t, &c.want, told)
			require.Equal(t, `client "id-1" `+c.text, told.Error())
			require.Equal(t, `mem: Create: not applied: client "id-1" `+c.text, text, "the client is named once")
		})
	}
}

// A field that a program says is never shown is no fault, with more in it or with less.
func TestMoreOfWhatIsNotShownIsNoFault(t *testing.T) {
	driver := obedient(func(c *oauthclients.OAuthClient) { c.Name, c.Scopes = "other", append(c.Scopes, "admin") })
	inner := driver.OnCreate
	driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		record, err := inner(want)
		record.NotShown = []string{"Scopes"}
		return record, err
	}
	client := driver.Client(t, func(c *oauthclients.Capabilities) { c.NotShown = []string{"Scopes"} })
	_, err := client.Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Scopes: []string{"read"}})
	require.EqualError(t, err, `mem: Create: not applied: client "id-1" was written without Name`)
}

// What a driver has found and what the core finds is one error.
func TestMoreThanWasAskedForIsSaidBesideAMissingSecret(t *testing.T) {
	driver := obedient(nil)
	driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		made := want.Clone()
		made.ID, made.Scopes = "id-1", append(made.Scopes, "admin")
		return &oauthclients.Record{Client: made, Raw: json.RawMessage(`{}`)}, providerkit.CreatedWithoutSecret("mem", "id-1", nil)
	}
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Scopes: []string{"read"}})
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, &oauthclients.NotAppliedError{ID: "id-1", Fields: []string{"Secret", "Scopes"}, More: []string{"Scopes"}}, missing)
	require.ErrorContains(t, err, `client "id-1" was written without Secret, and has more than was asked for in Scopes`)
	require.Equal(t, 1, strings.Count(err.Error(), "id-1"), err.Error())
}

// An error whose cause names another client names its own as well.
func TestAnErrorNamesItsOwnClient(t *testing.T) {
	for id, want := range map[string]string{
		"id-1": `x: Update: not applied: client "id-1" was written without Name`,
		"id-2": `x: Update: not applied: client "id-1" was written without Name [client "id-2"]`,
		"":     `x: Update: not applied: client "id-1" was written without Name`,
	} {
		require.EqualError(t, &oauthclients.Error{
			Kind: oauthclients.ErrNotApplied, Provider: "x", Operation: "Update", ClientID: id,
			Err: &oauthclients.NotAppliedError{ID: "id-1", Fields: []string{"Name"}},
		}, want)
	}
}
