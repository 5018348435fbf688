package genesystest

import (
	"errors"
	"net/http"
	"slices"
	"time"
)

// This file holds which clients may act for the one person there is. Every token sees them, also
// one that no person stands behind.

// authorization is what the person decided about a client.
type authorization struct {
	clientID, state   string
	scopes            []string
	created, modified time.Time
}

type entity struct {
	ID      string `json:"id"`
	Name    string `json:"name,omitempty"`
	SelfURI string `json:"selfUri,omitempty"`
}

type authorizationView struct {
	Client        view     `json:"client"`
	Scope         []string `json:"scope"`
	Roles         []string `json:"roles"`
	ResourceOwner entity   `json:"resourceOwner"`
	DateCreated   string   `json:"dateCreated"`
	DateModified  string   `json:"dateModified"`
	CreatedBy     entity   `json:"createdBy"`
	ModifiedBy    entity   `json:"modifiedBy"`
	Pending       bool     `json:"pending"`
	State         string   `json:"state"`
	SelfURI       string   `json:"selfUri"`
}

// AddAuthorization writes down a decision of the person about a client that the server has, for
// the scopes of the client: "Authorized", as every sign-in does, or another state, such as
// "Requested" or "Revoked". The latest decision about a client counts.
func (s *Server) AddAuthorization(clientID, state string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.find(clientID)
	if c == nil {
		return errors.New("genesystest: AddAuthorization: there is no such client")
	}
	now := time.Now()
	index := slices.IndexFunc(s.authorizations, func(a *authorization) bool { return a.clientID == clientID })
	if index < 0 {
		index = len(s.authorizations)
		s.authorizations = append(s.authorizations, &authorization{clientID: clientID, created: now})
	}
	known := s.authorizations[index]
	known.state, known.scopes, known.modified = state, c.list("scope"), now
	return nil
}

func (s *Server) listAuthorizations(r *http.Request) (any, *failure) {
	views := []authorizationView{}
	for _, a := range s.authorizations {
		if c := s.find(a.clientID); c != nil {
			views = append(views, a.view(c))
		}
	}
	return listOf(views, r.URL.Path), nil
}

func (s *Server) getAuthorization(r *http.Request) (any, *failure) {
	id := r.PathValue("clientId")
	index := slices.IndexFunc(s.authorizations, func(a *authorization) bool { return a.clientID == id })
	c := s.find(id)
	if index < 0 || c == nil {
		return nil, notFound()
	}
	return s.authorizations[index].view(c), nil
}

func (a *authorization) view(c *client) authorizationView {
	person := entity{ID: author, SelfURI: "/api/v2/users/" + author}
	return authorizationView{
		Client: c.view(false), Scope: append([]string{}, a.scopes...), Roles: []string{}, ResourceOwner: person,
		DateCreated: stamp(a.created), DateModified: stamp(a.modified), CreatedBy: person, ModifiedBy: person,
		Pending: a.state == "Requested", State: a.state, SelfURI: "/api/v2/oauth/authorizations/" + a.clientID,
	}
}
