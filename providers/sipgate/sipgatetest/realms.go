package sipgatetest

import (
	"net/http"
	"strings"

	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file holds the two realms of the login server, which is a Keycloak.

// realmHandler serves a path below a realm.
type realmHandler func(w http.ResponseWriter, r *http.Request, realm string)

// inRealm answers for realms that there are not.
func inRealm(next realmHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch realm := r.PathValue("realm"); realm {
		case sipgate.RealmThirdParty, sipgate.RealmApps:
			next(w, r, realm)
		default:
			answer(w, http.StatusNotFound, map[string]string{"error": "Realm does not exist"})
		}
	}
}

// realmOf is the one realm in which a client exists.
func realmOf(clientID string) string {
	if strings.HasSuffix(clientID, appsSuffix) {
		return sipgate.RealmApps
	}
	return sipgate.RealmThirdParty
}

const appsSuffix = ":" + sipgate.RealmApps

func (s *Server) findIn(realm, id string) (c client, ok bool) {
	if realmOf(id) != realm {
		return client{}, false
	}
	return s.find(id)
}

func realmPath(realm string) string { return "/auth/realms/" + realm }

// issuer is the name of a realm in tokens and callbacks (RFC 9207).
func (s *Server) issuer(realm string) string { return s.URL() + realmPath(realm) }

func (s *Server) realmRoutes(mux *http.ServeMux) {
	const realm = "/auth/realms/{realm}"
	mux.Handle(realm+"/protocol/openid-connect/auth", methods{http.MethodGet: inRealm(s.authorize)})
	mux.Handle(realm+"/login-actions/authenticate", methods{
		http.MethodGet: inRealm(s.loginAgain), http.MethodPost: inRealm(s.logIn),
	})
	mux.Handle(realm+"/login-actions/consent", methods{
		http.MethodGet: inRealm(s.askConsent), http.MethodPost: inRealm(s.takeConsent),
	})
	mux.Handle(realm+"/protocol/openid-connect/token", methods{http.MethodPost: inRealm(s.realmToken)})
	mux.Handle(realm+"/protocol/openid-connect/revoke", methods{http.MethodPost: inRealm(s.revoke)})
	mux.Handle(realm+"/.well-known/openid-configuration", methods{http.MethodGet: inRealm(s.metadata)})
	mux.Handle(realm+"/protocol/openid-connect/logout", methods{http.MethodPost: inRealm(s.logOut)})
}
