// Package raw is the other side of every comparison: the same calls, as a program makes them that
// has net/http and encoding/json alone. It has what such a program must have, a timeout and a
// connection pool that is large enough, and nothing else: no retries, no rate limits, no checks.
package raw

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// API is one vendor's account.
type API struct {
	HTTP   *http.Client
	Base   string
	Header http.Header // what authorizes a call
}

// New returns an account that is authorized with a bearer token.
func New(base, token string) *API {
	return &API{HTTP: NewHTTP(64), Base: base, Header: http.Header{"Authorization": {"Bearer " + token}}}
}

// NewHTTP returns an HTTP client with a pool of its own, which keeps so many connections.
func NewHTTP(idle int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one by its documentation
	transport.MaxIdleConnsPerHost = idle
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

// Do sends a call, with a body unless it is nil, and decodes the answer.
func Do[T any](ctx context.Context, a *API, method, path string, body any) (*T, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, a.Base+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, values := range a.Header {
		request.Header[name] = values
	}
	response, err := a.HTTP.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode/100 != 2 {
		return nil, fmt.Errorf("%s %s: %s", method, path, response.Status)
	}
	answer := new(T)
	if response.ContentLength == 0 {
		return answer, nil
	}
	err = json.NewDecoder(response.Body).Decode(answer)
	return answer, err
}
