package schemes

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file tests that no redirect is followed, by whatever verb and whichever request of it.

func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for _, name := range target.Names() {
		for _, protocol := range []target.Protocol{target.HTTP1, target.HTTP2} {
			t.Run(fmt.Sprintf("%s/%s", name, protocol), func(t *testing.T) {
				t.Parallel()
				elsewhere := newCollector(t)
				f := target.NewFront(t, name, protocol)
				for status := 300; status <= 308; status++ {
					for _, header := range []string{"Location", "Refresh", "Content-Location", "Link"} {
						f.Attack(func(w http.ResponseWriter, _ *http.Request) bool {
							w.Header().Set(header, elsewhere.URL+"/collected")
							w.WriteHeader(status)
							return true
						})
						for _, verb := range f.Verbs() {
							ended := target.Run(t, timeLimit, func(ctx context.Context) error { return verb.Call(ctx, f.Target, f.Client(t), f.ID) })
							require.Error(t, ended.Err)
							require.Zero(t, elsewhere.requests.Load(), "%s followed %s of a %d", verb.Name, header, status)
						}
					}
				}
			})
		}
	}
}
