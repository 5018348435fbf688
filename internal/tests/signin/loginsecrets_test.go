package signin

import (
	"errors"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what an error may say of the address of a sign-in page.

// Of a login's address the query alone is secret: an error without hosts and ports helps nobody.
func TestAnErrorOfOpenLosesTheQueryAlone(t *testing.T) {
	var page *url.URL
	server := world.NewMemServer()
	auth, port := world.FixedPort(t)
	_, err := auth.Interactive(world.Soon(t), server.Provider(), func(address string) error {
		page, _ = url.Parse(address)
		q := page.Query()
		return errors.New("exec: xdg-open " + address + ": cannot open display http://127.0.0.1:6000/, back at http://127.0.0.1:" + port +
			"/callback, https://login.example.com is " + q.Get("state") + " and " + q.Get("code_challenge") + " with S256")
	})
	require.ErrorContains(t, err, "xdg-open")
	require.ErrorContains(t, err, "display http://127.0.0.1:6000/")
	require.ErrorContains(t, err, "back at http://127.0.0.1:"+port+"/callback")
	require.ErrorContains(t, err, page.Scheme+"://"+page.Host+page.Path)
	require.ErrorContains(t, err, "with S256")
	for _, secret := range []string{page.Query().Get("state"), page.Query().Get("code_challenge"), page.RawQuery} {
		world.RequireNoLeak(t, err.Error(), secret)
	}
}
