package docspace

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
)

// This file trades the API key for the signature that the clients API wants: that service does
// not read the Authorization header at all.

const (
	// signaturePath is on the portal's main API, whatever the prefix of the clients API is.
	signaturePath = "/api/2.0/security/oauth2/token"
	// signatureHeader carries the bare JWT, without "Bearer".
	signatureHeader = "x-signature"
	// signatureLifetime is how long the portal makes a signature valid.
	signatureLifetime = 5 * time.Minute

	// opToken is what errors of getting a token are called, whatever the verb was.
	opToken = "Token"
)

// trade asks the portal for a signature in the name of the key's owner.
func trade(ctx context.Context, anon *oauthclients.Caller, held oauthclients.Secret) (*oauth2.Token, error) {
	var answer struct {
		Response string `json:"response"`
	}
	response, err := anon.Call(ctx, &oauthclients.Call{
		Operation: opToken, Method: http.MethodGet, Path: signaturePath,
		Credential: oauthclients.BearerCredential(held), Result: &answer,
	})
	if err != nil {
		return nil, err
	}
	if answer.Response == "" || strings.ContainsFunc(answer.Response, notInHeaders) {
		return nil, &oauthclients.Error{
			Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: opToken,
			StatusCode: response.Status, Message: "the answer has no signature",
		}
	}
	return &oauth2.Token{AccessToken: answer.Response, Expiry: signatureExpiry(answer.Response, time.Now())}, nil
}

// notInHeaders: a JWT is visible ASCII.
func notInHeaders(r rune) bool { return r <= ' ' || r > '~' }

// signatureExpiry reads the claim "exp" (RFC 7519 section 4.1.4). The JWT is not verified: only
// the portal has the key, and it verifies every use. A signature is issued at the moment it is
// asked for, so one without a readable expiry, or with one that this machine's clock has
// already passed, is taken to last the five minutes that the portal grants.
func signatureExpiry(jwt string, issued time.Time) time.Time {
	if expiry, ok := expiryClaim(jwt); ok && expiry.After(issued) {
		return expiry
	}
	return issued.Add(signatureLifetime)
}

func expiryClaim(jwt string) (time.Time, bool) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Expiry *float64 `json:"exp"` // NumericDate may have a fraction
	}
	if json.Unmarshal(payload, &claims) != nil || claims.Expiry == nil {
		return time.Time{}, false
	}
	return time.Unix(int64(*claims.Expiry), 0), true
}

// rejected: the clients API has no 401. A missing, malformed or expired signature is a 403
// without a body; a 403 with a problem in it is about what the account may do.
func rejected(r *oauthclients.Response) bool {
	return r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden && isBlank(r.Body)
}
