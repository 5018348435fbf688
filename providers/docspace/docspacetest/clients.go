package docspacetest

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// This file serves the clients.

type createRequest struct {
	Name              *string  `json:"name"`
	Description       *string  `json:"description"`
	Logo              *string  `json:"logo"`
	WebsiteURL        *string  `json:"website_url"`
	TermsURL          *string  `json:"terms_url"`
	PolicyURL         *string  `json:"policy_url"`
	RedirectURIs      []string `json:"redirect_uris"`
	AllowedOrigins    []string `json:"allowed_origins"`
	LogoutRedirectURI *string  `json:"logout_redirect_uri"`
	AllowPKCE         bool     `json:"allow_pkce"`
	Scopes            []string `json:"scopes"`
}

func (c *createRequest) check() rules {
	var v rules
	v.name(c.Name)
	v.description(c.Description)
	if v.logo(c.Logo); c.Logo != nil {
		v.logoSize(c.Logo)
	}
	v.url("website_url", c.WebsiteURL)
	v.url("terms_url", c.TermsURL)
	v.url("policy_url", c.PolicyURL)
	v.url("logout_redirect_uri", c.LogoutRedirectURI)
	v.uris("redirect_uris", c.RedirectURIs, codeEmpty)
	v.uris("allowed_origins", c.AllowedOrigins, codeEmpty)
	v.scopes(c.Scopes)
	return v
}

// create checks the body before the account, as the portal does.
func (s *Server) create(w http.ResponseWriter, r *http.Request, a account) {
	var body createRequest
	if !readBody(w, r, &body) {
		return
	}
	if violations := body.check(); len(violations) > 0 {
		invalid(w, r, violations)
		return
	}
	if a == guest {
		denied(w, r)
		return
	}
	if unknown := unknownScopes(body.Scopes); len(unknown) > 0 {
		invalidScopes(w, r, unknown)
		return
	}
	if detail := body.secondCheck(); detail != "" {
		refuse(w, r, http.StatusBadRequest, detail)
		return
	}
	if tooLongForColumns(*body.Name, body.addresses()) {
		refuse(w, r, http.StatusInternalServerError, "A database error occurred")
		return
	}
	answer(w, http.StatusCreated, s.add(&body, a))
}

func invalidScopes(w http.ResponseWriter, r *http.Request, unknown []string) {
	w.Header().Set("Content-Type", "application/json")
	invalid(w, r, []violation{{"scopes", codeScope, "Invalid scopes: " + strings.Join(unknown, ", ")}})
}

func (s *Server) get(w http.ResponseWriter, r *http.Request, a account) {
	s.one(w, r, a, func(c client) any { return c })
}

// one answers with what show makes of a client.
func (s *Server) one(w http.ResponseWriter, r *http.Request, a account, show func(client) any) {
	if a == guest {
		denied(w, r)
		return
	}
	found, ok := s.find(idOf(r), a)
	if !ok {
		found, ok = s.remembered(idOf(r), a)
	}
	if !ok {
		unknownClient(w, r, a.asReader())
		return
	}
	answer(w, http.StatusOK, show(found))
}

// list pages from the newest client to the oldest. It wants both cursors: with one of them it
// starts again from the first page, as portals in the cloud do.
func (s *Server) list(w http.ResponseWriter, r *http.Request, a account) {
	if limit, ok := pageSize(w, r); ok {
		s.answerPage(w, r, a, limit, func(c client) any { return c })
	}
}

// answerPage answers with a page of what show makes of the clients.
func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, a account, limit int, show func(client) any) {
	before, ok := cursor(w, r)
	if !ok {
		return
	}
	if a == guest {
		denied(w, r)
		return
	}
	found := s.page(a, before, limit+1)
	page := map[string]any{"limit": limit, "last_client_id": nil, "last_created_on": nil}
	if len(found) > limit {
		found = found[:limit]
		page["last_client_id"], page["last_created_on"] = found[limit-1].ClientID, found[limit-1].CreatedOn
	}
	data := make([]any, len(found))
	for i := range found {
		data[i] = show(found[i])
	}
	page["data"] = data
	answer(w, http.StatusOK, page)
}

func pageSize(w http.ResponseWriter, r *http.Request) (int, bool) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return 30, true
	}
	limit, err := strconv.Atoi(text)
	if err != nil {
		refuse(w, r, http.StatusInternalServerError, "Something went wrong")
		return 0, false
	}
	if limit < 1 || limit > 50 {
		invalid(w, r, []violation{{"limit", codeName, "limit must be between 1 and 50"}})
		return 0, false
	}
	return limit, true
}

