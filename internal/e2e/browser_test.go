package e2e

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"

	"github.com/chromedp/chromedp"
)

// This file finds, starts and stops the browser: one for the whole run. What is done with it is
// in page_test.go.

// findBrowser returns the path of a Chromium or Chrome; E2E_BROWSER names one that is elsewhere.
func findBrowser() (string, error) {
	names := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}
	if runtime.GOOS == "darwin" {
		names = append(names, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
			"/Applications/Chromium.app/Contents/MacOS/Chromium")
	}
	if own := os.Getenv("E2E_BROWSER"); own != "" {
		names = []string{own}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("no Chromium or Chrome was found: run .ci/e2e, or install one, or set E2E_BROWSER to its path")
}

// started makes a tab in the browser, which the first call starts; stopBrowser ends it.
var (
	browser     = sync.OnceValues(startBrowser)
	stopBrowser = func() {}
)

// startBrowser starts a browser with an empty profile, which chromedp makes and removes.
func startBrowser() (context.Context, error) {
	path, err := findBrowser()
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.Flag("headless", "new"),
		chromedp.WindowSize(1000, 950),
		chromedp.WSURLReadTimeout(patience),
		// Nothing leaves this machine: not the pages' fonts, not the browser's own requests.
		chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
	)
	if os.Geteuid() == 0 { // its sandbox refuses to run as root, as in a container
		options = append(options, chromedp.NoSandbox)
	}
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stopContext := chromedp.NewContext(allocator)
	stopBrowser = func() {
		stopContext()
		stopAllocator()
	}
	return ctx, chromedp.Do(ctx)
}
