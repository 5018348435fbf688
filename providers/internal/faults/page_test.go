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

	"github.com/oauthclients/oauthclients/providers/internal/vendors"
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
signature. In every cell, the client that is at the server afterwards is compared with what the caller
was told.

This page is written by ` + "`go test ./providers/internal/faults -update`" + ` from the table that the tests hold
every provider to, each cell in a server of its own; they fail if it is out of date.

`

func page() string {
	var text strings.Builder
	text.WriteString(introduction)
	columns := mainColumns()
	line(&text, append([]string{"fault", "how often"}, headings(columns)...)...)
	line(&text, slices.Repeat([]string{"---"}, len(columns)+2)...)
	for _, row := range rows() {
		line(&text, append([]string{row.name, "once"}, row.shown(columns, row.once, row.butOnce)...)...)
		line(&text, append([]string{"", "always"}, row.shown(columns, row.always, row.butAlways)...)...)
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

// mainColumns are the requests that make up a verb; otherColumns those that come before or after
// one.
func mainColumns() []column {
	return slices.DeleteFunc(columns(), func(c column) bool { return strings.Contains(c.name, ":") })
}

func otherColumns() []column {
	return slices.DeleteFunc(columns(), func(c column) bool { return !strings.Contains(c.name, ":") })
}

func headings(columns []column) []string {
	names := make([]string, len(columns))
	for i, at := range columns {
		names[i] = at.name
	}
	return names
}

// shown has a text for each column: what holds for most vendors, and those that differ.
func (r row) shown(columns []column, cells cells, but map[string]string) []string {
	texts := make([]string, len(columns))
	for i, at := range columns {
		common := cells.of(vendors.Vendor{}, at, nil)
		names := vendorsOf(at)
		var parts []string
		if len(names) == 1 {
			texts[i] = cells.of(vendors.Vendor{Name: names[0]}, at, but)
			continue
		}
		for _, name := range names {
			if own := cells.of(vendors.Vendor{Name: name}, at, but); own != common {
				parts = append(parts, name+": "+own)
			}
		}
		if len(parts) < len(names) {
			parts = append([]string{common}, parts...)
		}
		texts[i] = strings.Join(parts, "<br>")
	}
	return texts
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
