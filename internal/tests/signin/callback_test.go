package signin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/tests/world"
)

// This file tests what Finish makes of a callback (RFC 6749 sections 4.1.2, 4.1.2.1 and 10.12),
// which anybody can send.

// refusesCallback finishes with a callback that must not be exchanged, and returns why.
func refusesCallback(t *testing.T, auth oauthclients.AuthCode, login *oauthclients.Login, callback url.Values) *oauthclients.Error {
	t.Helper()
	server := world.NewMemServer()
	token, err := world.FinishAt(t, server, auth, login, callback)
	require.Nil(t, token)
	require.Empty(t, server.Requests(), "nothing is sent")
	failed := world.Failure(t, err)
	require.Equal(t, []string{world.MemName, "Finish"}, []string{failed.Provider, failed.Operation})
	require.NotContains(t, err.Error(), world.TheLogin().State)
	require.NotContains(t, err.Error(), world.TheLogin().Verifier)
	return failed
}

func TestFinishWantsTheStateOfTheLogin(t *testing.T) {
	state := world.TheLogin().State
	for name, states := range map[string][]string{
		"missing": nil, "empty": {""}, "other": {"another-state"}, "prefix": {state[:len(state)-1]}, "longer": {state + "x"},
		"other case": {strings.ToUpper(state)}, "blank behind": {state + " "}, "twice": {state, state}, "and another": {state, "x"},
		"another before": {"x", state}, "NUL": {state + "\x00"},
	} {
		for what, callback := range map[string]url.Values{
			"a code":            {"code": {"c-0-d-e"}},
			"an error":          {"error": {"access_denied"}},
			"nothing":           {},
			"state in capitals": {"STATE": {state}, "code": {"c-0-d-e"}},
		} {
			t.Run(name+" with "+what, func(t *testing.T) {
				callback["state"] = states
				failed := refusesCallback(t, world.WebLogin(), world.TheLogin(), callback)
				require.ErrorIs(t, failed, oauthclients.ErrInvalid)
				require.NotErrorIs(t, failed, oauthclients.ErrPermission, "an error that anybody may have made up")
				require.Len(t, failed.Fields, 1)
				require.Equal(t, "state", failed.Fields[0].Field)
				require.NotContains(t, failed.Error(), "c-0-d-e")
			})
		}
	}
}

// Two empty states would be equal, and a lost verifier would turn PKCE off.
func TestFinishWantsAWholeLogin(t *testing.T) {
	whole := world.TheLogin()
	for field, login := range map[string]*oauthclients.Login{
		"Login": nil, "Login.State": {Verifier: whole.Verifier}, "Login.Verifier": {State: whole.State}, "Login.State,Login.Verifier": {},
	} {
		for name, callback := range map[string]url.Values{
			"its state": world.ComesBack("code", "c-0-d-e"), "empty state": {"state": {""}, "code": {"c-0-d-e"}}, "no state": {"code": {"c-0-d-e"}}, "nil": nil,
		} {
			t.Run(field+" with "+name, func(t *testing.T) {
				failed := refusesCallback(t, world.WebLogin(), login, callback)
				require.ErrorIs(t, failed, oauthclients.ErrInvalid)
				var fields []string
				for _, fault := range failed.Fields {
					fields = append(fields, fault.Field)
				}
				require.Equal(t, field, strings.Join(fields, ","))
			})
		}
	}
	auth := world.WebLogin()
	auth.DisablePKCE = true
	failed := refusesCallback(t, auth, &oauthclients.Login{}, url.Values{"state": {""}, "code": {"c-0-d-e"}})
	require.Equal(t, "Login.State", failed.Fields[0].Field)
}

