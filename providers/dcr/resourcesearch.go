package dcr

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providerkit"
)

// This file looks for the metadata of a protected resource.

// resourceSearch goes from place to place.
type resourceSearch struct {
	given   string
	address *url.URL
	caller  *oauthclients.Caller

	found Resource
	seen  []string // what was at each place
	other *string  // another resource, whose metadata were there
	asked int
}

func (s *resourceSearch) look(ctx context.Context) error {
	metadata, scope, err := s.challenged(ctx)
	if err != nil {
		return err
	}
	for _, place := range s.places(metadata) {
		described, err := s.read(ctx, place)
		if endsSearch(ctx, err) {
			return err
		}
		if described != nil {
			return s.take(place, described, scope)
		}
	}
	return s.failure()
}

// challenged asks the resource without a token, and reads what its answer says of its metadata.
func (s *resourceSearch) challenged(ctx context.Context) (metadata, scope string, err error) {
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := s.caller.Call(bounded, &oauthclients.Call{Operation: opDiscover, Method: http.MethodGet, Path: s.address.RequestURI(), Credential: oauthclients.NoCredential()})
	s.count(err)
	switch {
	case ctx.Err() != nil:
		return "", "", err
	case answer == nil:
		s.note(s.given, err.Error())
		return "", "", nil
	case answer.Status != http.StatusUnauthorized:
		s.note(s.given, statusText(answer.Status)+", no challenge")
		return "", "", nil
	}
	all := providerkit.Challenges(answer.Header)
	metadata, from := parameterOf(all, "resource_metadata")
	if scope = from.Parameters["scope"]; metadata == "" {
		scope, _ = parameterOf(all, "scope")
		s.note(s.given, statusText(answer.Status)+", the challenge names no resource_metadata")
	}
	return metadata, scope, nil
}

// places are where the metadata can be: RFC 9728 section 5.1, then section 3.1.
func (s *resourceSearch) places(named string) (places []string) {
	host, path := origin(s.address), strings.TrimRight(s.address.EscapedPath(), "/")
	for _, place := range []string{named, host + resourcePath + path + query(s.address), host + resourcePath} {
		if place != "" && !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	return places
}

func query(u *url.URL) string {
	if u.RawQuery == "" {
		return ""
	}
	return "?" + u.RawQuery
}

// read gives nil where there are no metadata of this resource.
func (s *resourceSearch) read(ctx context.Context, place string) (*wireResource, error) {
	u, fault := s.at(place)
	if u == nil {
		s.note(place, "it is not asked: resource_metadata "+fault)
		return nil, nil
	}
	var got resourceDescription
	_, err := s.caller.Call(ctx, &oauthclients.Call{
		Operation: opDiscover, Method: http.MethodGet, BaseURL: origin(u), Path: u.RequestURI(),
		Credential: oauthclients.NoCredential(), Result: &got,
	})
	s.count(err)
	var e *oauthclients.Error
	switch {
	case errors.As(err, &e):
		s.note(place, statusText(e.StatusCode)+whyUnread(e))
		return nil, err
	case !s.covers(got.Resource):
		s.note(place, fmt.Sprintf("the metadata are those of %.200q", got.Resource))
		s.other = &got.Resource
		return nil, nil
	}
	return &got.wireResource, err
}

// whyUnread says what is wrong with an answer that is none.
func whyUnread(e *oauthclients.Error) string {
	if e.StatusCode/100 == 2 && e.Err != nil {
		return ", " + e.Err.Error()
	}
	return ""
}

// at gives nil and what is wrong with a place that is not to be asked.
func (s *resourceSearch) at(place string) (u *url.URL, fault string) {
	faults := providerkit.CheckNamedURL(s.given, "resource_metadata", withoutQuery(place))
	if len(faults) > 0 {
		return nil, faults[0].Message
	}
	u, err := url.Parse(place)
	if err != nil {
		return nil, "is not a URL"
	}
	return u, ""
}

func statusText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s", status, http.StatusText(status)))
}

// covers: the address that was given is the resource, or lies below it. Otherwise a resource could have
// tokens asked for that are good for another one.
func (s *resourceSearch) covers(resource string) bool {
	u, err := url.Parse(resource)
	if err != nil || u.User != nil || u.Fragment != "" || !sameOrigin(u, s.address) {
		return false
	}
	if u.RawQuery != "" {
		return u.EscapedPath() == s.address.EscapedPath() && u.RawQuery == s.address.RawQuery
	}
	above, path := strings.TrimRight(u.EscapedPath(), "/"), s.address.EscapedPath()
	return path == above || strings.HasPrefix(path, above+"/")
}

// take keeps what the metadata say.
func (s *resourceSearch) take(place string, got *wireResource, scope string) error {
	if len(got.Servers) == 0 || blank(got.Servers[0]) {
		return undiscovered("the metadata at " + place + " name no authorization server")
	}
	issuer := got.Servers[0]
	faults := providerkit.CheckNamedURL(s.given, "authorization_servers", issuer)
	if err := providerkit.InvalidFields(providerName, opDiscover, faults); err != nil {
		return err
	}
	s.found = Resource{Issuer: issuer, Resource: got.Resource, Scopes: got.Scopes}
	if asked := strings.Fields(scope); len(asked) > 0 {
		s.found.Scopes = asked
	}
	return nil
}

// count adds the attempts of a request.
func (s *resourceSearch) count(err error) {
	var e *oauthclients.Error
	if s.asked++; errors.As(err, &e) {
		s.asked += max(e.Attempts-1, 0)
	}
}

func (s *resourceSearch) note(place, what string) {
	s.seen = append(s.seen, fmt.Sprintf("%.300s: %s", place, what))
}

// failure says what was at each place.
func (s *resourceSearch) failure() error {
	e := &oauthclients.Error{Kind: oauthclients.ErrUnavailable, Provider: providerName, Operation: opDiscover, Attempts: s.asked}
	e.Message = "the resource does not say where its tokens come from"
	if s.other != nil {
		e.Kind = oauthclients.ErrInvalid
		e.Message = fmt.Sprintf("the metadata are those of another resource, %.200q (RFC 9728 section 3.3)", *s.other)
	}
	e.Message += " (" + strings.Join(s.seen, "; ") + ")"
	return e
}

// parameterOf finds the first challenge that has a parameter.
func parameterOf(all []providerkit.Challenge, name string) (value string, from providerkit.Challenge) {
	for _, c := range all {
		if value = c.Parameters[name]; value != "" {
			return value, c
		}
	}
	return "", providerkit.Challenge{}
}
