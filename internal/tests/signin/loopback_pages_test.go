package signin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file tests what the small server of Interactive answers: to the browser that comes back, and
// to everybody else who finds its port.

func TestInteractiveIgnoresStrayRequests(t *testing.T) {
	s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
	right := s.callback("code", "c-0-d-e")
	state := right.Get("state")
	for range 4 { // a hundred in all
		for _, c := range []struct {
			method, path string
			query        url.Values
			status       int
		}{
			{"GET", "/", right, 404},
			{"GET", "/favicon.ico", nil, 404},
			{"GET", "/callback/", right, 404},
			{"GET", "/callback/more", right, 404},
			{"GET", "//callback", right, 404},
			{"GET", "/CALLBACK", right, 404},
			{"GET", "/callback.html", right, 404},
			{"POST", "/", right, 404},
			{"POST", "/callback", right, 405},
			{"HEAD", "/callback", right, 405},
			{"PUT", "/callback", right, 405},
			{"DELETE", "/callback", right, 405},
			{"OPTIONS", "/callback", right, 405},
			{"PATCH", "/callback", right, 405},
			{"GET", "/callback", nil, 400},
			{"GET", "/callback", url.Values{"code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {""}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {"wrong"}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {state, state}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {"wrong", state}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {state[1:]}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {strings.ToLower(state)}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"state": {state + "\x00"}, "code": {"c-0-d-e"}}, 400},
			{"GET", "/callback", url.Values{"error": {"access_denied"}}, 400},
			{"GET", "/callback", url.Values{"state": {"wrong"}, "error": {"access_denied"}}, 400},
		} {
			page := s.visit(c.method, c.path, c.query)
			require.Equal(t, c.status, page.status, "%s %s", c.method, c.path)
			require.Equal(t, c.status == 405, page.header.Get("Allow") == "GET")
			requireSafePage(t, page)
			world.RequireNoLeak(t, page.text, state)
			world.RequireNoLeak(t, page.text, "c-0-d-e")
		}
		s.waiting()
	}
	require.Contains(t, s.comeBack(right).text, "You are signed in")
	require.NoError(t, s.end().err)
	require.Len(t, s.server.Requests(), 1)
}

// requireSafePage: the page's address has the code in it, and whatever it shows may come from
// outside (RFC 9700 sections 4.2.4 and 4.3.1).
func requireSafePage(t *testing.T, page shown) {
	t.Helper()
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Equal(t, "no-store", page.header.Get("Cache-Control"))
	require.Equal(t, "no-referrer", page.header.Get("Referrer-Policy"))
	require.Equal(t, "nosniff", page.header.Get("X-Content-Type-Options"))
	policy := page.header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "frame-ancestors 'none'")
	require.NotContains(t, policy, "script")
	require.Empty(t, page.header.Get("Access-Control-Allow-Origin"))
	require.Empty(t, page.header.Get("Set-Cookie"))
	loads := regexp.MustCompile(`(?i)<(script|img|link|iframe|object|a|form|base|meta http)\b|<[^>]*\b(src|href|on[a-z]+)\s*=|url\(|@import`)
	require.False(t, loads.MatchString(page.text), "it loads nothing and leads nowhere: %q", loads.FindString(page.text))
}

func TestInteractivePagesHoldNothingConfidential(t *testing.T) {
	for name, c := range map[string]struct {
		parameters []string
		fault      fakeserver.Fault
		says       string
	}{
		"success": {[]string{"code", "c-0-d-e-of-the-callback"}, fakeserver.Fault{Times: 1}, "You are signed in"},
		"no":      {[]string{"error", "access_denied", "code", "c-0-d-e-of-the-callback"}, fakeserver.Fault{Times: 1}, "You did not give access"},
		"refusal": {
			[]string{"code", "c-0-d-e-of-the-callback"},
			fakeserver.Fault{Status: 400, Body: `{"error":"invalid_grant","error_description":"Code c-0-d-e-of-the-callback not valid"}`}, "invalid_grant",
		},
		"broken token": {[]string{"code", "c-0-d-e-of-the-callback"}, fakeserver.Fault{Status: 200, Body: `{"access_token":"t-token-1`}, "failed"},
		"odd token":    {[]string{"code", "c-0-d-e-of-the-callback"}, fakeserver.Fault{Status: 200, Body: `{"access_token":"t-token-1\n"}`}, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			server := world.NewMemServer()
			server.Inject(c.fault)
			s := signInAt(world.Soon(t), t, server, webOnLoopback())
			page := s.comeBack(s.callback(c.parameters...))
			require.Equal(t, http.StatusOK, page.status)
			require.Contains(t, page.text, c.says)
			requireSafePage(t, page)
			ended := s.end()
			require.Equal(t, name == "success", ended.err == nil)
			secrets := []string{s.page.Get("state"), "c-0-d-e-of-the-callback", world.OddSecret, "t-token-1"}
			for _, request := range server.Requests() {
				secrets = append(secrets, world.FormOf(t, request.Body).Get("code_verifier"))
			}
			for _, secret := range secrets {
				world.RequireNoLeak(t, page.text, secret)
			}
			if ended.err != nil {
				world.RequireHidden(t, ended.err, secrets...)
			}
		})
	}
}

