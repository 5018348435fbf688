package docspacetest

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// This file reads bodies and writes answers, the refusals among them.

// methods serves one path.
type methods map[string]http.HandlerFunc

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler, ok := m[r.Method]; ok {
		handler(w, r)
		return
	}
	allowed := make([]string, 0, len(m))
	for method := range m {
		allowed = append(allowed, method)
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	refuse(w, r, http.StatusMethodNotAllowed, "Method '"+r.Method+"' is not supported.")
}

// violation is the fault of one member.
type violation struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// problem is an error body of the clients API (RFC 9457). The type is the same for every error.
type problem struct {
	Type     string      `json:"type"`
	Title    string      `json:"title"`
	Status   int         `json:"status"`
	Detail   string      `json:"detail"`
	Instance string      `json:"instance"`
	Errors   []violation `json:"errors,omitempty"`
}

func refuse(w http.ResponseWriter, r *http.Request, status int, detail string, violations ...violation) {
	w.Header().Set("Content-Type", "application/problem+json")
	answer(w, status, problem{
		Type:  "https://api.onlyoffice.com/docspace/api-backend/get-started/basic-concepts",
		Title: http.StatusText(status), Status: status, Detail: detail, Instance: r.URL.Path,
		Errors: violations,
	})
}

func invalid(w http.ResponseWriter, r *http.Request, violations []violation) {
	refuse(w, r, http.StatusBadRequest, "Validation failed", violations...)
}

func denied(w http.ResponseWriter, r *http.Request) {
	refuse(w, r, http.StatusForbidden, "Access denied")
}

func answer(w http.ResponseWriter, status int, document any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write(marshal(document)) // a caller that left needs no answer
}

// marshal is for documents of this package, all of which encode.
func marshal(document any) []byte {
	text, _ := json.Marshal(document) //nolint:errchkjson // see above
	return text
}

// readBody decodes a body. What does not decode is a 500 at this vendor, also a text where a
// list belongs.
func readBody(w http.ResponseWriter, r *http.Request, body any) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		refuse(w, r, http.StatusUnsupportedMediaType, "Content-Type is not supported.")
		return false
	}
	if err := json.NewDecoder(r.Body).Decode(body); err != nil {
		refuse(w, r, http.StatusInternalServerError, "Something went wrong")
		return false
	}
	return true
}
