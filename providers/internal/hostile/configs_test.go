package hostile

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/docspace"
	"github.com/oauthclients/oauthclients/providers/genesys"
	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file configures what nobody should: an address is refused by New, which names the field,
// or the requests go to exactly the host that is written in it.

// addressed has an address of the user's in one field.
type addressed struct {
	field string
	at    func(address string) oauthclients.Provider
}

func addresses() []addressed {
	return []addressed{
		{"APIURL", func(a string) oauthclients.Provider { return sipgate.Provider{APIURL: a} }},
		{"LoginURL", func(a string) oauthclients.Provider { return sipgate.Provider{LoginURL: a} }},
		{"Portal", func(a string) oauthclients.Provider { return docspace.Provider{Portal: a} }},
		{"Portal", func(a string) oauthclients.Provider { return docspace.Provider{Portal: a, Wire: docspace.WireGuide} }},
		{"APIURL", func(a string) oauthclients.Provider { return genesys.Provider{APIURL: a} }},
		{"LoginURL", func(a string) oauthclients.Provider { return genesys.Provider{LoginURL: a, APIURL: host} }},
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for _, address := range []string{
		"https://someone:s3cret@vendor.example", "https://s3cret@vendor.example", "https://@vendor.example", "https://vendor.example?s3cret=1",
		"https://vendor.example?", "https://vendor.example#s3cret", "https://vendor.example#", "https://vendor.example/?#",
		"http://vendor.example", "HTTP://vendor.example", "http://vendor.example:443", "ftp://vendor.example", "wss://vendor.example",
		"vendor.example", "vendor.example:443", "//vendor.example", "/", "https://", "https:///x", "https://:443", "https:vendor.example", "https:/vendor.example",
		" https://vendor.example", "https://vendor.example ", "https://vendor.example/ ", "https://vendor.example/a b", "https://vendor.example/\t",
		"https://vendor.example\n", "https://vendor.example\r\nX: y", "https://vendor.example/\x00", "https://vendor.example/%zz", "https://vendor.example/\u00a0",
		"https://vendor.example\u2028", "https://\u00a0vendor.example", "https://vendor.example:port", "https://vendor.example:-1", "https://vendor.example:0",
		"https://vendor.example:65536", "https://vendor.example:99999999999999999999", "https://vendor.example:443:443", "https://[::1", "https://::1", "https://[fe80::1%eth0]",
		"https://[::1]x", "https://ven%64or.example", "https://vendor%2eexample", "https://vendor%00.example", "https://vendor.example%2f@evil.example",
		`https://vendor.example\@evil.example`, `https:\\vendor.example`, "javascript:alert(1)", "data:,x", "file:///etc/passwd", "\xff", "https://\x7f", "https://vendor\xff.example", "https://vendor\u200b.example", "https://\u202eelpmaxe.vendor",
		"http://localhost.evil.example", "http://127.0.0.1.evil.example", "http://127.1", "http://0x7f000001", "http://2130706433", "http://127\u30020\u30020\u30021",
		"http://[::ffff:10.0.0.1]", "http://0.0.0.0", "http://[::]", "http://localhost\u3002", "http://ｌｏｃａｌｈｏｓｔ", "http://192.168.0.1",
	} {
		for _, a := range addresses() {
			provider := a.at(address)
			client, err := oauthclients.New(provider, oauthclients.BearerToken("t"))
			require.Nil(t, client, "%T %q", provider, address)
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed, "%T %q", provider, address)
			require.Equal(t, oauthclients.ErrInvalid, failed.Kind)
			require.Len(t, failed.Fields, 1, "%T %q", provider, address)
			require.Equal(t, a.field, failed.Fields[0].Field)
			require.NotEmpty(t, failed.Fields[0].Message)
			requireTame(t, &outcome{what: address}, err.Error())
		}
	}
}

