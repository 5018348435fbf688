package transport_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what becomes of the http.Client that the caller passes in: it is used, not
// changed, and its connections stay its own.

func TestTheCallersClientIsNotModified(t *testing.T) {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	clients := map[string]*http.Client{
		"zero":    {},
		"pointer": {Transport: freshTransport(t), Timeout: time.Minute},
		"jar":     {Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("asked") }},
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			before, hadCheck := *client, client.CheckRedirect != nil
			for _, handler := range []http.HandlerFunc{reset, cutOff("200 OK"), sends(10), redirects} {
				s := listen(t, handler)
				tr := transport.New(transport.Options{HTTPClient: client, Policy: transport.Policy{MaxAttempts: 2, MinWait: 1, MaxWait: 1}})
				tr.Do(t.Context(), s.to(get()))
			}
			after := *client
			require.Equal(t, hadCheck, after.CheckRedirect != nil)
			before.CheckRedirect, after.CheckRedirect = nil, nil // functions do not compare
			require.Equal(t, before, after)
			require.True(t, before.Transport == after.Transport && before.Jar == after.Jar, "the same, not copies")
		})
	}
}

func redirects(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
}

func TestTheTransportsSettingsAreNotModified(t *testing.T) {
	base := freshTransport(t)
	settings := func() map[string]any {
		return map[string]any{
			"MaxIdleConns": base.MaxIdleConns, "MaxIdleConnsPerHost": base.MaxIdleConnsPerHost,
			"MaxConnsPerHost": base.MaxConnsPerHost, "IdleConnTimeout": base.IdleConnTimeout,
			"ResponseHeaderTimeout": base.ResponseHeaderTimeout, "DisableKeepAlives": base.DisableKeepAlives,
			"DisableCompression": base.DisableCompression, "Proxy": base.Proxy == nil,
		}
	}
	before := settings()
	s := listen(t, sends(10))
	require.NoError(t, over(base).Do(t.Context(), s.to(get())).Err)
	require.Equal(t, before, settings())
}

func TestItsCheckRedirectIsNotUsed(t *testing.T) {
	asked := false
	client := &http.Client{Transport: freshTransport(t), CheckRedirect: func(*http.Request, []*http.Request) error {
		asked = true
		return nil
	}}
	s := listen(t, redirects)
	outcome := transport.New(transport.Options{HTTPClient: client}).Do(t.Context(), s.to(get()))
	require.Equal(t, http.StatusTemporaryRedirect, outcome.Response.Status)
	require.False(t, asked)
	require.EqualValues(t, 1, s.requests.Load())
}

func TestAClientWithoutATransportUsesNetHTTPs(t *testing.T) {
	t.Cleanup(func() { http.DefaultTransport.(*http.Transport).CloseIdleConnections() })
	for name, client := range map[string]*http.Client{"a zero client": {}, "no client": nil} {
		t.Run(name, func(t *testing.T) {
			s := listen(t, sends(10))
			outcome := transport.New(transport.Options{HTTPClient: client}).Do(t.Context(), s.to(get()))
			require.NoError(t, outcome.Err)
			require.Equal(t, http.StatusOK, outcome.Response.Status)
			require.EqualValues(t, 1, s.requests.Load())
		})
	}
}

// Failures of ours must not cost the caller's other requests their connections.
func TestOurFailuresDoNotCloseItsIdleConnections(t *testing.T) {
	base := keepingTransport(t)
	client := &http.Client{Transport: base}
	s := listen(t, sends(10))
	use := func() {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL, http.NoBody)
		require.NoError(t, err)
		response, err := client.Do(request)
		require.NoError(t, err)
		_, err = new(bytes.Buffer).ReadFrom(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
	}
	use()
	refused, canceled := get(), get()
	refused.URL = "http://" + closedPort(t) + "/"
	require.Error(t, over(base, briefly).Do(t.Context(), refused).Err)

	broken := listen(t, reset)
	require.Error(t, over(base, briefly).Do(t.Context(), broken.to(get())).Err)

	ctx, cancel := context.WithCancel(t.Context())
	failing := listen(t, func(w http.ResponseWriter, _ *http.Request) {
		defer cancel() // during the backoff or before it
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	over(base, minWaitOf(time.Minute)).Do(ctx, failing.to(canceled))
	use()
	require.EqualValues(t, 1, s.connections.Load())
}

func TestItsJarIsUsed(t *testing.T) {
	for _, code := range []int{200, 204, 302, 404} {
		synctest.Test(t, func(t *testing.T) {
			jar, err := cookiejar.New(nil)
			require.NoError(t, err)
			s := serve(status(code, "Set-Cookie", "node=a1; Path=/"))
			tr := over(s, func(o *transport.Options) { o.HTTPClient.Jar = jar })
			tr.Do(t.Context(), get())
			tr.Do(t.Context(), get())
			seen := s.seen()
			require.Empty(t, seen[0].header.Get("Cookie"))
			require.Equal(t, []string{"node=a1"}, seen[1].header["Cookie"], "after an answer with status %d", code)
		})
	}
}

// Each attempt has the cookies that the jar has then, once.
func TestARetryHasEveryCookieOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		jar, err := cookiejar.New(nil)
		require.NoError(t, err)
		site, err := url.Parse(target)
		require.NoError(t, err)
		jar.SetCookies(site, []*http.Cookie{{Name: "node", Value: "a1"}})
		s := serve(status(http.StatusServiceUnavailable), status(http.StatusServiceUnavailable, "Set-Cookie", "node=b2"), status(http.StatusOK))
		over(s, func(o *transport.Options) { o.HTTPClient.Jar = jar }).Do(t.Context(), get())
		var sent []string
		for _, a := range s.seen() {
			sent = append(sent, a.header.Get("Cookie"))
		}
		require.Equal(t, []string{"node=a1", "node=a1", "node=b2"}, sent)
	})
}

func TestARequestWithoutHeadersCanCarryACookie(t *testing.T) {
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	site, err := url.Parse(target)
	require.NoError(t, err)
	jar.SetCookies(site, []*http.Cookie{{Name: "node", Value: "a1"}})
	s, request := serve(status(http.StatusOK)), get()
	request.Header = nil
	tr := over(s, func(o *transport.Options) { o.HTTPClient.Jar = jar })
	require.NotPanics(t, func() { tr.Do(t.Context(), request) })
	require.Equal(t, "node=a1", s.seen()[0].header.Get("Cookie"))
}
