package docspacetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// This file reads bodies and writes answers, the refusals among them.

// methods serves one path.
type methods map[string]http.HandlerFunc

// at is a path whose other methods are refused as the service behind it does that.
type at struct {
	methods

	other http.HandlerFunc
}

func (m at) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if handler, ok := m.methods[r.Method]; ok {
		handler(w, r)
		return
	}
	allowed := make([]string, 0, len(m.methods))
	for method := range m.methods {
		allowed = append(allowed, method)
	}
	slices.Sort(allowed)
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	m.other(w, r)
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
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/problem+json")
	}
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
