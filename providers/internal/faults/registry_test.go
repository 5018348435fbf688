package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
	"github.com/oauthclients/oauthclients/providers/internal/vendors"
)

// This file holds the server with dynamic client registration, which tells its own addresses.

const registrar = "dcr"

func registry() vendors.Vendor {
	return vendors.Vendor{
		Name: registrar,
		New: func() *vendors.Fake {
			server := dcrtest.New()
			registrations := dcr.NewMemoryStore()
			return &vendors.Fake{
				Server: server.Server, Auth: server.Auth(), AuthCode: server.AuthCode, SignIn: server.SignIn,
				At: func(url string) oauthclients.Provider {
					return dcr.Provider{Issuer: url, Registrations: registrations}
				},
			}
		},
		Sample: func(n int) *oauthclients.OAuthClient {
			return &oauthclients.OAuthClient{Name: fmt.Sprintf("Wiki %d", n), RedirectURIs: []string{"https://wiki.example.com/callback"}}
		},
		ClientsPath: "/reg",
	}
}

// discovery is the request for the addresses.
func discovery(v vendors.Vendor) (method, path string) {
	if v.Name != registrar {
		return "", ""
	}
	return http.MethodGet, "/.well-known/openid-configuration"
}

// renamed is a fake whose answers have the proxy's address where they have its own. It can be
// reached past the proxy, too.
type renamed struct {
	fake *vendors.Fake
	to   string
}

func (x *renamed) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !x.names() {
		x.fake.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	x.fake.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(x.rename(answer.Body.Bytes()))
}

// RoundTrip implements [http.RoundTripper].
func (x *renamed) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := x.fake.HTTPClient().Transport.RoundTrip(r)
	if err != nil || !x.names() {
		return response, err
	}
	body, err := io.ReadAll(response.Body)
	body = x.rename(body)
	response.Body, response.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response.Header.Del("Content-Length")
	return response, err
}

func (x *renamed) names() bool { return x.fake.At(x.to).Name() == registrar }

func (x *renamed) rename(body []byte) []byte {
	return bytes.ReplaceAll(body, []byte(x.fake.URL()), []byte(x.to))
}
