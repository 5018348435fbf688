package sipgatetest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"strings"
)

// This file checks the body of a create or an update.

// readSettings answers itself if the body cannot be taken, with all faults at once.
func readSettings(w http.ResponseWriter, r *http.Request) (settings map[string]json.RawMessage, ok bool) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, fault{Detail: "Content-Type must be application/json"})
		return nil, false
	}
	// A body that breaks off is not JSON.
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &settings); err != nil || settings == nil {
		refuse(w, http.StatusBadRequest, fault{Detail: "the body must be a JSON object"})
		return nil, false
	}
	if faults := check(settings); len(faults) > 0 {
		refuse(w, http.StatusBadRequest, faults...)
		return nil, false
	}
	return settings, true
}

func check(settings map[string]json.RawMessage) []fault {
	var faults []fault
	for _, member := range []string{"name", "description", "privacyUrl", "termsUrl"} {
		if text, ok := read[string](settings[member]); !ok {
			faults = append(faults, memberFault(member, "must be a string"))
		} else if member == "name" && strings.TrimSpace(text) == "" {
			faults = append(faults, memberFault(member, "must not be empty"))
		}
	}
	for _, member := range []string{"redirectUris", "webOrigins"} {
		if list, ok := read[[]*string](settings[member]); !ok || hasNull(list) {
			faults = append(faults, memberFault(member, "must be a list of strings"))
		} else if member == "redirectUris" && len(list) == 0 {
			faults = append(faults, memberFault(member, "must not be empty"))
		}
	}
	for _, member := range []string{"clientId", "clientSecret"} {
		if settings[member] != nil {
			faults = append(faults, memberFault(member, "must not be sent"))
		}
	}
	return faults
}

// read reports whether value is there, is not null and has the type T.
func read[T any](value json.RawMessage) (T, bool) {
	var decoded *T
	if json.Unmarshal(value, &decoded) != nil || decoded == nil {
		var none T
		return none, false
	}
	return *decoded, true
}

func hasNull(list []*string) bool {
	for _, entry := range list {
		if entry == nil {
			return true
		}
	}
	return false
}
