package verbs

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what Update promises: read, edit, write only what was edited, verify.

func storedClient() *oauthclients.OAuthClient {
	c := fullClient()
	c.ID, c.Secret, c.Status = "id-1", oauthclients.NewSecret("stored-secret"), oauthclients.StatusActive
	c.CreatedAt, c.UpdatedAt = time.Unix(1700000000, 0).UTC(), time.Unix(1700000001, 0).UTC()
	c.Extra.(*world.MemExtra).Usage = 7
	return c
}

func TestUpdateWritesExactlyTheEdits(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*oauthclients.OAuthClient)
		edited []string
	}{
		"text":             {func(c *oauthclients.OAuthClient) { c.Name = "new" }, []string{"Name"}},
		"clear a text":     {func(c *oauthclients.OAuthClient) { c.Description = "" }, []string{"Description"}},
		"clear with nil":   {func(c *oauthclients.OAuthClient) { c.RedirectURIs = nil }, []string{"RedirectURIs"}},
		"clear with empty": {func(c *oauthclients.OAuthClient) { c.AllowedOrigins = []string{} }, []string{"AllowedOrigins"}},
		"in place":         {func(c *oauthclients.OAuthClient) { c.RedirectURIs[0] = "https://new.example.com" }, []string{"RedirectURIs"}},
		"grants":           {func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] }, []string{"GrantTypes"}},
		"clear grants":     {func(c *oauthclients.OAuthClient) { c.GrantTypes = nil }, []string{"GrantTypes"}},
		"extra":            {func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Lifetime = 0 }, []string{"Extra.Lifetime"}},
		"extra in place":   {func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Tags[0] = "z" }, []string{"Extra.Tags"}},
		"clear in extra":   {func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Tags = nil }, []string{"Extra.Tags"}},
		"order beside an edit": {func(c *oauthclients.OAuthClient) {
			c.Name = "new"
			slices.Reverse(c.RedirectURIs)
			slices.Reverse(c.Extra.(*world.MemExtra).Tags)
		}, []string{"Name", "RedirectURIs", "Extra.Tags"}},
		"several": {func(c *oauthclients.OAuthClient) {
			c.PolicyURI, c.ClientURI, c.PostLogoutRedirectURIs = "p", "c", []string{"l"}
			c.Extra.(*world.MemExtra).Strict = false
		}, []string{"PostLogoutRedirectURIs", "ClientURI", "PolicyURI", "Extra.Strict"}},
	} {
		t.Run(name, func(t *testing.T) {
			driver := holds(storedClient())
			write := driver.OnUpdate
			driver.OnUpdate = func(old *oauthclients.Record, want *oauthclients.OAuthClient, changed []string) (*oauthclients.Record, error) {
				require.Equal(t, test.edited, changed)
				require.Equal(t, storedClient(), old.Client, "the old one is as it was read")
				expected := storedClient()
				test.change(expected)
				require.Equal(t, expected, want)
				return write(old, want, changed)
			}
			_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", test.change)
			require.NoError(t, err)
			require.Equal(t, []string{"Get", "Update"}, driver.Calls)
		})
	}
}

func TestUpdateWithoutAnEditWritesNothing(t *testing.T) {
	for name, change := range map[string]func(*oauthclients.OAuthClient){
		"nothing": func(*oauthclients.OAuthClient) {},
		"another order": func(c *oauthclients.OAuthClient) {
			slices.Reverse(c.RedirectURIs)
			slices.Reverse(c.GrantTypes)
			slices.Reverse(c.Extra.(*world.MemExtra).Tags)
		},
		"a second time": func(c *oauthclients.OAuthClient) { c.RedirectURIs = append(c.RedirectURIs, c.RedirectURIs[0]) },
		"another way to write addresses": func(c *oauthclients.OAuthClient) {
			c.RedirectURIs[0] = strings.Replace(c.RedirectURIs[0], "https://", "HTTPS://", 1)
		},
		"same value":    func(c *oauthclients.OAuthClient) { c.Name = "app" },
		"equal list":    func(c *oauthclients.OAuthClient) { c.Scopes = []string{"read", "write"} },
		"empty for nil": func(c *oauthclients.OAuthClient) { c.Scopes = slices.Clone(c.Scopes); c.TermsURI = "" },
		"same instant": func(c *oauthclients.OAuthClient) {
			c.CreatedAt = c.CreatedAt.In(time.FixedZone("", 3600))
			c.Extra.(*world.MemExtra).NotBefore = c.Extra.(*world.MemExtra).NotBefore.In(time.FixedZone("", 3600))
		},
		"there and back": func(c *oauthclients.OAuthClient) { c.Name = "x"; c.Name = "app" },
	} {
		t.Run(name, func(t *testing.T) {
			driver := holds(storedClient())
			got, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", change)
			require.NoError(t, err)
			require.Equal(t, []string{"Get"}, driver.Calls)
			require.Equal(t, storedClient().Name, got.Name)
			require.Equal(t, "stored-secret", got.Secret.Reveal())
		})
	}
	empty := holds(&oauthclients.OAuthClient{ID: "id-1"})
	_, err := empty.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.RedirectURIs, c.GrantTypes, c.Extra = []string{}, []oauthclients.GrantType{}, &world.MemExtra{Tags: []string{}}
	})
	require.NoError(t, err)
	require.Equal(t, []string{"Get"}, empty.Calls, "an empty list is no list")
}

