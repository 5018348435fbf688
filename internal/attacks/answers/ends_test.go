package answers

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file tests that a call ends, whatever comes instead of its answer.

// TestMain lets attacks run together.
func TestMain(m *testing.M) {
	if err := target.Together(12); err != nil {
		os.Exit(2)
	}
	os.Exit(m.Run())
}

// A status, or a body that does not come, at every verb.
func TestACallEndsWhateverTheAnswer(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		for _, protocol := range []target.Protocol{target.HTTP1, target.HTTP2} {
			for _, a := range slices.Concat(interim(), redirects(), slowBodies()) {
				if a.only != "" && a.only != protocol {
					continue
				}
				t.Run(fmt.Sprintf("%s/%s/%s", name, protocol, a.name), func(t *testing.T) {
					t.Parallel()
					f := target.NewFront(t, name, protocol)
					requireEnds(t, f, a, f.Verbs())
				})
			}
		}
	}
}

// Megabytes take processors, so that these come one after the other, at a read and at
// what comes first.
func TestACallEndsHoweverMuchIsAnswered(t *testing.T) { //nolint:paralleltest // it is timed
	attacks := slices.Concat(heavyBodies(t), longHeaders(), texts())
	for n, name := range target.Names() {
		f := target.NewFront(t, name, target.HTTP1)
		verbs := slices.DeleteFunc(f.Verbs(), func(v target.Verb) bool { return v.Name != "Get" })
		for i, a := range attacks {
			if n > 0 && i%3 != n-1 {
				continue // the first provider meets all of them, the others take turns
			}
			t.Run(name+"/"+a.name, func(t *testing.T) { requireEnds(t, f, a, verbs) })
		}
	}
}

// requireEnds calls the verbs, and one more for which a token is needed first.
func requireEnds(t *testing.T, f *target.Front, a answer, verbs []target.Verb) {
	t.Helper()
	f.Attack(nil)
	client := f.Client(t, once())
	require.NoError(t, read(t.Context(), client, f)) // there is a token from here on
	for _, verb := range verbs {
		f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method == verb.Method {
				a.give(w, r)
			}
			return r.Method == verb.Method
		})
		ended := best(t, func(ctx context.Context) error { return verb.Call(ctx, f.Target, client, f.ID) })
		requireOrderly(t, f, verb.Name, ended)
	}
	f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
		a.give(w, r)
		return true
	})
	ended := best(t, func(ctx context.Context) error { return target.Create(ctx, f.Target, f.Client(t, once()), f.ID) })
	requireOrderly(t, f, "the first request", ended)
}

// best is the best of some calls, since the machine may be busy with something else.
func best(t *testing.T, call func(context.Context) error) (ended target.Ended) {
	t.Helper()
	for range tries {
		ended = target.Run(t, limit, call)
		if ended.Hung || ended.Late < allowance {
			break
		}
	}
	return ended
}

// once: repeating has tests of its own.
func once() oauthclients.Option {
	return oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1, MinWait: time.Millisecond, MaxWait: time.Millisecond})
}

func read(ctx context.Context, client *oauthclients.Client, f *target.Front) error {
	_, err := client.Clients.Get(ctx, f.ID)
	return err
}
