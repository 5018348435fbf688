package docs

import (
	"regexp"
	"strings"
)

// This file writes the list of what a server with dynamic client registration takes beyond the portable
// fields.

// withSettings puts the list under its mark.
func withSettings(text string) string {
	marked := regexp.MustCompile(`(?s)<!-- list: settings -->\n(\n.*?\n\n)?`)
	return marked.ReplaceAllLiteralString(text, "<!-- list: settings -->\n\n"+settingsList()+"\n")
}

func settingsList() string {
	const width = 118
	var list strings.Builder
	used := 0
	for _, field := range registrationServer().Create {
		name, isExtra := strings.CutPrefix(field, "Extra.")
		if !isExtra {
			continue
		}
		word := "`" + name + "`"
		switch {
		case used == 0:
		case used+len(", ")+len(word) > width:
			list.WriteString(",\n")
			used = 0
		default:
			list.WriteString(", ")
			used += len(", ")
		}
		list.WriteString(word)
		used += len(word)
	}
	return list.String() + "\n"
}
