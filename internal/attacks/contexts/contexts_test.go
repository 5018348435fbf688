// Package contexts has contexts that have just ended, or end during a call.
package contexts

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests that a call whose context is over says so, and sends nothing. A program that
// takes it for a rate limit would come back at once, for ever.

var errCause = errors.New("the program is going down")

// ended are contexts that are over already.
func ended(t *testing.T) map[string]context.Context {
	t.Helper()
	canceled, cancel := context.WithCancelCause(t.Context())
	cancel(errCause)
	expired, stop := context.WithDeadline(t.Context(), time.Now().Add(-time.Nanosecond))
	t.Cleanup(stop)
	now, stopNow := context.WithTimeout(t.Context(), 0)
	t.Cleanup(stopNow)
	return map[string]context.Context{"canceled": canceled, "expired": expired, "expires now": now}
}

// account is a client with a token at a fake, and one OAuth2 client in it.
type account struct {
	*target.Target
	client *oauthclients.Client
	id     string
}

func open(t *testing.T, name string, opts ...oauthclients.Option) *account {
	t.Helper()
	a := &account{Target: target.New(name)}
	client, err := oauthclients.New(a.At(a.Fake.URL()), a.Auth, append([]oauthclients.Option{oauthclients.WithHTTPClient(a.Fake.HTTPClient())}, opts...)...)
	require.NoError(t, err)
	made, err := client.Clients.Create(t.Context(), a.Sample)
	require.NoError(t, err)
	a.client, a.id = client, made.ID
	return a
}

func TestNothingIsSentForAContextThatIsOver(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		synctest.Test(t, func(t *testing.T) {
			a := open(t, name, oauthclients.WithRateLimit(1, 1))
			for kind, ctx := range ended(t) {
				for _, verb := range a.Verbs() {
					a.Fake.Forget()
					err := verb.Call(ctx, a.Target, a.client, a.id)
					require.Error(t, err, "%s %s %s", name, verb.Name, kind)
					require.ErrorIs(t, err, context.Cause(ctx), "%s %s", name, verb.Name)
					require.NotErrorIs(t, err, oauthclients.ErrRateLimited, "%s %s", name, verb.Name)
					require.NotErrorIs(t, err, oauthclients.ErrOutcomeUnknown, "%s %s: nothing was sent", name, verb.Name)
					require.Empty(t, a.Fake.Requests(), "%s %s", name, verb.Name)
				}
			}
		})
	}
}

// repetitions are as many as a program makes that comes back at once.
const repetitions = 1000

// waits are what a call can wait for when its context ends.
func waits() map[string]func(t *testing.T, a *account) {
	return map[string]func(t *testing.T, a *account){
		"limiter": func(*testing.T, *account) {},
		"gate": func(t *testing.T, a *account) { //nolint:thelper // it is a row of the table
			a.Fake.Inject(fakeserver.Fault{PathContains: a.Clients, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"60"}}})
			short, stop := context.WithTimeout(t.Context(), time.Second)
			defer stop()
			for _, verb := range a.Verbs() { // each of them finds its gate closed from here on
				require.Error(t, verb.Call(short, a.Target, a.client, a.id))
			}
		},
		"server": func(_ *testing.T, a *account) { a.Fake.Inject(fakeserver.Fault{Delay: time.Minute}) },
	}
}

// The limit is a token in ten minutes: whoever waits for it waits past every deadline here.
func TestAnEndedContextIsNoRateLimit(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		for wait, begin := range waits() {
			t.Run(name+"/"+wait, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) { hurry(t, name, wait, begin) })
			})
		}
	}
}

func hurry(t *testing.T, name, wait string, begin func(*testing.T, *account)) {
	t.Helper()
	var opts []oauthclients.Option
	if wait == "limiter" {
		opts = append(opts, oauthclients.WithRateLimit(1.0/600, 16))
	}
	a := open(t, name, opts...)
	begin(t, a)
	if wait == "limiter" {
		for range 20 { // the burst is used up
			short, stop := context.WithTimeout(t.Context(), time.Millisecond)
			_ = a.Verbs()[1].Call(short, a.Target, a.client, a.id)
			stop()
		}
	}
	verbs := a.Verbs()
	for i := range repetitions {
		deadline := time.Duration(i%31) * 100 * time.Microsecond // 0 to 3 ms
		ctx, stop := context.WithTimeout(t.Context(), deadline)
		<-time.After(time.Duration(i%7) * 50 * time.Microsecond) // some are over by then
		over, verb := ctx.Err() != nil, verbs[i%len(verbs)]
		started := time.Now()
		err := verb.Call(ctx, a.Target, a.client, a.id)
		requireOver(ctx, t, fmt.Sprintf("%s %s after %v", verb.Name, wait, deadline), err, over)
		require.LessOrEqual(t, time.Since(started), deadline, verb.Name)
		stop()
	}
}

// requireOver: a rate limit is told only while its context still lives, and with its wait.
func requireOver(ctx context.Context, t *testing.T, what string, err error, over bool) {
	t.Helper()
	require.Error(t, err, what)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed, what)
	if over || ctx.Err() != nil {
		require.NotErrorIs(t, err, oauthclients.ErrRateLimited, "%s: %v", what, err)
		require.ErrorIs(t, err, context.DeadlineExceeded, what)
	}
	if errors.Is(err, oauthclients.ErrRateLimited) {
		require.Positive(t, failed.RetryAfter, "%s: a program would come back at once: %v", what, err)
	}
}
