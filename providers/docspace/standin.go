package docspace

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients"
)

// This file knows what servers put in the place of a secret where they do not show it.

// hashed is a secret as servers store it, by its algorithm: "{bcrypt}…", "$2a$…", "$argon2id$…".
var hashed = regexp.MustCompile(`^(?:\{[0-9A-Za-z@._-]+\}|\$2[aby]\$|\$argon2|pbkdf2_sha256\$)`)

// readSecret is the secret of an answer to a read, zero for a hash and for a mask: shown as a secret
// it would end in a refused sign-in, far from here. What issues a secret is not asked.
func readSecret(secret oauthclients.Secret) oauthclients.Secret {
	if text := secret.Reveal(); isMask(text) || hashed.MatchString(text) {
		return oauthclients.Secret{}
	}
	return secret
}

// isMask: one sign, again and again, as in "**********".
func isMask(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	return len(text) > 2*size && strings.HasSuffix(text, text[:size]) && strings.Count(text, text[:size])*size == len(text)
}
