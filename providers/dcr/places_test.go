package dcr_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file holds the places where servers describe themselves, and what else is found there.

const (
	tenant = host + "/o/tenant"

	oidcBelow  = tenant + "/.well-known/openid-configuration"
	oauthAbove = host + "/.well-known/oauth-authorization-server/o/tenant"
	oidcAbove  = host + "/.well-known/openid-configuration/o/tenant"
	oauthBelow = tenant + "/.well-known/oauth-authorization-server"
	oauthRoot  = host + "/.well-known/oauth-authorization-server"
	oidcRoot   = host + "/.well-known/openid-configuration"
)

func allPlaces() []string {
	return []string{oidcBelow, oauthAbove, oidcAbove, oauthBelow, oauthRoot, oidcRoot}
}

// Each of the places is found, whatever is at those before it.
func TestEveryPlaceIsTried(t *testing.T) {
	for i, place := range allPlaces() {
		for what, other := range map[string]any{
			"nothing": http.StatusNotFound, "a gateway's 502": http.StatusBadGateway, "a 403": http.StatusForbidden, "a login page": http.StatusFound,
			"another issuer": at(host), "no registration": at(tenant).with("registration_endpoint", nil), "no document": []string{"x"},
		} {
			t.Run(place+" after "+what, func(t *testing.T) {
				p := &pages{by: map[string]any{place: at(tenant)}}
				for _, before := range allPlaces()[:i] {
					p.by[before] = other
				}
				require.ErrorContains(t, discover(t, p, dcr.Provider{Issuer: tenant}), "Handle.ClientID")
				require.Len(t, p.asked, i+1)
			})
		}
	}
}

// What the first description says stays, and what it lacks is looked for in the others.
func TestTheFirstDescriptionWins(t *testing.T) {
	p := &pages{by: map[string]any{
		oidcRoot:  at(host).with("registration_endpoint", host+"/connect/register"),
		oauthRoot: at(host).with("registration_endpoint", host+"/oauth2/register"),
	}}
	require.Equal(t, host+"/connect/register", registeredAt(t, p, host))
	p = &pages{by: map[string]any{
		oidcRoot:  at(host).with("registration_endpoint", nil).with("token_endpoint", host+"/first"),
		oauthRoot: at(host).with("registration_endpoint", host+"/oauth2/register").with("token_endpoint", host+"/second"),
	}}
	require.Equal(t, host+"/oauth2/register", registeredAt(t, p, host))
}

// registeredAt is where a client is registered that an issuer describes.
func registeredAt(t *testing.T, p *pages, issuer string) string {
	t.Helper()
	client, err := oauthclients.New(dcr.Provider{Issuer: issuer, Registrations: dcr.NewMemoryStore()}, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(&http.Client{Transport: p}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), orderDesk())
	require.Error(t, err)
	address, found := strings.CutPrefix(p.asked[len(p.asked)-1], "POST ")
	require.True(t, found, "%v", err)
	return address
}

// The error has each place, and what was there.
func TestNoDescriptionAnywhere(t *testing.T) {
	p := &pages{by: map[string]any{oidcBelow: http.StatusForbidden, oauthAbove: []string{"x"}, oidcAbove: http.StatusTeapot}}
	err := discover(t, p, dcr.Provider{Issuer: tenant})
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	for _, says := range []string{
		"/o/tenant/.well-known/openid-configuration: status 403 Forbidden", "/.well-known/oauth-authorization-server/o/tenant: status 200 OK, ",
		"/.well-known/openid-configuration/o/tenant: status 418", "/o/tenant/.well-known/oauth-authorization-server: status 404 Not Found",
	} {
		require.ErrorContains(t, err, says)
	}
	require.Equal(t, 6, deskFailure(t, err).Attempts)
}

