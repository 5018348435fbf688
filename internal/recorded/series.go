package recorded

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
)

// This file is the series of requests.

const (
	// The pair of RFC 7636 appendix B.
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	// wrong stands for everything that the server has not given out.
	wrong = "nobody-has-given-this-out-0123456789"
)

// Play makes the requests of the series with what a record asks for, and returns the answers.
func (p *Place) Play(ctx context.Context, r Record) ([]Answer, error) {
	found, err := p.endpoints(ctx)
	if err != nil {
		return nil, err
	}
	s := &series{Place: p, record: r, at: found, veil: newVeil(p.Issuer)}
	s.registrations(ctx)
	s.signIn(ctx)
	s.refusals(ctx)
	s.management(ctx)
	if s.err != nil {
		return nil, s.err
	}
	for i := range s.answers {
		s.veil.cover(&s.answers[i])
	}
	return s.answers, nil
}

// series is in the middle of it. After an error it goes nowhere any more.
type series struct {
	*Place

	record  Record
	at      endpoints
	veil    *veil
	answers []Answer
	err     error

	client map[string]any // the members that the server gave it, as they are now
}

func (s *series) registrations(ctx context.Context) {
	s.client = s.register(ctx, "a registration", s.record.Asked, true)
	bad := maps.Clone(s.record.Asked)
	bad["redirect_uris"] = []string{s.redirectURI() + "#fragment"}
	s.register(ctx, "a registration with a bad redirect URI", bad, true)
	if s.record.Closed {
		s.register(ctx, "a registration without a token", s.record.Asked, false)
	}
}

func (s *series) register(ctx context.Context, name string, members map[string]any, authorized bool) map[string]any {
	var authorization string
	if s.err == nil && authorized && s.Authorize != nil {
		authorization, s.err = s.Authorize(ctx)
	}
	return s.send(ctx, name, http.MethodPost, s.at.Registration, authorization, members)
}

func (s *series) redirectURI() string {
	list, _ := s.record.Asked["redirect_uris"].([]any)
	if len(list) == 0 {
		return ""
	}
	text, _ := list[0].(string)
	return text
}

// signIn has tokens for a code, and then for a refresh token. Others come with the next refresh token, and the
// code, whose second use may end everything, comes last.
func (s *series) signIn(ctx context.Context) {
	code := s.exchanging(s.code(ctx))
	tokens := s.token(ctx, "tokens for a code", code)
	refresh := member(tokens, "refresh_token")
	tokens = s.token(ctx, "tokens for a refresh token", refreshing(refresh))
	if next := member(tokens, "refresh_token"); next != "" {
		refresh = next
	}
	client := s.client
	s.client = changed(client, "client_secret", wrong)
	s.token(ctx, "a wrong secret", refreshing(refresh))
	s.client = changed(client, "client_id", wrong)
	s.token(ctx, "an unknown client", refreshing(refresh))
	s.client = client
	s.token(ctx, "a code that was used", code)
}

func (s *series) exchanging(code string) url.Values {
	return url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {s.redirectURI()}, "code_verifier": {verifier},
	}
}

func (s *series) code(ctx context.Context) string {
	if s.err != nil {
		return ""
	}
	query := url.Values{
		"response_type": {"code"}, "client_id": {member(s.client, "client_id")}, "redirect_uri": {s.redirectURI()}, "state": {"state-0123456789"},
		"code_challenge": {challenge}, "code_challenge_method": {"S256"},
	}
	if s.record.Scope != "" {
		query.Set("scope", s.record.Scope)
	}
	callback, err := s.SignIn(ctx, s.at.Authorization+"?"+query.Encode())
	switch {
	case err != nil:
		s.err = err
	case callback.Get("code") == "":
		s.err = fmt.Errorf("recorded: the sign-in ends with %q", callback.Get("error"))
	}
	s.veil.learn("CODE", callback.Get("code"))
	return callback.Get("code")
}

func refreshing(token string) url.Values {
	return url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token}}
}

// refusals are those of what the server has not given out.
func (s *series) refusals(ctx context.Context) {
	s.token(ctx, "an unknown code", s.exchanging(wrong))
	s.token(ctx, "an unknown refresh token", refreshing(wrong))
	s.token(ctx, "an unknown grant type", url.Values{"grant_type": {"urn:example:unknown"}})
}

