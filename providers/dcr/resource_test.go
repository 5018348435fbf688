package dcr_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file tests the way from a protected resource to the server that its tokens come from.

const (
	resourceHost = "https://tools.example.com"
	mcpURL       = resourceHost + "/v1/mcp"
	metadataAt   = resourceHost + "/.well-known/oauth-protected-resource"
)

// resource answers as one that is protected, with a challenge, and with metadata by their addresses.
type resource struct {
	challenge []string
	metadata  map[string]any // a status, or what is sent as JSON
	open      io.Reader      // what it answers without a challenge

	mu    sync.Mutex
	asked []string
}

func (r *resource) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, request.Method+" "+request.URL.String())
	response := &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: request}
	page, found := r.metadata[request.URL.String()]
	status, isStatus := page.(int)
	switch {
	case isStatus:
		response.StatusCode = status
	case found:
		text, err := json.Marshal(page)
		response.StatusCode, response.Body = http.StatusOK, io.NopCloser(strings.NewReader(string(text)))
		return response, err
	case request.Header.Get("Authorization") != "":
		response.StatusCode = http.StatusTeapot // nobody has a token yet
	case strings.HasPrefix(request.URL.String(), mcpURL) && r.open != nil:
		response.StatusCode, response.Body = http.StatusOK, io.NopCloser(r.open)
	case strings.HasPrefix(request.URL.String(), mcpURL):
		response.StatusCode = http.StatusUnauthorized
		response.Header["Www-Authenticate"] = r.challenge
	}
	return response, nil
}

func (r *resource) discover(t *testing.T, address string) (dcr.Resource, error) {
	t.Helper()
	return dcr.Discover(t.Context(), &http.Client{Transport: r}, address)
}

func protects(resource string, more ...any) map[string]any {
	all := map[string]any{
		"resource": resource, "authorization_servers": []string{"https://login.example.com/", "https://other.example.com"},
		"scopes_supported": []string{"mcp:tools", "mcp:admin"},
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1]
	}
	return all
}

// Whatever stands around it, the parameter of the challenge is found, and nothing that only looks so.
func TestTheChallengeNamesTheMetadata(t *testing.T) {
	const at = "https://meta.example.com/r?of=mcp"
	for _, fields := range [][]string{
		{`Bearer resource_metadata="` + at + `"`},
		{`bearer RESOURCE_METADATA = "` + at + `"`},
		{`Bearer resource_metadata=https://meta.example.com/r?of=mcp`},
		{`Bearer error="invalid_token", error_description="no, \"resource_metadata=x\", none", resource_metadata="` + at + `"`},
		{`Negotiate YWJj==, Basic realm="a, resource_metadata=\"https://evil.example.com\"", Bearer resource_metadata="` + at + `", scope="a"`},
		{`Basic realm="tools"`, `DPoP algs="ES256", resource_metadata="` + at + `"`},
		{`Bearer resource_metadata="https:\/\/meta.example.com\/r?of=mcp"`},
		{`Bearer , ,resource_metadata="` + at + `",`},
		{`Bearer resource_metadata="` + at},
	} {
		t.Run(strings.Join(fields, " | "), func(t *testing.T) {
			r := &resource{challenge: fields, metadata: map[string]any{at: protects(mcpURL)}}
			got, err := r.discover(t, mcpURL)
			require.NoError(t, err)
			require.Equal(t, "https://login.example.com/", got.Issuer, "byte for byte")
			require.Equal(t, mcpURL, got.Resource)
			require.Equal(t, []string{"GET " + mcpURL, "GET " + at}, r.asked)
		})
	}
}

// The scopes of the challenge are those that this resource wants now.
func TestTheScopesOfAResource(t *testing.T) {
	for field, want := range map[string][]string{
		`Bearer resource_metadata="` + metadataAt + `", scope="mcp:read mcp:write"`: {"mcp:read", "mcp:write"},
		`Bearer scope="mcp:read"`: {"mcp:read"},
		`Basic scope="b", Bearer resource_metadata="` + metadataAt + `"`:                   {"mcp:tools", "mcp:admin"},
		`Bearer resource_metadata="` + metadataAt + `", error="invalid_token", scope="  "`: {"mcp:tools", "mcp:admin"},
		`Bearer`: {"mcp:tools", "mcp:admin"},
	} {
		r := &resource{challenge: []string{field}, metadata: map[string]any{metadataAt: protects(resourceHost)}}
		got, err := r.discover(t, mcpURL)
		require.NoError(t, err, field)
		require.Equal(t, want, got.Scopes, field)
	}
	r := &resource{metadata: map[string]any{metadataAt: protects(resourceHost, "scopes_supported", nil)}}
	got, err := r.discover(t, mcpURL)
	require.NoError(t, err)
	require.Nil(t, got.Scopes)
}

