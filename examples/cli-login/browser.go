package main

import (
	"context"
	"os/exec"
	"runtime"
)

// This file opens the browser of the person who runs the tool.

// openBrowser does not wait for the browser to end. The address is one argument and goes
// through no shell.
func openBrowser(address string) error {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	command := exec.CommandContext(context.Background(), name, args...) //nolint:gosec // the program is one of the three above
	if err := command.Start(); err != nil {
		return err
	}
	return command.Process.Release()
}
