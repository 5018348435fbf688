package docspacetest

import (
	"bytes"
	"encoding/json"
	"maps"
	"mime"
	"net"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file holds what stands before every call of the clients API: the signature, the limits, the media
// types, and the log of writes, which takes the User-Agent apart.

// authenticated serves only requests with a valid signature, within the limits. A request without any
// has been counted by its address when it is refused; one with a bad signature has not.
func (s *Server) authenticated(next func(http.ResponseWriter, *http.Request, account)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value := signatureIn(r)
		a, ok := s.signer(value)
		switch {
		case value == "" && !s.counted(w, r.Method, addressOf(r)):
		case value == "", !ok:
			w.WriteHeader(http.StatusForbidden)
		case !s.counted(w, r.Method, a.id()):
		case s.busy(w, r, "signed", signedCalls):
		case !takesJSON(r):
			w.WriteHeader(http.StatusForbidden)
		case isWrite(r.Method) && !logsAgent(r.UserAgent()):
			refuse(w, r, http.StatusInternalServerError, "Something went wrong")
		default:
			next(w, r, a)
		}
	}
}

// anonymous serves requests without a signature, within the limits of their address. A bad signature is
// worse than none.
func (s *Server) anonymous(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if value := signatureIn(r); value != "" {
			if _, ok := s.signer(value); !ok {
				w.WriteHeader(http.StatusForbidden)
				return
			}
		}
		if s.counted(w, r.Method, addressOf(r)) && !s.busy(w, r, "public", publicCalls) {
			next(w, r)
		}
	}
}

// nowhere is what a path, a method or a media type is told that the service does not have: never 404,
// 405, 406 or 415.
func nowhere(w http.ResponseWriter, _ *http.Request, _ account) { w.WriteHeader(http.StatusForbidden) }

// counted has the headers of the limits on every answer. Without limits a bucket is always full.
func (s *Server) counted(w http.ResponseWriter, method, who string) bool {
	if s.limits {
		return s.allow(w, method, who)
	}
	w.Header().Set("X-Ratelimit-Remaining", strconv.Itoa(perMinute(method)-1))
	w.Header().Set("X-Ratelimit-Reset", "0")
	return true
}

func addressOf(r *http.Request) string {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	return host
}

// signatureIn is what a request has for a signature. The cookie wins over the header.
func signatureIn(r *http.Request) string {
	for _, cookie := range r.Cookies() {
		if strings.EqualFold(cookie.Name, "x-signature") {
			return cookie.Value
		}
	}
	return r.Header.Get("X-Signature")
}

func takesJSON(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	return accept == "" || strings.Contains(accept, "application/json") || strings.Contains(accept, "*/*") || strings.Contains(accept, "application/*")
}

func isWrite(method string) bool { return method != http.MethodGet && method != http.MethodHead }

// What a browser's User-Agent has behind its word.
var (
	versioned = regexp.MustCompile(`Version/[^/ ]`)
	explorer  = regexp.MustCompile(`MSIE [^; ]`)
)

// logsAgent is false for a User-Agent that the log of writes fails at. Words are looked for in any case,
// one after the other, and then expected in the case of the browsers.
func logsAgent(agent string) bool {
	lower := strings.ToLower(agent)
	switch {
	case agent == "":
		return false
	case strings.Contains(lower, "msie"):
		return explorer.MatchString(agent)
	case strings.Contains(lower, "safari") && strings.Contains(lower, "version"):
		return strings.Contains(agent, "Safari") && versioned.MatchString(agent)
	case strings.Contains(lower, "opera"):
		return strings.Contains(agent, "Opera") && versioned.MatchString(agent)
	case strings.Contains(lower, "opr"):
		return strings.Contains(agent, "OPR")
	case strings.Contains(lower, "chrome"):
		return strings.Contains(agent, "Chrome")
	case strings.Contains(lower, "firefox"):
		return strings.Contains(agent, "Firefox")
	}
	return true
}

// readBody decodes a body. What does not decode is a 500 at this vendor, also a text where a
// list belongs, unless the member is ignored.
func readBody(w http.ResponseWriter, r *http.Request, body any, ignored ...string) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/json" {
		w.WriteHeader(http.StatusForbidden)
		return false
	}
	var members map[string]json.RawMessage
	err = json.NewDecoder(r.Body).Decode(&members)
	maps.DeleteFunc(members, func(name string, _ json.RawMessage) bool { return slices.Contains(ignored, name) })
	if err != nil || json.Unmarshal(marshal(converted(members, body)), body) != nil {
		refuse(w, r, http.StatusInternalServerError, "Something went wrong")
		return false
	}
	return true
}

// converted writes scalars as the members want them: a number or a boolean where a text belongs, "true"
// or 1 where a boolean does.
func converted(members map[string]json.RawMessage, body any) map[string]json.RawMessage {
	target := reflect.TypeOf(body).Elem()
	for i := range target.NumField() {
		name := target.Field(i).Tag.Get("json")
		if text := bytes.TrimSpace(members[name]); len(text) > 0 {
			members[name] = scalarFor(target.Field(i).Type, text)
		}
	}
	return members
}

func scalarFor(wanted reflect.Type, text json.RawMessage) json.RawMessage {
	switch {
	case wanted == reflect.TypeFor[[]string]():
		return scalarsFor(reflect.TypeFor[*string](), text)
	case wanted == reflect.TypeFor[*string]() && !slices.Contains([]byte(`"[{n`), text[0]):
		return marshal(string(text))
	case wanted == reflect.TypeFor[bool]() && (string(text) == `"true"` || string(text) == "1"):
		return json.RawMessage("true")
	case wanted == reflect.TypeFor[bool]() && slices.Contains([]string{`"false"`, `""`, "0", "null"}, string(text)):
		return json.RawMessage("false")
	}
	return text
}

// scalarsFor does so with the entries of a list; what is none stays as it is.
func scalarsFor(wanted reflect.Type, text json.RawMessage) json.RawMessage {
	var list []json.RawMessage
	if json.Unmarshal(text, &list) != nil || list == nil {
		return text
	}
	for i, entry := range list {
		list[i] = scalarFor(wanted, bytes.TrimSpace(entry))
	}
	return marshal(list)
}