func TestFinishWantsOneCode(t *testing.T) {
	for name, callback := range map[string]url.Values{
		"none": world.ComesBack(), "empty": world.ComesBack("code", ""), "twice": world.ComesBack("code", "c-0-d-e", "code", "c-0-d-e"),
		"and empty": world.ComesBack("code", "c-0-d-e", "code", ""), "empty and": world.ComesBack("code", "", "code", "c-0-d-e"), "other case": world.ComesBack("Code", "c-0-d-e"),
		"empty error": world.ComesBack("error", ""),
	} {
		t.Run(name, func(t *testing.T) {
			failed := refusesCallback(t, world.WebLogin(), world.TheLogin(), callback)
			require.ErrorIs(t, failed, oauthclients.ErrInvalid)
			require.Len(t, failed.Fields, 1)
			require.Equal(t, "code", failed.Fields[0].Field)
			require.NotContains(t, failed.Error(), "c-0-d-e")
		})
	}
}

// RFC 6749 section 4.1.2: the client must ignore what it does not know.
func TestFinishIgnoresUnknownParameters(t *testing.T) {
	server := world.NewMemServer()
	token, err := world.FinishAt(t, server, world.WebLogin(), world.TheLogin(), world.ComesBack(
		"code", "c-0-d-e", "session_state", "32c512d5", "session_state", "again", "iss", "https://login.example.com", "scope", "a b",
		"code_verifier", "theirs", "client_id", "theirs", "redirect_uri", "https://evil.test", "", "nameless",
	))
	require.NoError(t, err)
	require.Equal(t, "t-token-1", token.AccessToken)
	require.Equal(t, url.Values{
		"grant_type": {"authorization_code"}, "code": {"c-0-d-e"}, "redirect_uri": {"https://app.example.com/callback"},
		"client_id": {"client-1"}, "client_secret": {world.OddSecret}, "code_verifier": {world.TheLogin().Verifier},
	}, world.FormOf(t, server.Requests()[0].Body))
}

// The codes of RFC 6749 section 4.1.2.1, OpenID Connect Core 1.0 section 3.1.2.6, and those that
// Genesys Cloud's own command line handles.
func TestFinishReportsWhatThePageReports(t *testing.T) {
	for code, kind := range map[string]error{
		"access_denied":              oauthclients.ErrPermission,
		"invalid_request":            oauthclients.ErrInvalid,
		"invalid_scope":              oauthclients.ErrInvalid,
		"unsupported_response_type":  oauthclients.ErrInvalid,
		"unauthorized_client":        oauthclients.ErrUnauthenticated,
		"server_error":               oauthclients.ErrUnavailable,
		"temporarily_unavailable":    oauthclients.ErrUnavailable,
		"login_required":             oauthclients.ErrLoginRequired,
		"interaction_required":       oauthclients.ErrLoginRequired,
		"account_selection_required": oauthclients.ErrLoginRequired,
		"consent_required":           oauthclients.ErrLoginRequired,
		"invalid_request_uri":        oauthclients.ErrInvalid,
		"request_not_supported":      oauthclients.ErrInvalid,
		"registration_not_supported": oauthclients.ErrInvalid,
		"invalid_pkce_package":       oauthclients.ErrInvalid,
		"whatever_comes_next":        oauthclients.ErrInvalid,
	} {
		for name, callback := range map[string]url.Values{
			"alone":       world.ComesBack("error", code, "error_description", "It says why.", "error_uri", "https://help.example.com"),
			"with a code": world.ComesBack("error", code, "error_description", "It says why.", "code", "c-0-d-e"),
		} {
			t.Run(code+" "+name, func(t *testing.T) {
				failed := refusesCallback(t, world.WebLogin(), world.TheLogin(), callback)
				require.ErrorIs(t, failed, kind)
				require.Equal(t, code, failed.Code)
				require.Equal(t, "It says why.", failed.Message)
				require.Zero(t, failed.StatusCode)
				require.NotContains(t, failed.Error(), "c-0-d-e")
			})
		}
		failed := refusesCallback(t, world.WebLogin(), world.TheLogin(), world.ComesBack("error", code))
		require.Contains(t, failed.Error(), code, "also without a description")
	}
}

