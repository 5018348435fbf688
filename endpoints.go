package oauthclients

import (
	"fmt"
	"net"
	"net/url"
	"strings"

	"golang.org/x/oauth2"
)

// This file checks a provider's addresses before anything is sent to them.

func checkEndpoints(e Endpoints) (*Endpoints, error) {
	base, err := checkURL("BaseURL", e.BaseURL)
	if err != nil {
		return nil, err
	}
	checked := &Endpoints{BaseURL: strings.TrimRight(base, "/"), Grants: map[GrantType]oauth2.Endpoint{}}
	for grant, endpoint := range e.Grants {
		for _, address := range []string{endpoint.TokenURL, endpoint.AuthURL} {
			if address == "" {
				continue // a grant may need just one of them
			}
			if _, err := checkURL("endpoint of grant "+string(grant), address); err != nil {
				return nil, err
			}
		}
		checked.Grants[grant] = endpoint
	}
	return checked, nil
}

// checkURL refuses plain http off the loopback: a token would be readable on its way.
func checkURL(field, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", fmt.Errorf("%s is not a URL", field) // the parser's text repeats the address
	}
	switch {
	case u.Host == "" || u.Hostname() == "":
		return "", fmt.Errorf("%s must be an absolute URL with a host", field)
	case u.User != nil || strings.ContainsAny(address, "?#"):
		return "", fmt.Errorf("%s must have no user, query or fragment", field)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return address, nil
	}
	return "", fmt.Errorf("%s must be https (http only on a loopback host)", field)
}

// isLoopback knows the names of RFC 6761 section 6.3 and the addresses of RFC 1122 and 4291.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
