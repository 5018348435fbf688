package dcrtest

import (
	"net/http"
	"strconv"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
)

// This file holds answers of somebody who stands before the server: they say nothing about clients
// and tokens, whatever their status.

// ProxyText is the answer of a proxy that has no server behind it, in plain text. It is for
// Server.Inject, with the method, the path and the number of requests that it is to meet.
func ProxyText(status int) fakeserver.Fault {
	return fakeserver.Fault{
		Status: status, Body: "default backend - " + strconv.Itoa(status),
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
	}
}

// ProxyPage is the answer of a proxy with a page for people.
func ProxyPage(status int) fakeserver.Fault {
	text := http.StatusText(status)
	return fakeserver.Fault{
		Status: status, Body: "<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1><hr>nginx</body></html>",
		Header: http.Header{"Content-Type": {"text/html"}},
	}
}