func changed(members map[string]any, name string, value any) map[string]any {
	members = maps.Clone(members)
	if members == nil {
		members = map[string]any{}
	}
	members[name] = value
	return members
}

// management is RFC 7592, where the registration came with a handle.
func (s *series) management(ctx context.Context) {
	if member(s.client, "registration_client_uri") == "" || member(s.client, "registration_access_token") == "" {
		return
	}
	s.manage(ctx, "a read", http.MethodGet, nil)
	members := changed(s.record.Asked, "client_id", s.client["client_id"])
	members["client_name"] = "Order desk renamed"
	s.manage(ctx, "an update", http.MethodPut, members)
	at := member(s.client, "registration_client_uri")
	s.send(ctx, "a read without a token", http.MethodGet, at, "", nil)
	s.send(ctx, "a read with a wrong token", http.MethodGet, at, "Bearer "+wrong, nil)
	s.manage(ctx, "a deletion", http.MethodDelete, nil)
	if s.err == nil && s.answers[len(s.answers)-1].Status/100 != 2 {
		return
	}
	s.manage(ctx, "a read after the deletion", http.MethodGet, nil)
	s.token(ctx, "a refresh token after the deletion", refreshing(wrong))
}

// manage sends a request to the address of the client. What its answer has replaces what was there.
func (s *series) manage(ctx context.Context, name, method string, members map[string]any) {
	got := s.send(ctx, name, method, member(s.client, "registration_client_uri"), "Bearer "+member(s.client, "registration_access_token"), members)
	for _, name := range []string{"registration_client_uri", "registration_access_token"} {
		if text := member(got, name); text != "" {
			s.client = changed(s.client, name, text)
		}
	}
	if secret := member(got, "client_secret"); method == http.MethodPut && secret != "" {
		s.client = changed(s.client, "client_secret", secret)
	}
}

// token asks for tokens as the client, in the way in which it is registered.
func (s *series) token(ctx context.Context, name string, form url.Values) map[string]any {
	id, secret := member(s.client, "client_id"), member(s.client, "client_secret")
	basic := s.record.Asked["token_endpoint_auth_method"] != "client_secret_post"
	form = maps.Clone(form)
	if !basic {
		form["client_id"], form["client_secret"] = []string{id}, []string{secret}
	}
	r := s.request(ctx, http.MethodPost, s.at.Token, strings.NewReader(form.Encode()))
	if r == nil {
		return nil
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if basic {
		r.SetBasicAuth(url.QueryEscape(id), url.QueryEscape(secret))
	}
	return s.keep(name, r)
}

// send sends JSON, or nothing; authorization is the whole header.
func (s *series) send(ctx context.Context, name, method, address, authorization string, members map[string]any) map[string]any {
	var text []byte
	if members != nil && s.err == nil {
		text, s.err = json.Marshal(members)
	}
	r := s.request(ctx, method, address, bytes.NewReader(text))
	if r == nil {
		return nil
	}
	if members != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	return s.keep(name, r)
}

// request is nil after an error.
func (s *series) request(ctx context.Context, method, address string, body io.Reader) *http.Request {
	if s.err != nil {
		return nil
	}
	var r *http.Request
	if r, s.err = http.NewRequestWithContext(ctx, method, address, body); s.err != nil {
		return nil
	}
	r.Header.Set("Accept", "application/json")
	return r
}

// keep sends a request, and returns the members of the answer. A series that cannot begin ends.
func (s *series) keep(name string, r *http.Request) map[string]any {
	got, text, err := s.do(r)
	if err != nil {
		s.err = fmt.Errorf("%s: %w", name, err)
		return nil
	}
	got.Name = name
	s.answers = append(s.answers, got)
	members, _ := got.Body.(map[string]any)
	s.veil.look(members)
	if len(s.answers) == 1 && member(members, "client_id") == "" {
		s.err = errors.Join(s.err, fmt.Errorf("recorded: the client is not registered: status %d: %.500s", got.Status, text))
	}
	return members
}

func member(members map[string]any, name string) string {
	text, _ := members[name].(string)
	return text
}