// Without a challenge the well-known places are tried: with the path, then without.
func TestTheWellKnownPlacesOfAResource(t *testing.T) {
	below := metadataAt + "/v1/mcp"
	for _, c := range []struct {
		address  string
		metadata map[string]any
		resource string
		asked    []string
	}{
		{mcpURL, map[string]any{below: protects(mcpURL)}, mcpURL, []string{mcpURL, below}},
		{mcpURL, map[string]any{below: http.StatusForbidden, metadataAt: protects(resourceHost + "/v1/")}, resourceHost + "/v1/", []string{mcpURL, below, metadataAt}},
		{mcpURL, map[string]any{below: protects(mcpURL + "2"), metadataAt: protects(resourceHost)}, resourceHost, []string{mcpURL, below, metadataAt}},
		{mcpURL + "/?a=b", map[string]any{below + "?a=b": protects(mcpURL + "/?a=b")}, mcpURL + "/?a=b", []string{mcpURL + "/?a=b", below + "?a=b"}},
	} {
		r := &resource{challenge: []string{"Bearer"}, metadata: c.metadata}
		got, err := r.discover(t, c.address)
		require.NoError(t, err)
		require.Equal(t, c.resource, got.Resource)
		for i, address := range c.asked {
			require.Equal(t, "GET "+address, r.asked[i])
		}
		require.Len(t, r.asked, len(c.asked))
	}
}

// Metadata of another resource are not believed: its tokens would be asked for in the place of ours.
func TestTheMetadataOfAnotherResource(t *testing.T) {
	for _, other := range []string{
		"https://evil.example.com/v1/mcp", "http://tools.example.com/v1/mcp", "https://tools.example.com:8443/v1/mcp", resourceHost + "/v1/mc", resourceHost + "/v1/mcp/deeper",
		resourceHost + "/v1/mcp#a", "https://a@tools.example.com/v1/mcp", mcpURL + "?a=b", "", "mcp", "https://tools.example.com.evil.example.com/", ":",
	} {
		r := &resource{metadata: map[string]any{metadataAt: protects(other)}}
		got, err := r.discover(t, mcpURL)
		require.ErrorIs(t, err, oauthclients.ErrInvalid, other)
		require.ErrorContains(t, err, "another resource")
		require.Zero(t, got)
	}
	r := &resource{metadata: map[string]any{metadataAt: protects("HTTPS://Tools.Example.com:443/")}}
	got, err := r.discover(t, mcpURL)
	require.NoError(t, err)
	require.Equal(t, "HTTPS://Tools.Example.com:443/", got.Resource, "as it is written")
}

// What an https resource names is https.
func TestAResourceNamesNoPlaceInTheClear(t *testing.T) {
	r := &resource{
		challenge: []string{`Bearer resource_metadata="http://127.0.0.1:8080/metadata"`},
		metadata:  map[string]any{metadataAt: protects(mcpURL, "authorization_servers", []string{"http://127.0.0.1:9000"})},
	}
	_, err := r.discover(t, mcpURL)
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, "authorization_servers")
	require.NotContains(t, r.asked, "GET http://127.0.0.1:8080/metadata")

	local := &resource{metadata: map[string]any{
		"http://127.0.0.1:8000/.well-known/oauth-protected-resource": protects("http://127.0.0.1:8000/", "authorization_servers", []string{"http://127.0.0.1:9000"}),
	}}
	got, err := local.discover(t, "http://127.0.0.1:8000/mcp")
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:9000", got.Issuer)
}

// The error has each place, and what was there.
func TestAResourceWithoutMetadata(t *testing.T) {
	r := &resource{
		challenge: []string{`Bearer resource_metadata="http://tools.example.com/metadata"`},
		metadata:  map[string]any{metadataAt + "/v1/mcp": http.StatusForbidden, metadataAt: []string{"x"}},
	}
	_, err := r.discover(t, mcpURL)
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	for _, says := range []string{
		"dcr: Discover: unavailable", "http://tools.example.com/metadata: it is not asked: resource_metadata must be https",
		metadataAt + "/v1/mcp: status 403 Forbidden", metadataAt + ": status 200 OK, ",
	} {
		require.ErrorContains(t, err, says)
	}
	var e *oauthclients.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, 3, e.Attempts)

	for _, servers := range []any{nil, []string{}, []string{" "}, map[string]string{}} {
		none := &resource{metadata: map[string]any{metadataAt: protects(mcpURL, "authorization_servers", servers)}}
		_, err = none.discover(t, mcpURL)
		require.ErrorContains(t, err, "name no authorization server")
	}
	one := &resource{metadata: map[string]any{metadataAt: protects(mcpURL, "authorization_servers", "https://login.example.com")}}
	got, err := one.discover(t, mcpURL)
	require.NoError(t, err, "a text for a list of one")
	require.Equal(t, "https://login.example.com", got.Issuer)
}

func TestTheAddressOfAResource(t *testing.T) {
	for _, address := range []string{"", "tools.example.com", "http://tools.example.com", "https://a:b@tools.example.com", mcpURL + "#a", "ftp://tools.example.com"} {
		r := &resource{}
		_, err := r.discover(t, address)
		require.ErrorIs(t, err, oauthclients.ErrInvalid, address)
		require.ErrorContains(t, err, "resourceURL", address)
		require.Empty(t, r.asked)
	}
}

// A resource that needs no token may send events for ever; its metadata are asked for all the same.
func TestAResourceThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		events, end := io.Pipe()
		defer end.Close()
		r := &resource{open: events, metadata: map[string]any{metadataAt: protects(resourceHost)}}
		begun := time.Now()
		got, err := r.discover(t, mcpURL)
		require.NoError(t, err)
		require.Equal(t, "https://login.example.com/", got.Issuer)
		require.Less(t, time.Since(begun), 11*time.Second)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		_, err = dcr.Discover(ctx, &http.Client{Transport: r}, mcpURL)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.LessOrEqual(t, time.Since(begun), 1100*time.Millisecond)
	})
}
