package sipgatetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// This file writes answers, the refusals among them.

// methods serves one path.
type methods map[string]http.HandlerFunc

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	handler, ok := m[r.Method]
	if !ok {
		allowed := make([]string, 0, len(m))
		for method := range m {
			allowed = append(allowed, method)
		}
		slices.Sort(allowed)
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		refuse(w, http.StatusMethodNotAllowed, fault{Detail: "the path has no method " + r.Method})
		return
	}
	handler(w, r)
}

func unknownPath(w http.ResponseWriter, _ *http.Request) {
	refuse(w, http.StatusNotFound, fault{Detail: "unknown path"})
}

// fault is an entry of sipgate's error list.
type fault struct {
	Status int     `json:"status"`
	Title  string  `json:"title"`
	Detail string  `json:"detail"`
	Source *source `json:"source,omitempty"`
}

type source struct {
	Pointer string `json:"pointer"`
}

func memberFault(member, rule string) fault {
	return fault{Detail: member + " " + rule, Source: &source{Pointer: "/" + member}}
}

func refuse(w http.ResponseWriter, status int, faults ...fault) {
	for i := range faults {
		faults[i].Status, faults[i].Title = status, http.StatusText(status)
	}
	answer(w, status, map[string][]fault{"errors": faults})
}

func answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document) //nolint:errchkjson // a caller that left needs no answer
}
