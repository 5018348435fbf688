package docspacetest

import (
	"net/http"
	"net/url"

	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the ways back: to the program, and to the portal's page for errors.

// sendBack returns the browser to the program. The portal does not look for a query in the address, and
// the state comes back as it is: one that needs encoding is broken. Who wants no redirect is told the
// address.
func sendBack(w http.ResponseWriter, r *http.Request, target string, query, values url.Values) {
	back := target + "?" + values.Encode()
	if state := query.Get("state"); state != "" {
		back += "&state=" + state
	}
	if r.Header.Get("X-Disable-Redirect") == "true" {
		signin.Private(w)
		w.Header().Set("X-Redirect-URI", back)
		w.WriteHeader(http.StatusOK)
		return
	}
	signin.Redirect(w, back)
}

func refusedBack(w http.ResponseWriter, r *http.Request, target string, query url.Values, code string) {
	sendBack(w, r, target, query, url.Values{"error": {code}, "error_uri": {specification}})
}

// What is wrong with a login URL that nobody can be sent back from. The portal's own is disabledClient.
const (
	unknownClientError = "client_not_found_error"
	disabledClient     = "client_disabled_error"
	wrongRedirectURI   = "redirect_uri_error"
	wrongResponseType  = "response_type_error"
)

// sorry sends the person to the portal's page for errors, whatever the program wants to be told.
func sorry(w http.ResponseWriter, query url.Values, code string) {
	signin.Redirect(w, loginPath+"?type=oauth2&client_id="+url.QueryEscape(query.Get("client_id"))+"&error="+code)
}

// showError is that page.
func (s *Server) showError(w http.ResponseWriter, code string) {
	alert, ok := map[string]string{
		unknownClientError: "The client_id is not known.", disabledClient: "The client is disabled.",
		wrongRedirectURI: "The redirect_uri is not registered.", wrongResponseType: "The response_type must be code.",
	}[code]
	if !ok {
		alert = "The address is not one of the portal's."
	}
	s.sorryPage(w, alert)
}
