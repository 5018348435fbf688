package kit

import (
	"context"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
)

// This file is what a person does with the forms of a page.

// Forms is a person who fills every form on the way back to the program: what is asked for by one of the
// names is written, every box is ticked, and the first button is pressed.
func Forms(answers map[string]string) func(ctx context.Context, loginURL string) (url.Values, error) {
	return func(ctx context.Context, loginURL string) (url.Values, error) {
		person := NewPerson()
		page, err := person.Open(ctx, loginURL)
		for range 5 { // a page that comes again and again takes no answer
			if err != nil || page.Back != nil || !strings.Contains(strings.ToLower(page.HTML), "<form") {
				break
			}
			page, err = person.answer(ctx, page, answers)
		}
		if err != nil {
			return nil, err
		}
		return page.Callback()
	}
}

// answer sends the first form of a page, with answers for the fields that it has.
func (p *Person) answer(ctx context.Context, page *Page, answers map[string]string) (*Page, error) {
	action, form, err := page.form()
	if err != nil {
		return nil, err
	}
	return p.Submit(ctx, action, filled(form, answers))
}

// form is where the first form of a page goes, and what is in it.
func (p *Page) form() (action, content string, err error) {
	found := regexp.MustCompile(`(?is)<form\b([^>]*)>(.*?)</form>`).FindStringSubmatch(p.HTML)
	if found == nil {
		return "", "", fmt.Errorf("%s has status %d and no form: %.500s", p.URL.Path, p.Status, p.HTML)
	}
	to, err := p.URL.Parse(attributes(found[1])["action"]) // without an action it goes to the page itself
	if err != nil {
		return "", "", err
	}
	return to.String(), found[2], nil
}

// hidden are the fields of a form that nobody sees.
func hidden(form string) url.Values {
	fields := url.Values{}
	for _, tag := range regexp.MustCompile(`(?is)<input\b([^>]*)>`).FindAllStringSubmatch(form, -1) {
		if field := attributes(tag[1]); strings.EqualFold(field["type"], "hidden") {
			fields.Add(field["name"], field["value"])
		}
	}
	return fields
}

func filled(form string, answers map[string]string) url.Values {
	fields, pressed := url.Values{}, false
	for _, tag := range regexp.MustCompile(`(?is)<(input|button)\b([^>]*)>`).FindAllStringSubmatch(form, -1) {
		field := attributes(tag[2])
		name, value := field["name"], field["value"]
		if kind := field["type"]; kind == "submit" || strings.EqualFold(tag[1], "button") {
			if pressed {
				continue
			}
			pressed = true
		} else if kind == "checkbox" && value == "" {
			value = "on"
		}
		if answer, asked := answers[name]; asked {
			value = answer
		}
		if name != "" {
			fields.Add(name, value)
		}
	}
	return fields
}

// attributes are those of a tag, by their names in lower case.
func attributes(tag string) map[string]string {
	all := map[string]string{}
	for _, found := range regexp.MustCompile(`(?s)([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')`).FindAllStringSubmatch(tag, -1) {
		all[strings.ToLower(found[1])] = html.UnescapeString(found[2] + found[3])
	}
	return all
}
