package verbs

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests what counts as the same: servers write nothing in several ways and addresses in
// their own, and what has no order has none.

// answeredURLs are addresses as asked and as a server writes them.
func answeredURLs() map[string]struct {
	asked, answered string
	same            bool
} {
	return map[string]struct {
		asked, answered string
		same            bool
	}{
		"case and port":     {"HTTPS://Orders.Example.com:443/cb", "https://orders.example.com/cb", true},
		"http's port":       {"http://localhost:80/cb", "http://localhost/cb", true},
		"an empty path":     {"https://orders.example.com", "https://orders.example.com/", true},
		"a blank":           {"https://orders.example.com/a b", "https://orders.example.com/a%20b", true},
		"case of an escape": {"https://orders.example.com/%c3%bc?x=%2f", "https://orders.example.com/%C3%BC?x=%2F", true},
		"needless escapes":  {"https://orders.example.com/%7Eme?a=%41", "https://orders.example.com/~me?a=A", true},
		"punycode":          {"https://bücher.example.com/cb", "https://xn--bcher-kva.example.com/cb", true},
		"another port":      {"https://orders.example.com:8443/cb", "https://orders.example.com/cb", false},
		"another path":      {"https://orders.example.com/cb", "https://orders.example.com/cb/", false},
		"case of a path":    {"https://orders.example.com/Cb", "https://orders.example.com/cb", false},
		"an escaped slash":  {"https://orders.example.com/a%2Fb", "https://orders.example.com/a/b", false},
		"another query":     {"https://orders.example.com/cb?a=1", "https://orders.example.com/cb", false},
		"another scheme":    {"https://orders.example.com/cb", "http://orders.example.com/cb", false},
		"no URL":            {"com.example.app:/cb", "COM.example.app:/cb", false},
	}
}

func TestAddressesAreComparedByWhatTheyMean(t *testing.T) {
	for name, test := range answeredURLs() {
		t.Run(name, func(t *testing.T) {
			driver := obedient(func(c *oauthclients.OAuthClient) {
				c.RedirectURIs, c.ClientURI = []string{test.answered}, test.answered
			})
			_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", RedirectURIs: []string{test.asked}, ClientURI: test.asked})
			if test.same {
				require.NoError(t, err)
			} else {
				requireNotApplied(t, err, "RedirectURIs", "ClientURI")
			}
			stored := holds(&oauthclients.OAuthClient{ID: "id-1", Name: "a", RedirectURIs: []string{test.answered}})
			_, err = stored.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.RedirectURIs = []string{test.asked} })
			require.NoError(t, err)
			if test.same {
				require.Equal(t, []string{"Get"}, stored.Calls, "it is so already")
			} else {
				require.Equal(t, []string{"Get", "Update"}, stored.Calls)
			}
		})
	}
}

// A server's ways to write nothing are equal to its absence.
func TestNothingIsNothing(t *testing.T) {
	for _, nothing := range []string{`{}`, `null`, `""`, `[]`, `"0001-01-01T00:00:00Z"`, `{"keys":[]}`, `{"a":{"b":null}}`} {
		driver := holds(nil)
		driver.OnGet = func(string) (*oauthclients.Record, error) {
			raw := `{"id":"id-1","name":"a","odd":` + nothing + `}`
			return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: "id-1", Name: "a"}, Raw: json.RawMessage(raw)}, nil
		}
		client := driver.Client(t, nil)
		for _, same := range []string{`null`, `[]`, `{}`, `""`} {
			_, err := client.Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
				c.AdditionalMembers = map[string]json.RawMessage{"odd": json.RawMessage(same), "absent": json.RawMessage(same)}
			})
			require.NoError(t, err)
		}
		require.NotContains(t, driver.Calls, "Update", nothing)
		for _, other := range []string{`0`, `false`, `[null]`, `"a"`, `{"a":0}`} {
			_, _ = client.Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
				c.AdditionalMembers = map[string]json.RawMessage{"odd": json.RawMessage(other)}
			})
			require.Equal(t, "Update", driver.Calls[len(driver.Calls)-1], "%s is not %s", other, nothing)
		}
	}
}

// Two faults of one create are both told.
func TestACreateWithTwoFaultsTellsBoth(t *testing.T) {
	half := errors.New("there is no handle")
	for name, err := range map[string]error{"any": half, "own": &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Err: half}, "wrapped": errors.Join(half)} {
		t.Run(name, func(t *testing.T) {
			driver := obedient(func(c *oauthclients.OAuthClient) { c.Scopes = append(c.Scopes, "admin", "root") })
			made := driver.OnCreate
			driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
				record, _ := made(want)
				record.Raw = json.RawMessage(`{"id":"id-1"}`)
				return record, err
			}
			got, failed := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Scopes: []string{"read"}})
			require.Equal(t, "id-1", got.ID)
			require.ErrorIs(t, failed, half)
			require.ErrorIs(t, failed, oauthclients.ErrNotApplied)
			require.ErrorContains(t, failed, "there is no handle")
			require.ErrorContains(t, failed, "Scopes")
		})
	}
}

// A missing secret does not hide what else is not as asked.
func TestAMissingSecretAndAnotherFaultAreOneError(t *testing.T) {
	driver := obedient(nil)
	driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		made := want.Clone()
		made.ID, made.Scopes = "id-1", []string{"other"}
		return &oauthclients.Record{Client: made, Raw: json.RawMessage(`{}`), NotShown: []string{"Scopes", "Name"}}, providerkit.CreatedWithoutSecret("mem", "id-1", nil)
	}
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Scopes: []string{"read"}})
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, &oauthclients.NotAppliedError{ID: "id-1", Fields: []string{"Secret", "Scopes"}, Unconfirmed: []string{"Scopes"}}, missing)
	require.ErrorContains(t, err, `client "id-1" was written without Secret, and may or may not have what the answer does not show: Scopes`)
}

func TestMoreThanWasAskedForIsSaid(t *testing.T) {
	driver := obedient(func(c *oauthclients.OAuthClient) { c.Scopes = append(c.Scopes, "admin") })
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Scopes: []string{"read"}})
	require.ErrorContains(t, err, "more than was asked for in Scopes")
}