// Trouble is told as trouble: what a place says that breaks off is not nothing.
func TestTroubleIsNotNothing(t *testing.T) {
	for name, answer := range map[string]func(*http.Response){
		"a 200 that breaks off": func(r *http.Response) {
			r.StatusCode, r.Body = http.StatusOK, io.NopCloser(io.MultiReader(strings.NewReader(`{"issuer":`), broken{}))
		},
		"a 101": func(r *http.Response) { r.StatusCode, r.Body = http.StatusSwitchingProtocols, http.NoBody },
		"a 503": func(r *http.Response) { r.StatusCode, r.Body = http.StatusServiceUnavailable, http.NoBody },
	} {
		t.Run(name, func(t *testing.T) {
			asked := 0
			transport := roundTrip(func(r *http.Request) (*http.Response, error) {
				response := &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: r}
				if asked++; r.URL.Path == "/.well-known/openid-configuration" {
					answer(response)
				}
				return response, nil
			})
			client, err := oauthclients.New(dcr.Provider{Issuer: host, Registrations: dcr.NewMemoryStore()}, oauthclients.NoAuth{},
				oauthclients.WithHTTPClient(&http.Client{Transport: transport}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
			require.NoError(t, err)
			_, err = client.Clients.Create(t.Context(), orderDesk())
			require.ErrorIs(t, err, oauthclients.ErrUnavailable)
			require.NotContains(t, err.Error(), "does not describe itself")
			require.Equal(t, asked, deskFailure(t, err).Attempts)
			require.NotZero(t, deskFailure(t, err).StatusCode)
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A server that is away is not asked six times.
func TestAServerThatIsAwayEndsTheSearch(t *testing.T) {
	asked := 0
	transport := roundTrip(func(*http.Request) (*http.Response, error) {
		asked++
		return nil, io.ErrClosedPipe
	})
	client, err := oauthclients.New(dcr.Provider{Issuer: tenant, Registrations: dcr.NewMemoryStore()}, oauthclients.NoAuth{},
		oauthclients.WithHTTPClient(&http.Client{Transport: transport}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), orderDesk())
	require.ErrorIs(t, err, io.ErrClosedPipe)
	require.Equal(t, 1, asked)
}

// The two spellings of an issuer are two issuers, and the error says which one the server has.
func TestAnIssuerInTheOtherSpelling(t *testing.T) {
	for given, own := range map[string]string{host: host + "/", host + "/": host} {
		p := &pages{by: map[string]any{oidcRoot: at(own), oauthRoot: at(host + "/elsewhere")}}
		err := discover(t, p, dcr.Provider{Issuer: given})
		require.ErrorIs(t, err, oauthclients.ErrInvalid)
		require.ErrorContains(t, err, `calls itself "`+own+`" and not "`+given+`"`)
		require.ErrorContains(t, err, "the slash at the end alone")
	}
}

// Odd members of a description cost themselves.
func TestAnOddDescription(t *testing.T) {
	p := &pages{by: map[string]any{oidcRoot: at(host).with("token_endpoint_auth_methods_supported", "client_secret_post").
		with("authorization_response_iss_parameter_supported", "true").with("revocation_endpoint", map[string]string{"a": "b"})}}
	require.ErrorContains(t, discover(t, p, dcr.Provider{Issuer: host}), "Handle.ClientID")
}

// What signs people in needs no registration endpoint.
func TestSigningInNeedsNoRegistrationEndpoint(t *testing.T) {
	p := &pages{by: map[string]any{oidcRoot: at(host).with("registration_endpoint", nil)}}
	auth := oauthclients.AuthCode{ClientID: "a", RedirectURL: "https://app.example.com/cb"}
	login, err := auth.Begin(t.Context(), dcr.Provider{Issuer: host, Registrations: dcr.NewMemoryStore()}, oauthclients.WithHTTPClient(&http.Client{Transport: p}))
	require.NoError(t, err)
	require.Contains(t, login.URL, host+"/auth?")
	require.ErrorContains(t, discover(t, p, dcr.Provider{Issuer: host}), "names no registration_endpoint")
}

// A place that fails hides nothing that another has said, and is asked again by who needs more.
func TestAPlaceThatFailsHidesNothing(t *testing.T) {
	p := &pages{by: map[string]any{oidcRoot: at(host).with("registration_endpoint", nil), oauthRoot: http.StatusBadGateway}}
	provider := oauthclients.Shared(dcr.Provider{Issuer: host, Registrations: dcr.NewMemoryStore()})
	options := []oauthclients.Option{
		oauthclients.WithHTTPClient(&http.Client{Transport: p}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}),
	}
	login, err := oauthclients.AuthCode{ClientID: "a", RedirectURL: "https://app.example.com/cb"}.Begin(t.Context(), provider, options...)
	require.NoError(t, err)
	require.Contains(t, login.URL, host+"/auth?")

	client, err := oauthclients.New(provider, oauthclients.NoAuth{}, options...)
	require.NoError(t, err)
	_, err = client.Clients.Create(t.Context(), orderDesk())
	require.ErrorIs(t, err, oauthclients.ErrUnavailable)
	require.Equal(t, http.StatusBadGateway, deskFailure(t, err).StatusCode)
	require.ErrorContains(t, err, "/.well-known/oauth-authorization-server: status 502 Bad Gateway")

	p.by[oauthRoot] = at(host)
	_, err = client.Clients.Create(t.Context(), orderDesk())
	require.Error(t, err)
	require.Equal(t, "POST "+host+"/reg", p.asked[len(p.asked)-1], "the trouble was not kept")
}
