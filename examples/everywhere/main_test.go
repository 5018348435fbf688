package main

import (
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/examples/everywhere/lifecycle"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

const life = `  created Order desk, secret [REDACTED]
  found it by its name
  renamed to Order desk 2
`

func TestEveryProvider(t *testing.T) {
	renews := map[string]bool{"docspace": true, "genesys": true}
	var want, out strings.Builder
	for _, name := range names() {
		want.WriteString(name + "\n" + life)
		if renews[name] {
			want.WriteString("  new secret [REDACTED]\n  deleted\n")
		} else {
			want.WriteString("  this provider issues no new secrets\n  deleted\n")
		}
	}
	require.NoError(t, run(t.Context(), "", &out))
	require.Equal(t, want.String(), out.String())
}

func TestOneProvider(t *testing.T) {
	var out strings.Builder
	require.NoError(t, run(t.Context(), "dcr", &out))
	require.Equal(t, "dcr\n"+life+"  this provider issues no new secrets\n  deleted\n", out.String())
}

func TestAProviderThatDoesNotExist(t *testing.T) {
	var out strings.Builder
	require.ErrorContains(t, run(t.Context(), "nope", &out), `no provider "nope"; there are sipgate, docspace, genesys, dcr`)
	require.Empty(t, out.String())
}

// closed is a pipe at whose other end nobody is.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAClosedPipeIsNoSuccess(t *testing.T) {
	require.ErrorIs(t, run(t.Context(), "", closed{}), io.ErrClosedPipe)
}

func TestAServerLikeHydra(t *testing.T) {
	fake := dcrtest.New(dcrtest.WithHydraManners())
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, lifecycle.Run(t.Context(), client, sample("dcr"), &out))
	require.Empty(t, fake.Registered())
}

// What was made is removed, whatever fails in between.
func TestNothingIsLeftBehind(t *testing.T) {
	fake := dcrtest.New()
	client, err := oauthclients.New(fake.Provider(), fake.Auth(), oauthclients.WithHTTPClient(fake.HTTPClient()))
	require.NoError(t, err)
	fake.Inject(fakeserver.Fault{Method: "PUT", Status: 403})
	var out strings.Builder
	require.ErrorIs(t, lifecycle.Run(t.Context(), client, sample("dcr"), &out), oauthclients.ErrPermission)
	require.Contains(t, out.String(), "deleted")
	require.Empty(t, fake.Registered())
}
