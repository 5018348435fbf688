package docspace

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients"
)

// This file checks what the portal would refuse, before any request and all at once.

// The limits of the portal. Lengths count UTF-16 units, as the portal's Java does, but for the name's
// column, which holds characters.
const (
	minName, maxName = 3, 256
	nameColumn       = 255
	maxDescription   = 255
	maxLogo          = 2_000_000 // characters of the whole data URI
	maxLogoImage     = 256_000   // bytes of the image in it
	maxURIs          = 12        // per list
	maxURI           = 255       // bytes: the column of a self-hosted portal, which fails at longer ones
)

// The portal checks its single URLs twice, with two patterns: the first wants a dotted host
// with an alphabetic last label, or an IPv4 address, and no "%" or query right after the host;
// the second wants a scheme, a short label in the host and few punctuation marks.
var (
	urlFirst  = regexp.MustCompile(`^(?:(?:https?://)?(?:[0-9A-Za-z-]+\.)+[A-Za-z]{2,}|https?://(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?::[0-9]+)?(?:/[0-9A-Za-z._~:/?#\[\]@!$&'()*+,;=-]*)?$`)
	urlSecond = regexp.MustCompile(`^https?://[0-9A-Za-z@:%._+~#=-]+\.[0-9A-Za-z()]{1,6}\b[0-9A-Za-z()@:%_+.~#?&/=-]*$`)
)

// faults collects what is wrong, by the portable field names.
type faults []oauthclients.FieldError

func (f *faults) add(field, code, message string) {
	*f = append(*f, oauthclients.FieldError{Field: field, Code: code, Message: message})
}

func checkCreate(c *oauthclients.OAuthClient) faults {
	var f faults
	f.name(c.Name)
	f.description(c.Description)
	if f.logo(c.LogoURI) {
		f.logoSize(c.LogoURI)
	}
	f.url("ClientURI", c.ClientURI)
	f.url("TermsURI", c.TermsURI)
	f.url("PolicyURI", c.PolicyURI)
	f.logout(c.PostLogoutRedirectURIs)
	f.uris("RedirectURIs", c.RedirectURIs)
	f.uris("AllowedOrigins", c.AllowedOrigins)
	f.scopes(c.Scopes)
	f.lengths("RedirectURIs", c.RedirectURIs)
	f.lengths("AllowedOrigins", c.AllowedOrigins)
	return f
}

// checkUpdate checks what every update sends, edited or not, by the portal's rules for updates,
// and the other fields where they were edited. What is odd goes back as it came.
func checkUpdate(c *oauthclients.OAuthClient, changed []string, odd map[string]json.RawMessage) faults {
	var f faults
	always := map[string]func(){
		"name":            func() { f.name(c.Name) },
		"description":     func() { f.description(c.Description) },
		"logo":            func() { f.logo(c.LogoURI) }, // updates have no limit of its size
		"allowed_origins": func() { f.uris("AllowedOrigins", c.AllowedOrigins) },
	}
	for _, member := range []string{"name", "description", "logo", "allowed_origins"} {
		if _, isOdd := odd[member]; !isOdd {
			always[member]()
		}
	}
	edited := map[string]func(){
		"ClientURI":              func() { f.url("ClientURI", c.ClientURI) },
		"TermsURI":               func() { f.url("TermsURI", c.TermsURI) },
		"PolicyURI":              func() { f.url("PolicyURI", c.PolicyURI) },
		"PostLogoutRedirectURIs": func() { f.logout(c.PostLogoutRedirectURIs) },
		"RedirectURIs":           func() { f.uris("RedirectURIs", c.RedirectURIs); f.lengths("RedirectURIs", c.RedirectURIs) },
		"AllowedOrigins":         func() { f.lengths("AllowedOrigins", c.AllowedOrigins) }, // the rest was checked above
		"Scopes":                 func() { f.scopes(c.Scopes) },
	}
	for _, field := range changed {
		if check := edited[field]; check != nil {
			check()
		}
	}
	return f
}

// checkGuide checks for the wire of the guide, which states no rules but shows no client without
// these. A new client may leave the lists to the server; an update cannot, as servers that merge
// would keep what was to be cleared.
func checkGuide(c *oauthclients.OAuthClient, fields []string) faults {
	var f faults
	for _, field := range fields {
		switch {
		case field == "Name" && strings.TrimSpace(c.Name) == "":
			f.add(field, "required", "must not be blank")
		case field == "RedirectURIs" && len(c.RedirectURIs) == 0, field == "GrantTypes" && len(c.GrantTypes) == 0:
			f.add(field, "required", "must have at least one entry")
		}
	}
	return f
}

func (f *faults) name(text string) {
	switch length := units(text); {
	case strings.TrimSpace(text) == "":
		f.add("Name", "required", "must not be blank")
	case length < minName || length > maxName || utf8.RuneCountInString(text) > nameColumn:
		f.add("Name", "length", fmt.Sprintf("must have %d to %d characters", minName, nameColumn))
	}
}

func (f *faults) description(text string) {
	if units(text) > maxDescription {
		f.add("Description", "length", fmt.Sprintf("must have at most %d characters", maxDescription))
	}
}

