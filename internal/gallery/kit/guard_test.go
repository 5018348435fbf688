package kit_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/gallery/kit"
)

const (
	eventually = time.Minute
	soon       = 50 * time.Millisecond
)

// deaf is a program that has a child, and takes no notice of SIGTERM.
const deaf = `trap '' TERM; sleep 600 & echo "$$ $!" > pids.new; mv pids.new pids; wait; wait`

// A program ends with its input whatever it does, and its children with it.
func TestNothingOutlivesItsInput(t *testing.T) {
	folder := t.TempDir()
	process, err := kit.Guarded(t.Context(), folder, nil, "bash", "-c", deaf)
	require.NoError(t, err)
	var pids []string
	require.Eventually(t, func() bool {
		text, err := os.ReadFile(filepath.Join(folder, "pids"))
		pids = strings.Fields(string(text))
		return err == nil && len(pids) == 2
	}, eventually, soon)
	require.NoError(t, process.Stop())
	for _, text := range pids {
		pid, err := strconv.Atoi(text)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return syscall.Kill(pid, 0) != nil }, eventually, soon)
	}
}
