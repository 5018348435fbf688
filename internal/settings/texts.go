package settings

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// This file knows which values mean the same although they are written differently. Servers write
// nothing in several ways, and addresses in their own.

// sameJSON compares what the texts mean; nothing is nothing, however it is written.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if len(a) > 0 && json.Unmarshal(a, &x) != nil || len(b) > 0 && json.Unmarshal(b, &y) != nil {
		return false
	}
	return reflect.DeepEqual(meant(x), meant(y))
}

// meant is nil for null, "", [], {} and the zero time, and leaves such members out of objects.
func meant(value any) any {
	switch value := value.(type) {
	case string:
		if value == "" || value == zeroTime {
			return nil
		}
	case []any:
		if len(value) == 0 {
			return nil
		}
		for i := range value {
			if inner := meant(value[i]); inner != nil {
				value[i] = inner
			}
		}
	case map[string]any:
		for name, inner := range value {
			if value[name] = meant(inner); value[name] == nil {
				delete(value, name)
			}
		}
		if len(value) == 0 {
			return nil
		}
	}
	return value
}

// sameURL compares addresses by RFC 3986 sections 6.2.2 and 6.2.3: the case of scheme and host, the
// scheme's own port, escapes that need none, an empty path, a host with letters beyond ASCII.
func sameURL(a, b string) bool {
	return a == b || a != "" && b != "" && normalURL(a) == normalURL(b)
}

func normalURL(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return text
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), normalHost(u)
	path := normalEscapes(u.EscapedPath())
	if path == "" {
		path = "/"
	}
	normal := u.Scheme + "://" + u.User.String() + "@" + u.Host + path
	if u.RawQuery != "" || u.ForceQuery {
		normal += "?" + normalEscapes(u.RawQuery)
	}
	if u.Fragment != "" {
		normal += "#" + u.EscapedFragment()
	}
	return normal
}

func normalHost(u *url.URL) string {
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if strings.ContainsFunc(host, func(r rune) bool { return r > '~' }) {
		host = asciiHost(host)
	}
	own := map[string]string{"https": "443", "http": "80"}
	if port != "" && port != own[u.Scheme] {
		host += ":" + port
	}
	return host
}

// asciiHost asks net/http how it would write a host (RFC 5890): it has the tables for that already.
func asciiHost(host string) string {
	var text bytes.Buffer
	request := &http.Request{Method: http.MethodGet, Host: host, URL: &url.URL{Scheme: "http", Host: host}}
	if request.Write(&text) != nil {
		return host
	}
	written, err := http.ReadRequest(bufio.NewReader(&text))
	if err != nil {
		return host
	}
	return written.Host
}

// normalEscapes writes the escapes of a path or a query in capitals, and without those that none needs.
func normalEscapes(text string) string {
	var normal strings.Builder
	for at := 0; at < len(text); at++ {
		if text[at] == '%' && at+2 < len(text) {
			if plain, err := url.PathUnescape(text[at : at+3]); err == nil && len(plain) == 1 && isUnreserved(plain[0]) {
				normal.WriteString(plain)
			} else {
				normal.WriteString(strings.ToUpper(text[at : at+3]))
			}
			at += 2
			continue
		}
		normal.WriteByte(text[at])
	}
	return normal.String()
}

// isUnreserved is RFC 3986 section 2.3.
func isUnreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// sameURLs compares sets of addresses.
func sameURLs(a, b []string) bool {
	return SameSet(a, b) || SameSet(normalURLs(a), normalURLs(b))
}

func normalURLs(list []string) []string {
	normal := make([]string, len(list))
	for i, address := range list {
		normal[i] = normalURL(address)
	}
	return normal
}
