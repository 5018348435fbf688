package verbs

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"testing"
	"weak"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests the walk over pages: order, doubles, cycles, ends, and that a page is not
// kept.

// pagesOf makes a provider of pages by cursor; each page is a list of ids and a next cursor.
func pagesOf(pages map[string]page) *world.StubDriver {
	return &world.StubDriver{OnList: func(opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		p, ok := pages[opts.Cursor]
		if !ok {
			return nil, errors.New("no such page: " + opts.Cursor)
		}
		return p.records(), nil
	}}
}

type page struct {
	ids  []string
	next string
}

func (p page) records() *oauthclients.RecordPage {
	records := &oauthclients.RecordPage{NextCursor: p.next}
	for _, id := range p.ids {
		records.Records = append(records.Records, oauthclients.Record{Client: &oauthclients.OAuthClient{ID: id, Name: "name of " + id}})
	}
	return records
}

func ids(id ...string) []string { return id }

// walk collects the ids of All.
func walk(t *testing.T, client *oauthclients.Client, opts oauthclients.ListOptions) ([]string, error) {
	t.Helper()
	var got []string
	for c, err := range client.Clients.All(t.Context(), opts) {
		if err != nil {
			require.Nil(t, c)
			return got, err
		}
		got = append(got, c.ID)
	}
	return got, nil
}

func TestAllWalksThePagesInOrder(t *testing.T) {
	for name, test := range map[string]struct {
		pages map[string]page
		start string
		want  []string
		asked int
	}{
		"one page":              {map[string]page{"": {ids("b", "a", "c"), ""}}, "", ids("b", "a", "c"), 1},
		"no client":             {map[string]page{"": {nil, ""}}, "", nil, 1},
		"three pages":           {map[string]page{"": {ids("1", "2"), "x"}, "x": {ids("3"), "y"}, "y": {ids("4", "5"), ""}}, "", ids("1", "2", "3", "4", "5"), 3},
		"from a cursor":         {map[string]page{"x": {ids("3"), "y"}, "y": {ids("4"), ""}}, "x", ids("3", "4"), 2},
		"double within a page":  {map[string]page{"": {ids("1", "2", "1", "1"), ""}}, "", ids("1", "2"), 1},
		"double of last page":   {map[string]page{"": {ids("1", "2"), "x"}, "x": {ids("2", "3"), "y"}, "y": {ids("3", "4"), ""}}, "", ids("1", "2", "3", "4"), 3},
		"page of doubles alone": {map[string]page{"": {ids("1"), "x"}, "x": {ids("1"), "y"}, "y": {ids("1", "2"), ""}}, "", ids("1", "2"), 3},
		"empty page is the end": {map[string]page{"": {ids("1"), "x"}, "x": {nil, "y"}, "y": {ids("2"), ""}}, "", ids("1"), 2},
		"cursor to itself":      {map[string]page{"": {ids("1"), "x"}, "x": {ids("2"), "x"}}, "", ids("1", "2"), 2},
		"started on itself":     {map[string]page{"x": {ids("1"), "x"}}, "x", ids("1"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			driver := pagesOf(test.pages)
			got, err := walk(t, driver.Client(t, nil), oauthclients.ListOptions{Cursor: test.start})
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			require.Len(t, driver.Calls, test.asked)
		})
	}
}

// A provider whose cursors go round must not keep a program for ever. Nothing may be missing,
// and the walk ends within a few rounds.
func TestAllEndsInACycleOfCursors(t *testing.T) {
	for lead := range 6 {
		for round := 1; round <= 9; round++ {
			t.Run(fmt.Sprintf("%d then round of %d", lead, round), func(t *testing.T) {
				pages, want := map[string]page{}, map[string]bool{}
				for i := range lead + round {
					next := i + 1
					if next == lead+round {
						next = lead
					}
					cursor := "c" + strconv.Itoa(i)
					if i == 0 && lead > 0 {
						cursor = "" // the start is outside of the round
					}
					pages[cursor] = page{ids("id-" + strconv.Itoa(i)), "c" + strconv.Itoa(next)}
					want["id-"+strconv.Itoa(i)] = true
				}
				start := ""
				if lead == 0 {
					start = "c0"
				}
				driver := pagesOf(pages)
				got, err := walk(t, driver.Client(t, nil), oauthclients.ListOptions{Cursor: start})
				require.NoError(t, err)
				for _, id := range got {
					delete(want, id)
				}
				require.Empty(t, want, "no client is missing")
				require.LessOrEqual(t, len(driver.Calls), 4*(lead+round)+4)
			})
		}
	}
}

func TestAllEndsAfterAnError(t *testing.T) {
	driver := pagesOf(map[string]page{"": {ids("1", "2"), "x"}, "x": {ids("3"), "lost"}})
	client := driver.Client(t, nil)
	var got []string
	var errs []error
	for c, err := range client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
		if err != nil {
			require.Nil(t, c)
			errs = append(errs, err)
			continue // a loop that goes on must not get more
		}
		got = append(got, c.ID)
	}
	require.Equal(t, ids("1", "2", "3"), got)
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "no such page: lost")
}

