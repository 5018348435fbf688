package verbs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file tests what Create promises: nothing unsupported is sent, output-only fields are
// ignored, what was not applied is named, and a half-made client is not lost.

func fullClient() *oauthclients.OAuthClient {
	return &oauthclients.OAuthClient{
		Name: "app", Description: "an app",
		RedirectURIs:           []string{"https://app.example.com/a", "https://app.example.com/b"},
		PostLogoutRedirectURIs: []string{"https://app.example.com/bye"},
		AllowedOrigins:         []string{"https://app.example.com"},
		GrantTypes:             []oauthclients.GrantType{oauthclients.GrantRefreshToken, oauthclients.GrantAuthorizationCode},
		Scopes:                 []string{"read", "write"},
		ClientURI:              "https://app.example.com", LogoURI: "https://app.example.com/logo.png",
		PolicyURI: "https://app.example.com/privacy",
		Extra: &world.MemExtra{
			Lifetime: time.Hour, Tags: []string{"x", "y"}, NotBefore: time.Unix(1700000000, 0), Strict: true, Region: "eu",
		},
	}
}

// requireUnsupported asserts an UnsupportedError that names exactly these fields.
func requireUnsupported(t *testing.T, err error, operation string, fields ...string) {
	t.Helper()
	var unsupported *oauthclients.UnsupportedError
	require.ErrorAs(t, err, &unsupported)
	require.Equal(t, &oauthclients.UnsupportedError{
		Provider: world.MemName, Operation: operation, Fields: fields, Reason: unsupported.Reason,
	}, unsupported)
	require.ErrorIs(t, err, errors.ErrUnsupported)
}

// requireNotApplied asserts a NotAppliedError that names exactly these fields, none of which has more
// than was asked for.
func requireNotApplied(t *testing.T, err error, fields ...string) {
	t.Helper()
	requireNotAppliedAs(t, err, oauthclients.NotAppliedError{Fields: fields})
}

func requireNotAppliedAs(t *testing.T, err error, want oauthclients.NotAppliedError) {
	t.Helper()
	var missing *oauthclients.NotAppliedError
	require.ErrorAs(t, err, &missing)
	want.ID = "id-1"
	require.Equal(t, &want, missing)
	require.ErrorIs(t, err, oauthclients.ErrNotApplied)
	require.Equal(t, world.MemName, world.Failure(t, err).Provider)
}

func TestCreateGivesTheDriverWhatWasAsked(t *testing.T) {
	driver := obedient(nil)
	made := driver.OnCreate
	driver.OnCreate = func(given *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		require.Equal(t, fullClient(), given)
		return made(given)
	}
	got, err := driver.Client(t, nil).Clients.Create(t.Context(), fullClient())
	require.NoError(t, err)
	require.Equal(t, "id-1", got.ID)
	require.Equal(t, "made-by-the-provider", got.Secret.Reveal())
}

func TestCreateIgnoresOutputOnlyFieldsAndLeavesItsArgumentAlone(t *testing.T) {
	asked := fullClient()
	asked.ID, asked.Secret, asked.Status = "of-elsewhere", oauthclients.NewSecret("of-elsewhere"), oauthclients.StatusActive
	asked.CreatedAt, asked.UpdatedAt = time.Unix(1, 0), time.Unix(2, 0)
	asked.Extra.(*world.MemExtra).Usage = 7 // no verb can set it
	before := asked.Clone()

	driver := obedient(func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Usage = 0 })
	made := driver.OnCreate
	driver.OnCreate = func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		require.Empty(t, want.ID)
		require.True(t, want.Secret.IsZero())
		require.Empty(t, want.Status)
		require.Zero(t, want.CreatedAt)
		require.Zero(t, want.UpdatedAt)
		record, err := made(want)
		want.Name = "changed by the driver"
		want.RedirectURIs[0], want.Extra.(*world.MemExtra).Tags[0] = "changed by the driver", "changed by the driver"
		return record, err
	}
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, before, asked)
}

// A driver that bends what it was given must not bend what its answer is compared with.
func TestADriverCannotHideWhatWasNotApplied(t *testing.T) {
	bend := func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		want.ID, want.Description, want.Extra.(*world.MemExtra).Strict = "id-1", "", false
		return &oauthclients.Record{Client: want}, nil
	}
	_, err := (&world.StubDriver{OnCreate: bend}).Client(t, nil).Clients.Create(t.Context(), fullClient())
	requireNotApplied(t, err, "Description", "Extra.Strict")

	driver := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &world.MemExtra{}})
	driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		return bend(want)
	}
	_, err = driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) {
		c.Description, c.Extra.(*world.MemExtra).Strict = "new", true
	})
	requireNotApplied(t, err, "Description", "Extra.Strict")
}