func TestUpdateRefusesToEditOutputOnlyFields(t *testing.T) {
	for field, change := range map[string]func(*oauthclients.OAuthClient){
		"ID":          func(c *oauthclients.OAuthClient) { c.ID = "id-2" },
		"Secret":      func(c *oauthclients.OAuthClient) { c.Secret = oauthclients.NewSecret("mine") },
		"Status":      func(c *oauthclients.OAuthClient) { c.Status = oauthclients.StatusDisabled },
		"CreatedAt":   func(c *oauthclients.OAuthClient) { c.CreatedAt = time.Time{} },
		"UpdatedAt":   func(c *oauthclients.OAuthClient) { c.UpdatedAt = c.UpdatedAt.Add(1) },
		"Extra.Usage": func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Usage = 0 },
	} {
		t.Run(field, func(t *testing.T) {
			driver := holds(storedClient())
			_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", change)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.Len(t, world.Failure(t, err).Fields, 1)
			require.Equal(t, field, world.Failure(t, err).Fields[0].Field)
			require.NotContains(t, err.Error(), "mine")
			require.Equal(t, []string{"Get"}, driver.Calls, "nothing is written")
		})
	}
}

func TestUpdateNamesAllOutputOnlyFieldsAtOnce(t *testing.T) {
	_, err := holds(storedClient()).Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		*c = oauthclients.OAuthClient{Name: "a fresh one instead of an edit", Extra: c.Extra}
	})
	failed := world.Failure(t, err)
	require.Len(t, failed.Fields, 5)
}

func TestTheSameSecretUnderAnotherPointerIsNoEdit(t *testing.T) {
	driver := holds(storedClient())
	_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Secret = oauthclients.NewSecret("stored-secret")
	})
	require.NoError(t, err)
}

func TestUpdateRefusesWhatTheProviderCannotChange(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*oauthclients.OAuthClient)
		able   func(*oauthclients.Capabilities)
		fields []string
	}{
		"one":               {func(c *oauthclients.OAuthClient) { c.TermsURI = "t" }, nil, []string{"TermsURI"}},
		"for Create alone":  {func(c *oauthclients.OAuthClient) { c.Scopes, c.LogoURI = nil, "" }, nil, []string{"Scopes", "LogoURI"}},
		"extra for Create":  {func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Region = "us" }, nil, []string{"Extra.Region"}},
		"unknown grant":     {func(c *oauthclients.OAuthClient) { c.GrantTypes = []oauthclients.GrantType{"implicit"} }, nil, []string{"GrantTypes"}},
		"fixed grants":      {func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] }, fixedGrants, []string{"GrantTypes"}},
		"none of the fixed": {func(c *oauthclients.OAuthClient) { c.GrantTypes = nil }, fixedGrants, []string{"GrantTypes"}},
		"foreign extra":     {func(c *oauthclients.OAuthClient) { c.Extra = &foreignExtra{Lifetime: 1} }, nil, []string{"Extra"}},
		"empty foreign":     {func(c *oauthclients.OAuthClient) { c.Extra = &foreignExtra{} }, nil, []string{"Extra"}},
	} {
		t.Run(name, func(t *testing.T) {
			driver := holds(storedClient())
			_, err := driver.Client(t, test.able).Clients.Update(t.Context(), "id-1", test.change)
			requireUnsupported(t, err, "Update", test.fields...)
			require.Equal(t, []string{"Get"}, driver.Calls, "nothing is written")
		})
	}
}

