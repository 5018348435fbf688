package dcr_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds what every store must do, the one in memory and the one in files.

func stores(t *testing.T) map[string]dcr.Store {
	t.Helper()
	files, err := dcr.FileStore(filepath.Join(t.TempDir(), "a", "registrations"))
	require.NoError(t, err)
	return map[string]dcr.Store{"memory": dcr.NewMemoryStore(), "files": files}
}

func handle(id string) dcr.Handle {
	return dcr.Handle{ClientID: id, URI: "https://login.example.com/reg/x?client_id=" + id, Token: oauthclients.NewSecret("token of " + id)}
}

// oddIDs are ids that file systems would mix up or not take.
func oddIDs() []string {
	return []string{
		"a", "A", "aA", "s6BhdRkqt3", "..", ".lock-00", ".new", "a/b", `a\b`, "a:b", "%41", "~a", "ü", "🔑", "a b", "con", "nul.txt",
		"https://app.example.com/client", strings.Repeat("x", 150), strings.Repeat("X", 150), strings.Repeat("X", 151), "\x00", "\xff\xfe",
	}
}

func TestStoresKeepHandlesApart(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			for _, id := range oddIDs() {
				found, err := store.Load(t.Context(), id)
				require.NoError(t, err)
				require.Nil(t, found, "%q is not there yet", id)
				if name == "files" && id == "\xff\xfe" {
					require.ErrorContains(t, store.Save(t.Context(), handle(id)), "UTF-8", "JSON would hold another id")
					continue
				}
				require.NoError(t, store.Save(t.Context(), handle(id)))
			}
			for _, id := range oddIDs()[:len(oddIDs())-1] {
				found, err := store.Load(t.Context(), id)
				require.NoError(t, err, "%q", id)
				require.Equal(t, id, found.ClientID)
				require.Equal(t, handle(id).URI, found.URI)
				require.Equal(t, handle(id).Token.Reveal(), found.Token.Reveal())
			}
			require.NoError(t, store.Delete(t.Context(), "A"))
			require.NoError(t, store.Delete(t.Context(), "A"), "that there is none is no error")
			found, err := store.Load(t.Context(), "A")
			require.NoError(t, err)
			require.Nil(t, found)
			found, err = store.Load(t.Context(), "a")
			require.NoError(t, err)
			require.NotNil(t, found)
		})
	}
}

func TestStoresReplaceAHandle(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			h := handle("a")
			require.NoError(t, store.Save(t.Context(), h))
			h.Token = oauthclients.NewSecret("another")
			require.NoError(t, store.Save(t.Context(), h))
			requireHandle(t, store, "a", h.URI, "another")
			ids, err := store.List(t.Context(), "", 10)
			require.NoError(t, err)
			require.Equal(t, []string{"a"}, ids)
		})
	}
}

func TestStoresListInTheOrderOfIDs(t *testing.T) {
	long := strings.Repeat("L", 200)
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			ids, err := store.List(t.Context(), "", 10)
			require.NoError(t, err)
			require.Empty(t, ids)
			for _, id := range []string{"b", "a", "C", "ü", long, "0"} {
				require.NoError(t, store.Save(t.Context(), handle(id)))
			}
			for _, c := range []struct {
				after string
				limit int
				want  []string
			}{
				{"", 10, []string{"0", "C", long, "a", "b", "ü"}},
				{"", 2, []string{"0", "C"}},
				{"C", 2, []string{long, "a"}},
				{"B is not there", 2, []string{"C", long}},
				{"ü", 2, []string{}},
			} {
				ids, err := store.List(t.Context(), c.after, c.limit)
				require.NoError(t, err)
				require.Equal(t, c.want, ids, "%q %d", c.after, c.limit)
			}
		})
	}
}

func TestALockIsForOneAtATime(t *testing.T) {
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			locker, ok := store.(dcr.Locker)
			require.True(t, ok)
			var group sync.WaitGroup
			counts := map[string]*int{"a": new(int), "b": new(int)} // read and written under the lock alone
			for n := range 40 {
				group.Go(func() {
					id := []string{"a", "b"}[n%2]
					unlock, err := locker.Lock(t.Context(), id)
					if err != nil {
						t.Error(err)
						return
					}
					*counts[id]++
					unlock()
				})
			}
			group.Wait()
			require.Equal(t, 20, *counts["a"])
			require.Equal(t, 20, *counts["b"])
		})
	}
}

func TestAWaitForALockEndsWithItsContext(t *testing.T) {
	cause := errors.New("the caller left")
	for name, store := range stores(t) {
		t.Run(name, func(t *testing.T) {
			locker, ok := store.(dcr.Locker)
			require.True(t, ok)
			unlock, err := locker.Lock(t.Context(), "a")
			require.NoError(t, err)
			ctx, cancel := context.WithCancelCause(t.Context())
			ended := make(chan error)
			go func() {
				_, err := locker.Lock(ctx, "a")
				ended <- err
			}()
			cancel(cause)
			require.ErrorIs(t, <-ended, cause)
			unlock()
			again, err := locker.Lock(t.Context(), "a")
			require.NoError(t, err)
			again()
		})
	}
}

func TestHandlesDoNotShow(t *testing.T) {
	h := handle("a")
	for _, value := range []any{h, &h, &dcr.HandleError{Handle: h, Reason: "could not be saved"}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
			require.NotContains(t, fmt.Sprintf(verb, value), "token of a")
		}
	}
}
