package e2e

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/sipgate/sipgatetest"
)

// This file drives the example web application in the browser, as its visitors do. It runs as a
// program of its own, against the fake sipgate that it brings along.

// webAppProgram is the program, built once for the whole run into a folder that run removes.
var webAppProgram = sync.OnceValues(func() (string, error) {
	if err := learnFake(context.Background()); err != nil {
		return "", err
	}
	program := filepath.Join(scratch, "webapp")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", program, "./examples/webapp")
	build.Dir = filepath.Join("..", "..")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, output)
	}
	return program, nil
})

// learnFake learns what the fake in another process hands out: its first client always has the
// same secret, and its tokens the same beginning.
func learnFake(ctx context.Context) error {
	fake := sipgatetest.New()
	auth, p, over := fake.AuthCode("http://127.0.0.1/callback"), fake.Provider(), oauthclients.WithHTTPClient(fake.HTTPClient())
	everything.learn("client secret of the fake sipgate", auth.ClientSecret.Reveal())
	everything.learn("password of the fake sipgate", sipgatetest.Password)
	login, err := auth.Begin(ctx, p, over)
	if err != nil {
		return err
	}
	callback, err := fake.SignIn(login.URL)
	if err != nil {
		return err
	}
	token, err := auth.Finish(ctx, p, login, callback, over)
	if err != nil {
		return err
	}
	for _, jwt := range []string{token.AccessToken, token.RefreshToken} {
		header, _, found := strings.Cut(jwt, ".")
		if !found {
			return errors.New("the tokens of the fake sipgate are no longer JWTs: what do they begin with?")
		}
		everything.learn("token of the fake sipgate", header)
	}
	return nil
}

// webApp is the program while it runs.
type webApp struct {
	address string
	output  *collected
}

var opened = regexp.MustCompile(`Open (http://127\.0\.0\.1:\d+)/\nSign in as .*\n`)

// startWebApp starts the program on a free port; it ends with the test.
func startWebApp(t *testing.T) *webApp {
	t.Helper()
	program, err := webAppProgram()
	require.NoError(t, err)
	ctx, kill := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, program, "-addr", "127.0.0.1:0")
	cmd.Env = []string{"HOME=" + t.TempDir()} // whatever the caller has set for the real sipgate
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	printed, started := newWelcome()
	app := &webApp{output: &collected{}}
	cmd.Stdout, cmd.Stderr = printed, app.output
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		kill()
		require.ErrorIs(t, cmd.Wait(), context.Canceled, "it ends by itself or does not end: %s", app.output)
		require.True(t, cmd.ProcessState.Success(), "%s: %s", cmd.ProcessState, app.output)
		// What the program says at its start has the password of the fake in it, by design.
		everything.show("web app", app.output.String()+opened.ReplaceAllString(printed.String(), ""))
	})
	select {
	case app.address = <-started:
	case <-time.After(patience):
		require.Fail(t, "the web app does not start", "it printed: %s", app.output)
	}
	return app
}

// welcome is the program's standard output; it tells where the program listens.
type welcome struct {
	collected

	started chan string
}

func newWelcome() (*welcome, <-chan string) {
	started := make(chan string, 1)
	return &welcome{started: started}, started
}

func (w *welcome) Write(p []byte) (int, error) {
	n, err := w.collected.Write(p)
	if found := opened.FindStringSubmatch(w.String()); found != nil && w.started != nil {
		w.started <- found[1]
		w.started = nil
	}
	return n, err
}

// toSipgate opens the app and goes on to the page of sipgate.
func (a *webApp) toSipgate(t *testing.T) *webPage {
	t.Helper()
	p := openPage(t, a.address+"/")
	p.collect()
	p.click("#sign-in")
	p.waitFor("#kc-form-login")
	return p
}

// enterAtSipgate fills in the password and sends the form of sipgate.
func enterAtSipgate(p *webPage, password string) {
	p.t.Helper()
	p.fill("input[name=password]", password)
	p.click("#kc-login")
}

// signIn goes all the way to the balance.
func (a *webApp) signIn(t *testing.T) *webPage {
	t.Helper()
	p := a.toSipgate(t)
	p.fill("input[name=username]", sipgatetest.Username)
	enterAtSipgate(p, sipgatetest.Password)
	p.waitFor("button[name=accept]")
	p.click("button[name=accept]")
	a.requireBalance(t, p)
	return p
}

// requireBalance: the page of a person who is signed in, its address without the code.
func (a *webApp) requireBalance(t *testing.T, p *webPage) {
	t.Helper()
	p.waitFor("#balance")
	p.collect()
	require.Regexp(t, `^123\.45\b.*EUR$`, p.text("#balance"))
	require.Equal(t, a.address+"/", p.address().String())
}

