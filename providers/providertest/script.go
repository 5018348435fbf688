package providertest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// This file plays a provider's wire from fixture files: each request must be exactly the one
// that the contract shows, and gets exactly the answer that the contract shows.

// Exchange is one request that must be sent, and the answer to it.
type Exchange struct {
	// Method, Path (as sent, escapes included) and Query must be equal; a nil Query means none.
	Method, Path string
	Query        url.Values
	// Host must be equal if it is set: "login.mypurecloud.ie".
	Host string
	// Header lists headers that must have exactly this value; "" means that the header must
	// not be there.
	Header map[string]string
	// Request is the file below testdata with the body that must be sent. JSON is compared
	// byte for byte without white space between tokens; anything else byte for byte. "" means
	// that there must be no body.
	Request string
	// Form is the form that must be sent, instead of Request.
	Form url.Values

	// Status is the answer's status, 200 if 0.
	Status int
	// ResponseHeader adds to the answer's headers.
	ResponseHeader map[string]string
	// Response is the file below testdata with the answer's body; "" answers without a body.
	Response string
}

// Play returns an HTTP client that expects exactly these exchanges, in this order. Anything
// else fails the test, as does an exchange that was not asked for until the test's end.
func Play(t *testing.T, exchanges ...Exchange) *http.Client {
	t.Helper()
	p := &player{t: t, exchanges: exchanges}
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		assert.Equal(t, len(exchanges), p.next, "number of requests sent")
	})
	return &http.Client{Transport: p}
}

type player struct {
	t         *testing.T
	exchanges []Exchange

	mu   sync.Mutex
	next int
}

func (p *player) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !assert.Less(p.t, p.next, len(p.exchanges), "unexpected request %s %s", r.Method, r.URL.EscapedPath()) {
		return nil, http.ErrServerClosed
	}
	exchange := p.exchanges[p.next]
	p.next++
	exchange.check(p.t, r)
	return exchange.answer(p.t, r), nil
}

func (e Exchange) check(t *testing.T, r *http.Request) {
	t.Helper()
	assert.Equal(t, e.Method, r.Method)
	assert.Equal(t, e.Path, r.URL.EscapedPath())
	if e.Host != "" {
		assert.Equal(t, e.Host, r.URL.Host)
	}
	query := e.Query
	if query == nil {
		query = url.Values{}
	}
	assert.Equal(t, query, r.URL.Query(), "query of %s %s", e.Method, e.Path)
	for name, value := range e.Header {
		if value == "" {
			assert.Empty(t, r.Header.Values(name), "header %s of %s %s", name, e.Method, e.Path)
			continue
		}
		assert.Equal(t, value, strings.Join(r.Header.Values(name), ", "), "header %s of %s %s", name, e.Method, e.Path)
	}
	e.checkBody(t, bodyOf(t, r))
}

func bodyOf(t *testing.T, r *http.Request) []byte {
	t.Helper()
	if r.Body == nil {
		return nil
	}
	defer r.Body.Close() // a RoundTripper must
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Errorf("body of %s %s: %v", r.Method, r.URL.EscapedPath(), err)
	}
	return body
}

func (e Exchange) checkBody(t *testing.T, body []byte) {
	t.Helper()
	switch {
	case e.Form != nil:
		form, err := url.ParseQuery(string(body))
		if err != nil {
			t.Errorf("the body of %s %s is no form: %v", e.Method, e.Path, err)
		}
		assert.Equal(t, e.Form, form, "form of %s %s", e.Method, e.Path)
	case e.Request == "":
		assert.Empty(t, string(body), "body of %s %s", e.Method, e.Path)
	default:
		assert.Equal(t, compact(Fixture(t, e.Request)), compact(body), "body of %s %s", e.Method, e.Path)
	}
}

// compact takes the white space out of JSON, and leaves anything else as it is.
func compact(text []byte) string {
	var buf bytes.Buffer
	if json.Compact(&buf, text) != nil {
		return string(text)
	}
	return buf.String()
}

func (e Exchange) answer(t *testing.T, r *http.Request) *http.Response {
	t.Helper()
	status := e.Status
	if status == 0 {
		status = http.StatusOK
	}
	header := http.Header{}
	var body []byte
	if e.Response != "" {
		body = Fixture(t, e.Response)
		header.Set("Content-Type", "application/json")
	}
	for name, value := range e.ResponseHeader {
		header.Set(name, value)
	}
	return &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		Request: r,
	}
}

// Fixture reads a file below the testdata folder of the package under test.
func Fixture(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return text
}
