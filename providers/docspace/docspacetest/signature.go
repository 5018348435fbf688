package docspacetest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
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

func accounts() []account { return []account{administrator, user, guest} }

// id is the account's UUID.
func (a account) id() string { return "66faa6e4-f133-11ea-b126-00ffeec8b4e" + strconv.Itoa(int(a)) }

// key is the account's API key: "sk-" and 64 hexadecimal digits.
func (a account) key() string {
	sum := sha256.Sum256([]byte("docspacetest key of " + a.id()))
	return "sk-" + hex.EncodeToString(sum[:])
}

const signatureLifetime = 5 * time.Minute

// bearer is the account whose API key, or whose access token, a request carries.
func (s *Server) bearer(r *http.Request) (account, bool) {
	key, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	for _, a := range accounts() {
		if found && key == a.key() {
			return a, true
		}
	}
	_, err := s.ledger.Bearer(key)
	return administrator, found && err == nil // it is the administrator who signs in
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
	TenantID  int    `json:"tenant_id"`
	TenantURL string `json:"tenant_url"`
	Admin     bool   `json:"is_admin"`
	Guest     bool   `json:"is_guest"`
	Public    bool   `json:"is_public"`
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
		Subject: a.id(), UserID: a.id(), UserName: "account", UserEmail: "account@portal.example.com",
		TenantID: tenant, TenantURL: s.URL(), Admin: a == administrator, Guest: a == guest, Public: a == user,
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

// signer is the account whose valid signature a request carries. The cookie wins over the
// header, and the value is the bare JWT.
func (s *Server) signer(r *http.Request) (account, bool) {
	value := r.Header.Get("X-Signature")
	for _, cookie := range r.Cookies() {
		if strings.EqualFold(cookie.Name, "x-signature") {
			value = cookie.Value
		}
	}
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
	if err != nil || json.Unmarshal(payload, &c) != nil || !time.Now().Before(time.Unix(c.Expires, 0)) || s.isRevoked(c.ID) {
		return 0, false
	}
	for _, a := range accounts() {
		if a.id() == c.UserID {
			return a, true
		}
	}
	return 0, false
}

// authenticated serves only requests with a valid signature, within the limits.
func (s *Server) authenticated(next func(http.ResponseWriter, *http.Request, account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := s.signer(r)
		if !ok {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if s.limits && !s.allow(w, r.Method, a.id()) {
			return
		}
		next(w, r, a)
	}
}