func webOnLoopback() oauthclients.AuthCode {
	auth := world.WebLogin()
	auth.RedirectURL = ""
	return auth
}

// A person who says no has decided: nothing is exchanged, and no other callback is waited for.
func TestInteractiveEndsWithThePersonsNo(t *testing.T) {
	s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
	page := s.comeBack(s.callback("error", "access_denied", "error_description", "The user said no."))
	require.Contains(t, page.text, "You did not give access")
	require.Contains(t, page.text, "close this tab")
	ended := s.end()
	require.Nil(t, ended.token)
	require.ErrorIs(t, ended.err, oauthclients.ErrPermission)
	require.Equal(t, "access_denied", world.Failure(t, ended.err).Code)
	require.Empty(t, s.server.Requests())
}

func TestInteractiveShowsHostileTextsAsText(t *testing.T) {
	for name, text := range hostileTexts() {
		t.Run(name, func(t *testing.T) {
			s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
			if len(text) > 1<<16 {
				text = text[:1<<16] // as long as an address may be
			}
			page := s.comeBack(s.callback("error", "server_error", "error_description", text+`<img src=x onerror=alert(1)>"'&`))
			require.Error(t, s.end().err)
			requireSafePage(t, page)
			require.Less(t, len(page.text), 40_000)
			if len(text) < 100 {
				require.Contains(t, page.text, "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;")
			}
		})
	}
}

// The token endpoint's texts come from elsewhere too.
func TestInteractiveShowsTheFailureOfTheExchange(t *testing.T) {
	body, err := json.Marshal(map[string]string{"error": "invalid_grant", "error_description": "Code not valid <b>\n"})
	require.NoError(t, err)
	server := world.Issuing(http.StatusBadRequest, string(body))
	s := signInAt(world.Soon(t), t, server, world.ToolLogin())
	page := s.comeBack(s.callback("code", "c-0-d-e"))
	require.Contains(t, page.text, "The sign-in failed")
	require.Contains(t, page.text, "Code not valid &lt;b&gt;")
	requireSafePage(t, page)
	require.ErrorIs(t, s.end().err, oauthclients.ErrUnauthenticated)
	require.Equal(t, 1, server.TokenRequests())
}

// waitingPages counts the browsers that wait for the end of the exchange; from outside they look
// like those that have not arrived yet.
func waitingPages() int {
	stacks := make([]byte, 1<<20)
	return strings.Count(string(stacks[:runtime.Stack(stacks, true)]), "loopback.(*Server).take(")
}

// Browsers load a page again, and people are impatient: everybody who has the state sees how it
// ended, and the first code counts.
func TestInteractiveTakesTheFirstCallback(t *testing.T) {
	server := world.NewMemServer()
	arrived, goOn := make(chan struct{}), make(chan struct{})
	server.Issue = func(int, url.Values) (int, string) {
		close(arrived)
		<-goOn
		return http.StatusOK, `{"access_token":"acc3ss"}`
	}
	s := signInAt(world.Soon(t), t, server, world.ToolLogin())
	pages := make([]shown, 5)
	var all sync.WaitGroup
	all.Go(func() { pages[0] = s.comeBack(s.callback("code", "c-0-d-e")) })
	<-arrived
	for i := 1; i < len(pages); i++ {
		all.Go(func() {
			parameters := []string{"code", "c-0-d-e"}
			if i%2 == 0 {
				parameters = []string{"error", "access_denied"}
			}
			pages[i] = s.comeBack(s.callback(parameters...))
		})
	}
	require.Eventually(t, func() bool { return waitingPages() == len(pages) }, 10*time.Second, time.Millisecond)
	require.Equal(t, http.StatusNotFound, s.visit(http.MethodGet, "/favicon.ico", nil).status, "others are answered meanwhile")
	require.Equal(t, http.StatusBadRequest, s.comeBack(url.Values{"state": {"x"}}).status)
	close(goOn)
	all.Wait()
	for i, page := range pages {
		require.Equal(t, http.StatusOK, page.status, i)
		require.Contains(t, page.text, "You are signed in", i)
	}
	require.Equal(t, "acc3ss", s.end().token.AccessToken)
	require.Equal(t, 1, server.TokenRequests())
}

// The server closes as soon as the page is written, which must not tear the page.
func TestInteractiveWritesWholePages(t *testing.T) {
	for i := range 40 {
		s := signInAt(world.Soon(t), t, world.NewMemServer(), world.ToolLogin())
		page := s.comeBack(s.callback("error", "server_error", "error_description", strings.Repeat("a long text ", 150)))
		require.True(t, strings.HasSuffix(page.text, "</html>\n"), i)
		require.Contains(t, page.text, "a long text a long text", i)
		require.Error(t, s.end().err)
	}
}
