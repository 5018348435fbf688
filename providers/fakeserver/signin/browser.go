package signin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
)

// This file holds a browser without a screen.

// Browser keeps cookies and can read the pages of the fakes. It follows no redirect by itself.
type Browser struct{ client *http.Client }

// Answer is what a server answered to a Browser.
type Answer struct {
	Status int
	Header http.Header
	// Location is the absolute address of a redirect, "" without one.
	Location string
	// Page is what the body shows; nil if it is no page of Pages.Show.
	Page *Seen

	url *url.URL
}

// NewBrowser returns a browser without cookies. hc reaches the server, such as fakeserver's
// HTTPClient.
func NewBrowser(hc *http.Client) *Browser {
	jar, _ := cookiejar.New(nil) // it has no way to fail
	return &Browser{&http.Client{
		Transport: hc.Transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Open gets an address.
func (b *Browser) Open(address string) (*Answer, error) {
	return b.send(http.MethodGet, address, "")
}

// Press fills the fields of a page's form in, by their names, and presses the button of a name.
// A field that is not in the form is left out.
func (b *Browser) Press(on *Answer, fields map[string]string, button string) (*Answer, error) {
	if on.Page == nil || on.Page.Form == nil {
		return nil, errors.New("signin: the answer has no form")
	}
	form := on.Page.Form
	target, err := on.url.Parse(form.Action)
	if err != nil {
		return nil, errors.New("signin: the action of the form is not a URL")
	}
	return b.send(form.Method, target.String(), form.filled(fields, button).Encode())
}

func (f *Form) filled(fields map[string]string, button string) url.Values {
	values := url.Values{button: {""}}
	for name, value := range f.Values {
		values[name] = value
		if text, ok := fields[name]; ok {
			values[name] = []string{text}
		}
	}
	return values
}

func (b *Browser) send(method, address, form string) (*Answer, error) {
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(form))
	if err != nil {
		return nil, errors.New("signin: the address is not a URL")
	}
	if form != "" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := b.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("signin: %s: %w", request.URL.Path, errors.Unwrap(err)) // its own text has the query
	}
	defer response.Body.Close()
	return read(request.URL, response), nil
}

func read(from *url.URL, response *http.Response) *Answer {
	answer := &Answer{Status: response.StatusCode, Header: response.Header, url: from}
	if location, err := response.Location(); err == nil {
		answer.Location = location.String()
	}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "text/html") {
		answer.Page, _ = ReadPage(io.LimitReader(response.Body, maxPage)) // what cannot be read is no page
	}
	return answer
}

const maxPage = 1 << 20
