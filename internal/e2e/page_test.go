package e2e

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// This file drives one page of the browser, as a person does: type, click, look.

// webPage is a tab with cookies of its own. A step that does not succeed ends the test.
type webPage struct {
	t       *testing.T
	visited *visited
	// do runs a step within patience.
	do func(step func(ctx context.Context) error) error
}

func openPage(t *testing.T, address string) *webPage {
	t.Helper()
	shared, err := browser()
	require.NoError(t, err, "starting the browser")
	seen := &visited{}
	tab, closeTab := chromedp.NewContext(shared, chromedp.WithNewBrowserContext(), chromedp.WithListener(seen.event))
	t.Cleanup(closeTab)
	require.NoError(t, chromedp.Do(tab))
	p := &webPage{t: t, visited: seen, do: func(step func(ctx context.Context) error) error {
		ctx, cancel := context.WithTimeout(tab, patience)
		defer cancel()
		return step(ctx)
	}}
	t.Cleanup(func() {
		if t.Failed() {
			p.save("failed-" + strings.ReplaceAll(t.Name(), "/", "-"))
		}
	})
	p.open(address)
	return p
}

// steps runs steps of chromedp.
func (p *webPage) steps(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	err := p.do(func(ctx context.Context) error { return chromedp.Do(ctx, steps...) })
	require.NoError(p.t, err, what)
}

// ask runs a step of chromedp that has a result.
func ask[T any](p *webPage, what string, step chromedp.Action[T]) T {
	p.t.Helper()
	var result T
	err := p.do(func(ctx context.Context) (err error) {
		result, err = chromedp.Run(ctx, step)
		return err
	})
	require.NoError(p.t, err, what)
	return result
}

func (p *webPage) open(address string) {
	p.t.Helper()
	p.steps("open a page", chromedp.Navigate(address))
}

func (p *webPage) reload() {
	p.t.Helper()
	p.steps("reload", chromedp.Reload())
}

func (p *webPage) fill(selector, value string) {
	p.t.Helper()
	p.steps("fill "+selector, chromedp.SendKeys(chromedp.CSS(selector), value))
}

func (p *webPage) click(selector string) {
	p.t.Helper()
	p.steps("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// waitFor waits until the page shows what selector finds.
func (p *webPage) waitFor(selector string) {
	p.t.Helper()
	p.steps("wait for "+selector, chromedp.WaitVisible(chromedp.CSS(selector)))
}

// text is what a person can read.
func (p *webPage) text(selector string) string {
	p.t.Helper()
	return ask(p, "read "+selector, chromedp.Text(chromedp.CSS(selector)))
}

func (p *webPage) address() *url.URL {
	p.t.Helper()
	address, err := url.Parse(ask(p, "read the address", chromedp.Location()))
	require.NoError(p.t, err)
	return address
}

// collect shows the collector what the server has sent of the page.
func (p *webPage) collect() {
	p.t.Helper()
	everything.show("page", ask(p, "read the page", chromedp.OuterHTML(chromedp.CSS("html"))))
}

// cookies are all that the page's browser has, by their names.
func (p *webPage) cookies() map[string]*network.Cookie {
	p.t.Helper()
	found := ask(p, "read the cookies", func(ctx context.Context, _ *chromedp.Target) (storage.GetCookiesResult, error) {
		tab := chromedp.FromContext(ctx)
		return cdp.Call(ctx, tab.Browser, storage.GetCookies, storage.GetCookiesParams{BrowserContextID: tab.BrowserContextID})
	})
	cookies := map[string]*network.Cookie{}
	for _, cookie := range found.Cookies {
		cookies[cookie.Name] = cookie
	}
	return cookies
}

// screenshot writes name.png into the folder E2E_SCREENSHOTS, or one of the test's own.
func (p *webPage) screenshot(name string) {
	p.t.Helper()
	require.NoError(p.t, p.save(name))
}

func (p *webPage) save(name string) error {
	folder := os.Getenv("E2E_SCREENSHOTS")
	if folder == "" {
		folder = p.t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return p.do(func(ctx context.Context) error {
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600)
	})
}
