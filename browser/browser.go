// Package browser opens a page in the browser of the person who runs the program. It is apart from package
// oauthclients, which starts no programs.
package browser

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os/exec"
	"runtime"
)

// Open shows a page in the person's browser, and does not wait for it. It fits
// [oauthclients.AuthCode.Interactive]:
//
//	token, err := auth.Interactive(ctx, provider, browser.Open)
//
// It asks the system which browser that is: xdg-open, open on macOS, rundll32 on Windows. The address goes
// through no shell, and must be http or https, or the system could take it for something to run. On a machine
// without a browser the error says what was not found: print the address then.
//
// [oauthclients.AuthCode.Interactive]: https://pkg.go.dev/github.com/oauthclients/oauthclients#AuthCode.Interactive
func Open(address string) error {
	page, err := url.Parse(address)
	if err != nil || page.Host == "" || page.Scheme != "https" && page.Scheme != "http" {
		return errors.New("browser: the address must be one of a page: http or https") // it may hold a secret
	}
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	command := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // the program is one of the three above
	if err := command.Start(); err != nil {
		return fmt.Errorf("browser: %w", err)
	}
	go func() { _ = command.Wait() }() // who asked for the page does not care when it is closed
	return nil
}
