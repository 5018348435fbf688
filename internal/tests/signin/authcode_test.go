package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what a sign-in refuses before anything happens, and that neither its strategy
// nor its Login shows what is confidential.

type signInVerb func(t *testing.T, a oauthclients.AuthCode, p oauthclients.Provider, opts ...oauthclients.Option) error

// signInVerbs are the three ways into a sign-in, for one that must fail before anybody sees a
// page.
func signInVerbs() map[string]signInVerb {
	return map[string]signInVerb{
		"Begin": func(t *testing.T, a oauthclients.AuthCode, p oauthclients.Provider, opts ...oauthclients.Option) error {
			t.Helper()
			login, err := a.Begin(t.Context(), p, opts...)
			require.Nil(t, login)
			return err
		},
		"Finish": func(t *testing.T, a oauthclients.AuthCode, p oauthclients.Provider, opts ...oauthclients.Option) error {
			t.Helper()
			login := &oauthclients.Login{State: "state", Verifier: "verifier"}
			token, err := a.Finish(t.Context(), p, login, url.Values{"state": {"state"}, "code": {"c-0-d-e"}}, opts...)
			require.Nil(t, token)
			return err
		},
		"Interactive": func(t *testing.T, a oauthclients.AuthCode, p oauthclients.Provider, opts ...oauthclients.Option) error {
			t.Helper()
			token, err := a.Interactive(t.Context(), p, func(string) error {
				t.Error("a page is shown")
				return nil
			}, opts...)
			require.Nil(t, token)
			return err
		},
	}
}

func TestSignInsNameEveryBadField(t *testing.T) {
	server := world.NewMemServer()
	auth := oauthclients.AuthCode{
		ClientID: " ", ClientSecret: oauthclients.NewSecret("s3cret\n"), Scopes: []string{"a b"},
		RedirectURL: "/callback?pass=s3cret", Token: &oauth2.Token{AccessToken: "s3cret\r\nX: 1"},
	}
	for verb, call := range signInVerbs() {
		t.Run(verb, func(t *testing.T) {
			err := call(t, auth, server.Provider(), oauthclients.WithHTTPClient(nil), oauthclients.WithTokenStore(nil))
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			failed := world.Failure(t, err)
			require.Equal(t, []string{world.MemName, verb}, []string{failed.Provider, failed.Operation})
			var fields []string
			for _, fault := range failed.Fields {
				fields = append(fields, fault.Field)
			}
			slices.Sort(fields)
			require.Equal(t, []string{
				"AuthCode.ClientID", "AuthCode.ClientSecret", "AuthCode.RedirectURL", "AuthCode.Scopes", "AuthCode.Token",
				"WithHTTPClient", "WithTokenStore",
			}, fields)
			require.NotContains(t, err.Error(), "s3cret")
			require.Empty(t, server.Requests())
		})
	}
}

func TestSignInsRefuseBadFields(t *testing.T) {
	server := world.NewMemServer()
	for name, c := range map[string]struct {
		field string
		edit  func(*oauthclients.AuthCode)
	}{
		"no id":            {"AuthCode.ClientID", func(a *oauthclients.AuthCode) { a.ClientID = "" }},
		"id, newline":      {"AuthCode.ClientID", func(a *oauthclients.AuthCode) { a.ClientID = "client-1\n" }},
		"id, NUL":          {"AuthCode.ClientID", func(a *oauthclients.AuthCode) { a.ClientID = "client\x001" }},
		"secret, newline":  {"AuthCode.ClientSecret", func(a *oauthclients.AuthCode) { a.ClientSecret = oauthclients.NewSecret("x\n") }},
		"scope, blank":     {"AuthCode.Scopes", func(a *oauthclients.AuthCode) { a.Scopes = []string{"a", "b c"} }},
		"scope, empty":     {"AuthCode.Scopes", func(a *oauthclients.AuthCode) { a.Scopes = []string{""} }},
		"token, blank":     {"AuthCode.Token", func(a *oauthclients.AuthCode) { a.Token = &oauth2.Token{AccessToken: "a b"} }},
		"path only":        {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "/callback" }},
		"host only":        {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "app.example.com/callback" }},
		"protocol of page": {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "//app.example.com/cb" }},
		"fragment":         {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "http://127.0.0.1/cb#part" }},
		"unparsable":       {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "http://127.0.0.1/%zz" }},
		"newline":          {"AuthCode.RedirectURL", func(a *oauthclients.AuthCode) { a.RedirectURL = "http://127.0.0.1/cb\n" }},
	} {
		for verb, call := range signInVerbs() {
			t.Run(name+" "+verb, func(t *testing.T) {
				auth := world.WebLogin()
				auth.RedirectURL = "http://127.0.0.1/callback"
				c.edit(&auth)
				err := call(t, auth, server.Provider())
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Len(t, world.Failure(t, err).Fields, 1)
				require.Equal(t, c.field, world.Failure(t, err).Fields[0].Field)
			})
		}
	}
	require.Empty(t, server.Requests())
}

