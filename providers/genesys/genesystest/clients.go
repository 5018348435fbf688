package genesystest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// This file holds the six operations. Each one is called under the server's lock.

type view = map[string]json.RawMessage

func (s *Server) create(r *http.Request) (any, *failure) {
	members, failed := request(r, nil)
	if failed != nil {
		return nil, failed
	}
	made := &client{id: s.uuid("a0"), created: time.Now(), members: members}
	if made.text("authorizedGrantType") != "TOKEN" { // an implicit client has no use for one
		made.secret = s.secret()
	}
	made.replace(members)
	s.clients = append(s.clients, made)
	return made.view(true), nil
}

func (s *Server) get(r *http.Request) (any, *failure) {
	found := s.find(r.PathValue("id"))
	if found == nil {
		return nil, notFound()
	}
	return found.view(false), nil
}

func (s *Server) update(r *http.Request) (any, *failure) {
	found := s.living(r)
	if found == nil {
		return nil, notFound()
	}
	members, failed := request(r, found)
	if failed != nil {
		return nil, failed
	}
	found.replace(members)
	return found.view(false), nil
}

func (s *Server) remove(r *http.Request) (any, *failure) {
	found := s.living(r)
	if found == nil {
		return nil, notFound()
	}
	if found.text("state") != "inactive" {
		return nil, fail(http.StatusBadRequest, "cannot.delete.client", "Clients must be inactive before deletion.")
	}
	s.beginDeletion(found)
	return nil, nil //nolint:nilnil // the vendor answers without a body
}

func (s *Server) newSecret(r *http.Request) (any, *failure) {
	found := s.living(r)
	if found == nil {
		return nil, notFound()
	}
	if r.ContentLength > 0 {
		return nil, fail(http.StatusBadRequest, "bad.request", "The operation has no request body.")
	}
	if found.text("authorizedGrantType") != "TOKEN" {
		found.secret = s.secret()
	}
	return found.view(true), nil
}

// living is the client that the path names, unless it is deleted and only lingers.
func (s *Server) living(r *http.Request) *client {
	found := s.find(r.PathValue("id"))
	if found == nil || found.text("state") == "deleted" {
		return nil
	}
	return found
}

type listing struct {
	Entities    []view `json:"entities"`
	PageSize    int    `json:"pageSize"`
	PageNumber  int    `json:"pageNumber"`
	Total       int    `json:"total"`
	PageCount   int    `json:"pageCount"`
	FirstURI    string `json:"firstUri"`
	NextURI     string `json:"nextUri,omitempty"`
	PreviousURI string `json:"previousUri,omitempty"`
	LastURI     string `json:"lastUri"`
	SelfURI     string `json:"selfUri"`
}

func (s *Server) list(r *http.Request) (any, *failure) {
	size := s.pageSize
	if size == 0 {
		size = max(len(s.clients), 1)
	}
	pages := max((len(s.clients)+size-1)/size, 1)
	number, ok := s.pageNumber(r, size)
	if !ok {
		return nil, fail(http.StatusBadRequest, "invalid.value", "The operation takes no parameter but those of its own links.")
	}
	page := listing{
		Entities: s.entities((number-1)*size, size), PageSize: size, PageNumber: number,
		Total: len(s.clients), PageCount: pages,
		FirstURI: s.link(1, size), LastURI: s.link(pages, size), SelfURI: s.link(number, size),
	}
	if number < pages {
		page.NextURI = s.link(number+1, size)
	}
	page.NextURI = cmp.Or(s.nextURI, page.NextURI)
	if number > 1 {
		page.PreviousURI = s.link(number-1, size)
	}
	return page, nil
}

// pageNumber reads the parameters of a link that the server gave out itself.
func (s *Server) pageNumber(r *http.Request, size int) (int, bool) {
	query := r.URL.Query()
	if len(query) == 0 {
		return 1, true
	}
	number, err := strconv.Atoi(query.Get("pageNumber"))
	return number, s.pageSize > 0 && len(query) == 2 && err == nil && number >= 1 && number <= 1<<20 &&
		query.Get("pageSize") == strconv.Itoa(size)
}

func (s *Server) entities(from, size int) []view {
	from = min(from, len(s.clients))
	entities := []view{}
	for _, c := range s.clients[from:min(from+size, len(s.clients))] {
		entities = append(entities, c.view(false))
	}
	return entities
}

func (s *Server) link(number, size int) string {
	link := "/api/v2/oauth/clients?pageSize=" + strconv.Itoa(size) + "&pageNumber=" + strconv.Itoa(number)
	if s.absolute {
		return s.URL() + link
	}
	return link
}
