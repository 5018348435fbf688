package docspacetest

import "net/http"

// This file serves what people see of clients.

// info is a client as the consent page shows it.
type info struct {
	ClientID              string   `json:"client_id"`
	Name                  string   `json:"name"`
	Description           *string  `json:"description"`
	WebsiteURL            string   `json:"website_url"`
	TermsURL              string   `json:"terms_url"`
	PolicyURL             string   `json:"policy_url"`
	Logo                  string   `json:"logo"`
	AuthenticationMethods []string `json:"authentication_methods"`
	Scopes                []string `json:"scopes"`
	Public                bool     `json:"is_public"`
	PublicAgain           bool     `json:"public"`
	CreatedOn             string   `json:"created_on"`
	CreatedBy             string   `json:"created_by"`
	ModifiedOn            string   `json:"modified_on"`
	ModifiedBy            string   `json:"modified_by"`
}

func (c *client) info() *info {
	return &info{
		ClientID: c.ClientID, Name: c.Name, Description: c.Description,
		WebsiteURL: c.WebsiteURL, TermsURL: c.TermsURL, PolicyURL: c.PolicyURL, Logo: c.Logo,
		AuthenticationMethods: c.AuthenticationMethods, Scopes: c.Scopes, Public: c.Public, PublicAgain: c.Public,
		CreatedOn: c.CreatedOn, CreatedBy: c.CreatedBy, ModifiedOn: c.ModifiedOn, ModifiedBy: c.ModifiedBy,
	}
}

func (s *Server) infoRoutes(mux *http.ServeMux, clients string) {
	s.handle(mux, clients+"/info", methods{http.MethodGet: s.authenticated(s.infos)})
	s.handle(mux, clients+"/{id}/info", methods{http.MethodGet: s.authenticated(s.info)})
	s.handle(mux, clients+"/{id}/public/info", methods{http.MethodGet: s.anonymous(s.publicInfo)})
}

func (s *Server) info(w http.ResponseWriter, r *http.Request, a account) {
	s.one(w, r, a, func(c client) any { return c.info() })
}

// publicInfo asks for no signature and knows the clients of every portal of the installation.
func (s *Server) publicInfo(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.anyone(idOf(r))
	if c == nil {
		unknownClient(w, r, "")
		return
	}
	shown := c.read()
	answer(w, http.StatusOK, shown.info())
}

// infos has the pages of the list. It has no size for them if none is asked for.
func (s *Server) infos(w http.ResponseWriter, r *http.Request, a account) {
	if limit, ok := demandedPageSize(w, r); ok {
		s.answerPage(w, r, a, limit, func(c client) any { return c.info() })
	}
}

func demandedPageSize(w http.ResponseWriter, r *http.Request) (int, bool) {
	if r.URL.Query().Get("limit") == "" {
		refuse(w, r, http.StatusBadRequest, "Required parameter 'limit' is not present.")
		return 0, false
	}
	return pageSize(w, r)
}