// Without a host nobody can come back (RFC 9110 section 4.2.2), and an empty fragment is a
// fragment.
func TestBeginAndFinishRefuseAnAddressThatNobodyComesBackTo(t *testing.T) {
	verbs := signInVerbs()
	for _, redirect := range []string{"", "https:", "https://", "https:///callback", "https:callback", "https://app.example.com/cb#"} {
		for _, verb := range []string{"Begin", "Finish"} {
			t.Run(verb+" "+redirect, func(t *testing.T) {
				auth := world.WebLogin()
				auth.RedirectURL = redirect
				err := verbs[verb](t, auth, world.NewMemServer().Provider())
				require.ErrorIs(t, err, oauthclients.ErrInvalid)
				require.Equal(t, "AuthCode.RedirectURL", world.Failure(t, err).Fields[0].Field)
			})
		}
	}
}

func TestSignInsRefuseNoProvider(t *testing.T) {
	for verb, call := range signInVerbs() {
		auth := world.WebLogin()
		auth.RedirectURL = "http://127.0.0.1/callback"
		for _, provider := range []oauthclients.Provider{nil, (*world.MemProvider)(nil)} {
			err := call(t, auth, provider)
			require.ErrorIs(t, err, oauthclients.ErrInvalid)
			require.ErrorContains(t, err, "Provider")
			require.Equal(t, verb, world.Failure(t, err).Operation)
		}
	}
}

func TestSignInsIgnoreANilOption(t *testing.T) {
	server := world.NewMemServer()
	_, err := world.WebLogin().Begin(t.Context(), server.Provider(), nil, oauthclients.WithHTTPClient(server.HTTPClient()), nil)
	require.NoError(t, err)
}

func TestSignInsTellWhatTheProviderCannot(t *testing.T) {
	server := world.NewMemServer()
	withoutKind := server.Provider()
	withoutKind.Able = func(c *oauthclients.Capabilities) { c.Auth = []oauthclients.AuthKind{oauthclients.AuthKindBearer} }
	providers := map[string]world.MemProvider{
		"strategy": withoutKind,
		"grant":    world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) { c.Endpoints.Grants = nil }}),
	}
	for name, provider := range providers {
		for verb, call := range signInVerbs() {
			t.Run(name+" "+verb, func(t *testing.T) {
				auth := world.WebLogin()
				auth.RedirectURL = "http://127.0.0.1/callback"
				err := call(t, auth, provider, oauthclients.WithHTTPClient(server.HTTPClient()))
				require.ErrorIs(t, err, errors.ErrUnsupported)
				var unsupported *oauthclients.UnsupportedError
				require.ErrorAs(t, err, &unsupported)
				require.Equal(t, world.MemName, unsupported.Provider)
			})
		}
	}
	require.Empty(t, server.Requests())
}

func TestBeginNeedsAPageToSignInAt(t *testing.T) {
	server := world.NewMemServer()
	provider := world.Edited(server, []func(*oauthclients.Connection){func(c *oauthclients.Connection) {
		c.Endpoints.Grants[oauthclients.GrantAuthorizationCode] = c.Endpoints.Grants[oauthclients.GrantPassword]
	}})
	for _, verb := range []string{"Begin", "Interactive"} {
		auth := world.WebLogin()
		auth.RedirectURL = ""
		if verb == "Begin" {
			auth = world.WebLogin()
		}
		err := signInVerbs()[verb](t, auth, provider)
		require.ErrorIs(t, err, errors.ErrUnsupported, verb)
	}
}

func TestALoginKeepsItsFieldsAsJSON(t *testing.T) {
	login, _ := world.BeginAt(t, world.NewMemServer(), world.WebLogin())
	encoded, err := json.Marshal(login)
	require.NoError(t, err)
	var again oauthclients.Login
	require.NoError(t, json.Unmarshal(encoded, &again))
	require.Equal(t, *login, again)
	require.NotEmpty(t, again.URL)
	require.NotEmpty(t, again.State)
	require.NotEmpty(t, again.Verifier)
}

// exportedHolders are a value as a caller may hold it where fmt asks for its methods.
func exportedHolders(value any) []any {
	type holder struct{ Held any }
	return []any{value, &value, holder{value}, &holder{value}, holder{holder{value}}, []any{value}, map[string]any{"held": value}}
}