// requireCookies: no script and no other site gets at a cookie, and nothing is in one but an id.
func (a *webApp) requireCookies(t *testing.T, p *webPage) (session string) {
	t.Helper()
	cookies := p.cookies()
	require.NotEmpty(t, cookies)
	for name, cookie := range cookies {
		everything.show("cookie", cookie.Value)
		require.True(t, cookie.HTTPOnly, name)
		require.Contains(t, []network.CookieSameSite{network.CookieSameSiteLax, network.CookieSameSiteStrict}, cookie.SameSite, name)
	}
	require.Contains(t, cookies, "webapp_session")
	session = cookies["webapp_session"].Value
	require.Regexp(t, `^[A-Z2-7]{26}$`, session)
	require.NotContains(t, a.output.String(), session)
	return session
}

func TestWebAppSignIn(t *testing.T) {
	a := startWebApp(t)
	p := openPage(t, a.address+"/")
	p.waitFor("#sign-in")
	p.screenshot("webapp-start")
	p.click("#sign-in")
	p.waitFor("#kc-form-login")
	before := a.requireCookies(t, p)
	p.screenshot("webapp-login")
	p.fill("input[name=username]", sipgatetest.Username)
	enterAtSipgate(p, sipgatetest.Password)
	p.waitFor("button[name=accept]")
	p.screenshot("webapp-consent")
	p.click("button[name=accept]")
	a.requireBalance(t, p)
	p.screenshot("webapp-balance")
	require.NotEqual(t, before, a.requireCookies(t, p), "whoever knew the session before is signed in now")

	p.reload()
	a.requireBalance(t, p)
}

func TestWebAppWrongPassword(t *testing.T) {
	a := startWebApp(t)
	p := a.toSipgate(t)
	p.fill("input[name=username]", sipgatetest.Username)
	enterAtSipgate(p, secretText("wrong password"))
	p.waitFor(".alert")
	require.Equal(t, "Invalid username or password.", p.text(".alert"))
	p.screenshot("webapp-wrong-password")
	enterAtSipgate(p, sipgatetest.Password) // the name is still there
	p.waitFor("button[name=accept]")
	p.click("button[name=accept]")
	a.requireBalance(t, p)
}

func TestWebAppWithoutConsent(t *testing.T) {
	a := startWebApp(t)
	p := a.toSipgate(t)
	p.fill("input[name=username]", sipgatetest.Username)
	enterAtSipgate(p, sipgatetest.Password)
	p.waitFor("button[name=cancel]")
	p.click("button[name=cancel]")
	p.waitFor("[role=alert]")
	p.collect()
	require.Equal(t, "You did not give access", p.text("h1"))
	require.Contains(t, p.text("[role=alert]"), "access_denied")
	p.screenshot("webapp-denied")
	a.requireCookies(t, p)

	p.reload() // the sign-in is over
	a.requireNotThisSignIn(t, p)
	p.click("#sign-in")
	p.waitFor("button[name=accept]") // sipgate still knows the person
	p.click("button[name=accept]")
	a.requireBalance(t, p)
}

func (a *webApp) requireNotThisSignIn(t *testing.T, p *webPage) {
	t.Helper()
	p.waitFor("[role=alert]")
	p.collect()
	require.Contains(t, p.text("h1"), "This sign-in")
	require.Equal(t, a.address, "http://"+p.address().Host)
	p.waitFor("#sign-in")
}

func TestWebAppSignOut(t *testing.T) {
	a := startWebApp(t)
	p := a.signIn(t)
	p.click("#sign-out")
	p.waitFor("#sign-in")
	p.collect()
	require.Contains(t, p.text("main"), "You are signed out.")
	p.screenshot("webapp-signed-out")
	p.open(a.address + "/")
	p.waitFor("#sign-in")

	p.click("#sign-in")
	p.waitFor("input[name=password]") // sipgate does not know the person any more
}

// The address of the callback is in the browser's memory of where it was. It must not work twice.
func TestWebAppOldCallback(t *testing.T) {
	a := startWebApp(t)
	p := a.signIn(t)
	old := p.visited.last("/callback")
	require.Contains(t, old, "code=")
	p.open(old)
	a.requireNotThisSignIn(t, p)
	p.screenshot("webapp-old-callback")
	require.Equal(t, 1, strings.Count(a.output.String(), "path=/callback status=303"))
	p.open(a.address + "/")
	a.requireBalance(t, p) // nobody was signed out by it

	other := openPage(t, old) // another browser
	a.requireNotThisSignIn(t, other)
	other.open(a.address + "/")
	other.waitFor("#sign-in")
}
