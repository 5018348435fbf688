package answers

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/internal/attacks/target"
)

// This file has the statuses.

// answer is what a hostile server does with a request.
type answer struct {
	name string
	only target.Protocol // "" for both
	give func(http.ResponseWriter, *http.Request)
	// held: only the context ends the call.
	held bool
}

// interim are the answers below 200, and those that have no body.
func interim() []answer {
	first := func(status string) string { return "HTTP/1.1 " + status + "\r\n" }
	all := []answer{
		{name: "100 alone", only: target.HTTP1, give: raw(first("100 Continue") + "\r\n"), held: true},
		{name: "103 for ever", only: target.HTTP1, give: rawThen(func(w io.Writer) error { return endless(w, first("103 Early Hints")+"X: y\r\n\r\n") })},
		{name: "101 with an upgrade", only: target.HTTP1, give: raw(first("101 Switching Protocols") + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n")},
		{name: "101 without", only: target.HTTP1, give: raw(first("101 Switching Protocols") + "\r\n")},
		{name: "101 and a body", only: target.HTTP1, give: raw(first("101 Switching Protocols") + "Content-Length: 2\r\n\r\n{}")},
		{name: "199", only: target.HTTP1, give: raw(first("199 Odd") + "Content-Length: 2\r\n\r\n{}"), held: true},
		{name: "status 000", only: target.HTTP1, give: raw(first("000 Nothing") + "\r\n")},
		{name: "status 1000", only: target.HTTP1, give: raw(first("1000 Much") + "\r\n")},
		{name: "status 600", only: target.HTTP1, give: raw(first("600 Odd") + "Content-Length: 2\r\n\r\n{}")},
		{name: "HTTP/9.9", only: target.HTTP1, give: raw("HTTP/9.9 200 OK\r\n\r\n")},
		{name: "no HTTP", only: target.HTTP1, give: raw(strings.Repeat("SSH-2.0-OpenSSH_9.9\r\n", 100))},
	}
	for _, status := range []int{201, 202, 203, 204, 205, 206, 226, 299} {
		all = append(all, answer{name: fmt.Sprint(status), give: give(status, "")}, answer{name: fmt.Sprintf("%d with a body", status), give: give(status, "{}")})
	}
	all = append(all, answer{name: "204 with a body all the same", only: target.HTTP1, give: raw(first("204 No Content") + "Content-Length: 9\r\n\r\n{\"id\":\"x\"}")},
		answer{name: "304 with a body", only: target.HTTP1, give: raw(first("304 Not Modified") + "Content-Length: 2\r\n\r\n{}")})
	return all
}

// redirects are all 3xx, with and without an address, which is a secret of megabytes at times.
func redirects() (all []answer) {
	for status := 300; status <= 308; status++ {
		for place, location := range map[string]string{
			"": "", " here": "/elsewhere", " elsewhere": "https://127.0.0.2:1/?code=x", " nowhere": "::not a url::", " file": "file:///etc/passwd",
		} {
			all = append(all, answer{name: fmt.Sprintf("%d%s", status, place), give: func(w http.ResponseWriter, r *http.Request) {
				if location != "" {
					w.Header().Set("Location", location)
				}
				give(status, "")(w, r)
			}})
		}
	}
	return all
}

// give answers with a status and a body.
func give(status int, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body)) // statuses without a body refuse it
	}
}

// limit is the context of a call, and allowance what sockets and a busy machine may add.
const (
	limit     = 200 * time.Millisecond
	allowance = 100*time.Millisecond + time.Second + (slower-1)*300*time.Millisecond
)
