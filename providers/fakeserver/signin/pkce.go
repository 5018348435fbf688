package signin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
)

// This file checks the proof key of a code exchange (RFC 7636).

var proofKey = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)

// WellFormed reports whether a code verifier or a code challenge has the form of RFC 7636
// sections 4.1 and 4.2: 43 to 128 unreserved characters.
func WellFormed(key string) bool { return proofKey.MatchString(key) }

// Proves reports whether the code verifier belongs to the grant's S256 challenge.
func (g Grant) Proves(verifier string) bool {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	return g.Challenge != "" && subtle.ConstantTimeCompare([]byte(challenge), []byte(g.Challenge)) == 1
}
