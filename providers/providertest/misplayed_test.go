package providertest_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file proves that Play fails over requests that are not the expected ones. Each runs in
// a process of its own, as broken_test.go has it.

// misplay is one request, or one number of requests, that Play must not let pass.
type misplay struct {
	name string
	play func(t *testing.T)
	// says is part of what the failure must tell.
	says string
}

func misplays() []misplay {
	return append(misplayedRequests(), []misplay{
		{"no request", func(t *testing.T) { providertest.Play(t, registration()) }, "number of requests sent"},
		{"too few requests", times(1, registration(), registration()), "number of requests sent"},
		{"too many requests", times(2, registration()), "unexpected request POST /v1/clients/a%2Fb"},

		{"a body where none is expected", expecting(func(e *providertest.Exchange) { e.Request = "" }), "body of POST /v1/clients/a%2Fb"},
		{"JSON where a form is expected", expecting(func(e *providertest.Exchange) { e.Form = url.Values{"scope": {"a b"}} }), "form of POST /v1/clients/a%2Fb"},
		{"a header that is not expected", expecting(func(e *providertest.Exchange) { e.Header["Content-Type"] = "" }), "header Content-Type of POST /v1/clients/a%2Fb"},
		{"a query where none is expected", expecting(func(e *providertest.Exchange) { e.Query = nil }), "query of POST /v1/clients/a%2Fb"},
		{"no fixture of the request", expecting(func(e *providertest.Exchange) { e.Request = "missing.json" }), "missing.json"},
		{"no fixture of the response", expecting(func(e *providertest.Exchange) { e.Response = "missing.json" }), "missing.json"},

		{"another value in the form", form("scope=a+c"), "form of POST /token"},
		{"another value more in the form", form("scope=a+b&scope=c"), "form of POST /token"},
		{"another member in the form", form("scope=a+b&client_id=x"), "form of POST /token"},
		{"no form", form(""), "form of POST /token"},
		{"a form with a wrong escape", form("scope=a+b&x=%zz"), "the body of POST /token is no form"},
		{"a body that cannot be read", unreadable, "body of POST /v1/clients/a%2Fb: broken pipe"},
	}...)
}

// misplayedRequests are right but for one thing.
func misplayedRequests() []misplay {
	const url = "https://api.example.com/v1/clients/a%2Fb?dry=&tag=x+y&tag=z"
	moved := func(old, replacement string) func(*order) {
		return func(o *order) { o.address = strings.Replace(url, old, replacement, 1) }
	}
	rewritten := func(old, replacement string) func(*order) {
		return func(o *order) { o.body = strings.Replace(o.body, old, replacement, 1) }
	}
	return []misplay{
		{"another method", sending(func(o *order) { o.method = http.MethodPut }), `expected: "POST"`},
		{"another path", sending(moved("clients", "client")), `expected: "/v1/clients/a%2Fb"`},
		{"another escape of the path", sending(moved("%2F", "/")), `expected: "/v1/clients/a%2Fb"`},
		{"an escape in small letters", sending(moved("%2F", "%2f")), `expected: "/v1/clients/a%2Fb"`},
		{"a slash at the end", sending(moved("?", "/?")), `expected: "/v1/clients/a%2Fb"`},
		{"another host", sending(moved("api.", "login.")), `expected: "api.example.com"`},
		{"another value in the query", sending(moved("z", "Z")), "query of POST /v1/clients/a%2Fb"},
		{"another order in the query", sending(moved("tag=x+y&tag=z", "tag=z&tag=x+y")), "query of POST /v1/clients/a%2Fb"},
		{"one value less in the query", sending(moved("&tag=z", "")), "query of POST /v1/clients/a%2Fb"},
		{"one name less in the query", sending(moved("dry=&", "")), "query of POST /v1/clients/a%2Fb"},
		{"one name more in the query", sending(moved("dry=", "dry=&wet=")), "query of POST /v1/clients/a%2Fb"},
		{"no query", sending(moved("?dry=&tag=x+y&tag=z", "")), "query of POST /v1/clients/a%2Fb"},

		{"another header", sending(func(o *order) { o.header["Content-Type"] = []string{"text/json"} }), "header Content-Type of"},
		{"one value less in a header", sending(func(o *order) { o.header["X-Two"] = []string{"a"} }), "header X-Two of"},
		{"a header less", sending(func(o *order) { delete(o.header, "X-Two") }), "header X-Two of"},
		{"a header that must not be there", sending(func(o *order) { o.header["Authorization"] = []string{"Basic eDp5"} }), "header Authorization of"},
		{"nor without a value", sending(func(o *order) { o.header["Authorization"] = []string{""} }), "header Authorization of"},

		{"another value in the body", sending(rewritten("desk", "DESK")), "body of POST /v1/clients/a%2Fb"},
		{"another white space in a value", sending(rewritten("Order desk", "Order  desk")), "body of POST /v1/clients/a%2Fb"},
		{"another escape in a value", sending(rewritten("<", `\u003c`)), "body of POST /v1/clients/a%2Fb"},
		{"a member more in the body", sending(rewritten("{", `{"scope":"a",`)), "body of POST /v1/clients/a%2Fb"},
		{"a truncated body", sending(rewritten("]}", "]")), "body of POST /v1/clients/a%2Fb"},
		{"no body", sending(func(o *order) { o.body = "" }), "body of POST /v1/clients/a%2Fb"},
	}
}