// Login is plain data, so that a web application can keep it: what encodes it shows it, and so
// does fmt where it asks no method: in an unexported field, and for the verbs %p and %w.
func TestALoginIsPrintedRedacted(t *testing.T) {
	login := oauthclients.Login{URL: "https://l.example.com/?state=st4te-value", State: "st4te-value", Verifier: "ver1fier-value"}
	var all []string
	for _, value := range []any{login, &login, []oauthclients.Login{login}, map[string]*oauthclients.Login{"a": &login}} {
		for _, holder := range exportedHolders(value) {
			for _, verb := range world.Verbs() {
				if !strings.ContainsAny(verb, "pw") {
					all = append(all, fmt.Sprintf(verb, holder))
				}
			}
		}
	}
	for _, value := range []any{login, &login} {
		require.Contains(t, fmt.Sprint(value), "[REDACTED]")
		all = append(all, world.Logged(value)...)
	}
	world.RequireNoLeak(t, strings.Join(all, "\n"), "st4te-value")
	world.RequireNoLeak(t, strings.Join(all, "\n"), "ver1fier-value")
}

func TestAnAuthCodeIsPrintedRedacted(t *testing.T) {
	auth := world.WebLogin()
	auth.ClientSecret = oauthclients.NewSecret("s3cret-of-the-client")
	auth.Token = &oauth2.Token{AccessToken: "acc3ss-token", RefreshToken: "refr3sh-token"}
	var all []string
	for _, value := range []any{auth, &auth, []oauthclients.AuthCode{auth}, map[string]*oauthclients.AuthCode{"a": &auth}} {
		for _, holder := range exportedHolders(value) {
			for _, verb := range world.Verbs() {
				all = append(all, fmt.Sprintf(verb, holder))
			}
			all = append(all, world.Logged(holder)...)
		}
	}
	encoded, err := json.Marshal(auth)
	require.NoError(t, err)
	all = append(all, string(encoded))
	for _, value := range []string{"s3cret-of-the-client", "acc3ss-token", "refr3sh-token"} {
		world.RequireNoLeak(t, strings.Join(all, "\n"), value)
	}
	require.Contains(t, fmt.Sprint(auth), "client-1", "the rest is there")
	require.Contains(t, strings.Join(world.Logged(auth), ""), "client-1")
}

// fmt calls no method of a field that it may not read: there the token is hidden by its pointer
// alone, which holds for %v in every form. For verbs that suit no struct, such as %s, fmt follows
// the pointer.
func TestAnAuthCodeInAnUnexportedFieldIsPrintedRedacted(t *testing.T) {
	auth := world.WebLogin()
	auth.ClientSecret = oauthclients.NewSecret("s3cret-of-the-client")
	auth.Token = &oauth2.Token{AccessToken: "acc3ss-token", RefreshToken: "refr3sh-token"}
	type program struct{ auth oauthclients.AuthCode }
	for _, holder := range []any{program{auth}, &program{auth}, []program{{auth}}, struct{ p *program }{&program{auth}}} {
		text := fmt.Sprintf("%v %+v %#v", holder, holder, holder) + strings.Join(world.Logged(holder), "")
		for _, value := range []string{"s3cret-of-the-client", "acc3ss-token", "refr3sh-token"} {
			world.RequireNoLeak(t, text, value)
		}
	}
	for _, verb := range world.Verbs() {
		world.RequireNoLeak(t, fmt.Sprintf(verb, program{auth}), "s3cret-of-the-client")
	}
}

// A context that is done before a sign-in begins must not stop what needs no request.
func TestBeginNeedsNoTime(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := world.WebLogin().Begin(ctx, world.NewMemServer().Provider())
	require.NoError(t, err)
}

// What is an address for a program and yet can never bring anybody back.
func TestARedirectURLThatCannotWorkIsRefused(t *testing.T) {
	for _, address := range []string{
		"localhost:8080/callback", "app.example.com:443/cb", "javascript:alert(1)", "mailto:desk@example.com",
		"https://app.example.com/cb ", " https://app.example.com/cb", "https://user:pw@app.example.com/cb",
		"https://app.example.com/cb?state=1", "https://app.example.com/cb?code=1", "https://app.example.com/cb?a=b&error=1",
	} {
		auth := world.WebLogin()
		auth.RedirectURL = address
		_, err := auth.Begin(t.Context(), world.NewMemServer().Provider())
		require.ErrorIs(t, err, oauthclients.ErrInvalid, address)
		require.Equal(t, "AuthCode.RedirectURL", world.Failure(t, err).Fields[0].Field)
		require.NotContains(t, err.Error(), "pw")
	}
}

func TestTheWordBearerIsNoPartOfAToken(t *testing.T) {
	for _, token := range []string{"Bearer t0ken", "bearer t0ken"} {
		_, err := oauthclients.New(world.NewMemServer().Provider(), oauthclients.BearerToken(token))
		require.ErrorContains(t, err, "without the word Bearer")
		require.NotContains(t, err.Error(), "t0ken")
	}
}
