package verbs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what the core makes of answers that nobody should give, whoever wrote the
// driver. What the providers of this module make of them is tested in providers/internal/hostile.

// A driver may not look whose client it was given.
func TestAClientThatWasNotAskedForIsRefused(t *testing.T) {
	for asked, other := range map[string]string{
		"id-1": "id-2", "id-2": "-", "ID-3": "id-33", "id-4": "", "k": "\u212a", "s": "\u017f", "ü": "Ü", "\xff": "\ufffd", "\xff\u212a": "\ufffdk",
	} {
		driver := holds(&oauthclients.OAuthClient{ID: other, Name: "a", Secret: oauthclients.NewSecret("of-another")})
		client := driver.Client(t, nil)
		got, err := client.Clients.Get(t.Context(), asked)
		require.Nil(t, got, asked)
		require.Equal(t, oauthclients.ErrUnavailable, world.Failure(t, err).Kind)
		require.Equal(t, "Get", world.Failure(t, err).Operation)
		require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown)

		got, err = client.Clients.Update(t.Context(), asked, func(c *oauthclients.OAuthClient) { c.Name = "b" })
		require.Nil(t, got, asked)
		require.Equal(t, oauthclients.ErrUnavailable, world.Failure(t, err).Kind)
		require.Equal(t, "Update", world.Failure(t, err).Operation)
		require.NotContains(t, driver.Calls, "Update", "nothing is written to another client")
	}
}

func TestTheCaseOfAnAnsweredIDDoesNotCount(t *testing.T) {
	driver := holds(&oauthclients.OAuthClient{ID: "6C7CF17B", Name: "a"})
	got, err := driver.Client(t, nil).Clients.Get(t.Context(), "6c7cf17b")
	require.NoError(t, err)
	require.Equal(t, "6C7CF17B", got.ID)
}

func TestAnUpdateThatIsAnsweredWithAnotherClientIsAnUnknownOutcome(t *testing.T) {
	driver := holds(&oauthclients.OAuthClient{ID: "id-1", Name: "a"})
	driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		want.ID = "id-2"
		return &oauthclients.Record{Client: want}, nil
	}
	got, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.Name = "b" })
	require.Nil(t, got)
	require.Equal(t, oauthclients.ErrOutcomeUnknown, world.Failure(t, err).Kind)
	require.Equal(t, "Update", world.Failure(t, err).Operation)
}

// encoding/json would write another text than was asked for.
func TestTextsThatAreNotUTF8AreNamed(t *testing.T) {
	driver := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &world.MemExtra{Tags: []string{"x"}}})
	client := driver.Client(t, nil)
	bend := func(c *oauthclients.OAuthClient) {
		c.Name, c.RedirectURIs = "a\xff", []string{"https://app.example.com", "https://\xc3"}
		c.Extra.(*world.MemExtra).Tags = []string{"ok", "\xed\xa0\x80"}
	}
	want := []oauthclients.FieldError{
		{Field: "Name", Code: "invalid", Message: "must be valid UTF-8"},
		{Field: "RedirectURIs", Code: "invalid", Message: "entry 2 must be valid UTF-8"},
		{Field: "Extra.Tags", Code: "invalid", Message: "must be valid UTF-8"},
	}
	created := &oauthclients.OAuthClient{Extra: &world.MemExtra{}}
	bend(created)
	_, err := client.Clients.Create(t.Context(), created)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, want, world.Failure(t, err).Fields)
	_, err = client.Clients.Update(t.Context(), "id-1", bend)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.Equal(t, want, world.Failure(t, err).Fields)
	require.Equal(t, []string{"Get"}, driver.Calls, "nothing was written")

	_, err = client.Clients.Update(t.Context(), "id-1", func(c *oauthclients.OAuthClient) { c.Extra = nil })
	require.NoError(t, err, "cleared settings have no text")
}

