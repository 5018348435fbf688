package providertest

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the cases about lists, and about many goroutines at once.

// createMany registers count clients from several goroutines and returns their ids.
func (x Target) createMany(t *testing.T, count int) map[string]bool {
	t.Helper()
	ids := make([]string, count)
	x.inParallel(t, count, func(n int) error {
		created, err := x.Client.Clients.Create(t.Context(), x.Sample(n))
		if err == nil {
			ids[n] = created.ID
		}
		return err
	})
	set := map[string]bool{}
	for _, id := range ids {
		set[id] = true
	}
	require.Len(t, set, count, "each client has an id of its own")
	return set
}

const goroutines = 32

// inParallel calls work with 0 to count-1 from 32 goroutines.
func (x Target) inParallel(t *testing.T, count int, work func(n int) error) {
	t.Helper()
	numbers, errs := make(chan int), make(chan error, count)
	var group sync.WaitGroup
	for range goroutines {
		group.Go(func() {
			for n := range numbers {
				errs <- work(n)
			}
		})
	}
	for n := range count {
		numbers <- n
	}
	close(numbers)
	group.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

// requireAll ranges over everything and expects each id exactly once.
func (x Target) requireAll(t *testing.T, want map[string]bool, opts oauthclients.ListOptions) {
	t.Helper()
	seen := map[string]bool{}
	for client, err := range x.Client.Clients.All(t.Context(), opts) {
		require.NoError(t, err)
		require.False(t, seen[client.ID], "client %s came twice", client.ID)
		seen[client.ID] = true
	}
	require.Equal(t, want, seen)
}

func paging(t *testing.T, x Target) {
	page, err := x.Client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	require.NotNil(t, page.Clients)
	require.Empty(t, page.Clients)
	require.Empty(t, page.NextCursor)
	x.requireAll(t, map[string]bool{}, oauthclients.ListOptions{})

	ids := x.createMany(t, 1)
	x.requireAll(t, ids, oauthclients.ListOptions{})
}

func pageSizes(t *testing.T, x Target) {
	const size = 3
	for total := size; total <= 2*size+1; total++ {
		if total == size {
			x.createMany(t, size)
		} else {
			x.create(t, total)
		}
		ids := map[string]bool{}
		for client, err := range x.Client.Clients.All(t.Context(), oauthclients.ListOptions{}) {
			require.NoError(t, err)
			ids[client.ID] = true
		}
		require.Len(t, ids, total)
		x.requireAll(t, ids, oauthclients.ListOptions{PageSize: size})
		x.requireAll(t, ids, oauthclients.ListOptions{PageSize: 1 << 30})
		x.requireAll(t, ids, oauthclients.ListOptions{PageSize: -1})
		if x.capabilities().Paging {
			page, err := x.Client.Clients.List(t.Context(), oauthclients.ListOptions{PageSize: size})
			require.NoError(t, err)
			require.Len(t, page.Clients, size)
			require.Equal(t, total > size, page.NextCursor != "")
		}
	}
}

func manyClients(t *testing.T, x Target) {
	many := x.Many
	if many == 0 {
		many = 1000
	}
	ids := x.createMany(t, many)
	x.requireAll(t, ids, oauthclients.ListOptions{})
}

func namesAreNotUnique(t *testing.T, x Target) {
	first, second := x.Sample(1), x.Sample(2)
	second.Name = first.Name
	want := map[string]bool{}
	for _, sample := range []*oauthclients.OAuthClient{first, second} {
		created, err := x.Client.Clients.Create(t.Context(), sample)
		require.NoError(t, err)
		want[created.ID] = true
	}
	x.create(t, 3)
	found, err := x.Client.Clients.FindByName(t.Context(), first.Name)
	require.NoError(t, err)
	got := map[string]bool{}
	for _, client := range found {
		got[client.ID] = true
	}
	require.Equal(t, want, got)
	found, err = x.Client.Clients.FindByName(t.Context(), first.Name+" ")
	require.NoError(t, err)
	require.Empty(t, found, "names are compared exactly")
}

func concurrentUse(t *testing.T, x Target) {
	clients := x.Client.Clients
	x.inParallel(t, goroutines, func(n int) error {
		created, err := clients.Create(t.Context(), x.Sample(n))
		if err != nil {
			return err
		}
		if _, err := clients.Update(t.Context(), created.ID, func(c *oauthclients.OAuthClient) {
			c.Name = "Edited " + strconv.Itoa(n)
		}); err != nil {
			return err
		}
		if _, err := clients.Get(t.Context(), created.ID); err != nil {
			return err
		}
		if n%2 == 0 {
			return clients.Delete(t.Context(), created.ID)
		}
		return nil
	})
	names := map[string]int{}
	for client, err := range clients.All(t.Context(), oauthclients.ListOptions{}) {
		require.NoError(t, err)
		names[client.Name]++
	}
	want := map[string]int{}
	for n := 1; n < goroutines; n += 2 {
		want["Edited "+strconv.Itoa(n)] = 1
	}
	require.Equal(t, want, names)
}
