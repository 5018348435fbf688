package docspacetest

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// This file holds the rules for what is written, with the portal's codes. They are written
// down from the portal's source, independently of the checks in package docspace.

const (
	codeEmpty   = "EmptyFieldError"
	codeName    = "ErrorName" // any length or number, of any member
	codeURL     = "ErrorWrongURL"
	codePattern = "ErrorPattern"
	codeScope   = "ErrorInvalidScope"
)

var (
	hostURL = regexp.MustCompile(`^(https?://)?([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}(:\d+)?(/[-a-zA-Z0-9._~:/?#\[\]@!$&'()*+,;=]*)?$`)
	ipURL   = regexp.MustCompile(`^https?://(\d{1,3}\.){3}\d{1,3}(:\d+)?(/[-a-zA-Z0-9._~:/?#\[\]@!$&'()*+,;=]*)?$`)
	fullURL = regexp.MustCompile(`^https?://(www\.)?[-a-zA-Z0-9@:%._+~#=]{1,256}\.[a-zA-Z0-9()]{1,6}\b[-a-zA-Z0-9()@:%_+.~#?&/=]*$`)
	logo    = regexp.MustCompile(`^data:image/(?:png|jpeg|jpg|svg\+xml);base64,.+$`)
)

type rules []violation

func (v *rules) add(field, code, message string) {
	*v = append(*v, violation{Field: field, Code: code, Message: message})
}

func (v *rules) name(text *string) {
	if text == nil || strings.TrimSpace(*text) == "" {
		v.add("name", codeEmpty, "client name must not be empty")
	}
	if text != nil && (length(*text) < 3 || length(*text) > 256) {
		v.add("name", codeName, "client name length is expected to be between 3 and 256 characters")
	}
}

func (v *rules) description(text *string) {
	if text != nil && length(*text) > 255 {
		v.add("description", codeName, "client description length is expected to be less than 256 characters")
	}
}

func (v *rules) logo(text *string) {
	switch {
	case text == nil || strings.TrimSpace(*text) == "":
		v.add("logo", codeEmpty, "client logo must not be empty")
	case !logo.MatchString(*text):
		v.add("logo", codePattern, "client logo is expected to be passed as base64")
	}
}

// logoSize is checked for a new client only.
func (v *rules) logoSize(text *string) {
	if text == nil {
		return
	}
	_, image, _ := strings.Cut(*text, ",")
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(image, "="))
	if err != nil || len(*text) > 2_000_000 || len(decoded) > 256_000 {
		v.add("logo", codePattern, "Logo size exceeds the maximum allowed size")
	}
}

func (v *rules) url(field string, text *string) {
	switch {
	case text == nil || strings.TrimSpace(*text) == "":
		v.add(field, codeEmpty, strings.ReplaceAll(field, "_", " ")+" must not be empty")
	case !hostURL.MatchString(*text) && !ipURL.MatchString(*text):
		v.add(field, codeURL, strings.ReplaceAll(field, "_", " ")+" is expected to be passed as url")
	}
}

func (v *rules) uris(field string, uris []string, missing string) {
	switch {
	case uris == nil:
		v.add(field, missing, strings.ReplaceAll(field, "_", " ")+" must not be null")
		if missing != codeURL {
			v.add(field, codeURL, "url collection has invalid entries")
		}
	case len(uris) == 0:
		v.add(field, codeName, strings.ReplaceAll(field, "_", " ")+" must contain at least 1 and at most 12 addresses")
	case len(set(uris)) > 12:
		v.add(field, codeName, strings.ReplaceAll(field, "_", " ")+" must contain at least 1 and at most 12 addresses")
	}
	if slices.ContainsFunc(uris, func(uri string) bool { return !validURI(uri) }) {
		v.add(field, codeURL, "url collection has invalid entries")
	}
}

func validURI(text string) bool {
	parsed, err := url.Parse(text)
	if err != nil || !slices.Contains([]string{"http", "https", "claude"}, parsed.Scheme) {
		return false
	}
	_, err = url.PathUnescape(text) // url.Parse looks at no escape in a query
	_, rest, _ := strings.Cut(text, ":")
	return err == nil && strings.Trim(rest, "/") != "" && !strings.ContainsAny(text, " \"<>\\^`{|}")
}

func (v *rules) scopes(scopes []string) {
	if len(scopes) == 0 {
		v.add("scopes", codeEmpty, "scopes field can not be empty")
	}
}

// secondCheck is made after the account was checked; its refusal names the member in camelCase
// and has no list of faults.
func (c *createRequest) secondCheck() (detail string) {
	for _, member := range []struct {
		name string
		text *string
	}{
		{"websiteUrl: website url", c.WebsiteURL}, {"termsUrl: terms url", c.TermsURL},
		{"policyUrl: policy url", c.PolicyURL}, {"logoutRedirectUri: logout redirect uri", c.LogoutRedirectURI},
	} {
		if !fullURL.MatchString(*member.text) {
			return member.name + " is expected to be passed as a valid url"
		}
	}
	return ""
}

func (c *createRequest) addresses() []string {
	return slices.Concat(c.RedirectURIs, c.AllowedOrigins, []string{*c.WebsiteURL, *c.TermsURL, *c.PolicyURL, *c.LogoutRedirectURI})
}

// tooLongForColumns: the portal's checks let these pass, its database does not.
func tooLongForColumns(name string, addresses []string) bool {
	return utf8.RuneCountInString(name) > maxColumn ||
		slices.ContainsFunc(addresses, func(text string) bool { return len(text) > maxColumn })
}

// maxColumn is what a column holds: characters of a name, bytes of an address.
const maxColumn = 255

// length counts as Java does, in UTF-16 units.
func length(text string) int { return len(utf16.Encode([]rune(text))) }

// set drops duplicates. It sorts, since the portal keeps no order either.
func set(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
