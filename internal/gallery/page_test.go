package gallery

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/internal/gallery/servers"
)

// This file writes docs/servers.md.

const pagePath = "../../docs/servers.md"

const pageHead = `# What works at which server

Every row is a case, every column a real server. The cases run at the servers themselves, in the versions
named here. A cell says how the case ends there:

- *works*;
- *-*: the server has no such thing;
- *its fault*: the server answers otherwise than the standard has it. The library tells it as an error, unless
  the reason says that it cannot see it.

The reasons stand below the table. This page is written by ` + "`.ci/gallery -update`" + ` from what the tests saw; they
fail if it is out of date.

`

var update = flag.Bool("update", false, "write docs/servers.md")

func requirePage(t *testing.T, r *results) {
	t.Helper()
	if t.Failed() {
		return
	}
	page := r.page()
	if *update {
		require.NoError(t, os.WriteFile(pagePath, []byte(page), 0o644))
	}
	there, err := os.ReadFile(pagePath)
	require.NoError(t, err)
	require.Equal(t, string(there), page, "out of date: .ci/gallery -update")
}

func (r *results) page() string {
	var page strings.Builder
	page.WriteString(pageHead + "| case |")
	for _, server := range servers.All() {
		fmt.Fprintf(&page, " %s %s |", server.Name, server.Version)
	}
	page.WriteString("\n| --- |" + strings.Repeat(" --- |", len(servers.All())) + "\n")
	for _, c := range cases() {
		fmt.Fprintf(&page, "| %s |", c.name)
		for _, server := range servers.All() {
			fmt.Fprintf(&page, " %s |", shown(r.cells[cell(server.Name, c.name)].Verdict))
		}
		page.WriteString("\n")
	}
	r.reasons(&page)
	return page.String()
}

func (r *results) reasons(page *strings.Builder) {
	for _, server := range servers.All() {
		fmt.Fprintf(page, "\n## %s\n\nVersion %s: %s.\n\n", server.Name, server.Version, server.Why)
		if drops := server.Manners.Drops; len(drops) > 0 {
			fmt.Fprintf(page, "- Of the fields it does not keep, or does not answer: %s.\n", strings.Join(drops, ", "))
		}
		if server.Manners.OneSignIn {
			page.WriteString("- A second sign-in of a person at a client ends the first.\n")
		}
		if server.Manners.RotatesSecret {
			page.WriteString("- With every update a client gets another secret.\n")
		}
		if server.Manners.OneAtATime {
			page.WriteString("- Requests that come at the same time spoil each other, so that here they wait for each other.\n")
		}
		if server.Manners.UnpromisedIssuer {
			page.WriteString("- Its callbacks name the issuer, and its metadata do not promise it (RFC 9207 section 3).\n")
		}
		for _, c := range cases() {
			if end := r.cells[cell(server.Name, c.name)]; end.Why != "" {
				fmt.Fprintf(page, "- %s: %s.\n", c.name, end.Why)
			}
		}
	}
}

func shown(v kit.Verdict) string {
	switch v {
	case kit.Lacks:
		return "-"
	case kit.Fault:
		return "its fault"
	default:
		return string(v)
	}
}
