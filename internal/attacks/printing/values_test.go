// Package printing hands every value of the library that holds a secret to every tool that writes
// values.
package printing

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/attacks/target"
	"github.com/oauthclients/oauthclients/providers/dcr"
)

// This file has the values that a program can have of the library.

// needle begins every secret that is made here.
const needle = "n33dle-of/the+person="

func secret(of string) oauthclients.Secret { return oauthclients.NewSecret(needle + of) }

// value is one that holds secrets.
type value struct {
	name    string
	value   any
	secrets []string
	// plain: it is documented as plain data, which a program encodes to keep it.
	plain bool
	// driver: only authors of providers have it.
	driver bool
	// graph: it leads to connections and certificates, through which tools that follow every
	// pointer walk for seconds. For these tools it is documented like every other value.
	graph bool
}

func (v value) needles() (needles []target.Needle) {
	for _, secret := range v.secrets {
		needles = append(needles, target.NewNeedle(secret))
	}
	return needles
}

func values(t *testing.T) []value {
	t.Helper()
	all := append(strategies(), handed()...)
	for _, name := range target.Names() {
		all = append(all, answered(t, name)...)
	}
	all = append(all, handles(t)...)
	return all
}

func strategies() []value {
	token := &oauth2.Token{AccessToken: needle + "access", RefreshToken: needle + "refresh"}
	code := oauthclients.AuthCode{ClientID: "id", ClientSecret: secret("code"), RedirectURL: target.Redirect, Token: token}
	own := func(name string, v any) value { return value{name: name, value: v, secrets: []string{needle}} }
	return []value{
		own("Secret", secret("alone")),
		own("BearerToken", oauthclients.BearerToken(needle+"bearer")),
		own("BasicAuth", oauthclients.BasicAuth{Username: "u", Password: secret("basic")}),
		own("PasswordGrant", oauthclients.PasswordGrant{ClientID: "id", ClientSecret: secret("client"), Username: "u", Password: secret("person")}),
		own("ClientCredentials", oauthclients.ClientCredentials{ClientID: "id", ClientSecret: secret("credentials")}),
		own("AuthCode", code),
		own("FromTokenSource", oauthclients.FromTokenSource(oauth2.StaticTokenSource(token))),
		own("FromTokenSource, reused", oauthclients.FromTokenSource(oauth2.ReuseTokenSource(token, oauth2.StaticTokenSource(token)))),
		{name: "Login", value: oauthclients.Login{URL: target.Redirect, State: needle + "state", Verifier: needle + "verifier"}, secrets: []string{needle}, plain: true},
		own("Credential", oauthclients.BearerCredential(secret("call"))),
	}
}

// handed are what drivers and the core hand each other.
func handed() []value {
	client := &oauthclients.OAuthClient{ID: "id", Name: "app", Secret: secret("client")}
	record := oauthclients.Record{Client: client, Raw: json.RawMessage(`{"odd":"` + needle + `raw"}`)}
	own := func(name string, v any) value {
		return value{name: name, value: v, secrets: []string{needle}, driver: true}
	}
	return []value{
		{name: "OAuthClient", value: *client, secrets: []string{needle}}, own("Record", record),
		own("RecordPage", oauthclients.RecordPage{
			Records: []oauthclients.Record{record}, Body: json.RawMessage(`{"entities":[{"odd":"` + needle + `body"}]}`), Member: "entities",
		}),
		own("Call", oauthclients.Call{
			Operation: "SignOut", Method: http.MethodPost, Path: "/tokens/" + needle, Query: url.Values{"key": {needle + "query"}},
			Header: http.Header{"X-Key": {needle + "header"}}, Body: url.Values{"token": {needle + "form"}},
			Members:    map[string]json.RawMessage{"odd": json.RawMessage(`"` + needle + `member"`)},
			Credential: oauthclients.BearerCredential(secret("call")),
		}),
		own("Response", oauthclients.Response{Status: 200, Header: http.Header{"Set-Cookie": {needle + "cookie"}}, Body: []byte(`{"odd":"` + needle + `body"}`)}),
	}
}

// answered are what a program has of a provider: the client and what its calls gave.
func answered(t *testing.T, name string) []value {
	t.Helper()
	f := target.NewFront(t, name, target.HTTP1)
	client := f.Client(t)
	made, err := client.Clients.Create(t.Context(), f.Sample)
	require.NoError(t, err)
	require.False(t, made.Secret.IsZero())
	page, err := client.Clients.List(t.Context(), oauthclients.ListOptions{})
	require.NoError(t, err)
	secrets := append([]string{made.Secret.Reveal()}, f.Secrets...)
	return []value{
		{name: name + " OAuthClient", value: *made, secrets: secrets}, {name: name + " Clone", value: *made.Clone(), secrets: secrets},
		{name: name + " Page", value: *page, secrets: secrets},
		{name: name + " Client", value: *client, secrets: secrets, graph: true},
		{name: name + " ClientsService", value: *client.Clients, secrets: secrets, graph: true},
		{name: name + " Provider", value: client.Provider(), secrets: secrets},
		{name: name + " Error", value: *refused(t, f, client), secrets: append(secrets, onlyInBody)},
	}
}

// onlyInBody is in the body of an error and nowhere else: it is no secret by its name or its
// shape, and bodies are not printed.
const onlyInBody = "only-in-the-b0dy"

func refused(t *testing.T, f *target.Front, client *oauthclients.Client) *oauthclients.Error {
	t.Helper()
	f.Attack(func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		echo, _ := json.Marshal(map[string]string{ // strings always have a JSON
			"odd": onlyInBody, "echo": r.Header.Get("Authorization"), "client_secret": needle + "echoed",
		})
		_, _ = w.Write(echo)
		return true
	})
	_, err := client.Clients.Get(t.Context(), f.ID)
	var failed *oauthclients.Error
	require.ErrorAs(t, err, &failed)
	require.Contains(t, string(failed.Body()), onlyInBody)
	return failed
}

// handles are what manages a registered client.
func handles(t *testing.T) []value {
	t.Helper()
	handle := dcr.Handle{ClientID: "id", URI: "https://login.example.com/reg/id", Token: secret("handle")}
	memory := dcr.NewMemoryStore()
	require.NoError(t, memory.Save(t.Context(), handle))
	files, err := dcr.FileStore(t.TempDir())
	require.NoError(t, err)
	require.NoError(t, files.Save(t.Context(), handle))
	own := func(name string, v any) value { return value{name: name, value: v, secrets: []string{needle}} }
	return []value{
		own("Handle", handle), own("HandleError", dcr.HandleError{Handle: handle, Reason: "is not safe"}),
		own("MemoryStore", memory), own("FileStore", files),
		own("Provider", dcr.Provider{Issuer: "https://login.example.com", Registrations: memory}),
	}
}