// cursor is the time before which the page starts, zero for the first page.
func cursor(w http.ResponseWriter, r *http.Request) (time.Time, bool) {
	before, ok := instant(w, r, "last_created_on")
	if r.URL.Query().Get("last_client_id") == "" {
		return time.Time{}, ok
	}
	return before, ok
}

// instant is the time in a parameter of the query, zero if it is not there.
func instant(w http.ResponseWriter, r *http.Request, parameter string) (time.Time, bool) {
	text := r.URL.Query().Get(parameter)
	if text == "" {
		return time.Time{}, true
	}
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		refuse(w, r, http.StatusInternalServerError, "Something went wrong")
		return time.Time{}, false
	}
	return parsed, true
}

type updateRequest struct {
	Name           *string  `json:"name"`
	Description    *string  `json:"description"`
	Logo           *string  `json:"logo"`
	AllowedOrigins []string `json:"allowed_origins"`
	AllowPKCE      bool     `json:"allow_pkce"`
	// Only a newer portal reads these.
	RedirectURIs []string `json:"redirect_uris"`
	Scopes       []string `json:"scopes"`
}

func (u *updateRequest) check(newer bool) rules {
	var v rules
	v.name(u.Name)
	v.description(u.Description)
	v.logo(u.Logo)
	v.uris("allowed_origins", u.AllowedOrigins, codeURL)
	if newer {
		v.uris("redirect_uris", u.RedirectURIs, codeEmpty)
		v.scopes(u.Scopes)
		if unknown := unknownScopes(u.Scopes); len(unknown) > 0 {
			v.add("scopes", codeScope, "Invalid scopes: "+strings.Join(unknown, ", "))
		}
	}
	return v
}

// update checks the body before it looks for the client.
func (s *Server) update(w http.ResponseWriter, r *http.Request, a account) {
	var body updateRequest
	var ignored []string
	if !s.newer {
		ignored = []string{"redirect_uris", "scopes"}
	}
	if !readBody(w, r, &body, ignored...) {
		return
	}
	if violations := body.check(s.newer); len(violations) > 0 {
		invalid(w, r, violations)
		return
	}
	if tooLongForColumns(*body.Name, body.AllowedOrigins) {
		refuse(w, r, http.StatusInternalServerError, "A database error occurred")
		return
	}
	if !s.loses(w, r, a) {
		s.change(w, r, a, func(c *client) { c.apply(&body, s.newer) })
	}
}

// change serves a write to one client, which answers nothing.
func (s *Server) change(w http.ResponseWriter, r *http.Request, a account, edit func(*client)) {
	if a == guest {
		denied(w, r)
		return
	}
	if !s.edit(idOf(r), a, edit) {
		unknownClient(w, r, a.asWriter())
		return
	}
	w.WriteHeader(http.StatusOK)
}

// activate takes a missing status for false, as the portal does.
func (s *Server) activate(w http.ResponseWriter, r *http.Request, a account) {
	var body struct {
		Status bool `json:"status"`
	}
	if readBody(w, r, &body) {
		s.change(w, r, a, func(c *client) { c.Enabled = body.Status })
	}
}

func (s *Server) regenerate(w http.ResponseWriter, r *http.Request, a account) {
	if a == guest {
		denied(w, r)
		return
	}
	if s.loses(w, r, a) {
		return
	}
	var secret string
	if !s.edit(idOf(r), a, func(c *client) { secret = c.renewSecret() }) {
		unknownClient(w, r, a.asWriter())
		return
	}
	answer(w, http.StatusOK, map[string]string{"client_secret": secret})
}

func (s *Server) remove(w http.ResponseWriter, r *http.Request, a account) {
	if a == guest {
		denied(w, r)
		return
	}
	gone := s.drop(func(c *client) bool { return c.ClientID == idOf(r) && c.visible(a) })
	if len(gone) == 0 {
		unknownClient(w, r, a.asWriter())
		return
	}
	s.endTokens(gone)
	w.WriteHeader(http.StatusOK)
}

// endTokens: they end with their client.
func (s *Server) endTokens(gone []client) {
	for i := range gone {
		s.ledger.EndClient("", gone[i].ClientID)
	}
}

// removeOwn is what a DELETE without an id does: every client that the account made is gone.
func (s *Server) removeOwn(w http.ResponseWriter, r *http.Request, a account) {
	if a == guest {
		denied(w, r)
		return
	}
	gone := s.drop(func(c *client) bool { return c.CreatedBy == a.id() })
	s.forget(gone)
	s.endTokens(gone)
	w.WriteHeader(http.StatusOK)
}

func (s *Server) removeAll(w http.ResponseWriter, r *http.Request, a account) {
	if !a.isAdministrator() {
		denied(w, r)
		return
	}
	s.endTokens(s.drop(func(c *client) bool { return c.Tenant == tenant }))
	w.WriteHeader(http.StatusOK)
}
