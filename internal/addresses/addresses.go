// Package addresses checks addresses to which credentials are sent.
package addresses

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients/internal/loopback"
)

// Check says what is wrong with an address that a user configured, "" if nothing is: it must be an
// absolute URL without user, query, fragment and white space, and https except on a loopback host. added are
// paths that are put behind the address; one that ends in such a path already is refused as well.
func Check(address string, added ...string) (code, message string) {
	u, err := url.Parse(address)
	switch {
	case strings.TrimSpace(address) == "":
		return "required", "must not be empty"
	case err != nil: // its text repeats the address, which may hold a password
		return "invalid", "is not a URL"
	case u.Scheme == "" || u.Hostname() == "":
		return "invalid", "must be an absolute URL, such as https://api.example.com"
	case u.User != nil || strings.ContainsAny(address, "?#"):
		return "invalid", "must have no user, query or fragment"
	case strings.ContainsFunc(address, IsUnseen): // a blank at its end would become part of every path
		return "invalid", "must have no white space and no invisible characters"
	case u.Port() != "" && !isPort(u.Port()):
		return "invalid", "must have a port from 1 to 65535, or none"
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback.IsLocal(u.Hostname())):
		return "insecure", "must be https (http only on a loopback host)"
	}
	for _, path := range added {
		if base, found := strings.CutSuffix(strings.TrimRight(u.EscapedPath(), "/"), path); found {
			u.Path, u.RawPath = base, ""
			return "invalid", fmt.Sprintf("must end before %q, which is added to it: give %q", path, u)
		}
	}
	return "", ""
}

// CheckNamed is Check for an address that a place names: what an https place names is https as well, on a
// loopback host too.
func CheckNamed(place, address string) (code, message string) {
	if code, message = Check(address); code == "" {
		return CheckScheme(place, address)
	}
	return code, message
}

// CheckScheme is the last rule of CheckNamed alone.
func CheckScheme(place, address string) (code, message string) {
	if isHTTPS(place) && !isHTTPS(address) {
		return "insecure", "must be https, as the place that names it is"
	}
	return "", ""
}

func isHTTPS(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https"
}

// IsUnseen finds what a person does not see in an address, and what is no text.
func IsUnseen(r rune) bool { return r == ' ' || r == utf8.RuneError || !unicode.IsPrint(r) }

func isPort(text string) bool {
	number, err := strconv.ParseUint(text, 10, 16)
	return err == nil && number > 0
}
