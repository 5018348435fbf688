package soak

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file compares everything that is at the server with everything that may be there, at a
// time when nobody works.

// audit looks past the faults. At the end nothing is under way any more, not even what its
// caller did not wait for.
func (x *world) audit(ctx context.Context, t *testing.T, atTheEnd bool) {
	t.Helper()
	present := map[string][]*oauthclients.OAuthClient{}
	for client, err := range x.quiet.Clients.All(ctx, oauthclients.ListOptions{}) {
		require.NoError(t, err)
		present[client.Name] = append(present[client.Name], client)
	}
	for _, w := range x.workers {
		w.audit(ctx, present, atTheEnd)
	}
	for _, c := range x.commons {
		x.auditCommon(ctx, t, c, present[c.want.Name], atTheEnd)
		delete(present, c.want.Name)
	}
	for name, clients := range present {
		x.violate("at the server: %d of %s, which is deleted or was never made", len(clients), name)
	}
	for _, request := range x.witness.strays() {
		x.violate("at the server: %s, which nobody asked for", request)
	}
}

func (w *worker) audit(ctx context.Context, present map[string][]*oauthclients.OAuthClient, atTheEnd bool) {
	for _, c := range append([]*own(nil), w.own...) {
		w.times(present[c.want.Name], c)
		delete(present, c.want.Name)
		w.look(ctx, c)
	}
	for _, c := range w.limbo {
		if atTheEnd {
			w.times(present[c.want.Name], c)
		}
		delete(present, c.want.Name)
	}
}

// times checks how often a client is there, and what it is.
func (w *worker) times(found []*oauthclients.OAuthClient, c *own) {
	if len(found) > 1 || len(found) == 0 && !c.doubtful {
		w.violate("at the server: %d of %s", len(found), c.want.Name)
	}
	for _, got := range found {
		w.verify("at the server", got, c.want, c.value)
	}
}

func (x *world) auditCommon(ctx context.Context, t *testing.T, c *common, found []*oauthclients.OAuthClient, atTheEnd bool) {
	t.Helper()
	if len(found) != 1 {
		x.violate("at the server: %d of %s", len(found), c.want.Name)
	}
	got, err := x.quiet.Clients.Get(ctx, c.id)
	require.NoError(t, err)
	x.verify("at the server", got, c.want, c.value)
	if x.keepsMembers && !keepsMember(got) {
		x.violate("at the server: %s lost what the library does not know", c.want.Name)
	}
	issue := x.witness.secrets(c.id)
	if told := len(c.secrets); issue.count < told || issue.count > told+c.unknown {
		x.violate("at the server: %s has had %d secrets; told were %d, and %d may have been", c.want.Name, issue.count, told, c.unknown)
	}
	if !c.secrets[issue.secret] && c.unknown == 0 {
		x.violate("at the server: %s has a secret that nobody was told", c.want.Name)
	}
	if secret := got.Secret.Reveal(); atTheEnd && x.showsSecret && secret != issue.secret {
		x.violate("Get: the secret of %s is not the present one", c.want.Name)
	}
}