func TestAllStopsWhenTheLoopDoes(t *testing.T) {
	driver := pagesOf(map[string]page{"": {ids("1", "2"), "x"}, "x": {ids("3"), ""}})
	for c := range driver.Client(t, nil).Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.Equal(t, "1", c.ID)
		break
	}
	require.Equal(t, []string{"List"}, driver.Calls, "no page is fetched ahead")
}

func TestAllCanBeRangedTwice(t *testing.T) {
	driver := pagesOf(map[string]page{"": {ids("1"), "x"}, "x": {ids("2"), ""}})
	all := driver.Client(t, nil).Clients.All(t.Context(), oauthclients.ListOptions{})
	for range 2 {
		var got []string
		for c, err := range all {
			require.NoError(t, err)
			got = append(got, c.ID)
		}
		require.Equal(t, ids("1", "2"), got)
	}
}

func TestPageSizesAreCutToTheProvidersRange(t *testing.T) {
	for name, test := range map[string]struct {
		able      func(*oauthclients.Capabilities)
		size, got int
	}{
		"within":       {nil, 20, 20},
		"the largest":  {nil, 50, 50},
		"too large":    {nil, 51, 50},
		"none":         {nil, 0, 0},
		"negative":     {nil, -5, 0},
		"no known max": {func(c *oauthclients.Capabilities) { c.MaxPageSize = 0 }, 1 << 20, 1 << 20},
		"no paging":    {func(c *oauthclients.Capabilities) { c.Paging = false }, 20, 0},
	} {
		t.Run(name, func(t *testing.T) {
			var sizes []int
			driver := &world.StubDriver{OnList: func(opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
				sizes = append(sizes, opts.PageSize)
				return page{ids("1" + opts.Cursor), map[string]string{"": "x"}[opts.Cursor]}.records(), nil
			}}
			client := driver.Client(t, test.able)
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: test.size})
			require.NoError(t, err)
			_, err = walk(t, client, oauthclients.ListOptions{PageSize: test.size})
			require.NoError(t, err)
			require.Equal(t, []int{test.got, test.got, test.got}, sizes, "of List, and of both pages of All")
		})
	}
}

func TestListGivesOnePage(t *testing.T) {
	driver := pagesOf(map[string]page{"": {ids("2", "1"), "x"}, "x": {ids("3"), ""}})
	client := driver.Client(t, nil)
	first, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Equal(t, "x", first.NextCursor)
	require.Len(t, first.Clients, 2)
	require.Equal(t, "2", first.Clients[0].ID)
	last, err := client.Clients.List(t.Context(), oauthclients.ListOptions{Cursor: first.NextCursor})
	require.NoError(t, err)
	require.Empty(t, last.NextCursor)
	require.Equal(t, "3", last.Clients[0].ID)
}

// A page is a list of clients, not of the provider's entries.
func TestListSkipsADoubleWithinItsPage(t *testing.T) {
	client := pagesOf(map[string]page{"": {ids("1", "2", "1"), ""}}).Client(t, nil)
	got, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.Len(t, got.Clients, 2)
}

func TestFindByNameIsExactAndGivesAll(t *testing.T) {
	server := world.NewMemServer()
	for i, name := range []string{"app", "App", "app ", "my app", "app", "", "app"} {
		server.Clients = append(server.Clients, map[string]any{"id": strconv.Itoa(i), "name": name})
	}
	server.Inject(fakeserver.Fault{Times: 1, Status: 503})
	client := server.Client(t, oauthclients.NoAuth{})
	found, err := client.Clients.FindByName(t.Context(), "app")
	require.NoError(t, err)
	require.Len(t, found, 3)
	for i, id := range ids("0", "4", "6") {
		require.Equal(t, id, found[i].ID)
	}
	found, err = client.Clients.FindByName(t.Context(), "ap")
	require.NoError(t, err)
	require.Empty(t, found)
	found, err = client.Clients.FindByName(t.Context(), "")
	require.NoError(t, err)
	require.Len(t, found, 1)
}

func TestFindByNameNamesItselfInItsErrors(t *testing.T) {
	client, server := world.Serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	_, err := client.Clients.FindByName(t.Context(), "app")
	require.ErrorIs(t, err, oauthclients.ErrPermission)
	require.Equal(t, "FindByName", world.Failure(t, err).Operation)
	require.Len(t, server.Requests(), 1)
}

// The memory of a walk is that of its pages, not of the list.
func TestAllKeepsNoPageThatIsBehind(t *testing.T) {
	driver := &world.StubDriver{OnList: func(opts oauthclients.ListOptions) (*oauthclients.RecordPage, error) {
		n, _ := strconv.Atoi(opts.Cursor)
		next := ""
		if n < 20 {
			next = strconv.Itoa(n + 1)
		}
		return page{ids("id-" + strconv.Itoa(n)), next}.records(), nil
	}}
	var seen []weak.Pointer[oauthclients.OAuthClient]
	for c, err := range driver.Client(t, nil).Clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		seen = append(seen, weak.Make(c))
		if c.ID != "id-20" {
			continue
		}
		runtime.GC()
		require.Len(t, seen, 21)
		for i, behind := range seen[:18] {
			require.Nil(t, behind.Value(), "client of page %d", i)
		}
	}
}
