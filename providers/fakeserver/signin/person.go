package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
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
	back, err := p.wayBack(loginURL)
	if err != nil {
		return nil, err
	}
	return back.Query(), nil
}

// Visit is SignIn, and then goes on to the program as the browser would: it gets the page to
// which it is sent back, over a real connection, and reads it. No redirect is followed from
// there. That page has to be on a loopback address, since the code in the query is for nobody
// else. It is an error if the program answers with a status of 400 or more, or not within a
// minute. No error shows a query.
func (p Person) Visit(loginURL string) error {
	back, err := p.wayBack(loginURL)
	if err != nil {
		return err
	}
	if !isLoopback(back) {
		return fmt.Errorf("signin: the way back leads to %s, which is no loopback address", origin(back))
	}
	status, err := load(back)
	if err != nil {
		return fmt.Errorf("signin: %s%s: %w", origin(back), back.EscapedPath(), err)
	}
	if status >= http.StatusBadRequest {
		return fmt.Errorf("signin: the program answered at %s with status %d", back.EscapedPath(), status)
	}
	return nil
}

// wayBack goes through the pages of a login server, to the address outside of it to which the
// browser is sent.
func (p Person) wayBack(loginURL string) (*url.URL, error) {
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
		if back := arrival(answer, home); back != nil {
			return back, nil
		}
		answer, err = p.goOn(browser, answer)
	}
	return nil, errors.New("signin: the pages lead nowhere")
}

// arrival is the target of a redirect away from the login server; nil if there is none.
func arrival(answer *Answer, home *url.URL) *url.URL {
	target, err := url.Parse(answer.Location)
	if answer.Location == "" || err != nil || target.Host == home.Host && target.Scheme == home.Scheme {
		return nil
	}
	return target
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

func isLoopback(u *url.URL) bool {
	host := strings.ToLower(u.Hostname()) // RFC 6761 section 6.3
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }

// patience is longer than any program takes to exchange a code.
const patience = time.Minute

// load gets a page past every proxy, and leaves no connection behind.
func load(page *url.URL) (status int, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page.String(), http.NoBody)
	if err != nil {
		return 0, errors.New("the address is not a URL")
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, io.LimitReader(answer.Body, maxPage))
	return answer.StatusCode, err
}
