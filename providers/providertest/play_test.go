package providertest_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds the exchanges that Play lets pass, and what it answers. The ones that it
// must not let pass are in misplayed_test.go.

// registered is the answer to registration.
func registered(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/register_response.json")
	require.NoError(t, err)
	return text
}

// registration is an exchange that sets everything but Form.
func registration() providertest.Exchange {
	return providertest.Exchange{
		Method: http.MethodPost, Path: "/v1/clients/a%2Fb", Query: url.Values{"tag": {"x y", "z"}, "dry": {""}}, Host: "api.example.com",
		Header:  map[string]string{"Content-Type": "application/json", "X-Two": "a, b", "Authorization": ""},
		Request: "register_request.json",
		Status:  http.StatusCreated, ResponseHeader: map[string]string{"X-Request-Id": "request-1"},
		Response: "register_response.json",
	}
}

// order is what registration expects: the fixture's JSON without its white space.
type order struct {
	method, address, body string
	header                http.Header
}

func rightOrder() order {
	return order{
		http.MethodPost, "https://api.example.com/v1/clients/a%2Fb?dry=&tag=x+y&tag=z",
		`{"client_name":"Order desk","redirect_uris":["https://orders.example.com/a?x=1&y=<2>"]}`,
		http.Header{"Content-Type": {"application/json"}, "X-Two": {"a", "b"}},
	}
}

// send sends an order; body "" is none.
func (o order) send(ctx context.Context, t *testing.T, web *http.Client) (*http.Response, error) {
	t.Helper()
	var body io.Reader
	if o.body != "" {
		body = strings.NewReader(o.body)
	}
	request, err := http.NewRequestWithContext(ctx, o.method, o.address, body)
	require.NoError(t, err)
	for name, values := range o.header {
		request.Header[name] = values
	}
	return web.Do(request)
}

func readAll(t *testing.T, response *http.Response) []byte {
	t.Helper()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return text
}

func TestPlayAnswersTheRightRequest(t *testing.T) {
	response, err := rightOrder().send(t.Context(), t, providertest.Play(t, registration()))
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, response.StatusCode)
	require.Equal(t, "201 Created", response.Status)
	require.Equal(t, http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"request-1"}}, response.Header)
	require.EqualValues(t, len(registered(t)), response.ContentLength)
	require.Equal(t, registered(t), readAll(t, response), "the fixture's bytes")
}

// kept is a body that knows whether it was closed.
type kept struct {
	io.Reader
	closed bool
}

func (k *kept) Close() error {
	k.closed = true
	return nil
}

func TestPlayClosesTheBody(t *testing.T) {
	o := rightOrder()
	body := &kept{Reader: strings.NewReader(o.body)}
	request, err := http.NewRequestWithContext(t.Context(), o.method, o.address, body)
	require.NoError(t, err)
	request.Header = o.header
	_, err = providertest.Play(t, registration()).Transport.RoundTrip(request)
	require.NoError(t, err)
	require.True(t, body.closed, "a RoundTripper must")
}

func TestPlayMindsNoWhiteSpaceBetweenTheTokensOfJSON(t *testing.T) {
	o := rightOrder()
	o.body = string(providertest.Fixture(t, "register_request.json"))
	_, err := o.send(t.Context(), t, providertest.Play(t, registration()))
	require.NoError(t, err)
}

func TestPlayComparesWhatIsNotJSONByteForByte(t *testing.T) {
	o := order{method: http.MethodPut, address: "https://api.example.com/note", body: "name = Order  desk\n{not JSON\n"}
	_, err := o.send(t.Context(), t, providertest.Play(t, providertest.Exchange{Method: http.MethodPut, Path: "/note", Request: "note.txt"}))
	require.NoError(t, err)
}

func TestPlayTakesFormsInAnyOrder(t *testing.T) {
	web := providertest.Play(t, providertest.Exchange{
		Method: http.MethodPost, Path: "/token", Form: url.Values{"grant_type": {"password"}, "scope": {"a b", "c"}},
		Request: "not/looked/at.json",
	})
	o := order{method: http.MethodPost, address: "https://api.example.com/token", body: "scope=a%20b&scope=c&grant_type=password"}
	_, err := o.send(t.Context(), t, web)
	require.NoError(t, err)
}

// An exchange says nothing about a host that it does not name, nor about other headers.
func TestPlayAnswersWithoutABody(t *testing.T) {
	for _, host := range []string{"api.example.com", "login.example.com"} {
		web := providertest.Play(t, providertest.Exchange{Method: http.MethodDelete, Path: "/v1/clients/7"})
		o := order{method: http.MethodDelete, address: "https://" + host + "/v1/clients/7", header: http.Header{"X-Any": {"1"}}}
		response, err := o.send(t.Context(), t, web)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Empty(t, response.Header)
		require.Empty(t, readAll(t, response))
	}
}

func TestPlayGoesThroughTheExchangesInTheirOrder(t *testing.T) {
	web := providertest.Play(t,
		providertest.Exchange{Method: http.MethodGet, Path: "/a", Status: http.StatusServiceUnavailable},
		providertest.Exchange{Method: http.MethodGet, Path: "/a", Response: "register_response.json", ResponseHeader: map[string]string{"Content-Type": "text/plain"}},
		providertest.Exchange{Method: http.MethodGet, Path: "/b", Status: http.StatusNoContent},
	)
	var statuses []int
	for _, path := range []string{"/a", "/a", "/b"} {
		response, err := order{method: http.MethodGet, address: "https://api.example.com" + path}.send(t.Context(), t, web)
		require.NoError(t, err)
		statuses = append(statuses, response.StatusCode)
		if response.StatusCode == http.StatusOK {
			require.Equal(t, "text/plain", response.Header.Get("Content-Type"))
		}
	}
	require.Equal(t, []int{http.StatusServiceUnavailable, http.StatusOK, http.StatusNoContent}, statuses)
}

func TestPlayOfNothingExpectsNothing(t *testing.T) { require.NotNil(t, providertest.Play(t)) }

// TestPlayUnderAClient plays what a provider's driver sends, which is what Play is for.
func TestPlayUnderAClient(t *testing.T) {
	web := providertest.Play(t, providertest.Exchange{
		Method: http.MethodGet, Path: "/v1/clients/a%2Fb", Host: "api.example.com",
		Header: map[string]string{"Accept": "application/json", "Authorization": "", "Content-Type": ""}, Response: "register_response.json",
	})
	client, err := oauthclients.New(rightProvider("https://api.example.com"), oauthclients.NoAuth{}, oauthclients.WithHTTPClient(web))
	require.NoError(t, err)
	got, err := client.Clients.Get(t.Context(), "a/b")
	require.NoError(t, err)
	require.Equal(t, "Order desk", got.Name)
}

func TestAFixtureIsReadAsItIs(t *testing.T) {
	require.Equal(t, registered(t), providertest.Fixture(t, "register_response.json"))
}
