package kit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// This file is a person with a browser that runs no scripts.

// CallbackHost is the host of every program that people come back to. Nobody goes there: the person stops
// before it.
const CallbackHost = "app.example.com"

// Callback is where the server sends people back to.
const Callback = "https://" + CallbackHost + "/callback"

// Person has a browser with the cookies of one sign-in.
type Person struct{ browser *http.Client }

// NewPerson returns one who has been nowhere yet.
func NewPerson() *Person {
	jar, _ := cookiejar.New(nil) // never fails
	return &Person{&http.Client{Jar: jar, Timeout: time.Minute, CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if isBack(next.URL) {
			return http.ErrUseLastResponse
		}
		if len(via) > 20 {
			return errors.New("the pages go round in circles")
		}
		return nil
	}}}
}

// isBack: also a program on this machine is gone to by its own visitor.
func isBack(u *url.URL) bool { return u.Hostname() == CallbackHost || u.Path == "/callback" }

// Page is what the browser shows.
type Page struct {
	Status int
	URL    *url.URL
	HTML   string
	// Back is the query of the callback, nil for a page of the server.
	Back url.Values
}

// Open goes to an address.
func (p *Person) Open(ctx context.Context, address string) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	return p.show(request)
}

// Submit sends a form.
func (p *Person) Submit(ctx context.Context, address string, form url.Values) (*Page, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.show(request)
}

// Send sends JSON, as the script of a page does.
func (p *Person) Send(ctx context.Context, method, address string, body any) (*Page, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return p.show(request)
}

func (p *Person) show(request *http.Request) (*Page, error) {
	answer, err := p.browser.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	page := &Page{Status: answer.StatusCode, URL: answer.Request.URL, HTML: string(text)}
	if to, err := answer.Location(); err == nil && isBack(to) {
		page.Back = to.Query()
	}
	return page, nil
}

// Fill sends the form of a page, with the hidden fields that it has.
func (p *Person) Fill(ctx context.Context, page *Page, answers url.Values) (*Page, error) {
	action, form, err := page.form()
	if err != nil {
		return nil, err
	}
	fields := hidden(form)
	for name, values := range answers {
		fields[name] = values
	}
	return p.Submit(ctx, action, fields)
}

// Through goes to an address, and answers one form after the other until it comes back.
func (p *Person) Through(ctx context.Context, address string, forms ...url.Values) (url.Values, error) {
	page, err := p.Open(ctx, address)
	for _, answers := range forms {
		if err != nil {
			return nil, err
		}
		page, err = p.Fill(ctx, page, answers)
	}
	if err != nil {
		return nil, err
	}
	return page.Callback()
}

// Arrive goes to an address that leads back to the program by itself.
func (p *Person) Arrive(ctx context.Context, address string) (url.Values, error) {
	page, err := p.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	return page.Callback()
}

// Callback is an error for a page that does not lead back.
func (p *Page) Callback() (url.Values, error) {
	if p.Back == nil {
		return nil, fmt.Errorf("the sign-in ends at %s with status %d: %.500s", p.URL.Path, p.Status, p.HTML)
	}
	return p.Back, nil
}

// Return takes the way back to a program on this machine.
func Return(ctx context.Context, loginURL string, callback url.Values) error {
	login, err := url.Parse(loginURL)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, login.Query().Get("redirect_uri")+"?"+callback.Encode(), http.NoBody)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Timeout: time.Minute}).Do(request)
	if err != nil {
		return err
	}
	return answer.Body.Close()
}
