package hosts

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file tests which addresses can be configured, for every field that holds one.

const elsewhere = "https://elsewhere.example.com"

// fields put an address into one field, beside others that are good.
func fields() map[string]func(address string) oauthclients.Provider {
	return map[string]func(string) oauthclients.Provider{
		"sipgate APIURL":   func(a string) oauthclients.Provider { return sipgate.Provider{APIURL: a, LoginURL: elsewhere} },
		"sipgate LoginURL": func(a string) oauthclients.Provider { return sipgate.Provider{APIURL: elsewhere, LoginURL: a} },
		"docspace Portal":  func(a string) oauthclients.Provider { return docspace.Provider{Portal: a} },
		"docspace guide Portal": func(a string) oauthclients.Provider {
			return docspace.Provider{Portal: a, Wire: docspace.WireGuide}
		},
		"genesys APIURL":   func(a string) oauthclients.Provider { return genesys.Provider{APIURL: a, LoginURL: elsewhere} },
		"genesys LoginURL": func(a string) oauthclients.Provider { return genesys.Provider{APIURL: elsewhere, LoginURL: a} },
	}
}

// refused would carry a credential in the clear, or somewhere that nobody sees at a glance.
func refused() []string {
	return []string{
		"http://api.example.com", "HTTP://api.example.com", "http://127.0.0.1.example.com", "http://localhost.example.com", "http://localhost.", "http://notlocalhost",
		"http://10.0.0.1", "http://192.168.1.1", "http://169.254.169.254", "http://0.0.0.0", "http://[::]", "http://128.0.0.1", "http://126.255.255.255",
		"http://[::ffff:10.0.0.1]", "http://[fe80::1]", "http://[::1%25lo]", "http://[::127.0.0.1]", "http://[64:ff9b::7f00:1]",
		"http://2130706433", "http://0177.0.0.1", "http://0x7f.0.0.1", "http://0x7f000001", "http://127.1", "http://127.0.0.01", "http://127.0.0.1.", "http://①②⑦.⓪.⓪.①",
		"http://127.0.0.1@api.example.com", "http://user:pa55@127.0.0.1", "https://user:pa55@api.example.com", "https://@api.example.com", `http://127.0.0.1\@api.example.com`,
		"http://api.example.com#@127.0.0.1", "https://api.example.com?x=pa55", "https://api.example.com#pa55", "ws://127.0.0.1", "ftp://127.0.0.1", "file:///etc/passwd",
		"//api.example.com", "api.example.com", "127.0.0.1:8080", "https://", "https:/api.example.com", "https:api.example.com", "https://api.example.com:port", "https://%zz",
		"javascript:alert(1)", "https://api.exa mple.com", "https://api.example.com\r\nX-Injected: 1", " ",
	}
}

// silent is a network that must not be used.
type silent struct{ t *testing.T }

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.t.Errorf("a request was sent to %s", r.URL.Host)
	return nil, errors.New("there is no network here")
}

func TestAnAddressThatIsNotSafeIsRefusedBeforeARequest(t *testing.T) {
	for field, provider := range fields() {
		name := field[strings.LastIndexByte(field, ' ')+1:]
		for _, address := range refused() {
			t.Run(field+" "+address, func(t *testing.T) {
				option := oauthclients.WithHTTPClient(&http.Client{Transport: silent{t}})
				_, err := oauthclients.New(provider(address), oauthclients.BearerToken("t0ken"), option)
				requireRefused(t, err, name)
				for _, err := range signIns(t.Context(), provider(address), option) {
					requireRefused(t, err, name)
				}
			})
		}
	}
}

func requireRefused(t *testing.T, err error, field string) {
	t.Helper()
	require.ErrorIs(t, err, oauthclients.ErrInvalid)
	require.ErrorContains(t, err, field)
	require.NotContains(t, err.Error(), "pa55")
}

// signIns are the other ways to begin.
func signIns(ctx context.Context, p oauthclients.Provider, option oauthclients.Option) []error {
	auth := oauthclients.AuthCode{ClientID: "c", RedirectURL: "http://127.0.0.1/callback"}
	_, begin := auth.Begin(ctx, p, option)
	_, finish := auth.Finish(ctx, p, &oauthclients.Login{State: "s", Verifier: "v"}, url.Values{"state": {"s"}, "code": {"c"}}, option)
	_, interactive := auth.Interactive(ctx, p, func(string) error { return errors.New("a page was shown") }, option)
	return []error{begin, finish, interactive}
}

func TestLoopbackAndHTTPSAreTaken(t *testing.T) {
	for field, provider := range fields() {
		for _, address := range []string{
			"https://api.example.com", "https://api.example.com:8443", "https://api.example.com/base/", "HTTPS://api.example.com", "https://10.0.0.1", "https://[fe80::1]",
			"http://127.0.0.1:8080", "http://127.255.255.254", "http://localhost", "http://localhost:1", "http://[::1]:1", "http://[::ffff:127.0.0.1]",
		} {
			_, err := oauthclients.New(provider(address), oauthclients.BearerToken("t0ken"), oauthclients.WithHTTPClient(&http.Client{Transport: silent{t}}))
			require.NoError(t, err, "%s %s", field, address)
		}
	}
}

// A domain is part of an address, and so are a realm and a prefix.
func TestAPartOfAnAddressChangesNoHost(t *testing.T) {
	for name, provider := range map[string]oauthclients.Provider{
		"domain with a path": genesys.Provider{Domain: "elsewhere.example.com/"}, "domain with a user": genesys.Provider{Domain: "x@elsewhere.example.com"},
		"domain behind a user": genesys.Provider{Domain: "x:pa55@elsewhere.example.com"}, "domain with a mark": genesys.Provider{Domain: "elsewhere.example.com?"},
		"domain with a scheme": genesys.Provider{Domain: "http://elsewhere.example.com"}, "domain with a backslash": genesys.Provider{Domain: `elsewhere.example.com\x`},
		"realm that climbs": sipgate.Provider{Realm: "../../.."}, "realm with a slash": sipgate.Provider{Realm: "a/b"}, "realm with a mark": sipgate.Provider{Realm: "a?b"},
		"prefix with a host": docspace.Provider{Portal: elsewhere, PathPrefix: "@api.example.com"}, "prefix with a mark": docspace.Provider{Portal: elsewhere, PathPrefix: "/?"},
	} {
		_, err := oauthclients.New(provider, oauthclients.BearerToken("t0ken"), oauthclients.WithHTTPClient(&http.Client{Transport: silent{t}}))
		require.ErrorIs(t, err, oauthclients.ErrInvalid, name)
		require.NotContains(t, err.Error(), "pa55", name)
	}
	for _, prefix := range []string{"//api.example.com/x", `/\api.example.com`, "/@api.example.com", "/%2f%2fapi.example.com", "/../..", "/:80"} {
		web := &web{}
		client, err := oauthclients.New(docspace.Provider{Portal: elsewhere, PathPrefix: prefix}, oauthclients.BearerToken("t0ken"), web.option())
		if err != nil {
			continue
		}
		_, _ = client.Clients.List(t.Context(), oauthclients.ListOptions{})
		require.Equal(t, []string{elsewhere}, web.origins(), prefix)
	}
}
