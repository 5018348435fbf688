package docspacetest

import (
	"net/http"
	"strconv"
	"strings"
)

// This file holds the ids in paths: what is read as a UUID, and what is said of those that are none.

// idOf is the id in the path of a request, as the portal writes it; what is no UUID stays as it is.
func idOf(r *http.Request) string {
	id, _ := readUUID(r.PathValue("id"))
	return id
}

// readUUID reads what Java does: five groups of hexadecimal digits, in either case, the zeros in front
// of which may be left out.
func readUUID(text string) (uuid string, ok bool) {
	groups, widths := strings.Split(text, "-"), []int{8, 4, 4, 4, 12}
	if len(groups) != len(widths) {
		return text, false
	}
	for i, group := range groups {
		if _, err := strconv.ParseUint(group, 16, 64); err != nil || len(group) > widths[i] {
			return text, false
		}
		groups[i] = strings.Repeat("0", widths[i]-len(group)) + strings.ToLower(group)
	}
	return strings.Join(groups, "-"), true
}

// unknownClient is also said of clients of others. Nobody in particular asks for what is public.
func unknownClient(w http.ResponseWriter, r *http.Request, asks string) {
	id := r.PathValue("id")
	_, valid := readUUID(id)
	switch {
	case strings.TrimSpace(id) == "":
		invalid(w, r, []violation{{"client_id", codeEmpty, "client id must not be blank"}})
	case !valid:
		refuse(w, r, http.StatusNotFound, "Client with id "+id+" was not found. Invalid client id format")
	default:
		refuse(w, r, http.StatusNotFound, "Client with ID "+id+" for tenant "+strconv.Itoa(tenant)+asks+" was not found")
	}
}

// asReader is how a portal names who asks for a client, and asWriter who would change one. An
// administrator is not named.
func (a account) asReader() string { return a.named(a.id()) }

func (a account) asWriter() string { return a.named(nameOf(a)) }

func (a account) named(name string) string {
	if a.isAdministrator() {
		return ""
	}
	return " and user " + name
}

// container is what stands before the service. It answers a page to what does not get past it, whoever
// asks; a semicolon gets past it and leads nowhere.
func (s *Server) container(service http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.ToUpper(r.URL.EscapedPath())
		switch {
		case !strings.HasPrefix(path, "/API/2.0/"):
			service.ServeHTTP(w, r)
		case strings.Contains(path, "%2F") || strings.Contains(path, "%00"):
			w.Header().Set("Content-Type", "text/html;charset=utf-8")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte("<!doctype html><html><title>HTTP Status 400 - Bad Request</title></html>"))
		case strings.Contains(path, ";"):
			s.authenticated(nowhere)(w, r)
		default:
			service.ServeHTTP(w, r)
		}
	})
}
