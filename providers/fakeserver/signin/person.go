package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// This file holds the person who signs in.

// Person signs in inside the process, at the same pages as somebody with a browser.
type Person struct {
	// HTTP reaches the server, such as fakeserver's HTTPClient.
	HTTP *http.Client
	// Fields are what the person writes into the fields of forms, by the fields' names.
	Fields map[string]string
	// Buttons are the names of the buttons that the person would press. Of those that a page
	// has, the first one in this order is pressed.
	Buttons []string
}

// maxPages is more than any of the fakes shows.
const maxPages = 20

// SignIn opens a login page in a new browser and goes on until that is sent to another server,
// which is the program's. It returns the query with which the browser arrives there. A page on
// which the person cannot go on is an error that says what the page says.
func (p Person) SignIn(loginURL string) (url.Values, error) {
	home, err := url.Parse(loginURL)
	if err != nil {
		return nil, errors.New("signin: the login URL is not a URL")
	}
	browser := NewBrowser(p.HTTP)
	answer, err := browser.Open(loginURL)
	for range maxPages {
		if err != nil {
			return nil, err
		}
		if callback, back := arrival(answer, home); back {
			return callback, nil
		}
		answer, err = p.goOn(browser, answer)
	}
	return nil, errors.New("signin: the pages lead nowhere")
}

// arrival is the query of a redirect away from the login server.
func arrival(answer *Answer, home *url.URL) (url.Values, bool) {
	target, err := url.Parse(answer.Location)
	if answer.Location == "" || err != nil || target.Host == home.Host && target.Scheme == home.Scheme {
		return nil, false
	}
	return target.Query(), true
}

func (p Person) goOn(browser *Browser, answer *Answer) (*Answer, error) {
	switch page := answer.Page; {
	case answer.Location != "":
		return browser.Open(answer.Location)
	case page == nil || page.Title == "":
		return nil, fmt.Errorf("signin: %s answered with status %d and no page", answer.url.Path, answer.Status)
	case page.Alert != "" || page.Form == nil:
		return nil, fmt.Errorf("signin: the page %q (status %d) says: %s", page.Title, answer.Status, page.Alert)
	}
	for _, button := range p.Buttons {
		if slices.Contains(answer.Page.Form.Buttons, button) {
			return browser.Press(answer, p.Fields, button)
		}
	}
	return nil, fmt.Errorf("signin: the page %q has no button %s", answer.Page.Title, strings.Join(p.Buttons, " or "))
}
