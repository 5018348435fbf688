package providertest

import (
	"maps"
	"net/url"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the harness of the sign-in suite: what it has to know about a provider at
// which people sign in, and about its server.

// SignInHarness tells the sign-in suite how to get at a server.
type SignInHarness struct {
	// Start returns a server at which nobody has signed in yet. It is called once per case.
	Start func(t *testing.T) SignInTarget
	// Bubble runs each case, and Start, in a testing/synctest bubble, where waiting takes no
	// time. The server must be reached without a socket then, as the New of a fake is: one that
	// waits for connections stops the clock. Without Bubble the expiry of tokens stays untested.
	Bubble bool
}

// SignInTarget is a server under test. All fields up to TokenRequests are required, but Options.
type SignInTarget struct {
	Provider oauthclients.Provider
	// Auth is an OAuth2 client that is registered at the server, with its RedirectURL. It has no
	// token.
	Auth oauthclients.AuthCode
	// Options reach the server, such as oauthclients.WithHTTPClient.
	Options []oauthclients.Option
	// SignIn is a person who goes from the address of the login page to the query of the
	// callback, as the SignIn of a fake does. It must be safe for concurrent use.
	SignIn func(loginURL string) (callback url.Values, err error)
	// RevokeTokens makes every access token issued so far invalid; refresh tokens stay.
	RevokeTokens func()
	// EndSessions makes every access token and every refresh token issued so far invalid.
	EndSessions func()
	// TokenRequests returns how many requests have reached the token endpoint so far.
	TokenRequests func() int

	// Deny is SignIn of a person who does not allow what is asked for; nil if nobody can.
	Deny func(loginURL string) (callback url.Values, err error)
	// Call is one call with the person's token; nil for a List.
	Call func(client *oauthclients.Client) error
	// SignInAs is SignIn of one of several people, who are counted from 0, for a server at which a person
	// has one sign-in at a client ([oauthclients.Capabilities].OneSignIn). nil: all are the person of SignIn.
	SignInAs func(person int, loginURL string) (callback url.Values, err error)
	// RevokesAll: where an access token is revoked the refresh token ends as well, so that RevokeTokens does
	// what EndSessions does. Renewals are tested by expiry then, in a bubble.
	RevokesAll bool
	// BadCode and BadRefresh are the kinds of the errors with which this server refuses a code, and whatever is
	// wrong with a refresh, where it has not the words of RFC 6749 section 5.2. nil: ErrUnauthenticated for a
	// code, and ErrLoginRequired for a refresh token that is not good. With BadRefresh nobody is told that the
	// session is over, so that every call asks once more.
	BadCode, BadRefresh error
	// NoRefresh: the server issues no refresh tokens.
	NoRefresh bool
	// NoSignOut: the vendor has no way to end a session.
	NoSignOut bool

	bubble bool // waiting takes no time
}

// RunSignIn runs the conformance suite for providers at which people sign in: the promises of
// [oauthclients.AuthCode], one subtest per case. It stands beside [Run], which is about the
// verbs.
//
//	func TestSignIn(t *testing.T) {
//		providertest.RunSignIn(t, providertest.SignInHarness{Bubble: true, Start: func(t *testing.T) providertest.SignInTarget {
//			server := mytest.New()
//			...
//		}})
//	}
func RunSignIn(t *testing.T, h SignInHarness) {
	t.Helper()
	cases := map[string]func(*testing.T, SignInTarget){
		"sign in and call":         signInAndCall,
		"authorize URL":            authorizeURL,
		"code is good once":        codeIsGoodOnce,
		"wrong state":              wrongState,
		"wrong verifier":           wrongVerifier,
		"wrong client secret":      wrongClientSecret,
		"denied":                   denied,
		"renewal after revocation": renewalAfterRevocation,
		"renewal after renewal":    renewalAfterRenewal,
		"one renewal for all":      oneRenewalForAll,
		"ended session":            endedSession,
		"sign out":                 signOut,
		"token store":              tokenStore,
		"many sign-ins":            manySignIns,
		"tokens do not show":       tokensDoNotShow,
	}
	if h.Bubble {
		cases["renewal after expiry"] = renewalAfterExpiry
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		t.Run(name, func(t *testing.T) { h.run(t, cases[name]) })
	}
}

func (h SignInHarness) run(t *testing.T, test func(*testing.T, SignInTarget)) {
	t.Helper()
	start := func(t *testing.T) { test(t, h.start(t)) }
	if h.Bubble {
		synctest.Test(t, start)
		return
	}
	start(t)
}

func (h SignInHarness) start(t *testing.T) SignInTarget {
	t.Helper()
	x := h.Start(t)
	x.bubble = h.Bubble
	if x.SignInAs == nil {
		x.SignInAs = func(_ int, loginURL string) (url.Values, error) { return x.SignIn(loginURL) }
	}
	if x.Call == nil {
		x.Call = func(client *oauthclients.Client) error {
			_, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
			return err
		}
	}
	return x
}

// badCode is the kind of the error for a code that is not good.
func (x SignInTarget) badCode() error {
	if x.BadCode != nil {
		return x.BadCode
	}
	return oauthclients.ErrUnauthenticated
}

// badRefresh is the kind of the error for a refresh that is refused, where the server has the words for it.
func (x SignInTarget) badRefresh(standard error) error {
	if x.BadRefresh != nil {
		return x.BadRefresh
	}
	return standard
}

// as is one of several people.
func (x SignInTarget) as(person int) func(string) (url.Values, error) {
	return func(loginURL string) (url.Values, error) { return x.SignInAs(person, loginURL) }
}

// outdate makes the next call of a client need another access token; false if there is no way to do so
// without an end of the session. life is that of an access token.
func (x SignInTarget) outdate(life time.Duration) bool {
	switch {
	case !x.RevokesAll:
		x.RevokeTokens()
	case x.bubble && life > 0:
		<-time.After(life)
	default:
		return false
	}
	return true
}

// sends proves how many token requests call makes.
func (x SignInTarget) sends(t *testing.T, tokenRequests int, call func() error) error {
	t.Helper()
	before := x.TokenRequests()
	err := call()
	require.Equal(t, before+tokenRequests, x.TokenRequests(), "token requests")
	return err
}

// arrive is a sign-in up to the callback.
func (x SignInTarget) arrive(t *testing.T, person func(string) (url.Values, error)) (*oauthclients.Login, url.Values) {
	t.Helper()
	login, err := x.Auth.Begin(t.Context(), x.Provider, x.Options...)
	require.NoError(t, err)
	callback, err := person(login.URL)
	require.NoError(t, err)
	return login, callback
}

// finish ends a sign-in with one token request, or with none.
func (x SignInTarget) finish(
	t *testing.T, tokenRequests int, auth oauthclients.AuthCode, login *oauthclients.Login, callback url.Values,
) error {
	t.Helper()
	return x.sends(t, tokenRequests, func() error {
		_, err := auth.Finish(t.Context(), x.Provider, login, callback, x.Options...)
		return err
	})
}

// signedIn has the token of a person who signed in.
func (x SignInTarget) signedIn(t *testing.T) oauthclients.AuthCode {
	t.Helper()
	return SignIn(t, x.Auth, x.Provider, x.SignIn, x.Options...)
}

func (x SignInTarget) client(t *testing.T, auth oauthclients.AuthCode, opts ...oauthclients.Option) *oauthclients.Client {
	t.Helper()
	client, err := oauthclients.New(x.Provider, auth, slices.Concat(x.Options, opts)...)
	require.NoError(t, err)
	return client
}

// calls proves how many token requests a call makes.
func (x SignInTarget) calls(t *testing.T, tokenRequests int, client *oauthclients.Client) error {
	t.Helper()
	return x.sends(t, tokenRequests, func() error { return x.Call(client) })
}