func TestAClientReadElsewhereCanBeCreatedHere(t *testing.T) {
	elsewhere, here := world.NewMemServer(), world.NewMemServer()
	first, err := elsewhere.Client(t, oauthclients.NoAuth{}).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "app"})
	require.NoError(t, err)
	first.Extra = nil
	second, err := here.Client(t, oauthclients.NoAuth{}).Clients.Create(t.Context(), first)
	require.NoError(t, err)
	require.Equal(t, "app", second.Name)
	require.NotContains(t, string(here.Requests()[0].Body), first.Secret.Reveal())
}

func TestCreateRefusesWhatTheProviderCannotTake(t *testing.T) {
	for name, test := range map[string]struct {
		asked  *oauthclients.OAuthClient
		able   func(*oauthclients.Capabilities)
		fields []string
	}{
		"one field":     {&oauthclients.OAuthClient{Name: "a", TermsURI: "https://x"}, nil, []string{"TermsURI"}},
		"several":       {&oauthclients.OAuthClient{Name: "a", Description: "d", Scopes: []string{"s"}, TermsURI: "t"}, only("Name"), []string{"Description", "Scopes", "TermsURI"}},
		"foreign extra": {&oauthclients.OAuthClient{Name: "a", Extra: &foreignExtra{Lifetime: 1}}, nil, []string{"Extra"}},
		"empty foreign": {&oauthclients.OAuthClient{Name: "a", Extra: &foreignExtra{}}, nil, []string{"Extra"}},
		"extra field": {
			&oauthclients.OAuthClient{Name: "a", Extra: &world.MemExtra{Strict: true}},
			func(c *oauthclients.Capabilities) { c.Create = []string{"Name"} }, []string{"Extra.Strict"},
		},
		"unknown grant":  {&oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"authorization_code", "implicit"}}, nil, []string{"GrantTypes"}},
		"no grants":      {&oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"refresh_token"}}, only("Name"), []string{"GrantTypes"}},
		"part of fixed":  {&oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"refresh_token"}}, fixedGrants, []string{"GrantTypes"}},
		"more than that": {&oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"refresh_token", "authorization_code", "implicit"}}, fixedGrants, []string{"GrantTypes"}},
	} {
		t.Run(name, func(t *testing.T) {
			driver := obedient(nil)
			_, err := driver.Client(t, test.able).Clients.Create(t.Context(), test.asked)
			requireUnsupported(t, err, "Create", test.fields...)
			for _, field := range test.fields {
				require.ErrorContains(t, err, field)
			}
			require.Empty(t, driver.Calls)
		})
	}
}

// only leaves a provider with these fields.
func only(fields ...string) func(*oauthclients.Capabilities) {
	return func(c *oauthclients.Capabilities) { c.Create, c.Update = fields, fields }
}

func fixedGrants(c *oauthclients.Capabilities) { c.FixedGrantTypes = true }

// Naming the fixed set is no wish that could fail, even if the provider does not answer it.
func TestGrantTypesEqualToTheFixedSetAreAccepted(t *testing.T) {
	driver := obedient(func(c *oauthclients.OAuthClient) { c.GrantTypes = nil })
	asked := &oauthclients.OAuthClient{Name: "a", GrantTypes: []oauthclients.GrantType{"refresh_token", "authorization_code"}}
	for _, able := range []func(*oauthclients.Capabilities){fixedGrants, func(c *oauthclients.Capabilities) {
		fixedGrants(c)
		only("Name")(c)
	}} {
		_, err := driver.Client(t, able).Clients.Create(t.Context(), asked)
		require.NoError(t, err)
	}
}

func TestCreateNamesExactlyWhatWasNotApplied(t *testing.T) {
	for name, test := range map[string]struct {
		edit   func(*oauthclients.OAuthClient)
		fields []string
	}{
		"text":         {func(c *oauthclients.OAuthClient) { c.Description = "" }, []string{"Description"}},
		"list cut":     {func(c *oauthclients.OAuthClient) { c.RedirectURIs = c.RedirectURIs[:1] }, []string{"RedirectURIs"}},
		"grant gone":   {func(c *oauthclients.OAuthClient) { c.GrantTypes = c.GrantTypes[:1] }, []string{"GrantTypes"}},
		"extra gone":   {func(c *oauthclients.OAuthClient) { c.Extra = nil }, []string{"Extra.Lifetime", "Extra.Tags", "Extra.NotBefore", "Extra.Strict", "Extra.Region"}},
		"extra fields": {func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Lifetime++ }, []string{"Extra.Lifetime"}},
		"several": {func(c *oauthclients.OAuthClient) {
			c.Name, c.PolicyURI, c.Extra.(*world.MemExtra).Strict = "APP", "", false
		}, []string{"Name", "PolicyURI", "Extra.Strict"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := obedient(test.edit).Client(t, nil).Clients.Create(t.Context(), fullClient())
			requireNotApplied(t, err, test.fields...)
			require.NotNil(t, got, "the client as it now is")
			require.Equal(t, "made-by-the-provider", got.Secret.Reveal())
		})
	}
}

