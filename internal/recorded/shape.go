package recorded

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// This file compares answers for their shape: what there is, and not what is in it.

// Differences says where answers have another shape than those that are wanted: status, media type, challenge,
// the members of the body with their JSON types, at every depth, and the code of an error.
func Differences(want, got []Answer) (lines []string) {
	for _, w := range want {
		i := slices.IndexFunc(got, func(a Answer) bool { return a.Name == w.Name })
		if i < 0 {
			lines = append(lines, w.Name+": it was not asked for")
			continue
		}
		lines = append(lines, differences(w, got[i])...)
	}
	for _, g := range got {
		if !slices.ContainsFunc(want, func(a Answer) bool { return a.Name == g.Name }) {
			lines = append(lines, g.Name+": it is not recorded")
		}
	}
	return lines
}

func differences(want, got Answer) (lines []string) {
	wanted, gotten := shape(want), shape(got)
	names := maps.Clone(wanted)
	maps.Copy(names, gotten)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if w, g := wanted[name], gotten[name]; w != g {
			lines = append(lines, fmt.Sprintf("%s: %s is %s, and not %s", want.Name, name, orNone(g), orNone(w)))
		}
	}
	return lines
}

func orNone(text string) string {
	if text == "" {
		return "missing"
	}
	return text
}

// shape is what is compared, by its name.
func shape(a Answer) map[string]string {
	found := map[string]string{"status": fmt.Sprint(a.Status), "media type": a.Media, "challenge": a.Challenge}
	switch body, _ := a.Body.(map[string]any); {
	case a.Body != nil:
		types(found, "body", a.Body)
		found["error"] = member(body, "error")
	case a.Text != "":
		found["body"] = "text"
	}
	return found
}

// types writes down the JSON types of a value and of what is in it. A list may have several.
func types(found map[string]string, path string, value any) {
	name := "null"
	switch value := value.(type) {
	case map[string]any:
		name = "object"
		for member, one := range value {
			types(found, path+"."+member, one)
		}
	case []any:
		name = "array"
		for _, one := range value {
			types(found, path+"[]", one)
		}
	case string:
		name = "string"
	case json.Number:
		name = "number"
	case bool:
		name = "boolean"
	}
	if there := strings.Split(found[path], "|"); found[path] != "" && !slices.Contains(there, name) {
		there = append(there, name)
		slices.Sort(there)
		name = strings.Join(there, "|")
	}
	found[path] = name
}
