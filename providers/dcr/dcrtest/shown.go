package dcrtest

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// This file writes the answers about a client.

// shown is the answer about a client to a request of the method; a copy.
func (s *Server) shown(c *client, method string) map[string]any {
	shown := copied(c.members)
	s.showClient(shown, c, method)
	for _, more := range []map[string]any{s.shownDefaults, s.added[method], s.added[""]} {
		for name, value := range more {
			if _, there := shown[name]; there || s.leavesOut(name) {
				continue
			}
			if other, isLike := value.(like); isLike {
				value = shown[string(other)]
			}
			shown[name] = value
		}
	}
	s.hide(shown, method)
	distort(shown, s.odd)
	if method == http.MethodGet {
		distort(shown, s.oddRead)
	}
	return shown
}

// leavesOut: the server's own value of the member is none.
func (s *Server) leavesOut(name string) bool {
	value, own := s.replaced[name]
	return own && value == nil
}

func distort(shown map[string]any, odd map[string]func(any) any) {
	for name, write := range odd {
		if value, there := shown[name]; there {
			shown[name] = write(value)
		}
	}
}

// showClient adds what the server gave to the client.
func (s *Server) showClient(shown map[string]any, c *client, method string) {
	maps.Copy(shown, map[string]any{"client_id": c.id, "client_id_issued_at": c.issued.Unix()})
	if c.secret != "" {
		shown["client_secret"], shown["client_secret_expires_at"] = c.secret, 0
		if s.hash != nil && method != http.MethodPost {
			shown["client_secret"] = s.hash(c.secret)
		}
		if s.secretLife > 0 {
			shown["client_secret_expires_at"] = c.issued.Add(s.secretLife).Unix()
		}
	}
	switch {
	case s.reads():
		shown[memberToken], shown[memberURI] = c.token, s.shownURI(c.id, method)
	case s.relativeURI:
		shown[memberURI] = s.clientPath(c.id)
	}
	if s.dated {
		shown["created_at"], shown["updated_at"] = c.issued.UTC().Format(time.RFC3339), c.updated.UTC().Format(time.RFC3339Nano)
	}
}

// hide leaves out what the manner does not answer, unless it is new.
func (s *Server) hide(shown map[string]any, method string) {
	for _, name := range slices.Concat(s.hidden[method], s.hidden[""]) {
		isNew := name == memberToken && s.rotateOnRead && method == http.MethodGet ||
			name == "client_secret" && s.newSecrets && method == http.MethodPut
		if !isNew {
			delete(shown, name)
		}
	}
	if s.shownIn != nil {
		maps.DeleteFunc(shown, func(name string, _ any) bool {
			_, added := s.added[""][name]
			return !added && !slices.Contains(s.shownIn, name)
		})
	}
}

// shownURI is the address that the server names, which need not be the one that it has.
func (s *Server) shownURI(id, method string) string {
	switch {
	case s.updatedURI != nil && method == http.MethodPut:
		return s.updatedURI(s.issuer(), id)
	case s.registrationURI != nil:
		return s.registrationURI(s.issuer(), id)
	case s.plainURI:
		return strings.Replace(s.uri(id), "https://", "http://", 1)
	}
	return s.uri(id)
}

func (s *Server) uri(id string) string {
	if s.queryURI {
		return s.base() + s.registerPath + "?client_id=" + id
	}
	return s.base() + s.clientPath(id)
}