func TestCreateNamesWhatHasMoreThanWasAskedFor(t *testing.T) {
	longer := func(c *oauthclients.OAuthClient) { c.Scopes = append(c.Scopes, "more") }
	got, err := obedient(longer).Client(t, nil).Clients.Create(t.Context(), fullClient())
	requireNotAppliedAs(t, err, oauthclients.NotAppliedError{Fields: []string{"Scopes"}, More: []string{"Scopes"}})
	require.Equal(t, "made-by-the-provider", got.Secret.Reveal())
}

func TestCreateComparesSetsAsSetsAndOnlyWhatWasAsked(t *testing.T) {
	driver := obedient(func(c *oauthclients.OAuthClient) {
		c.RedirectURIs = []string{"https://app.example.com/b", "https://app.example.com/a", "https://app.example.com/a"}
		c.Scopes = []string{"write", "read"}
		c.GrantTypes = []oauthclients.GrantType{oauthclients.GrantAuthorizationCode, oauthclients.GrantRefreshToken}
		c.TermsURI, c.Status = "https://default.example.com", oauthclients.StatusActive
		extra := c.Extra.(*world.MemExtra)
		extra.Tags, extra.Usage = []string{"y", "x", "y"}, 3
		extra.NotBefore = extra.NotBefore.UTC()
	})
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), fullClient())
	require.NoError(t, err)
}

func TestCreateNeedsAClient(t *testing.T) {
	driver := obedient(nil)
	_, err := driver.Client(t, nil).Clients.Create(t.Context(), nil)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Empty(t, driver.Calls)
}

func TestCreateTakesAnEmptyExtraPointerForNone(t *testing.T) {
	var none *world.MemExtra
	require.NotPanics(t, func() {
		_, err := obedient(nil).Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a", Extra: none})
		require.NoError(t, err)
	})
}

func TestCreateGivesAHalfMadeClientBesideTheError(t *testing.T) {
	driver := &world.StubDriver{OnCreate: func(want *oauthclients.OAuthClient) (*oauthclients.Record, error) {
		return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: "id-1", Name: want.Name}},
			&oauthclients.Error{Kind: oauthclients.ErrOutcomeUnknown, Provider: world.MemName, Operation: "Get", Message: "no secret"}
	}}
	got, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a"})
	require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
	require.Equal(t, "Create", world.Failure(t, err).Operation, "the verb that the user called")
	require.Equal(t, "id-1", got.ID)
}

// A success that names no client is not one: a client may exist that nobody can find.
func TestCreateWithoutAnIDIsAnUnknownOutcome(t *testing.T) {
	for name, record := range map[string]*oauthclients.Record{
		"no record": nil, "no client": {}, "no id": {Client: &oauthclients.OAuthClient{Name: "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			driver := &world.StubDriver{OnCreate: func(*oauthclients.OAuthClient) (*oauthclients.Record, error) { return record, nil }}
			_, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a"})
			require.ErrorIs(t, err, oauthclients.ErrOutcomeUnknown)
			require.Equal(t, world.MemName, world.Failure(t, err).Provider)
			require.Equal(t, "Create", world.Failure(t, err).Operation)
		})
	}
}

func TestCreateGivesBackWhatADriverFailsWith(t *testing.T) {
	broken := errors.New("the driver's own")
	driver := &world.StubDriver{OnCreate: func(*oauthclients.OAuthClient) (*oauthclients.Record, error) { return nil, broken }}
	got, err := driver.Client(t, nil).Clients.Create(context.WithoutCancel(t.Context()), &oauthclients.OAuthClient{Name: "a"})
	require.ErrorIs(t, err, broken)
	require.Nil(t, got)
}

// A client without its secret is there all the same: no kind may invite to try again.
func TestCreatedWithoutSecret(t *testing.T) {
	cause := &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Provider: world.MemName, Operation: "Get", StatusCode: 503}
	for name, cause := range map[string]error{"told": cause, "unknown": nil} {
		t.Run(name, func(t *testing.T) {
			driver := &world.StubDriver{OnCreate: func(*oauthclients.OAuthClient) (*oauthclients.Record, error) {
				return &oauthclients.Record{Client: &oauthclients.OAuthClient{ID: "id-1"}}, providerkit.CreatedWithoutSecret(world.MemName, "id-1", cause)
			}}
			got, err := driver.Client(t, nil).Clients.Create(t.Context(), &oauthclients.OAuthClient{Name: "a"})
			require.Equal(t, "id-1", got.ID)
			requireNotApplied(t, err, "Secret")
			require.NotErrorIs(t, err, oauthclients.ErrUnavailable)
			require.ErrorContains(t, err, "mem: Create: ")
			require.Equal(t, cause != nil, strings.Contains(err.Error(), "503"))
		})
	}
}
