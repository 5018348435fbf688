package docspacetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds what people have allowed clients: it begins when a person consents, and ends
// when that is revoked.

// consent is what one account has allowed one client.
type consent struct {
	user, clientID string
	scopes         []string // a set, replaced and never changed
	modified       time.Time
	grants         []string // the ids of the ledger's grants that have come from it
}

type consentAnswer struct {
	RegisteredClientID string `json:"registered_client_id"`
	Scopes             string `json:"scopes"`
	ModifiedAt         string `json:"modified_at"`
	Client             *info  `json:"client"`
}

func (s *Server) consentRoutes(mux *http.ServeMux, clients string) {
	s.handle(mux, clients+"/consents", methods{http.MethodGet: s.authenticated(s.consentPage)})
	s.handle(mux, clients+"/{id}/revoke", methods{http.MethodDelete: s.authenticated(s.revokeConsent)})
}

// allowClient writes down that a person said yes. What was allowed before stays allowed.
func (s *Server) allowClient(user, clientID string, scopes []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := consent{user: user, clientID: clientID}
	if i := s.consentIndex(user, clientID); i >= 0 {
		c = *s.consents[i]
		s.consents = slices.Delete(s.consents, i, i+1)
	}
	c.scopes, c.modified = set(slices.Concat(c.scopes, scopes)), s.now()
	s.consents = append(s.consents, &c) // the latest is the last
}

// hasAllowed: who has allowed all of it is not asked again. Nobody is asked for openid.
func (s *Server) hasAllowed(user, clientID string, scopes []string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.consentIndex(user, clientID)
	return i >= 0 && !slices.ContainsFunc(scopes, func(scope string) bool {
		return scope != "openid" && !slices.Contains(s.consents[i].scopes, scope)
	})
}

// consentIndex is for holders of the lock; -1 if there is none.
func (s *Server) consentIndex(user, clientID string) int {
	return slices.IndexFunc(s.consents, func(c *consent) bool { return c.user == user && c.clientID == clientID })
}

// stillAllowed: a code is worth nothing when the consent that it came from is gone. The grant is
// kept, to end with the consent. It is called under the ledger's lock.
func (s *Server) stillAllowed(g signin.Grant) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.consentIndex(g.User, g.ClientID)
	if i < 0 {
		return false
	}
	s.consents[i].grants = append(s.consents[i].grants, g.ID)
	return true
}

// consentPage has the account's own consents, whatever its role is.
func (s *Server) consentPage(w http.ResponseWriter, r *http.Request, a account) {
	limit, ok := demandedPageSize(w, r)
	if !ok {
		return
	}
	before, ok := instant(w, r, "last_modified_on")
	if !ok {
		return
	}
	found := s.consentsOf(a, before, limit+1)
	page := map[string]any{"limit": limit, "last_modified_on": nil}
	if len(found) > limit {
		found = found[:limit]
		page["last_modified_on"] = found[limit-1].ModifiedAt
	}
	page["data"] = found
	answer(w, http.StatusOK, page)
}

// consentsOf returns at most limit consents from before a time, latest first. Those of clients
// that are gone have been cleaned up.
func (s *Server) consentsOf(a account, before time.Time, limit int) []consentAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := []consentAnswer{}
	for _, c := range slices.Backward(s.consents) {
		registered := s.anyone(c.clientID)
		if c.user != a.id() || registered == nil || !before.IsZero() && !c.modified.Before(before) {
			continue
		}
		if len(found) == limit {
			break
		}
		shown := registered.read()
		found = append(found, consentAnswer{
			RegisteredClientID: c.clientID, Scopes: strings.Join(c.scopes, " "),
			ModifiedAt: format(c.modified), Client: shown.info(),
		})
	}
	return found
}

// revokeConsent answers alike whether there was a consent, or such a client, or not.
func (s *Server) revokeConsent(w http.ResponseWriter, r *http.Request, a account) {
	for _, grant := range s.takeConsentBack(a.id(), idOf(r)) {
		s.ledger.EndGrant(grant)
	}
	w.WriteHeader(http.StatusOK)
}

// takeConsentBack returns the grants that end with the consent.
func (s *Server) takeConsentBack(user, clientID string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.consentIndex(user, clientID)
	if i < 0 {
		return nil
	}
	grants := s.consents[i].grants
	s.consents = slices.Delete(s.consents, i, i+1)
	return grants
}