func TestUpdateRefusesAForeignExtraWhereThereIsNone(t *testing.T) {
	for name, extra := range map[string]oauthclients.Extra{"set": &foreignExtra{Lifetime: 1}, "empty": &foreignExtra{}} {
		t.Run(name, func(t *testing.T) {
			driver := holds(&oauthclients.OAuthClient{ID: "id-1", Name: "app"})
			_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.Extra = extra })
			requireUnsupported(t, err, "Update", "Extra")
			require.Equal(t, []string{"Get"}, driver.Calls)
		})
	}
}

// otherExtra says that it is of the provider, and is not its struct.
type otherExtra struct{ world.MemExtra }

func TestUpdateRefusesAnExtraOfAnotherType(t *testing.T) {
	driver := holds(storedClient())
	_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.Extra = &otherExtra{} })
	require.ErrorContains(t, err, "Extra")
	require.Equal(t, []string{"Get"}, driver.Calls)
}

func TestUpdateNamesExactlyWhatWasNotApplied(t *testing.T) {
	driver := holds(storedClient())
	driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		now := want.Clone()
		now.Description, now.RedirectURIs = "an app", storedClient().RedirectURIs
		now.Extra.(*world.MemExtra).Strict = true
		now.PolicyURI, now.Extra.(*world.MemExtra).Tags = "changed by the provider, unasked", []string{"unasked"}
		return &oauthclients.Record{Client: now}, nil
	}
	got, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Name, c.Description, c.RedirectURIs = "new", "", nil
		c.Extra.(*world.MemExtra).Strict, c.Extra.(*world.MemExtra).Lifetime = false, time.Minute
	})
	requireNotApplied(t, err, "Description", "RedirectURIs", "Extra.Strict")
	require.Equal(t, "new", got.Name, "the client as it now is")
	require.Equal(t, "an app", got.Description)
}

func TestUpdateVerifiesSetsAsSets(t *testing.T) {
	driver := holds(storedClient())
	driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		now := want.Clone()
		slices.Reverse(now.RedirectURIs)
		now.Extra.(*world.MemExtra).Tags = []string{"b", "a"}
		return &oauthclients.Record{Client: now}, nil
	}
	_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = []string{"https://1.example.com", "https://2.example.com", "https://1.example.com"}
		c.Extra.(*world.MemExtra).Tags = []string{"a", "b", "a"}
	})
	require.NoError(t, err)
}

func TestUpdateNeedsAChange(t *testing.T) {
	driver := holds(storedClient())
	_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", nil)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Empty(t, driver.Calls)
}

func TestUpdateKeepsMembersThatTheLibraryDoesNotKnow(t *testing.T) {
	server := world.NewMemServer()
	server.Clients = []map[string]any{{"id": "id-1", "name": "app", "description": "d", "vendor_setting": map[string]any{"deep": 1.5}}}
	_, err := server.Client(t, oauthclients.NoAuth{}).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Name = "new"
	})
	require.NoError(t, err)
	require.Equal(t, 1, server.Count(http.MethodGet, "/v1/clients/id-1"))
	require.Equal(t, 1, server.Count(http.MethodPut, "/v1/clients/id-1"))
	require.Equal(t, map[string]any{
		"id": "id-1", "name": "new", "description": "d", "redirect_uris": nil, "vendor_setting": map[string]any{"deep": 1.5},
	}, server.Clients[0])
}

func TestUpdateOfADriverThatFails(t *testing.T) {
	driver := holds(storedClient())
	driver.OnUpdate = func(*oauthclients.Record, *oauthclients.OAuthClient, []string) (*oauthclients.Record, error) {
		return nil, nil
	} //nolint:nilnil // a faulty driver
	rename := func(c *oauthclients.OAuthClient) { c.Name = "new" }
	got, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", rename)
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Nil(t, got)

	driver.OnUpdate = func(old *oauthclients.Record, _ *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		return old, &oauthclients.Error{Kind: oauthclients.ErrConflict, Provider: world.MemName, Operation: "Get"}
	}
	got, err = driver.Client(t, nil).Clients.Update(t.Context(), "id-1", rename)
	require.ErrorIs(t, err, oauthclients.ErrConflict)
	require.Equal(t, "Update", world.Failure(t, err).Operation)
	require.Equal(t, "app", got.Name)

	driver.OnGet = func(string) (*oauthclients.Record, error) { return nil, errors.New("not there") }
	_, err = driver.Client(t, nil).Clients.Update(t.Context(), "id-1", rename)
	require.ErrorContains(t, err, "not there")
}