// logo reports whether there is one.
func (f *faults) logo(uri string) bool {
	switch {
	case strings.TrimSpace(uri) == "":
		f.add("LogoURI", "required", "must be a data URI with the image")
	case logoImage(uri) == "":
		f.add("LogoURI", "invalid", `must start with "data:image/png;base64," (or jpeg, jpg, svg+xml) and hold the image`)
	default:
		return true
	}
	return false
}

// logoImage is what a data URI holds, in base64; "" if the portal takes no such URI.
func logoImage(uri string) string {
	for _, kind := range []string{"png", "jpg", "jpeg", "svg+xml"} {
		if image, found := strings.CutPrefix(uri, "data:image/"+kind+";base64,"); found && !strings.Contains(image, "\n") {
			return image
		}
	}
	return ""
}

func (f *faults) logoSize(uri string) {
	image := logoImage(uri)
	// The portal's decoder takes the padding or none.
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(image, "="))
	if err != nil || strings.ContainsAny(image, "\r\n") {
		f.add("LogoURI", "invalid", "the image is not valid base64")
		return
	}
	if len(uri) > maxLogo || len(decoded) > maxLogoImage {
		f.add("LogoURI", "length", fmt.Sprintf("must be at most %d bytes of image, %d characters in all", maxLogoImage, maxLogo))
	}
}

func (f *faults) url(field, text string) {
	switch {
	case strings.TrimSpace(text) == "":
		f.add(field, "required", "must not be blank")
	case len(text) > maxURI:
		f.add(field, "length", tooLong())
	case !isPlainURL(text) && (!urlFirst.MatchString(text) || !urlSecond.MatchString(text)):
		f.add(field, "url", "must be an http or https URL as the portal takes it: a dotted host name or an IPv4 address, "+
			"a top-level domain of at most 6 letters, and a path without % , ; ! and quotes")
	}
}

// isPlainURL knows the URLs that most clients have, with which nothing is wrong by any rule. Without
// this short cut a creation took 1.14 times as long as by hand, with it 1.08 (docs/performance.md).
func isPlainURL(text string) bool {
	rest, https := strings.CutPrefix(text, "https://")
	host, path, _ := strings.Cut(rest, "/")
	dot := strings.LastIndexByte(host, '.')
	if !https || dot < 1 {
		return false
	}
	labels, top := host[:dot], host[dot+1:]
	return len(top) >= 2 && len(top) <= 6 && !strings.ContainsFunc(top, isNoLetter) &&
		isPlain(labels, "-.") && labels[0] != '.' && !strings.Contains(host, "..") && isPlain(path, "-._~/")
}

func isNoLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') }

// isPlain: there are only ASCII letters, digits and the marks in text.
func isPlain(text, marks string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool {
		return isNoLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune(marks, r)
	})
}

func (f *faults) logout(uris []string) {
	const field = "PostLogoutRedirectURIs"
	if len(uris) == 0 {
		f.add(field, "required", "must have exactly one entry")
		return
	}
	if len(uris) > 1 {
		f.add(field, "count", "must have exactly one entry")
	}
	for _, uri := range uris {
		f.url(field, uri)
	}
}

func (f *faults) uris(field string, uris []string) {
	if len(uris) == 0 {
		f.add(field, "required", fmt.Sprintf("must have 1 to %d entries", maxURIs))
		return
	}
	// The portal reads sets: a duplicate does not count.
	if len(uris) > maxURIs && len(slices.Compact(slices.Sorted(slices.Values(uris)))) > maxURIs {
		f.add(field, "count", fmt.Sprintf("must have 1 to %d entries", maxURIs))
	}
	for i, uri := range uris {
		if strings.TrimSpace(uri) == "" {
			f.add(field, "required", fmt.Sprintf("entry %d must not be blank", i+1))
		} else if wrong := wrongURI(uri); wrong != "" {
			f.add(field, "url", fmt.Sprintf("entry %d %s", i+1, wrong))
		}
	}
}

// lengths is for lists whose entries a portal in the cloud may have taken at any length.
func (f *faults) lengths(field string, uris []string) {
	for i, uri := range uris {
		if len(uri) > maxURI {
			f.add(field, "length", fmt.Sprintf("entry %d %s", i+1, tooLong()))
		}
	}
}

func tooLong() string { return fmt.Sprintf("must have at most %d bytes", maxURI) }

// wrongURI says what is wrong with an entry, without repeating it: it may have a query.
func wrongURI(entry string) string {
	if isPlainURL(entry) {
		return ""
	}
	parsed, err := url.Parse(entry)
	if err == nil {
		_, err = url.PathUnescape(entry) // url.Parse looks at no escape in a query
	}
	if err != nil || strings.ContainsAny(entry, " \"<>\\^`{|}") || parsed.Host == "" && parsed.Path == "" && parsed.Opaque == "" {
		return "is not a URI"
	}
	if !slices.Contains([]string{"http", "https", "claude"}, parsed.Scheme) {
		return "must have the scheme http, https or claude"
	}
	return ""
}

func (f *faults) scopes(scopes []string) {
	if len(scopes) == 0 {
		f.add("Scopes", "required", "must have at least one entry")
	}
	for i, scope := range scopes {
		if strings.TrimSpace(scope) == "" {
			f.add("Scopes", "required", fmt.Sprintf("entry %d must not be blank", i+1))
		}
	}
}

func units(text string) (length int) {
	for _, r := range text {
		length += utf16.RuneLen(r)
	}
	return length
}
