package e2e

import (
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// This file watches where the browser goes and what it tells others on its way.

// visited are the addresses of one tab, redirects included, in their order.
type visited struct {
	mu        sync.Mutex
	addresses []string
}

// last returns the latest address with a path; "" for none.
func (v *visited) last(path string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := len(v.addresses) - 1; i >= 0; i-- {
		if u, err := url.Parse(v.addresses[i]); err == nil && u.Path == path {
			return v.addresses[i]
		}
	}
	return ""
}

func (v *visited) add(address string) {
	v.mu.Lock()
	v.addresses = append(v.addresses, address)
	v.mu.Unlock()
	learnAddress(address)
	everything.show("address in the browser", allowed(address))
}

// event shows the collector every address, what the browser told others about where it came
// from, and what pages wrote into its console.
func (v *visited) event(event any) {
	switch event := event.(type) {
	case *network.EventRequestWillBeSent:
		v.add(event.Request.URL)
		for name, value := range event.Request.Headers {
			if text, ok := value.(string); ok && strings.EqualFold(name, "Referer") {
				everything.show("Referer header", text)
			}
		}
	case *page.EventFrameNavigated:
		everything.show("address in the browser", allowed(event.Frame.URL+event.Frame.URLFragment))
	case *log.EventEntryAdded:
		everything.show("browser log", event.Entry.Text+" "+allowed(event.Entry.URL))
	case *runtime.EventConsoleAPICalled:
		for _, arg := range event.Args {
			everything.show("browser console", string(arg.Value)+arg.Description)
		}
	}
}

// The two places where an address has what must not be seen elsewhere.
func isAuthorize(query url.Values) bool { return query.Get("response_type") == "code" }
func isCallback(u *url.URL) bool        { return strings.HasSuffix(u.Path, "/callback") }

// allowed takes out of an address what the protocol wants in it: state and code_challenge on
// the way to the server (RFC 6749 section 4.1.1, RFC 7636 section 4.3), state and code on the
// way back (RFC 6749 section 4.1.2). Everything else stays to be searched.
func allowed(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	query := u.Query()
	switch {
	case isAuthorize(query):
		query.Del("state")
		query.Del("code_challenge")
	case isCallback(u):
		query.Del("state")
		query.Del("code")
	}
	u.RawQuery = query.Encode()
	return u.String()
}

func learnAddress(address string) {
	u, err := url.Parse(address)
	if err != nil {
		return
	}
	query := u.Query()
	switch {
	case isAuthorize(query):
		everything.learn("state", query.Get("state"))
		everything.learnChallenge(query.Get("code_challenge"))
	case isCallback(u):
		everything.learn("state", query.Get("state"))
		everything.learn("code", query.Get("code"))
	}
}
