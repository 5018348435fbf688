package genesys

import (
	"net/http"
	"regexp"

	"github.com/oauthclients/oauthclients"
)

// This file holds the language of texts that the vendor writes, such as what a scope is for.

// defaultLanguage is what the vendor's own SDKs ask for.
const defaultLanguage = "en-us"

// languageTag has the form of RFC 5646, section 2.1, without its rules for the parts.
const languageTag = `^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`

// InLanguage returns the same API for texts in another language, a tag such as "de" or "pt-br".
// It counts for the scopes and the authorizations; which languages the vendor has is not
// documented. The default is "en-us". A tag of any other form is ErrInvalid, naming "Language",
// from each of these calls.
func (a *API) InLanguage(tag string) *API { return &API{driver: a.driver, language: tag} }

func (a *API) faultsOfLanguage() []oauthclients.FieldError {
	if ok, err := regexp.MatchString(languageTag, a.language); ok && err == nil {
		return nil
	}
	return []oauthclients.FieldError{{Field: "Language", Code: "invalid", Message: `must be a language tag such as "en-us"`}}
}

func (a *API) languageHeader() http.Header { return http.Header{"Accept-Language": {a.language}} }
