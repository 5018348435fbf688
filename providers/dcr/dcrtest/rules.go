package dcrtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// This file checks metadata and fills in the server's own values (RFC 7591 section 2).

// Software statements that the server does not take.
const (
	// BadSoftwareStatement is refused as invalid_software_statement.
	BadSoftwareStatement = "bad.software.statement"
	// UnapprovedSoftwareStatement is refused as unapproved_software_statement.
	UnapprovedSoftwareStatement = "unapproved.software.statement"
)

func knownGrants() []string {
	return []string{
		"authorization_code", "implicit", "password", "client_credentials", "refresh_token",
		"urn:ietf:params:oauth:grant-type:saml2-bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer",
		"urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:token-exchange",
		"urn:openid:params:grant-type:ciba",
	}
}

func (s *Server) knownGrants() []string {
	if s.grants != nil {
		return s.grants
	}
	return knownGrants()
}

// complete refuses metadata that breaks a rule, and fills in what is missing.
func (s *Server) complete(members map[string]any) *fault {
	maps.DeleteFunc(members, func(_ string, value any) bool { return value == nil })
	if refused := s.recognize(members); refused != nil {
		return refused
	}
	checks := slices.Concat([]func(map[string]any) *fault{checkTypes, s.fill}, s.checks, []func(map[string]any) *fault{
		s.checkGrants, s.checkRedirects, checkStatement,
	})
	for _, check := range checks {
		if refused := check(members); refused != nil {
			return refused
		}
	}
	if s.merges {
		maps.DeleteFunc(members, func(_ string, value any) bool { return value == "" })
	}
	overlay(members, s.replaced)
	return nil
}

// recognize refuses or drops what the server does not know.
func (s *Server) recognize(members map[string]any) *fault {
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if s.knows == nil || slices.Contains(s.knows, name) || name == "client_id" || name == "client_secret" {
			continue
		}
		if s.unknown != nil {
			return s.unknown(name)
		}
		delete(members, name)
	}
	return nil
}

func (s *Server) fill(members map[string]any) *fault {
	if s.normalizes {
		normalize(members)
	}
	for name, value := range s.defaults {
		if members[name] == nil {
			members[name] = value
		}
	}
	if s.fillsResponses && members["response_types"] == nil {
		members["response_types"] = []any{"code"}
		if grants := textsOf(members, "grant_types"); slices.Contains(grants, "implicit") && !slices.Contains(grants, "authorization_code") {
			members["response_types"] = []any{"id_token"}
		}
	}
	return nil
}

// merged is what an update leaves, where it does not replace.
func (s *Server) merged(c *client, sent map[string]any) map[string]any {
	if !s.merges {
		return sent
	}
	all := copied(c.members)
	for name, value := range sent {
		if other := otherKind(name); s.oneKind && other != "" && value != nil {
			delete(all, other)
		}
		if value != nil {
			all[name] = value
		}
	}
	return all
}

func otherKind(name string) string {
	return map[string]string{"jwks": "jwks_uri", "jwks_uri": "jwks"}[name]
}

func lists() []string {
	return []string{
		"redirect_uris", "post_logout_redirect_uris", "grant_types", "response_types", "contacts", "default_acr_values",
		"request_uris", "authorization_details_types",
	}
}

func flags() []string {
	return []string{
		"require_auth_time", "backchannel_logout_session_required", "frontchannel_logout_session_required",
		"require_pushed_authorization_requests", "require_signed_request_object", "dpop_bound_access_tokens",
		"tls_client_certificate_bound_access_tokens",
	}
}

