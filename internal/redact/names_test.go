package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file finds secrets that nobody knows by the name of what holds them.

func secretNames() []string {
	return []string{
		"secret", "clientSecret", "client_secret", "CLIENT-SECRET", "app.secret", "access_token", "refreshToken", "id_token", "token",
		"registration_access_token", "password", "newPassword", "passwd", "passphrase", "assertion", "client_assertion", "code_verifier",
		"codeVerifier", "x-signature", "signature", "api_key", "apiKey", "X-Api-Key", "private_key",
	}
}

func headerNames() []string {
	return []string{"Authorization", "proxy-authorization", "Cookie", "Set-Cookie"}
}

// publicNames hold what an error is about.
func publicNames() []string {
	return []string{
		"token_type", "tokens", "accessTokenValiditySeconds", "code", "key", "keyId", "client_id", "error", "error_description", "secretary",
		"passwordPolicy", "token_endpoint_auth_method", "grant_type", "signatures_required", "code_challenge", "state", "authorizationCode", "cookies",
	}
}

// documents are texts with a member NAME that holds "fr3sh-v4lue".
func documents() map[string]string {
	return map[string]string{
		"JSON": `{"a":1,"NAME":"fr3sh-v4lue","b":2}`, "spread JSON": "{ \"NAME\"\n :\t\"fr3sh-v4lue\" }", "escaped": `{"NAME":"fr3sh-v4lue\"\\fr3sh-v4lue"}`,
		"cut off": `{"NAME":"fr3sh-v4lue`, "list": `{"NAME":["x","fr3sh-v4lue"],"b":2}`, "object": `{"NAME":{"x":[{"y":"fr3sh-v4lue"}]},"b":[]}`,
		"JSON in JSON": `{"message":"{\"NAME\":\"fr3sh-v4lue\"}","b":2}`, "list in JSON in JSON": `{"message":"{\"NAME\":[\"fr3sh-v4lue\"]}","b":2}`,
		"list that is cut off in JSON": `{"message":"{\"NAME\":[\"fr3sh-v4lue","b":[2]}`,
		"twice":                        `{"m":"{\"m\":\"{\\\"NAME\\\":\\\"fr3sh-v4lue\\\"}\"}"}`, "HTML": `<pre>{&quot;NAME&quot;:&#34;fr3sh-v4lue&#34;}</pre>`,
		"Python": `{'NAME': 'fr3sh-v4lue', 'b': 2}`, "Ruby": `{"NAME"=>"fr3sh-v4lue"}`, "PHP": `['NAME' => 'fr3sh-v4lue']`, "bare": `{"NAME": fr3sh-v4lue}`,
		"in words": `the member "NAME": "fr3sh-v4lue" is odd`,
	}
}

// forms are the same for names that can be those of a field or an element.
func forms() map[string]string {
	return map[string]string{
		"form": "a=1&NAME=fr3sh-v4lue&b=2", "only field": "NAME=fr3sh-v4lue", "query": "GET /x?NAME=fr3sh-v4lue HTTP/1.1", "form in JSON": `{"m":"a=1&NAME=fr3sh-v4lue\nb"}`,
		"form with & as JSON has it": `{"m":"a=1\u0026NAME=fr3sh-v4lue\u0026b=2"}`, "escaped form": "body%3Da%26NAME%3Dfr3sh-v4lue%26b", "parameter": `Digest a="1", NAME="fr3sh-v4lue"`,
		"XML": "<a>1</a><NAME>fr3sh-v4lue</NAME>", "XML with a prefix": `<x:NAME type="text">fr3sh-v4lue</x:NAME>`, "CDATA": "<NAME><![CDATA[fr3sh-v4lue]]></NAME>",
		"XML cut off": "<NAME>fr3sh-v4lue", "XML in JSON": `{"m":"<NAME>fr3sh-v4lue<\/NAME>"}`, "log": "level=error NAME=fr3sh-v4lue,b=2",
	}
}

