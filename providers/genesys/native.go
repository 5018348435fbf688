package genesys

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file is the way to what Genesys Cloud has beyond the portable verbs, and what its calls
// share: words of the vendor.

// API is what Genesys Cloud has around OAuth clients beyond the portable verbs. It shares
// everything with the client it came from: credential, retries, limits and errors. It is safe
// for concurrent use.
type API struct {
	driver   *driver
	language string
}

// Of returns Genesys Cloud's own API behind c. It sends nothing. If c speaks to another
// provider, or was not made by oauthclients.New, the error is an [*oauthclients.Error] of kind
// ErrInvalid.
func Of(c *oauthclients.Client) (*API, error) {
	own, err := providerkit.DriverOf[*driver](providerName, c)
	if err != nil {
		return nil, err
	}
	return &API{driver: own, language: defaultLanguage}, nil
}

// folded gives a word of the vendor the spelling of one that is known, since its own SDKs
// compare them without case. A word that is not known stays as it came.
func folded[T ~string](word string, known ...T) T {
	for _, one := range known {
		if strings.EqualFold(string(one), word) {
			return one
		}
	}
	return T(word)
}

// word repeats a word of the vendor's, such as a status, and nothing that may be something else.
func word[T ~string](text T) string {
	const longest = 20
	isLetter := func(r rune) bool { return r < unicode.MaxASCII && unicode.IsLetter(r) }
	if text == "" || len(text) > longest || strings.ContainsFunc(string(text), func(r rune) bool { return !isLetter(r) }) {
		return "(not a word)"
	}
	return fmt.Sprintf("%q", text)
}