// A server may make a list of the Extra as long as an answer can be. Entry by entry this would
// take an hour.
func TestLongListsOfAnExtraAreComparedInOnePass(t *testing.T) {
	tags := make([]string, 200_000)
	for i := range tags {
		tags[i] = strconv.Itoa(i)
	}
	driver := holds(&oauthclients.OAuthClient{ID: "id-1", Extra: &world.MemExtra{Tags: tags}})
	driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
		slices.Reverse(want.Extra.(*world.MemExtra).Tags)
		return &oauthclients.Record{Client: want}, nil
	}
	edit := func(c *oauthclients.OAuthClient) { c.Extra.(*world.MemExtra).Tags[0] = "another" }
	_, err := driver.Client(t, nil).Clients.Update(t.Context(), "id-1", edit)
	require.NoError(t, err, "the order does not count")

	for name, bend := range map[string]func(tags []string) []string{
		"the old entry": func(tags []string) []string { tags[0] = "0"; return tags },
		"one more":      func(tags []string) []string { return append(tags, "more") },
		"one less":      func(tags []string) []string { return tags[1:] },
	} {
		driver.OnUpdate = func(_ *oauthclients.Record, want *oauthclients.OAuthClient, _ []string) (*oauthclients.Record, error) {
			want.Extra.(*world.MemExtra).Tags = bend(want.Extra.(*world.MemExtra).Tags)
			return &oauthclients.Record{Client: want}, nil
		}
		_, err = driver.Client(t, nil).Clients.Update(t.Context(), "id-1", edit)
		require.ErrorIs(t, err, oauthclients.ErrNotApplied, name)
		want := oauthclients.NotAppliedError{Fields: []string{"Extra.Tags"}}
		if name == "one more" {
			want.More = want.Fields
		}
		requireNotAppliedAs(t, err, want)
	}
}

// A server that never comes to an end, and says nothing new, must not keep a program for ever.
func TestAllEndsWhereNothingNewComes(t *testing.T) {
	asked := 0
	driver := &world.StubDriver{OnList: func(oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		asked++
		return &oauthclients.RecordPage{
			Records: []oauthclients.Record{{Client: &oauthclients.OAuthClient{ID: "id-1"}}}, NextCursor: "cursor-" + strconv.Itoa(asked),
		}, nil
	}}
	got, err := walk(t, driver.Client(t, nil), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"id-1"}, got)
	require.Equal(t, 4, asked, "three pages of old clients could be an accident")
}

// What a decoder or net/http cannot read they repeat, however long it is.
func TestTheTextOfACauseIsOneShortLine(t *testing.T) {
	for _, cause := range []error{
		fmt.Errorf("cannot read %s", strings.Repeat("9", 1<<20)), errors.New("malformed:\r\n\x1b[2J\u2028x"), errors.Join(errors.New("a"), errors.New("b")),
	} {
		failed := &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Err: cause}
		world.RequireTame(t, failed.Error())
		require.ErrorIs(t, failed, cause)
	}
	unsupported := &oauthclients.UnsupportedError{Provider: world.MemName, Operation: "Create", Reason: "asked for a\nb" + strings.Repeat("x", 1<<20)}
	world.RequireTame(t, unsupported.Error())
}

// An answer that names thousands of faults is told with some of them.
func TestFaultsOfAnAnswerAreCounted(t *testing.T) {
	server := world.NewMemServer()
	client := server.Client(t, oauthclients.NoAuth{}, func(c *oauthclients.Connection) {
		c.Explain = func(r *oauthclients.Response, e *oauthclients.Error) { _ = json.Unmarshal(r.Body, &e.Fields) }
	})
	faults := make([]oauthclients.FieldError, 5_000)
	for i := range faults {
		faults[i] = oauthclients.FieldError{Field: "f" + strconv.Itoa(i), Message: strings.Repeat("no ", 10)}
	}
	body, err := json.Marshal(faults)
	require.NoError(t, err)
	server.Inject(fakeserver.Fault{Status: http.StatusBadRequest, Body: string(body)})
	failed := world.Failure(t, world.Get(t, client))
	require.Len(t, failed.Fields, 100)
	require.Equal(t, "f0", failed.Fields[0].Field)
	world.RequireTame(t, failed.Error())
}

// The held credential is not to blame for a token that no header can carry, and is not replaced.
func TestATradedTokenThatCannotBeSent(t *testing.T) {
	for _, token := range []string{"two words", "new\nline", "ü", "\x00"} {
		server := world.NewMemServer()
		trades := 0
		client := server.Client(t, world.PasswordGrant(), func(c *oauthclients.Connection) {
			c.Trade = func(context.Context, *oauthclients.Caller, oauthclients.Secret) (*oauth2.Token, error) {
				trades++
				return &oauth2.Token{AccessToken: token}, nil
			}
		})
		err := world.Get(t, client)
		require.Equal(t, oauthclients.ErrUnavailable, world.Failure(t, err).Kind, "%q", token)
		require.Equal(t, "Token", world.Failure(t, err).Operation)
		require.NotContains(t, err.Error(), token)
		require.Equal(t, 1, server.TokenRequests())
		require.Equal(t, 1, trades)
		require.Zero(t, server.APIRequests())
	}
}
