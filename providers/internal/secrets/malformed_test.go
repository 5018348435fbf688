package secrets

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"strconv"
	"strings"
	"testing"

	"github.com/oauthclients/oauthclients"
)

// This file holds answers that are no HTTP, or stop being it: net/http puts into its errors what
// it could not read. They go over connections in memory, through the real net/http.

// raw is what a server writes instead of an answer, made of what was sent.
type raw func(sent string) string

// raws all repeat what was sent on one line.
func raws() map[string]raw {
	const end = "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
	starts := func(start string) raw { return func(sent string) string { return start + sent + end } }
	answers := map[string]raw{
		"no HTTP":                  func(sent string) string { return sent + "\r\n\r\n" },
		"a status that is none":    starts("HTTP/1.1 "),
		"a version that is none":   func(sent string) string { return "HTTP/" + sent + " 200 OK" + end },
		"a line that is no header": starts("HTTP/1.1 400 Bad Request\r\n"),
		"the name of a header":     func(sent string) string { return "HTTP/1.1 400 Bad Request\r\n" + sent + ": x" + end },
		"a length that is none":    func(sent string) string { return "HTTP/1.1 400 Bad Request\r\nContent-Length: " + sent + "\r\n\r\n" },
		"an encoding that is none": func(sent string) string { return "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: " + sent + "\r\n\r\n" },
		"a chunk that is none": func(sent string) string {
			return "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n" + sent + "\r\n"
		},
		"a trailer that is none": func(sent string) string {
			return "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + sent + "\r\n\r\n"
		},
		"an address that is none": starts("HTTP/1.1 302 Found\r\nLocation: http://[::1%en0]:port/%zz?"),
		"an answer before the answer": func(sent string) string {
			return "HTTP/1.1 103 Early\r\nLink: " + sent + "\r\n\r\nHTTP/1.1 400 " + sent + end
		},
		"a header that is cut off":      func(sent string) string { return "HTTP/1.1 400 Bad Request\r\nX-Sent: " + sent[:len(sent)*2/3] },
		"a status line that is cut off": func(sent string) string { return "HTTP/1.1 400 " + sent[:len(sent)*2/3] },
		"gzip that is none":             func(sent string) string { return "HTTP/1.1 400 Bad Request\r\nContent-Encoding: gzip\r\n\r\n" + sent },
		"a body that is shorter":        func(sent string) string { return "HTTP/1.1 400 Bad Request\r\nContent-Length: 99999\r\n\r\n" + sent },
		"a success that is cut off": func(sent string) string {
			return "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n{\"x\":\"" + sent[:len(sent)*2/3]
		},
		"JSON that is cut off": func(sent string) string {
			return "HTTP/1.1 400 Bad Request\r\nContent-Length: 99999\r\n\r\n{\"message\":" + strconv.Quote(sent[:len(sent)*2/3])
		},
		"JSON cut off in the last value": func(sent string) string {
			return "HTTP/1.1 400 Bad Request\r\nContent-Length: 99999\r\n\r\n{\"message\":\"" + sent[:len(sent)-5]
		},
	}
	for _, status := range []string{"200", "302", "400", "401", "403", "429", "500"} {
		answers["reason phrase of "+status] = starts("HTTP/1.1 " + status + " ")
	}
	return answers
}

func TestWhatNetHTTPCannotReadDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			for name, answer := range raws() {
				p.breaks(t, p.main(), list, toAPI, answer, name)
				p.breaks(t, p.main(), p.verbs()["Create"], toAPI, answer, "Create", name)
				p.breaks(t, p.main(), list, toToken, answer, "token", name)
				p.breaks(t, p.expired(t), list, toToken, answer, "renewal", name)
			}
			p.requireCleanLog(t)
		})
	}
}

// breaks makes a call over a real connection that answers some requests in its own way.
func (p *place) breaks(t *testing.T, auth oauthclients.Auth, call verb, matches func(*http.Request) bool, answer raw, about ...any) {
	t.Helper()
	fake := p.wire.fake
	defer func() { p.wire.fake = fake }()
	dial := func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		go serve(there, fake, matches, answer)
		return here, nil
	}
	p.wire.fake = &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}
	p.check(t, call(t.Context(), p.client(t, auth)), about...)
}

// serve answers one request.
func serve(conn net.Conn, fake http.RoundTripper, matches func(*http.Request) bool, answer raw) {
	defer func() { _ = conn.Close() }()
	r, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return
	}
	sent, err := httputil.DumpRequest(r, true)
	if err != nil {
		return
	}
	if matches(r) {
		line := strings.NewReplacer("\r\n", " ", "\n", " ").Replace(string(sent))
		_, _ = io.WriteString(conn, answer(line)) // the client may have had enough
		return
	}
	r.URL.Scheme, r.URL.Host, r.RequestURI = "https", r.Host, ""
	response, err := fake.RoundTrip(r)
	if err != nil {
		return
	}
	_ = response.Write(conn)
}
