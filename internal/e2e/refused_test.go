package e2e

import (
	"crypto/rand"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds sign-ins that must fail, and how often the server is asked for them.

func TestStateOfAnotherSignIn(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true})
	login := a.begin(t)
	agree(t, login.URL)
	back := a.back.wait(t)
	for name, change := range map[string]func(url.Values){
		"another":      func(v url.Values) { v.Set("state", rand.Text()) },
		"none":         func(v url.Values) { v.Del("state") },
		"empty":        func(v url.Values) { v.Set("state", "") },
		"twice":        func(v url.Values) { v.Add("state", login.State) },
		"a longer one": func(v url.Values) { v.Set("state", login.State+"A") },
	} {
		t.Run(name, func(t *testing.T) {
			changed := copied(back)
			change(changed)
			token, err := a.finish(t, login, changed)
			require.Nil(t, token)
			failed := failure(t, err)
			require.ErrorIs(t, failed, oauthclients.ErrInvalid)
			require.Equal(t, "state", failed.Fields[0].Field)
			a.wire.requireSent(t)
		})
	}
	// Nothing of it has used up the code.
	_, err := a.finish(t, login, back)
	require.NoError(t, err)
}

func copied(v url.Values) url.Values {
	copied := url.Values{}
	for name, values := range v {
		copied[name] = append([]string(nil), values...)
	}
	return copied
}

// requireDeadCode: the token endpoint refuses the code, and is asked once.
func requireDeadCode(t *testing.T, a *app, login *oauthclients.Login, back url.Values) {
	t.Helper()
	token, err := a.finish(t, login, back)
	require.Nil(t, token)
	failed := failure(t, err)
	require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
	require.Equal(t, "invalid_grant", failed.Code)
	require.Equal(t, 400, failed.StatusCode)
	require.Equal(t, 1, failed.Attempts)
	a.wire.requireSent(t, "POST /token")
}

func TestVerifierOfAnotherSignIn(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true})
	login, other := a.begin(t), a.begin(t)
	agree(t, login.URL)
	login.Verifier = other.Verifier
	requireDeadCode(t, a, login, a.back.wait(t))
}

func TestExpiredCode(t *testing.T) {
	a := newApp(t, byBasic, settings{PKCERequired: true, CodeSeconds: 10})
	login := a.begin(t)
	agree(t, login.URL)
	back := a.back.wait(t)
	a.server.advance(t, 11*time.Second)
	requireDeadCode(t, a, login, back)
}

// The server ends the first sign-in as well, as RFC 6749 section 4.1.2 advises: whoever used
// the code first may have stolen it.
func TestCodeUsedTwice(t *testing.T) {
	a := newApp(t, byNobody, settings{PKCERequired: true})
	login := a.begin(t)
	agree(t, login.URL)
	back := a.back.wait(t)
	token, err := a.finish(t, login, back)
	require.NoError(t, err)
	a.wire.take()
	requireDeadCode(t, a, login, back)

	token.RefreshToken = ""
	failed := failure(t, use(t, a.client(t, token)))
	require.ErrorIs(t, failed, oauthclients.ErrLoginRequired)
}

func TestWrongClientSecretIsSentOnce(t *testing.T) {
	for name, w := range map[string]way{"in the form": byForm, "in Basic": byBasic} {
		t.Run(name, func(t *testing.T) {
			a := newApp(t, w, settings{PKCERequired: true})
			login := a.begin(t)
			agree(t, login.URL)
			back, right := a.back.wait(t), a.auth.ClientSecret
			a.auth.ClientSecret = oauthclients.NewSecret(secretText("wrong client secret"))
			_, err := a.finish(t, login, back)
			failed := failure(t, err)
			require.ErrorIs(t, failed, oauthclients.ErrUnauthenticated)
			require.Equal(t, "invalid_client", failed.Code)
			require.Equal(t, 401, failed.StatusCode)
			require.Equal(t, 1, failed.Attempts)
			a.wire.requireSent(t, "POST /token")

			a.auth.ClientSecret = right
			_, err = a.finish(t, login, back)
			require.NoError(t, err)
		})
	}
}

func TestDenied(t *testing.T) {
	a := newApp(t, byForm, settings{PKCERequired: true})
	login := a.begin(t)
	p := enter(t, login.URL)
	p.click(`a[href$="/abort"]`)
	p.waitFor("#arrived")
	token, err := a.finish(t, login, a.back.wait(t))
	require.Nil(t, token)
	failed := failure(t, err)
	require.ErrorIs(t, failed, oauthclients.ErrPermission)
	require.Equal(t, "access_denied", failed.Code)
	require.Equal(t, "End-User aborted interaction", failed.Message)
	a.wire.requireSent(t)
}