// The host is the one in the address, as it is written.
func TestAddressesThatAreTaken(t *testing.T) {
	for address, want := range map[string]string{
		"https://vendor.example": "vendor.example", "HTTPS://VENDOR.example": "VENDOR.example", "https://vendor.example/": "vendor.example",
		"https://vendor.example///": "vendor.example", "https://vendor.example:443": "vendor.example:443", "https://vendor.example:8443/gateway/": "vendor.example:8443",
		"https://vendor.example:": "vendor.example", "https://[2001:db8::1]:8443": "[2001:db8::1]:8443", "https://[fe80::1%25eth0]": "[fe80::1%eth0]",
		"https://bücher.example": "bücher.example", "https://xn--bcher-kva.example": "xn--bcher-kva.example", "https://vendor\u3002example": "vendor\u3002example",
		"https://b%C3%BCcher.example": "bücher.example", "https://vendor.example./": "vendor.example.", "https://vendor.example/%2e%2e/x": "vendor.example",
		"http://127.0.0.1:1": "127.0.0.1:1", "http://127.9.9.9:1": "127.9.9.9:1", "http://localhost:1": "localhost:1", "http://[::1]:1": "[::1]:1", "http://[::ffff:127.0.0.1]": "[::ffff:127.0.0.1]",
	} {
		for _, a := range addresses() {
			provider := a.at(address)
			if a.field == "LoginURL" {
				continue // no request goes there with a ready token
			}
			hosts := &hostsAsked{}
			client, err := oauthclients.New(provider, oauthclients.BearerToken("t"), oauthclients.WithHTTPClient(&http.Client{Transport: hosts}))
			require.NoError(t, err, "%T %q", provider, address)
			_, err = client.Clients.List(t.Context(), oauthclients.ListOptions{})
			require.Error(t, err)
			require.Equal(t, []string{want}, hosts.asked, "%T %q", provider, address)
		}
	}
}

// hostsAsked answers 404.
type hostsAsked struct{ asked []string }

func (h *hostsAsked) RoundTrip(r *http.Request) (*http.Response, error) {
	h.asked = append(h.asked, r.URL.Host)
	return &http.Response{StatusCode: http.StatusNotFound, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

// The other fields: each is refused by its name.
func TestSettingsThatAreRefused(t *testing.T) {
	of := map[string]func(text string) oauthclients.Provider{
		"Realm":      func(text string) oauthclients.Provider { return sipgate.Provider{Realm: text} },
		"Region":     func(text string) oauthclients.Provider { return genesys.Provider{Region: genesys.Region(text)} },
		"Domain":     func(text string) oauthclients.Provider { return genesys.Provider{Domain: text} },
		"PathPrefix": func(text string) oauthclients.Provider { return docspace.Provider{Portal: host, PathPrefix: text} },
	}
	everywhere := []string{" ", "a b", "a\n", "\x00", "\xff", "..", ".", "a?b", "a#b", "a%zz", `a\b`, "https://evil.example", "a/b", "\u202e"}
	for field, odd := range map[string][]string{
		"Realm":      {"/", "a/../b", "ü"},
		"Region":     {"@evil.example", "eu-west-1.", "EU-WEST-1", "mypurecloud.ie"},
		"Domain":     {"@evil.example", "a@evil.example", ":443", ".mypurecloud.ie", "mypurecloud.ie:0", "mypurecloud.ie:99999", "mypurecloud.ie/", "api.mypurecloud.ie"},
		"PathPrefix": {"x", "/a b", "/a\n", "/\x00", "/\xff", "/..", "/.", "/a/../b", "/./x", "/a?b", "/a#b", "/a%zz", `/a\b`, "/ü", "/\u202e", "?", "/%2"},
	} {
		for _, text := range append(odd, everywhere...) {
			_, err := oauthclients.New(of[field](text), oauthclients.BearerToken("t"))
			var failed *oauthclients.Error
			require.ErrorAs(t, err, &failed, "%s %q", field, text)
			require.Equal(t, oauthclients.ErrInvalid, failed.Kind)
			require.Equal(t, field, failed.Fields[0].Field, "%q", text)
			requireTame(t, &outcome{what: text}, err.Error())
		}
	}
}
