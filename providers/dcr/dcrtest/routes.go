package dcrtest

import (
	"net/http"
	"strings"
)

// This file says where everything is, and what the server says of itself.

// base is the address below which everything is.
func (s *Server) base() string { return s.URL() + s.issuerPath }

func (s *Server) issuer() string {
	if s.issuerSlash {
		return s.base() + "/"
	}
	return s.base()
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for path, kind := range s.wellKnownPaths() {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { s.describe(w, kind) })
	}
	register := s.issuerPath + s.registerPath
	mux.HandleFunc("POST "+exactly(register), s.register)
	if s.otherDoor != "" {
		mux.HandleFunc("POST "+s.issuerPath+s.otherDoor, s.registerOnly)
	}
	switch {
	case !s.reads():
	case s.queryURI:
		mux.HandleFunc(register, s.manage)
	default:
		mux.HandleFunc(exactly(s.issuerPath+s.clientPath("{id}")), s.manage)
	}
	mux.HandleFunc("GET "+s.issuerPath+"/auth", s.authorize)
	mux.HandleFunc("POST "+s.issuerPath+"/token", s.token)
	mux.HandleFunc("POST "+s.issuerPath+"/revoke", s.revoke)
	s.protect(mux)
	return mux
}

// exactly is a pattern for one path, also where it ends in a slash.
func exactly(path string) string {
	if strings.HasSuffix(path, "/") {
		return path + "{$}"
	}
	return path
}

// clientPath is where a client is; a slash at the end of the endpoint is one there too.
func (s *Server) clientPath(id string) string {
	endpoint, slash := strings.CutSuffix(s.registerPath, "/")
	if slash {
		return endpoint + "/" + id + "/"
	}
	return endpoint + "/" + id
}

// wellKnownPaths are the places of the metadata. Two kinds may be the same place.
func (s *Server) wellKnownPaths() map[string]place {
	const oauth = "/.well-known/oauth-authorization-server"
	paths := map[string]place{}
	for _, kind := range s.wellKnown {
		switch kind {
		case atOIDC:
			paths[s.issuerPath+"/.well-known/openid-configuration"] = kind
		case atOAuth:
			paths[oauth+s.issuerPath] = kind
		case below:
			paths[s.issuerPath+oauth] = kind
		case atRoot:
			paths[oauth] = kind
		}
	}
	return paths
}

// describe is RFC 8414 section 3.2.
func (s *Server) describe(w http.ResponseWriter, at place) {
	description := map[string]any{
		"issuer":                                s.issuer(),
		"authorization_endpoint":                s.base() + "/auth",
		"token_endpoint":                        s.base() + "/token",
		"registration_endpoint":                 s.base() + s.registerPath,
		"grant_types_supported":                 s.knownGrants(),
		"token_endpoint_auth_methods_supported": s.methods,
	}
	if at == atOAuth && s.otherDoor != "" {
		description["registration_endpoint"] = s.base() + s.otherDoor
	}
	if s.unnamed {
		delete(description, "registration_endpoint")
	}
	if s.iss != never {
		description["authorization_response_iss_parameter_supported"] = true
	}
	if s.revokes != nil {
		s.revokes.describe(description, s.base())
	}
	overlay(description, s.described)
	answer(w, http.StatusOK, description)
}

// overlay puts other values into members; nil leaves a member out.
func overlay(members, others map[string]any) {
	for name, value := range others {
		members[name] = value
		if value == nil {
			delete(members, name)
		}
	}
}