func texts() []string {
	return []string{
		"client_id", "client_secret", "client_name", "scope", "client_uri", "logo_uri", "policy_uri", "tos_uri", "token_endpoint_auth_method",
		"jwks_uri", "software_id", "software_version", "software_statement", "application_type", "sector_identifier_uri",
		"subject_type", "id_token_signed_response_alg", "id_token_encrypted_response_alg", "id_token_encrypted_response_enc",
		"userinfo_signed_response_alg", "userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc",
		"request_object_signing_alg", "request_object_encryption_alg", "request_object_encryption_enc",
		"token_endpoint_auth_signing_alg", "initiate_login_uri", "backchannel_logout_uri", "frontchannel_logout_uri",
		"tls_client_auth_subject_dn", "tls_client_auth_san_dns", "tls_client_auth_san_uri", "tls_client_auth_san_ip",
		"tls_client_auth_san_email", "authorization_signed_response_alg", "authorization_encrypted_response_alg",
		"authorization_encrypted_response_enc",
	}
}

func standard() []string {
	return slices.Concat(lists(), flags(), texts(), []string{"jwks", "default_max_age"})
}

func checkTypes(members map[string]any) *fault {
	for name, value := range members {
		var right bool
		switch base, _, _ := strings.Cut(name, "#"); {
		case slices.Contains(lists(), name):
			right = isTexts(value)
		case slices.Contains(flags(), name):
			_, right = value.(bool)
		case slices.Contains(texts(), base):
			_, right = value.(string)
		case name == "jwks":
			_, right = value.(map[string]any)
		case name == "default_max_age":
			_, right = value.(json.Number)
		default:
			right = true
		}
		if !right {
			return badMetadata(name + " has the wrong type")
		}
	}
	return nil
}

func isTexts(value any) bool {
	list, ok := value.([]any)
	return ok && !slices.ContainsFunc(list, func(entry any) bool { _, text := entry.(string); return !text })
}

// textsOf reads a list that checkTypes has seen.
func textsOf(members map[string]any, name string) []string {
	list, _ := members[name].([]any)
	found := make([]string, len(list))
	for i, entry := range list {
		found[i], _ = entry.(string)
	}
	return found
}

// checkGrants: what may be asked for must fit what may be granted (RFC 7591 section 2.1).
func (s *Server) checkGrants(members map[string]any) *fault {
	grants := textsOf(members, "grant_types")
	for _, grant := range grants {
		if !slices.Contains(s.knownGrants(), grant) {
			return badMetadata(fmt.Sprintf("grant_types can only contain %v", s.knownGrants()))
		}
	}
	if members["grant_types"] == nil {
		return nil
	}
	for _, response := range textsOf(members, "response_types") {
		if slices.Contains(strings.Fields(response), "code") && !slices.Contains(grants, "authorization_code") {
			return badMetadata("response_types contains code, and grant_types no authorization_code")
		}
	}
	return nil
}

func (s *Server) checkRedirects(members map[string]any) *fault {
	code := cmp.Or(s.badRedirect, "invalid_redirect_uri")
	uris := textsOf(members, "redirect_uris")
	if len(uris) == 0 && len(textsOf(members, "response_types")) > 0 {
		return &fault{400, code, "redirect_uris is mandatory property"}
	}
	for _, uri := range uris {
		u, err := url.Parse(uri)
		switch {
		case err != nil || u.Scheme == "" || u.Scheme == "javascript":
			return &fault{400, code, "redirect_uris must only contain valid uris"}
		case strings.Contains(uri, "#") && !s.takesFragments:
			return &fault{400, code, "redirect_uris must not contain fragments"}
		}
	}
	return nil
}

func checkKeys(members map[string]any) *fault {
	if members["jwks"] != nil && members["jwks_uri"] != nil {
		return badMetadata("jwks and jwks_uri must not be used at the same time")
	}
	return nil
}

func checkStatement(members map[string]any) *fault {
	switch members["software_statement"] {
	case BadSoftwareStatement:
		return &fault{400, "invalid_software_statement", "could not validate the software statement"}
	case UnapprovedSoftwareStatement:
		return &fault{400, "unapproved_software_statement", "the software statement is not approved"}
	}
	return nil
}
