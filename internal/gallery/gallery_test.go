package gallery

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers"
)

// This file starts the servers, and goes with each case to each of them.

// patience is for a download, and for the start of a server that makes its tables first.
const patience = 15 * time.Minute

func TestGallery(t *testing.T) {
	cache := cacheFolder(t)
	results := newResults()
	t.Run("servers", func(t *testing.T) {
		for _, server := range chosen(t) {
			t.Run(server.Name, func(t *testing.T) {
				t.Parallel() // one starts while another is tested
				visitAll(t, cache, server, results)
			})
		}
	})
	if os.Getenv("GALLERY_SERVER") == "" {
		requirePage(t, results)
	}
}

// chosen are the servers whose names have GALLERY_SERVER in them.
func chosen(t *testing.T) (all []*kit.Server) {
	t.Helper()
	only := strings.ToLower(os.Getenv("GALLERY_SERVER"))
	for _, server := range servers.All() {
		if strings.Contains(strings.ToLower(strings.ReplaceAll(server.Name, " ", "")), only) {
			all = append(all, server)
		}
	}
	require.NotEmpty(t, all, "no server has %q in its name", only)
	return all
}

func cacheFolder(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("GALLERY_CACHE"); folder != "" {
		return folder
	}
	folder, err := os.UserCacheDir()
	require.NoError(t, err)
	return filepath.Join(folder, "oauthclients-gallery")
}

// visitAll goes to one server with every case, one after the other.
func visitAll(t *testing.T, cache string, server *kit.Server, results *results) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	begun := time.Now()
	folder, err := server.Fetch(ctx, cache)
	require.NoError(t, err)
	got := time.Since(begun)
	v := &visit{server: server, folder: folder}
	require.NoError(t, v.start(ctx))
	t.Cleanup(func() { require.NoError(t, v.running.Stop()) })
	t.Logf("%s %s: got in %.1f s, started in %.1f s", server.Name, server.Version, got.Seconds(), (time.Since(begun) - got).Seconds())
	for _, c := range casesAt(server) {
		t.Run(c.name, func(t *testing.T) {
			v.Test = t
			results.add(server, c.name, judge(t, v, c))
		})
	}
	t.Logf("%s: %.1f s", server.Name, time.Since(begun).Seconds())
}

// judge says how a case ended, and fails if that is not how it ends there.
func judge(t *testing.T, v *visit, c testCase) kit.End {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience) // one of them starts the server
	defer cancel()
	err := c.run(ctx, v)
	expected, other := v.server.Manners.End(c.name)
	if !other {
		require.NoError(t, err, "the server printed: %s", v.running.Printed())
		return kit.End{Verdict: kit.Works}
	}
	require.Error(t, err, "it works now, so that its manners are out of date: %s", expected.Why)
	if expected.Kind != nil {
		require.ErrorIs(t, err, expected.Kind)
	}
	require.ErrorContains(t, err, expected.Says)
	return expected
}

// results are the cells of the table.
type results struct {
	mu    sync.Mutex
	cells map[string]kit.End // by server and case
}

func newResults() *results { return &results{cells: map[string]kit.End{}} }

func cell(server, name string) string { return fmt.Sprintf("%s\x00%s", server, name) }

func (r *results) add(server *kit.Server, name string, end kit.End) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.cells[cell(server.Name, name)] = end
}
