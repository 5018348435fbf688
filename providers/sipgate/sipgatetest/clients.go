package sipgatetest

import (
	"net/http"
)

// This file serves the paths below /v2.

func (s *Server) list(w http.ResponseWriter, _ *http.Request) {
	clients := s.all()
	documents := make([]map[string]any, len(clients))
	for i, c := range clients {
		documents[i] = c.document()
	}
	answer(w, http.StatusOK, map[string]any{"data": documents})
}

// create answers 200, not 201, as sipgate's description has it.
func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	settings, ok := readSettings(w, r)
	if !ok {
		return
	}
	document := s.add(settings).document()
	if s.secretOnlyGet {
		delete(document, "clientSecret")
	}
	answer(w, http.StatusOK, document)
}

func (s *Server) get(w http.ResponseWriter, r *http.Request) {
	c, ok := s.find(r.PathValue("id"))
	if !ok {
		unknownClient(w)
		return
	}
	answer(w, http.StatusOK, c.document())
}

func (s *Server) update(w http.ResponseWriter, r *http.Request) {
	settings, ok := readSettings(w, r)
	if !ok {
		return
	}
	c, ok := s.replace(r.PathValue("id"), settings)
	if !ok {
		unknownClient(w)
		return
	}
	answer(w, http.StatusOK, c.document())
}

// delete answers 202 without a body.
func (s *Server) delete(w http.ResponseWriter, r *http.Request) {
	if !s.remove(r.PathValue("id")) {
		unknownClient(w)
		return
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *Server) gdpr(w http.ResponseWriter, r *http.Request) {
	c, ok := s.find(r.PathValue("id"))
	if !ok {
		unknownClient(w)
		return
	}
	answer(w, http.StatusOK, map[string]any{
		"privacyUrl": c.settings["privacyUrl"], "termsUrl": c.settings["termsUrl"],
	})
}

func unknownClient(w http.ResponseWriter) {
	refuse(w, http.StatusNotFound, fault{Detail: "unknown client"})
}

// userInfo answers with the sample of sipgate's description.
func userInfo(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"sub": "w0", "domain": "sipgate.de", "masterSipId": "0000000", "locale": "de_DE",
	})
}

// balance answers in 1/10000 of the currency.
func (s *Server) balance(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, s.balanceNow())
}
