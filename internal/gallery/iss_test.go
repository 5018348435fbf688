package gallery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/gallery/kit"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file is about the issuer that a callback names (RFC 9207).

// anotherIssuer is nobody's.
const anotherIssuer = "https://login.elsewhere.example"

// issuerOfCallback shows the callback of a real sign-in with other issuers first. Each of them is refused
// before the code is sent anywhere, so that the callback is good as it came after all that.
func issuerOfCallback(ctx context.Context, v *visit) error {
	c, err := v.registered(ctx, v.manners().Methods[0])
	if err != nil {
		return err
	}
	back := &returning{visit: v, auth: dcr.AuthCode(c)}
	back.auth.RedirectURL, back.auth.Scopes = kit.Callback, v.manners().Scopes
	if err := back.arrive(ctx); err != nil {
		return err
	}
	promised, err := back.promised()
	if err != nil {
		return err
	}
	wrong := [][]string{{anotherIssuer}}
	if promised {
		wrong = append(wrong, nil, []string{v.running.Issuer, v.running.Issuer})
	}
	for _, issuers := range wrong {
		if err := back.refused(ctx, issuers); err != nil {
			return err
		}
	}
	if err := back.taken(ctx); err != nil || !v.manners().UnpromisedIssuer {
		return err
	}
	return back.takenWithout(ctx)
}

// returning is a person who comes back from the login page.
type returning struct {
	visit    *visit
	auth     oauthclients.AuthCode
	wire     wire
	login    *oauthclients.Login
	callback url.Values
}

func (r *returning) arrive(ctx context.Context) (err error) {
	if r.login, err = r.auth.Begin(ctx, r.visit.provider(), r.wire.option()); err != nil {
		return err
	}
	r.callback, err = r.visit.running.SignIn(ctx, r.login.URL)
	return err
}

// promised: the callback names the issuer, and the metadata say so (RFC 9207 section 3). A server that does one
// of them without the other has that in its manners.
func (r *returning) promised() (bool, error) {
	promised, told := r.says(), r.callback["iss"]
	switch {
	case len(told) > 0 && !slices.Equal(told, []string{r.visit.running.Issuer}):
		return promised, fmt.Errorf("the callback has the issuers %q, and the server calls itself %s", told, r.visit.running.Issuer)
	case (len(told) > 0) != (promised || r.visit.manners().UnpromisedIssuer) || promised && r.visit.manners().UnpromisedIssuer:
		return promised, fmt.Errorf("its metadata promise an issuer: %t, and the callback has %q", promised, told)
	}
	return promised, nil
}

// says looks into the metadata that the library has read.
func (r *returning) says() bool {
	return len(r.wire.seen(func(e exchange) bool {
		var server struct {
			Issuer string `json:"issuer"`
			Names  bool   `json:"authorization_response_iss_parameter_supported"`
		}
		return strings.Contains(e.path, "/.well-known/") && json.Unmarshal([]byte(e.answer), &server) == nil &&
			server.Issuer == r.visit.running.Issuer && server.Names
	})) > 0
}

// finish ends the sign-in with a callback, and counts what asks for a token.
func (r *returning) finish(ctx context.Context, callback url.Values) (requests int, err error) {
	before := len(r.wire.seen(exchange.isForToken))
	r.auth.Token, err = r.auth.Finish(ctx, r.visit.provider(), r.login, callback, r.wire.option())
	return len(r.wire.seen(exchange.isForToken)) - before, err
}

// refused: with these issuers in the callback nothing is asked for, and the error names the parameter.
func (r *returning) refused(ctx context.Context, issuers []string) error {
	callback := maps.Clone(r.callback)
	callback["iss"] = issuers
	requests, err := r.finish(ctx, callback)
	var failed *oauthclients.Error
	if !errors.Is(err, oauthclients.ErrInvalid) || !errors.As(err, &failed) || len(failed.Fields) != 1 || failed.Fields[0].Field != "iss" {
		return fmt.Errorf("a callback with the issuers %q is taken, or refused in other words: %w", issuers, err)
	}
	if requests > 0 {
		return fmt.Errorf("a callback with the issuers %q was followed by %d token requests", issuers, requests)
	}
	return nil
}

// taken: the callback is good for a token.
func (r *returning) taken(ctx context.Context) error {
	requests, err := r.finish(ctx, r.callback)
	if err != nil {
		return fmt.Errorf("a callback with the issuers %q is refused: %w", r.callback["iss"], err)
	}
	if requests != 1 {
		return fmt.Errorf("a callback with the issuers %q was followed by %d token requests", r.callback["iss"], requests)
	}
	return r.visit.requireAlive(ctx, r.auth.Token, true)
}

// takenWithout is another sign-in, whose callback has lost an issuer that nobody has promised.
func (r *returning) takenWithout(ctx context.Context) error {
	if err := r.arrive(ctx); err != nil {
		return err
	}
	r.callback.Del("iss")
	return r.taken(ctx)
}
