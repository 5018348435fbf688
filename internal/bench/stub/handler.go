package stub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
)

// This file holds the vendors' addresses. Each begins with the vendor's name and the number of
// clients of the account, such as /genesys/25, which is the provider's base URL.

// Token is what authorizes every call, as bearer token, API key and signature.
const Token = "bench-token-0123456789abcdef"

// The page sizes: DocSpace's largest, and one for the others.
const (
	docspacePage = 50
	genesysPage  = 100
)

type server struct {
	address string
	tokens  atomic.Int64 // requests to the token endpoint
	conns   atomic.Int64 // connections that were opened
	asked   atomic.Int64 // how often for these numbers
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	genesys := newVendor(genesysClient)
	genesys.serve(mux, "/genesys/{estate}/api/v2/oauth/clients")
	mux.HandleFunc("GET /genesys/{estate}/api/v2/oauth/clients", genesys.genesysList)
	mux.HandleFunc("GET /genesys-once/{estate}/api/v2/oauth/clients/"+ID, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close") // or the clients of a benchmark would hold thousands
		answer(w, r, http.StatusOK, genesys.current())
	})
	sipgate := newVendor(sipgateClient)
	sipgate.serve(mux, "/sipgate/{estate}/v2/authorization/oauth2/clients")
	mux.HandleFunc("GET /sipgate/{estate}/v2/authorization/oauth2/clients", sipgate.sipgateList)
	docspace := newVendor(docspaceClient)
	docspace.silent = true
	docspace.serve(mux, "/docspace/{estate}/api/2.0/clients")
	mux.HandleFunc("GET /docspace/{estate}/api/2.0/clients", docspace.docspaceList)
	mux.HandleFunc("GET /docspace/{estate}/api/2.0/security/oauth2/token", signature)
	standard := newVendor(s.withHandle(standardClient))
	standard.serve(mux, "/standard/{estate}/register")
	standard.serve(mux, "/hydra/{estate}/admin/clients")
	mux.HandleFunc("GET /hydra/{estate}/admin/clients", standard.hydraList)
	mux.HandleFunc("POST /oauth/token", s.token)
	mux.HandleFunc("GET /counts", s.counts)
	return mux
}

// withHandle gives a client of the standard its address and its token (RFC 7592 section 3).
func (s *server) withHandle(client string) string {
	return strings.TrimSuffix(client, "}") + fmt.Sprintf(
		`,"registration_access_token":%q,"registration_client_uri":%q}`, Token, s.address+"/standard/1/register/"+ID)
}

// vendor is one vendor's only client, and the bodies of its answers.
type vendor struct {
	bodies
	other  atomic.Bool // the client has its other name
	silent bool        // a PUT is answered without a body
}

func newVendor(client string) *vendor { return &vendor{bodies: bodiesOf(client)} }

// serve registers create, get and update.
func (v *vendor) serve(mux *http.ServeMux, path string) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		swallow(r)
		answer(w, r, http.StatusCreated, v.named[FirstName])
	})
	mux.HandleFunc("GET "+path+"/"+ID, func(w http.ResponseWriter, r *http.Request) {
		answer(w, r, http.StatusOK, v.current())
	})
	mux.HandleFunc("PUT "+path+"/"+ID, func(w http.ResponseWriter, r *http.Request) {
		swallow(r)
		v.other.Store(!v.other.Load())
		if v.silent {
			answer(w, r, http.StatusOK, nil)
			return
		}
		answer(w, r, http.StatusOK, v.current())
	})
}

func (v *vendor) current() []byte {
	if v.other.Load() {
		return v.named[OtherName]
	}
	return v.named[FirstName]
}

// page is the part of the account's clients that follows the given number of them.
func (v *vendor) page(r *http.Request, after, size int) (list []byte, last int, more bool) {
	estate := number(r.PathValue("estate"))
	last = min(after+size, estate)
	return v.list(after+1, last-after), last, last < estate
}

func (v *vendor) genesysList(w http.ResponseWriter, r *http.Request) {
	list, last, more := v.page(r, number(r.URL.Query().Get("after")), genesysPage)
	next := ""
	if more {
		next = fmt.Sprintf(`,"nextUri":"/api/v2/oauth/clients?after=%d"`, last)
	}
	answer(w, r, http.StatusOK, fmt.Appendf(nil, `{"entities":%s%s}`, list, next))
}

func (v *vendor) sipgateList(w http.ResponseWriter, r *http.Request) {
	list, _, _ := v.page(r, 0, number(r.PathValue("estate")))
	answer(w, r, http.StatusOK, fmt.Appendf(nil, `{"data":%s}`, list))
}

func (v *vendor) hydraList(w http.ResponseWriter, r *http.Request) {
	list, _, _ := v.page(r, 0, number(r.PathValue("estate")))
	answer(w, r, http.StatusOK, list)
}

func (v *vendor) docspaceList(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	_, digits, _ := strings.Cut(query.Get("last_client_id"), ID[:len(ID)-12])
	list, last, more := v.page(r, number(digits), number(query.Get("limit")))
	next := `null,"last_created_on":null`
	if more {
		next = fmt.Sprintf(`%q,"last_created_on":"2026-06-30T10:13:11.482913Z"`, numbered(last))
	}
	answer(w, r, http.StatusOK, fmt.Appendf(nil, `{"data":%s,"limit":50,"last_client_id":%s}`, list, next))
}

func signature(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, fmt.Appendf(nil, `{"response":%q}`, Token))
}

func (s *server) token(w http.ResponseWriter, r *http.Request) {
	swallow(r)
	s.tokens.Add(1)
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"access_token":%q,"token_type":"bearer","expires_in":3600}`, Token)
}

// Counts is what the stub has seen so far.
type Counts struct {
	Tokens      int64 `json:"tokens"`      // requests to the token endpoint
	Connections int64 `json:"connections"` // that were opened
	Asked       int64 `json:"asked"`       // how often for these numbers, each time over a connection of its own
}

func (s *server) counts(w http.ResponseWriter, _ *http.Request) {
	_ = json.NewEncoder(w).Encode(Counts{Tokens: s.tokens.Load(), Connections: s.conns.Load(), Asked: s.asked.Add(1)})
}

func answer(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	if r.Header.Get("Authorization") != "Bearer "+Token && r.Header.Get("X-Signature") != Token {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func swallow(r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }

func number(digits string) int {
	n, _ := strconv.Atoi(string(bytes.TrimLeft([]byte(digits), "0")))
	return n
}