// sending sends one request to registration, right but for an edit.
func sending(edit func(*order)) func(*testing.T) {
	return func(t *testing.T) {
		o := rightOrder()
		edit(&o)
		_, _ = o.send(t.Context(), t, providertest.Play(t, registration()))
	}
}

// expecting sends the right request to a registration with an edit.
func expecting(edit func(*providertest.Exchange)) func(*testing.T) {
	return func(t *testing.T) {
		e := registration()
		edit(&e)
		_, _ = rightOrder().send(t.Context(), t, providertest.Play(t, e))
	}
}

// times sends the right request so often.
func times(n int, exchanges ...providertest.Exchange) func(*testing.T) {
	return func(t *testing.T) {
		web := providertest.Play(t, exchanges...)
		for range n {
			_, _ = rightOrder().send(t.Context(), t, web)
		}
	}
}

// form sends a body where scope=a+b is expected.
func form(body string) func(*testing.T) {
	return func(t *testing.T) {
		web := providertest.Play(t, providertest.Exchange{Method: http.MethodPost, Path: "/token", Form: url.Values{"scope": {"a b"}}})
		_, _ = order{method: http.MethodPost, address: "https://api.example.com/token", body: body}.send(t.Context(), t, web)
	}
}

func unreadable(t *testing.T) {
	o := rightOrder()
	body := io.MultiReader(strings.NewReader(o.body), iotest.ErrReader(errors.New("broken pipe")))
	request, err := http.NewRequestWithContext(t.Context(), o.method, o.address, body)
	require.NoError(t, err)
	request.Header = o.header
	_, _ = providertest.Play(t, registration()).Do(request)
}

// TestMisplayed is what the other process runs; in this one there is nothing to do.
func TestMisplayed(t *testing.T) {
	name := os.Getenv(breakageVariable)
	if name == "" {
		return
	}
	for _, m := range misplays() {
		if m.name == name {
			m.play(t)
			return
		}
	}
	t.Fatalf("unknown misplay %q", name)
}

func TestPlayFailsOverOtherRequests(t *testing.T) {
	t.Parallel()
	failure := regexp.MustCompile(`(?m)^ +\w+\.go:\d+: `)
	atOnce := make(chan struct{}, 4)
	for _, m := range misplays() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			atOnce <- struct{}{}
			defer func() { <-atOnce }()
			out := inAnotherProcess(t, "TestMisplayed", m.name)
			require.Contains(t, out, "--- FAIL: TestMisplayed")
			require.Contains(t, out, m.says)
			require.Len(t, failure.FindAllString(out, -1), 1)
		})
	}
}