// hostileTexts are what somebody may put into an error's text.
func hostileTexts() map[string]string {
	return map[string]string{
		"newlines": "no\nERROR: faked line\r\nand\vanother\u2028one\u0085more", "large": strings.Repeat("x", 1<<20), "large umlauts": strings.Repeat("ä", 1<<19),
		"control": "red \x1b[31mtext\x1b[0m bell\a NUL\x00 back\b\b\b del\x7f", "C1 control": "csi \u009b31m",
		"invalid UTF-8": "bad \xff\xfe\xc3 bytes", "HTML": `<script>alert("x")</script>`, "empty": "", "blank": "  \t ",
		"direction": "safe \u202eexe.txt", "percent": "%s %d %!v(PANIC=",
	}
}

func TestHostileErrorsOfThePageAreTamed(t *testing.T) {
	for name, text := range hostileTexts() {
		t.Run(name, func(t *testing.T) {
			failed := refusesCallback(t, world.WebLogin(), world.TheLogin(), world.ComesBack("error", "access_denied", "error_description", text))
			require.ErrorIs(t, failed, oauthclients.ErrPermission)
			world.RequireTame(t, failed.Error())
			world.RequireTame(t, failed.Message)
			if text != "" {
				failed = refusesCallback(t, world.WebLogin(), world.TheLogin(), world.ComesBack("error", text))
				world.RequireTame(t, failed.Error())
				world.RequireTame(t, failed.Code)
			}
		})
	}
}

// Who sends the person back knows the state, and may know more.
func TestErrorsOfThePageEchoNoSecret(t *testing.T) {
	auth := world.WebLogin()
	auth.Token = &oauth2.Token{AccessToken: "held-acc3ss-token", RefreshToken: "held-refr3sh-token"}
	secrets := []string{world.TheLogin().State, world.TheLogin().Verifier, world.OddSecret, "c-0-d-e-of-the-callback", "held-acc3ss-token", "held-refr3sh-token"}
	for _, secret := range secrets {
		for _, echo := range world.FormsOf(secret)[:2] {
			for _, parameter := range []string{"error", "error_description"} {
				callback := world.ComesBack("error", "server_error", "code", "c-0-d-e-of-the-callback")
				callback.Set(parameter, "it was "+echo+" and "+url.QueryEscape(secret))
				failed := refusesCallback(t, auth, world.TheLogin(), callback)
				world.RequireHidden(t, failed, secret)
				require.Contains(t, failed.Error(), "[REDACTED]")
			}
		}
	}
}

// Whatever comes back: no panic, a token or an error, and nothing is sent for a callback that
// does not belong to the login.
func FuzzCallback(f *testing.F) {
	state := world.TheLogin().State
	for _, query := range []string{
		"", "state=" + state + "&code=c-0-d-e", "state=" + state + "&error=access_denied&error_description=no", "code=c-0-d-e",
		"state=" + state + "&state=" + state + "&code=c", "state=%00&code=%ff", "state=" + state + "&code=a&code=b", "state=" + state + "&code=eu:1+2%2B3",
		"state=" + state + "&error=%0a%1b[2J", "error=&state=" + state + "&code=c",
	} {
		f.Add(query)
	}
	auth := world.WebLogin()
	f.Fuzz(func(t *testing.T, query string) {
		callback, _ := url.ParseQuery(query) // what can be read of it
		server := world.NewMemServer()
		token, err := world.FinishAt(t, server, auth, world.TheLogin(), callback)
		require.NotEqual(t, token == nil, err == nil, "either a token or an error")
		belongs := len(callback["state"]) == 1 && callback["state"][0] == state
		exchanged := belongs && callback.Get("error") == "" && len(callback["code"]) == 1 && callback["code"][0] != ""
		require.Equal(t, exchanged, err == nil)
		if !exchanged {
			require.Empty(t, server.Requests())
			world.Failure(t, err)
			world.RequireTame(t, err.Error())
			return
		}
		require.Equal(t, 1, server.Count(http.MethodPost, "/oauth/token"))
		require.Equal(t, callback["code"], world.FormOf(t, server.Requests()[0].Body)["code"])
	})
}
