package providertest_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/oauthclients/oauthclients/providers/fakeserver"
	"github.com/oauthclients/oauthclients/providers/fakeserver/signin"
)

// This file holds the server that the sign-in suite is tested with. Everybody who comes is let in
// to its one OAuth2 client. It follows rules, and a test can bend each of them.

const (
	loginID     = "program-1"
	loginSecret = "s3cret/of+program"
)

type loginServer struct {
	*fakeserver.Server
	ledger *signin.Ledger
	rules  loginRules
}

// loginRules may be called by several goroutines at a time.
type loginRules struct {
	signin.Rules
	// public clients have no secret.
	public bool
	// authorize edits what the browser brings back.
	authorize func(asked, callback url.Values)
	// accept checks the exchange of a code.
	accept func(form url.Values, g signin.Grant) error
	// token answers the token endpoint; right is how it should be.
	token func(form url.Values, right func(url.Values) reply) reply
	// call returns the status of a refusal of a call, 0 for none.
	call func(r *http.Request, token string, g signin.Grant) int
	// revoke ends a token.
	revoke func(l *signin.Ledger, token string)
	// revokeAll and endAll are what the target does.
	revokeAll, endAll func(*signin.Ledger)
}

// reply is an answer in JSON.
type reply struct {
	status  int
	members map[string]any
}

func refused(status int, code string) reply { return reply{status, map[string]any{"error": code}} }

func rightLoginRules() loginRules {
	return loginRules{
		Rules:     signin.Rules{Code: time.Minute, AccessToken: 5 * time.Minute, RefreshToken: 24 * time.Hour},
		authorize: func(url.Values, url.Values) {},
		accept:    rightExchange,
		token:     func(form url.Values, right func(url.Values) reply) reply { return right(form) },
		call:      func(*http.Request, string, signin.Grant) int { return 0 },
		revoke:    revokeGrant,
		revokeAll: (*signin.Ledger).RevokeAll,
		endAll:    (*signin.Ledger).EndAll,
	}
}

var errExchange = errors.New("the exchange does not fit the code")

func rightExchange(form url.Values, g signin.Grant) error {
	verifier := form.Get("code_verifier")
	if form.Get("redirect_uri") != g.RedirectURI || g.Challenge == "" != (verifier == "") || verifier != "" && !g.Proves(verifier) {
		return errExchange
	}
	return nil
}

// revokeGrant ends everything that came of a sign-in.
func revokeGrant(l *signin.Ledger, token string) {
	for _, holder := range []func(string) (signin.Grant, error){l.Bearer, l.Holder} {
		if g, err := holder(token); err == nil {
			l.EndGrant(g.ID)
		}
	}
}

// newLoginServer has no ledger yet: it is made by start, when the rules are bent.
func newLoginServer() *loginServer {
	s := &loginServer{rules: rightLoginRules()}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.serveToken)
	mux.HandleFunc("POST /revoke", s.serveRevocation)
	mux.HandleFunc("GET /v1/clients", s.serveList)
	mux.HandleFunc("GET /v1/me", s.serveList)
	s.Server = fakeserver.New(mux)
	return s
}

// signIn is a browser at the login page: it comes back with a code, or with the person's no.
func (s *loginServer) signIn(loginURL string, allowed bool) (url.Values, error) {
	page, err := url.Parse(loginURL)
	if err != nil {
		return nil, err
	}
	asked := page.Query()
	callback := url.Values{"state": asked["state"]}
	if allowed {
		callback.Set("code", s.ledger.Authorize(signin.Grant{
			ClientID: asked.Get("client_id"), RedirectURI: asked.Get("redirect_uri"), Challenge: asked.Get("code_challenge"),
		}))
	} else {
		callback.Set("error", "access_denied")
	}
	s.rules.authorize(asked, callback)
	return callback, nil
}

func (s *loginServer) serveToken(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	got := s.rules.token(r.PostForm, s.exchange)
	answer(w, got.status, got.members)
}

func (s *loginServer) exchange(form url.Values) reply {
	if form.Get("client_id") != loginID || !s.rules.public && form.Get("client_secret") != loginSecret {
		return refused(http.StatusUnauthorized, "invalid_client")
	}
	var tokens signin.Tokens
	var err error
	switch form.Get("grant_type") {
	case "authorization_code":
		tokens, err = s.ledger.Redeem(form.Get("code"), func(g signin.Grant) error { return s.rules.accept(form, g) })
	case "refresh_token":
		tokens, err = s.ledger.Refresh(form.Get("refresh_token"), func(signin.Grant) error { return nil })
	default:
		return refused(http.StatusBadRequest, "unsupported_grant_type")
	}
	if err != nil {
		return refused(http.StatusBadRequest, "invalid_grant")
	}
	members := map[string]any{"access_token": tokens.Access, "token_type": "Bearer", "expires_in": int(s.rules.AccessToken.Seconds())}
	if tokens.Refresh != "" {
		members["refresh_token"] = tokens.Refresh
	}
	return reply{http.StatusOK, members}
}

func (s *loginServer) serveRevocation(w http.ResponseWriter, r *http.Request) {
	s.rules.revoke(s.ledger, r.PostFormValue("token"))
	w.WriteHeader(http.StatusOK)
}

func (s *loginServer) serveList(w http.ResponseWriter, r *http.Request) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	g, err := s.ledger.Bearer(token)
	status := http.StatusUnauthorized
	if err == nil {
		status = s.rules.call(r, token, g)
	}
	if status != 0 {
		answer(w, status, client{"error": "invalid_token"})
		return
	}
	answer(w, http.StatusOK, client{"clients": []client{}, "next": ""})
}
