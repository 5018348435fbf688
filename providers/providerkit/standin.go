package providerkit

import (
	"strings"
	"unicode/utf8"

	"github.com/oauthclients/oauthclients"
)

// This file knows what servers put in the place of a secret where they do not show it.

// ShownSecret is the secret of an answer that issues none, such as one to a read: zero for what a server keeps
// of it, a hash, and for a mask. Shown as a secret it would end in a refused sign-in, far from here. What issues
// a secret is not asked.
func ShownSecret(secret oauthclients.Secret) oauthclients.Secret {
	if text := secret.Reveal(); isHash(text) || isMask(text) {
		return oauthclients.Secret{}
	}
	return secret
}

// isHash knows what Spring, Django, Werkzeug, passlib and crypt write.
func isHash(text string) bool {
	if rest, named := strings.CutPrefix(text, "{"); named {
		scheme, _, closed := strings.Cut(rest, "}")
		return closed && scheme != "" && !strings.ContainsFunc(scheme, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_@.", r)
		})
	}
	for _, start := range [...]string{
		"$2a$", "$2b$", "$2x$", "$2y$", "$argon2", "$pbkdf2", "$scrypt$", "$bcrypt", "$5$", "$6$", "$y$",
		"pbkdf2_sha", "bcrypt$", "bcrypt_sha256$", "argon2$", "scrypt$", "pbkdf2:", "scrypt:",
	} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}

// isMask: one sign again and again, as in "**********".
func isMask(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	return text == "[REDACTED]" || len(text) > 2*size && strings.HasSuffix(text, text[:size]) && strings.Count(text, text[:size])*size == len(text)
}
