package docs

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file writes the tables about the providers: what each one needs, and what each one can do.

// withTables puts the tables under their marks.
func withTables(t *testing.T, text string) string {
	t.Helper()
	for name, table := range map[string]string{"needs": needsTable(t), "capabilities": capabilityTable()} {
		marked := regexp.MustCompile(`(?s)<!-- table: ` + name + ` -->\n(\n\|.*?\n\n)?`)
		text = marked.ReplaceAllLiteralString(text, "<!-- table: "+name+" -->\n\n"+table+"\n")
	}
	return text
}

type column struct {
	title string
	oauthclients.Capabilities

	provider oauthclients.Provider
	changes  string // whether clients can be changed and deleted
}

func columns() []column {
	server := dcr.Provider{Issuer: "https://login.example.com", Registrations: dcr.NewMemoryStore()}
	portal := docspace.Provider{Portal: "https://portal.example.com"}
	guide := docspace.Provider{Portal: "https://portal.example.com", Wire: docspace.WireGuide}
	return []column{
		{"sipgate", sipgate.Provider{}.Capabilities(), sipgate.Provider{}, "yes"},
		{"DocSpace", portal.Capabilities(), portal, "yes"},
		{"DocSpace, `WireGuide`", guide.Capabilities(), guide, "yes"},
		{"Genesys Cloud", genesys.Provider{}.Capabilities(), genesys.Provider{}, "yes"},
		{"RFC 7591 / 7592", server.Capabilities(), server, "if the server has RFC 7592"},
	}
}

// registrationServer is the last of the columns.
func registrationServer() oauthclients.Capabilities {
	all := columns()
	return all[len(all)-1].Capabilities
}

// needsTable says what a newcomer needs where.
func needsTable(t *testing.T) string {
	t.Helper()
	var table strings.Builder
	table.WriteString("| Provider | Auth strategies | Fields that `Create` needs |\n| --- | --- | --- |\n")
	for _, c := range columns() {
		if c.title == "DocSpace, `WireGuide`" {
			continue // for the few who need it: its page
		}
		fmt.Fprintf(&table, "| [%s](docs/providers/%s.md) | %s | %s |\n", c.title, c.provider.Name(), strategies(c.Auth), needed(t, c))
	}
	return table.String()
}

// strategies are the Go names of what New takes.
func strategies(kinds []oauthclients.AuthKind) string {
	names := map[oauthclients.AuthKind]string{
		oauthclients.AuthKindNone: "NoAuth", oauthclients.AuthKindBearer: "BearerToken", oauthclients.AuthKindBasic: "BasicAuth",
		oauthclients.AuthKindPassword: "PasswordGrant", oauthclients.AuthKindClientCredentials: "ClientCredentials",
		oauthclients.AuthKindAuthorizationCode: "AuthCode", oauthclients.AuthKindTokenSource: "FromTokenSource",
	}
	texts := make([]string, len(kinds))
	for i, kind := range kinds {
		texts[i] = "`" + names[kind] + "`"
	}
	return strings.Join(texts, ", ")
}

// needed asks the provider what it misses in a client with nothing but a grant type.
func needed(t *testing.T, c column) string {
	t.Helper()
	grants := c.GrantTypes
	if c.FixedGrantTypes {
		grants = []oauthclients.GrantType{""}
	}
	by := map[string][]oauthclients.GrantType{}
	for _, field := range missing(t, c, "") {
		by[field] = nil
	}
	for _, grant := range grants {
		for _, field := range missing(t, c, grant) {
			by[field] = append(by[field], grant)
		}
	}
	var texts []string
	for _, field := range slices.Concat(allFields([]column{c})) {
		with, isNeeded := by[field]
		switch without := slices.DeleteFunc(slices.Clone(grants), func(g oauthclients.GrantType) bool { return slices.Contains(with, g) }); {
		case !isNeeded:
		case len(with) == 0 || len(without) == 0:
			texts = append(texts, "`"+field+"`")
		case len(with) <= len(without):
			texts = append(texts, "`"+field+"` (for "+withoutURN(with)+")")
		default:
			texts = append(texts, "`"+field+"` (not for "+withoutURN(without)+")")
		}
	}
	return strings.Join(texts, ", ")
}

func missing(t *testing.T, c column, grant oauthclients.GrantType) []string {
	t.Helper()
	client, err := oauthclients.New(c.provider, oauthclients.BearerToken("x"))
	require.NoError(t, err)
	want := &oauthclients.OAuthClient{}
	if grant != "" {
		want.GrantTypes = []oauthclients.GrantType{grant}
	}
	var fields []string
	var failed *oauthclients.Error
	if errors.As(client.Clients.Check(want), &failed) {
		for _, fault := range failed.Fields {
			fields = append(fields, fault.Field)
		}
	}
	return fields
}

func capabilityTable() string {
	columns := columns()
	var table strings.Builder
	row := func(first string, cell func(column) string) {
		table.WriteString("| " + first + " |")
		for i := range columns {
			table.WriteString(" " + cell(columns[i]) + " |")
		}
		table.WriteString("\n")
	}
	row("", func(c column) string { return c.title })
	row("---", func(column) string { return "---" })
	row("Create, List, All, Get, FindByName", func(column) string { return "yes" })
	row("Update, Delete", func(c column) string { return c.changes })
	row("RegenerateSecret", func(c column) string { return yes(c.RegenerateSecret) })
	row("Paging", pagingCell)
	row("Strategies", func(c column) string { return strategies(c.Auth) })
	row("Grant types", grantCell)
	vendors := len(columns) - 1
	for _, field := range allFields(columns[:vendors]) {
		row("`"+field+"`", func(c column) string { return fieldCell(c, field) })
	}
	others := len(allFields(columns)) - len(allFields(columns[:vendors]))
	row("`Extra` of `dcr`", func(c column) string {
		if c.title != columns[vendors].title {
			return ""
		}
		return fmt.Sprintf("[%d fields](providers/dcr.md#settings)", others)
	})
	return table.String()
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

func withoutURN[T ~string](list []T) string {
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = strings.ReplaceAll(string(item), "urn:ietf:params:oauth:grant-type:", "")
	}
	return strings.Join(texts, ", ")
}

func pagingCell(c column) string {
	if !c.Paging {
		return "one page"
	}
	if c.MaxPageSize == 0 {
		return "yes"
	}
	return fmt.Sprintf("up to %d", c.MaxPageSize)
}

func grantCell(c column) string {
	if c.FixedGrantTypes {
		return "fixed: " + withoutURN(c.GrantTypes)
	}
	return withoutURN(c.GrantTypes)
}

func fieldCell(c column, field string) string {
	creates, updates := slices.Contains(c.Create, field), slices.Contains(c.Update, field)
	switch {
	case creates && updates:
		return "yes"
	case creates:
		return "create"
	case updates:
		return "update"
	case field == "GrantTypes" && c.FixedGrantTypes:
		return "fixed"
	}
	return ""
}

// allFields lists the fields in the order of OAuthClient, then those of the Extras.
func allFields(columns []column) []string {
	fields := []string{
		"Name", "Description", "RedirectURIs", "PostLogoutRedirectURIs", "AllowedOrigins", "GrantTypes",
		"Scopes", "ClientURI", "LogoURI", "PolicyURI", "TermsURI",
	}
	for i := range columns {
		for _, field := range slices.Concat(columns[i].Create, columns[i].Update) {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	return fields
}
