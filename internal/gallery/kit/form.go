package kit

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// This file reads the forms of a page, as far as servers need it.

// form is where the first form of a page goes, and its hidden fields.
func (p *Page) form() (action string, fields url.Values, err error) {
	found := regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`).FindStringSubmatch(p.HTML)
	if found == nil {
		return "", nil, fmt.Errorf("%s has status %d and no form: %.500s", p.URL.Path, p.Status, p.HTML)
	}
	to, err := p.URL.Parse(attribute(found[1], "action")) // without an action it goes to the page itself
	if err != nil {
		return "", nil, err
	}
	fields = url.Values{}
	for _, input := range regexp.MustCompile(`<input[^>]*>`).FindAllString(found[2], -1) {
		if strings.EqualFold(attribute(input, "type"), "hidden") {
			fields.Add(attribute(input, "name"), attribute(input, "value"))
		}
	}
	return to.String(), fields, nil
}

func attribute(tag, name string) string {
	found := regexp.MustCompile(`\s` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}