// lines are headers.
func lines() map[string]string {
	return map[string]string{
		"header": "GET /\r\nNAME: Scheme fr3sh-v4lue\r\nHost: x", "last line": "GET /\nNAME: fr3sh-v4lue", "first line": "NAME: fr3sh-v4lue\n",
		"in JSON": `{"dump":"GET \/\r\nNAME: Scheme fr3sh-v4lue\r\nHost: x"}`, "list of lines": `["Host: x","NAME: fr3sh-v4lue"]`,
	}
}

func TestWhatHasTheNameOfASecretGoes(t *testing.T) {
	for document, text := range documents() {
		for _, name := range append(secretNames(), headerNames()...) {
			requireGone(t, document, strings.ReplaceAll(text, "NAME", name))
		}
	}
	for document, text := range forms() {
		for _, name := range secretNames() {
			requireGone(t, document, strings.ReplaceAll(text, "NAME", name))
		}
	}
	for document, text := range lines() {
		for _, name := range append(headerNames(), "X-Signature", "x-api-key") {
			requireGone(t, document, strings.ReplaceAll(text, "NAME", name))
		}
	}
}

func requireGone(t *testing.T, document, text string) {
	t.Helper()
	got := string(redact.Text([]byte(text), nil))
	require.NotContains(t, got, "fr3sh-v4lue", "%s: %s", document, text)
	require.Contains(t, got, redact.Mark, "%s: %s", document, text)
	require.True(t, !json.Valid([]byte(text)) || json.Valid([]byte(got)), "%s: what was JSON stays JSON: %s", document, got)
	require.Equal(t, got, string(redact.Text([]byte(got), nil)), "%s: there is nothing left to do", document)
	require.NotContains(t, string(redact.Cut([]byte(text), nil)), "fr3sh-v4lue", document)
}

func TestWhatHasAnotherNameStays(t *testing.T) {
	for _, texts := range []map[string]string{documents(), forms(), lines()} {
		for document, text := range texts {
			for _, name := range publicNames() {
				text := strings.ReplaceAll(text, "NAME", name)
				require.Equal(t, text, string(redact.Text([]byte(text), nil)), document)
			}
		}
	}
}

// What a vendor says must stay readable.
func TestMessagesStay(t *testing.T) {
	for _, text := range []string{
		"The refresh token has expired.", "invalid token: expired", "client secret: must not be empty", "password: at least 8 characters",
		"Bearer token required", "Basic authentication is not supported for this resource", "Authorization: header missing", "Cookie: not allowed here",
		`{"error":"invalid_client","error_description":"Invalid client or Invalid client credentials"}`, `{"code":"bad.credentials","message":"Invalid login credentials."}`,
		`{"error_description":"rate limit exceeded; wait","error":"invalid_request"}`, `{"fields":[{"field":"client_secret","code":"required"}]}`,
		`Bearer realm="api", error="invalid_token", error_description="The access token expired"`, `{"type":"password","required":["token","secret"]}`,
		`open "/etc/app/token": permission denied`, `the lock "/home/desk/api.token": held by somebody else`, `open C:\desk\token: not found`,
		"see https://developer.example.com/docs?mail=desk@example.com#token", "http://[::1]:8080/x", "https://api.example.com:8443/@desk/app", "git@example.com:desk/app.git",
		"x509: certificate signed by unknown authority", "tls: failed to verify certificate: x509: certificate is valid for a.example.com, not b.example.com",
		`{"scope":"authorization:oauth2:clients:read","grant_type":"password","token_type":"bearer","accessTokenValiditySeconds":300}`,
		"code=400 status=failed key=name", "if token == nil", "<p>The token is over.</p>", "<secret/><b>x</b>", `{"message":"ends in token=","b":"c"}`, `["password=","b"]`,
		"eyJ is how tokens begin", "eyJhbGciOiJSUzI1NiJ9 alone is public", "a.b.c", `{"message":"'token':","b":["x"]}`, "100 % & more \\ or less",
	} {
		require.Equal(t, text, string(redact.Text([]byte(text), confidential())))
	}
}
