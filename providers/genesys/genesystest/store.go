package genesystest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// This file holds the clients that the server has.

// The defaults of the vendor, for members that a request leaves out.
const (
	defaultState    = "active"
	defaultValidity = 86400
)

// author is who the server says has made every change.
const author = "1f6a0d0c-51b7-4f0f-8d0a-3a4f0c0f7b22"

// client is one stored client.
type client struct {
	id, secret        string
	created, modified time.Time
	ends              time.Time // when a deletion that is under way is carried out; zero without one
	// members are what was sent last, and the defaults for what was not.
	members map[string]json.RawMessage
}

// view is the client as the server answers it.
func (c *client) view(withSecret bool) map[string]json.RawMessage {
	view := maps.Clone(c.members)
	path := "/api/v2/oauth/clients/" + c.id
	by := map[string]string{"id": author, "selfUri": "/api/v2/users/" + author}
	set(view, "id", c.id)
	set(view, "dateCreated", stamp(c.created))
	set(view, "dateModified", stamp(c.modified))
	set(view, "createdBy", by)
	set(view, "modifiedBy", by)
	set(view, "roleIds", c.roleIDs())
	set(view, "selfUri", path)
	if !c.ends.IsZero() {
		set(view, "dateToDelete", stamp(c.ends))
	}
	if withSecret && c.secret != "" {
		set(view, "secret", c.secret)
	}
	return view
}

// roleIDs is the deprecated view of roleDivisions.
func (c *client) roleIDs() []string {
	var divisions []struct {
		RoleID string `json:"roleId"`
	}
	_ = json.Unmarshal(c.members["roleDivisions"], &divisions) // it was checked on its way in
	ids := []string{}
	for _, entry := range divisions {
		ids = append(ids, entry.RoleID)
	}
	return ids
}

// text reads a member that is a string.
func (c *client) text(name string) string {
	var value string
	_ = json.Unmarshal(c.members[name], &value) // it was checked on its way in
	return value
}

// stamp has the milliseconds that the vendor's dates have.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// set writes a member; every value it is given can be JSON.
func set(object map[string]json.RawMessage, name string, value any) {
	text, err := json.Marshal(value)
	if err == nil {
		object[name] = text
	}
}

// replace takes the members of a request as the whole client.
func (c *client) replace(members map[string]json.RawMessage) {
	c.members = maps.Clone(members)
	delete(c.members, "roleIds")
	for name, value := range map[string]any{
		"state": defaultState, "accessTokenValiditySeconds": defaultValidity,
		"registeredRedirectUri": []string{}, "scope": []string{}, "roleDivisions": []string{},
	} {
		if isNull(c.members[name]) {
			set(c.members, name, value)
		}
	}
	c.modified = time.Now()
	if c.text("state") != "inactive" {
		c.ends = time.Time{} // it is restored
	}
}

func isNull(text json.RawMessage) bool { return len(text) == 0 || string(text) == "null" }

// Add puts a client into the server as it stands in document, a JSON object, without checking
// it: for clients that were made by other means or long ago, with members and values this
// package does not know. An "id", a "secret" and a "dateCreated" in it are kept, and made up if
// they are missing. It returns the id; a document that is no object, or has an id that is taken, is an error.
func (s *Server) Add(document string) (id string, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(document), &members); err != nil {
		return "", fmt.Errorf("genesystest: Add: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id = take(members, "id")
	if id != "" && s.find(id) != nil {
		return "", errors.New("genesystest: Add: the id is taken")
	}
	return s.insert(id, members).id, nil
}

// insert is for holders of the lock. An id that is "" is made up.
func (s *Server) insert(id string, members map[string]json.RawMessage) *client {
	added := &client{id: id, secret: take(members, "secret"), created: created(members)}
	if added.id == "" {
		added.id = s.uuid("a0")
	}
	if added.secret == "" {
		added.secret = s.secret()
	}
	for _, name := range managed() {
		delete(members, name)
	}
	added.replace(members)
	s.clients = append(s.clients, added)
	return added
}

// take removes a member and returns it if it is a string.
func take(members map[string]json.RawMessage, name string) string {
	var value string
	if json.Unmarshal(members[name], &value) == nil {
		delete(members, name)
	}
	return value
}

// Document returns a client as the server has it, its secret included; nil if there is none.
func (s *Server) Document(id string) json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := s.find(id)
	if found == nil {
		return nil
	}
	text, err := json.Marshal(found.view(true))
	if err != nil {
		return nil
	}
	return text
}

// find is for holders of the lock.
func (s *Server) find(id string) *client {
	s.sweep()
	index := slices.IndexFunc(s.clients, func(c *client) bool { return c.id == id })
	if index < 0 {
		return nil
	}
	return s.clients[index]
}

// uuid makes a new id that looks like the vendor's and tells its kind.
func (s *Server) uuid(kind string) string {
	return fmt.Sprintf("%s000000-0000-4000-8000-%012x", kind, s.number())
}

func (s *Server) secret() string { return fmt.Sprintf("genesystest-secret-%d", s.number()) }

func (s *Server) number() int {
	s.made++
	return s.made
}
