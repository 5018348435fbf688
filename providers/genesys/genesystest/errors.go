package genesystest

import (
	"encoding/json"
	"net/http"
)

// This file holds the vendor's error bodies and how answers are written.

// failure is an error body of the API.
type failure struct {
	Message   string    `json:"message"`
	Code      string    `json:"code"`
	Status    int       `json:"status"`
	ContextID string    `json:"contextId"`
	Details   []detail  `json:"details"`
	Errors    []failure `json:"errors"`
}

type detail struct {
	ErrorCode string `json:"errorCode"`
	FieldName string `json:"fieldName"`
}

func fail(status int, code, message string, details ...detail) *failure {
	return &failure{
		Message: message, Code: code, Status: status,
		Details: append([]detail{}, details...), Errors: []failure{},
	}
}

func notFound() *failure {
	return fail(http.StatusNotFound, "not.found", "The requested resource was not found.")
}

// answer writes a body, or none for nil.
func answer(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	text, err := json.Marshal(body)
	if err != nil { // every body is made of strings, numbers and JSON that was checked
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // a caller that left needs no body
}
