package soak

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/faultproxy"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file holds the world of one run: a fake, what stands in front of it, and those who work
// on it.

const (
	goroutines = 64
	commons    = 8 // clients that everybody works on
	perWorker  = 1_000_000
)

// world is one run.
type world struct {
	vendor   vendors.Vendor
	fake     *vendors.Fake
	proxy    *faultproxy.Proxy
	witness  *witness
	mischief *mischief
	*numbers

	client *oauthclients.Client // through the faults
	quiet  *oauthclients.Client // past them

	workers []*worker
	commons []*common
	// What the vendor's Get returns.
	showsSecret, keepsMembers bool
}

func newWorld(t *testing.T, vendor vendors.Vendor, spoken protocol, seed uint64) *world {
	t.Helper()
	fake := vendor.New()
	x := &world{
		vendor: vendor, fake: fake, witness: newWitness(vendor, fake), mischief: newMischief(vendor, spoken, seed), numbers: newNumbers(),
	}
	proxy, err := spoken.start(x.witness)
	require.NoError(t, err)
	t.Cleanup(proxy.Close)
	x.proxy, x.mischief.next = proxy, proxy.Client().Transport
	x.client, err = oauthclients.New(fake.At(proxy.URL()), fake.Auth, oauthclients.WithHTTPClient(&http.Client{Transport: x.mischief}),
		oauthclients.WithRetry(oauthclients.RetryPolicy{MinWait: time.Millisecond, MaxWait: 4 * time.Millisecond}))
	require.NoError(t, err)
	x.quiet, err = fake.Connect()
	require.NoError(t, err)
	calm, err := oauthclients.New(fake.At(proxy.URL()), fake.Auth, oauthclients.WithHTTPClient(proxy.Client()))
	require.NoError(t, err)
	x.settle(t, calm)
	for number := range goroutines {
		x.workers = append(x.workers, newWorker(x, number, seed))
	}
	proxy.Choose(x.mischief.meet)
	return x
}

// settle makes the clients that everybody works on, and looks what the vendor shows of one.
func (x *world) settle(t *testing.T, calm *oauthclients.Client) {
	t.Helper()
	for number := range commons {
		want := x.vendor.Sample(goroutines*perWorker + number)
		want.Description = text(want.Name, 0)
		got, err := calm.Clients.Create(t.Context(), want)
		require.NoError(t, err)
		x.commons = append(x.commons, newCommon(want, got))
	}
	got, err := x.quiet.Clients.Get(t.Context(), x.commons[0].id)
	require.NoError(t, err)
	x.showsSecret = !got.Secret.IsZero()
	x.keepsMembers = keepsMember(got)
}

func keepsMember(c *oauthclients.OAuthClient) bool {
	return strings.Contains(string(c.Raw()), keptMember)
}

// text is the n-th description of a client.
func text(name string, n int) string { return fmt.Sprintf("description %d of %s", n, name) }

// work lets every worker do its share of the operations from first to last. It fails with all
// goroutines' stacks if they do not come to an end.
func (x *world) work(ctx context.Context, t *testing.T, first, last int) {
	t.Helper()
	var all sync.WaitGroup
	for _, w := range x.workers {
		all.Go(func() {
			for n := first; n < last && ctx.Err() == nil; n++ {
				if n%goroutines == w.number {
					w.step(ctx)
				}
			}
		})
	}
	finished := make(chan struct{})
	go func() {
		all.Wait()
		close(finished)
	}()
	select {
	case <-finished:
	case <-ctx.Done():
		var stacks bytes.Buffer
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // into memory
		require.Failf(t, "it hangs", "%d operations were begun\n%s", x.begun(), stacks.String())
	}
}

// intact says what of a client is not as it was made; descriptions have a model of their own.
func intact(got, want *oauthclients.OAuthClient) (wrong []string) {
	differ := func(name string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			wrong = append(wrong, name)
		}
	}
	differ("Name", got.Name, want.Name)
	differ("RedirectURIs", got.RedirectURIs, want.RedirectURIs)
	differ("PostLogoutRedirectURIs", got.PostLogoutRedirectURIs, want.PostLogoutRedirectURIs)
	differ("AllowedOrigins", got.AllowedOrigins, want.AllowedOrigins)
	differ("Scopes", got.Scopes, want.Scopes)
	differ("ClientURI", got.ClientURI, want.ClientURI)
	differ("LogoURI", got.LogoURI, want.LogoURI)
	differ("PolicyURI", got.PolicyURI, want.PolicyURI)
	differ("TermsURI", got.TermsURI, want.TermsURI)
	return wrong
}
