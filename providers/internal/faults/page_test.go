package faults

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// This file writes the matrix as a page.

var rewrite = flag.Bool("update", false, "write docs/faults.md")

func TestThePageShowsTheMatrix(t *testing.T) {
	path := filepath.Join("..", "..", "..", "docs", "faults.md")
	want := page()
	if *rewrite {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, want, string(have), "run: go test ./providers/internal/faults -update")
}

const introduction = `# What happens when something breaks

Every row is a fault between the program and the provider's server, every column a request of a verb.
*Once* means that the fault befalls the first such request and the next one is healthy, *always* that
it befalls every one. The retries have their defaults (four attempts). A cell says:

- how many requests reached the server,
- behind a slash, for writes, how many of them the server executed (clients made or removed, settings
  written, secrets renewed),
- what the caller was told: *ok* or the kind of the error. A *?* says that the error is
  ` + "`ErrOutcomeUnknown`" + ` as well: the write may have been executed, and the caller should look.

Where a provider differs, the cell says so. *Trade* is DocSpace's exchange of the API key for a
signature, *Refresh* the renewal of the token of a person who signed in, *Code* the exchange of the
sign-in's code, and *SignOut* the request that ends the session. In every cell, the client that is at
the server afterwards is compared with what the caller was told. No create, new secret, code or refresh
token that may have been used is sent again. A token of a credential that lasts uses nothing up, so that
*Token* is asked for again. No call goes on for more than 100 ms after its context has ended, at any fault.

*HTTP/2* marks rows that are played over HTTP/2, where net/http repeats some requests by itself: here it
does not, and each request that reached the server is an attempt of the library's, counted in
` + "`Error.Attempts`" + `. *Any code* stands for every error code of RFC 9113 section 7; they come out alike.

This page is written by ` + "`go test ./providers/internal/faults -update`" + ` from the table that the tests hold
every provider to, each cell with a client and a token of its own; they fail if it is out of date.

`

func page() string {
	var text strings.Builder
	text.WriteString(introduction)
	columns := mainColumns()
	line(&text, append([]string{"fault", "how often"}, headings(columns)...)...)
	line(&text, slices.Repeat([]string{"---"}, len(columns)+2)...)
	for _, row := range rows() {
		once, always := row.shown(columns)
		line(&text, append([]string{row.name, "once"}, once...)...)
		line(&text, append([]string{"", "always"}, always...)...)
	}
	text.WriteString("\n## The other requests of a verb\n\n")
	line(&text, "request", "provider", "comes out as", "told, if it fails")
	line(&text, slices.Repeat([]string{"---"}, 4)...)
	for _, at := range otherColumns() {
		line(&text, at.name, strings.Join(vendorsOf(at), ", "), at.like, at.told())
	}
	return text.String()
}

func line(text *strings.Builder, cells ...string) {
	fmt.Fprintf(text, "| %s |\n", strings.Join(cells, " | "))
}

func headings(columns []column) []string {
	names := make([]string, len(columns))
	for i, at := range columns {
		names[i] = at.name
	}
	return names
}

// shown has a text for each column: what holds for most vendors, and those that differ.
func (r row) shown(columns []column) (once, always []string) {
	for _, at := range columns {
		names := vendorsOf(at)
		first, second := make([]string, len(names)), make([]string, len(names))
		for i, name := range names {
			first[i], second[i] = r.want(name, at)
		}
		commonOnce, commonAlways := r.want("", at)
		once, always = append(once, summed(names, first, commonOnce)), append(always, summed(names, second, commonAlways))
	}
	return once, always
}

func summed(names, cells []string, common string) string {
	if len(names) == 1 {
		return cells[0]
	}
	var parts []string
	for i, name := range names {
		if cells[i] != common {
			parts = append(parts, name+": "+cells[i])
		}
	}
	if len(parts) < len(names) {
		parts = append([]string{common}, parts...)
	}
	return strings.Join(parts, "<br>")
}

func vendorsOf(at column) []string {
	var names []string
	for _, vendor := range everybody() {
		if method, _ := at.request(vendor); method != "" {
			names = append(names, vendor.Name)
		}
	}
	return names
}

// told is the outcome of a failure, where it is not that of the column it comes out as.
func (c column) told() string {
	switch {
	case c.failed != "":
		return c.failed
	case c.writes:
		return "the same"
	}
	return "the same; nothing was written"
}
