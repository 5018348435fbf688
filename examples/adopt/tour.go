package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/oauthclients/oauthclients"
)

// This file shows the program at the fakes, one command line after the other.

const logo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4"/></svg>`

// steps are the command lines, with their files in folder. Two of them are refused.
func steps(folder string) [][]string {
	archive := []string{"-name", "Archive", "-from", "docspace", "-to", "sipgate", "-secret", filepath.Join(folder, "archive")}
	desk := []string{"-name", "Order desk", "-from", "sipgate", "-to", "docspace", "-secret", filepath.Join(folder, "desk")}
	more := []string{
		"-logo", filepath.Join(folder, "logo.svg"), "-set", "ClientURI=https://orders.example.com",
		"-set", "PostLogoutRedirectURIs=https://orders.example.com/bye", "-set", "Scopes=files:read", "-set", "Scopes=files:write",
	}
	return [][]string{archive, append(archive[:len(archive):len(archive)], "-drop"), desk, append(desk[:len(desk):len(desk)], more...)}
}

// tour takes the steps in a folder that is removed afterwards.
func tour(ctx context.Context, out io.Writer) (err error) {
	accounts, err := fakeAccounts(ctx)
	defer closeAll(accounts)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "adopt-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := os.WriteFile(filepath.Join(folder, "logo.svg"), []byte(logo), 0o600); err != nil {
		return err
	}
	p := &printer{out: out}
	p.printf("A fake of each vendor, with a few clients in it.\n")
	for _, args := range steps(folder) {
		p.printf("\n$ adopt %s\n", commandLine(args))
		if err := take(ctx, p, args, accounts); err != nil {
			return err
		}
	}
	return p.err
}

// take prints a refusal and lets the tour go on.
func take(ctx context.Context, p *printer, args []string, accounts []account) error {
	wanted, err := readFlags(args, p.out)
	if err == nil {
		err = adopt(ctx, wanted, accounts, p.out, p.out)
	}
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, oauthclients.ErrInvalid) {
		p.printf("adopt: %v\n", err)
		return nil
	}
	return err
}

// commandLine writes arguments as they would be typed, one flag of the long ones a line.
func commandLine(args []string) string {
	var text strings.Builder
	for i, arg := range args {
		switch {
		case arg == "-set" || arg == "-logo":
			text.WriteString(" \\\n    ")
		case i > 0:
			text.WriteString(" ")
		}
		if strings.Contains(arg, " ") {
			arg = "'" + arg + "'"
		}
		text.WriteString(arg)
	}
	return text.String()
}
