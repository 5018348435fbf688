package docspacetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// This file holds the accounts and what proves them to the API: keys, tokens and signatures.

// account is one of the portal's accounts.
type account int

const (
	administrator account = iota
	user
	guest
)

// accounts have keys. Further ones only sign in: see Server.SignInAs.
func accounts() []account { return []account{administrator, user, guest} }

// id is the account's UUID.
func (a account) id() string {
	return fmt.Sprintf("66faa6e4-f133-11ea-b126-00ffee%06x", firstAccount+int(a))
}

// firstAccount is the end of the first account's UUID.
const firstAccount = 0xc8b4e0

// accountOf is the account with an id.
func accountOf(id string) (account, bool) {
	number, err := strconv.ParseInt(id[max(0, len(id)-6):], 16, 32)
	a := account(number - firstAccount)
	return a, err == nil && a >= 0 && a < maxAccounts && a.id() == id
}

// maxAccounts is enough for every test.
const maxAccounts account = 1 << 10

// isAdministrator: so is everybody who only signs in.
func (a account) isAdministrator() bool { return a == administrator || a > guest }

// key is the account's API key: "sk-" and 64 hexadecimal digits.
func (a account) key() string {
	sum := sha256.Sum256([]byte("docspacetest key of " + a.id()))
	return "sk-" + hex.EncodeToString(sum[:])
}

const (
	signatureLifetime = 5 * time.Minute
	// grace is for how long a signature that is over is still taken.
	grace = time.Minute
)

// bearer is the account whose API key, or whose access token, a request carries.
func (s *Server) bearer(r *http.Request) (account, bool) {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	for _, a := range accounts() {
		if found && key == a.key() {
			return a, true
		}
	}
	grant, err := s.ledger.Bearer(key)
	if !found || err != nil {
		return 0, false
	}
	return accountOf(grant.User)
}

// signature serves the trade of a key or an access token. It belongs to the portal's main API, so that its
// answers and errors have another form than those of the clients.
func (s *Server) signature(w http.ResponseWriter, r *http.Request) {
	a, ok := s.bearer(r)
	if !ok {
		unauthorized(w)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"response": s.sign(a), "count": 1, "status": 0, "statusCode": http.StatusOK,
		"links": []map[string]string{{"href": s.URL() + r.URL.Path, "action": r.Method}},
	})
}

func unauthorized(w http.ResponseWriter) {
	answer(w, http.StatusUnauthorized, map[string]any{
		"status": 1, "statusCode": http.StatusUnauthorized,
		"error": map[string]string{"message": "Unauthorized"},
	})
}

// AccessToken returns what the clients API takes itself, for FromTokenSource: a signature for
// the administrator, good for five minutes, and on the wire of the guide the API key.
func (s *Server) AccessToken() string {
	if s.guide {
		return administrator.key()
	}
	return s.sign(administrator)
}

func (s *Server) isRevoked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	number, err := strconv.Atoi(id)
	return err != nil || number <= s.revoked
}

type claims struct {
	Subject   string `json:"sub"`
	UserID    string `json:"user_id"`
	UserName  string `json:"user_name"`
	UserEmail string `json:"user_email"`
	TenantID  string `json:"tenant_id"`
	TenantURL string `json:"tenant_url"`
	Admin     string `json:"is_admin"`
	Guest     string `json:"is_guest"`
	Public    string `json:"is_public"`
	Issuer    string `json:"iss"`
	Audience  string `json:"aud"`
	Expires   int64  `json:"exp"`
	// ID is not the portal's: it tells signatures of the same second apart, and revoked ones.
	ID string `json:"jti"`
}

func (s *Server) sign(a account) string {
	s.mu.Lock()
	s.signed++
	id := strconv.Itoa(s.signed)
	s.mu.Unlock()
	payload := marshal(claims{
		Subject: a.id(), UserID: a.id(), UserName: "account", UserEmail: nameOf(a),
		TenantID: strconv.Itoa(tenant), TenantURL: s.URL(),
		Admin: strconv.FormatBool(a.isAdministrator()), Guest: strconv.FormatBool(a == guest), Public: strconv.FormatBool(a == user),
		Issuer: s.URL(), Audience: s.URL(), Expires: time.Now().Add(signatureLifetime).Unix(), ID: id,
	})
	unsigned := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(payload)
	return unsigned + "." + mac(unsigned)
}

func encode(text []byte) string { return base64.RawURLEncoding.EncodeToString(text) }

func mac(text string) string {
	hash := hmac.New(sha256.New, []byte("docspacetest machine key"))
	hash.Write([]byte(text))
	return encode(hash.Sum(nil))
}

// signer is the account whose valid signature a value is: the bare JWT.
func (s *Server) signer(value string) (account, bool) {
	unsigned, signed := cutLast(value, ".")
	if signed == "" || !hmac.Equal([]byte(signed), []byte(mac(unsigned))) {
		return 0, false
	}
	_, encoded, _ := strings.Cut(unsigned, ".")
	return s.holder(encoded)
}

func cutLast(text, sep string) (before, after string) {
	i := strings.LastIndex(text, sep)
	if i < 0 {
		return "", ""
	}
	return text[:i], text[i+len(sep):]
}

// holder reads the payload of a JWT whose signature is right.
func (s *Server) holder(encoded string) (account, bool) {
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	var c claims
	if err != nil || json.Unmarshal(payload, &c) != nil || !time.Now().Before(time.Unix(c.Expires, 0).Add(grace)) || s.isRevoked(c.ID) {
		return 0, false
	}
	return accountOf(c.UserID)
}
