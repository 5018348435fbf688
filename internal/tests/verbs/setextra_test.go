package verbs

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file holds which settings of a provider count as set.

// shapes has a field of every kind that settings may be of.
type shapes struct {
	Text   string
	Number int64
	Flag   *bool
	List   []string
	JSON   json.RawMessage
	Time   time.Time
	Part   part
	Terms  map[string]string
}

type part struct {
	Name string
	List []string
	When time.Time
}

func (*shapes) Provider() string { return world.MemName }

func (s *shapes) Clone() oauthclients.Extra {
	clone := *s
	return &clone
}

func TestWhatCountsAsSet(t *testing.T) {
	able := func(c *oauthclients.Capabilities) { // a field that can be updated, and so is refused
		c.Create = []string{"Name"}
		c.Update = []string{
			"Extra.Text", "Extra.Number", "Extra.Flag", "Extra.List", "Extra.JSON", "Extra.Time", "Extra.Part", "Extra.Terms",
		}
	}
	elsewhere := time.Time{}.In(time.FixedZone("east", 3600)) // the zero instant, on another clock
	for name, test := range map[string]struct {
		extra shapes
		set   []string
	}{
		"nothing":          {shapes{}, nil},
		"empty":            {shapes{List: []string{}, JSON: json.RawMessage("null"), Time: elsewhere, Part: part{List: []string{}}}, nil},
		"texts":            {shapes{Text: "a", Number: -1}, []string{"Extra.Text", "Extra.Number"}},
		"a pointer":        {shapes{Flag: new(bool)}, []string{"Extra.Flag"}},
		"lists":            {shapes{List: []string{""}, JSON: json.RawMessage(`{"a":[0]}`)}, []string{"Extra.List", "Extra.JSON"}},
		"nothing, in JSON": {shapes{JSON: json.RawMessage(`{"a":null,"b":[],"c":{"d":""}}`)}, nil},
		"a time":           {shapes{Time: time.Unix(0, 0)}, []string{"Extra.Time"}},
		"a part":           {shapes{Part: part{Name: "a"}}, []string{"Extra.Part"}},
		"a part's list":    {shapes{Part: part{List: []string{""}}}, []string{"Extra.Part"}},
		"a part's time":    {shapes{Part: part{When: time.Unix(0, 0)}}, []string{"Extra.Part"}},
		"a map":            {shapes{Terms: map[string]string{"a": "b"}}, []string{"Extra.Terms"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := obedient(nil).Client(t, able).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Extra: &test.extra})
			if test.set == nil {
				require.NoError(t, err)
				return
			}
			var unsupported *oauthclients.UnsupportedError
			require.ErrorAs(t, err, &unsupported)
			require.Equal(t, test.set, unsupported.Fields)
		})
	}
}

// An empty list in a new Extra is no edit of what only the provider sets, as none is not.
func TestANewExtraWithAnEmptyList(t *testing.T) {
	able := func(c *oauthclients.Capabilities) { c.Update = []string{"Extra.Text"} }
	for name, list := range map[string][]string{"none": nil, "empty": {}} {
		t.Run(name, func(t *testing.T) {
			driver := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &shapes{List: []string{"of the provider"}}})
			_, err := driver.Client(t, able).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
				c.Extra = &shapes{Text: "a", List: list}
			})
			require.NoError(t, err)
			require.Equal(t, []string{"Get", "Update"}, driver.Calls)
		})
	}
	driver := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &shapes{List: []string{"of the provider"}}})
	_, err := driver.Client(t, able).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Extra = &shapes{Text: "a", List: []string{"another"}}
	})
	require.Equal(t, "Extra.List", world.Failure(t, err).Fields[0].Field)
	require.Equal(t, []string{"Get"}, driver.Calls)
}
