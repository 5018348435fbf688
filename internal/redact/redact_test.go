package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/internal/redact"
)

func TestTextRemovesKnownValuesInEveryFormTheyTravelIn(t *testing.T) {
	const secret = `s3&cr+t/"<ü`
	quoted, err := json.Marshal(secret)
	require.NoError(t, err)
	component := strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
	for name, form := range map[string]string{
		"plain": secret, "form": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "json": string(quoted),
		"encodeURIComponent": component, "lower-case hex": "s3%26cr%2bt%2f%22%3c%c3%bc",
		"PHP": `s3&cr+t\/\"<ü`, "Python": `s3&cr+t/\"<\u00fc`, ".NET": `s3\u0026cr\u002Bt/\"\u003C\u00FC`,
		"HTML": html.EscapeString(secret),
	} {
		t.Run(name, func(t *testing.T) {
			got := string(redact.Text([]byte("echo: "+form+" end"), []string{secret}))
			require.NotContains(t, got, form)
			require.Contains(t, got, redact.Mark)
			require.Contains(t, got, "end")
		})
	}
}

func TestTextKeepsALongSecretWholeWhenAShortOneIsPartOfIt(t *testing.T) {
	require.Equal(t, redact.Mark+" "+redact.Mark,
		string(redact.Text([]byte("abcdefghijkl abcdefgh"), []string{"abcdefgh", "abcdefghijkl"})))
}

func TestTextRemovesMembersByName(t *testing.T) {
	cases := map[string]string{
		`{"secret":"v1","a":1}`:                        `{"secret":"[REDACTED]","a":1}`,
		`{"clientSecret" : "v\"1"}`:                    `{"clientSecret" : "[REDACTED]"}`,
		`{"client_secret":"v1"}`:                       `{"client_secret":"[REDACTED]"}`,
		`{"access_token":"v1","token_type":"bearer"}`:  `{"access_token":"[REDACTED]","token_type":"bearer"}`,
		`{"refresh_token":12345}`:                      `{"refresh_token":"[REDACTED]"}`,
		`{"secret":"cut off in the mid`:                `{"secret":"[REDACTED]"`,
		`{"accessTokenValiditySeconds":300,"name":""}`: `{"accessTokenValiditySeconds":300,"name":""}`,
	}
	for in, want := range cases {
		require.Equal(t, want, string(redact.Text([]byte(in), nil)))
	}
}

func TestWithoutSecretsKeepsEverythingElseAndItsOrder(t *testing.T) {
	in := `{"z":"<&>","clientSecret":"v","big":12345678901234567890,"list":[{"secret":{"x":1},"b":null},true],"a":{}}`
	want := `{"z":"<&>","big":12345678901234567890,"list":[{"b":null},true],"a":{}}`
	require.Equal(t, want, string(redact.WithoutSecrets(json.RawMessage(in))))
}

func TestWithoutSecretsGivesNothingForWhatIsNotJSON(t *testing.T) {
	for _, in := range []string{"", "{", `{"a":1} x`, "secret=1"} {
		require.Nil(t, redact.WithoutSecrets(json.RawMessage(in)), in)
	}
}

func TestCutLeavesNoPartOfAValueAtTheEnd(t *testing.T) {
	const secret = "t0ken-abcdef"
	for n := 1; n < len(secret); n++ {
		require.Equal(t, "you sent ", string(redact.Cut([]byte("you sent "+secret[:n]), []string{secret})))
	}
	require.Equal(t, "you sent "+redact.Mark, string(redact.Cut([]byte("you sent "+secret), []string{secret})))
	require.Equal(t, redact.Mark, string(redact.Cut([]byte("abcXYabc"), []string{"abcXYabc"})))
	require.Equal(t, "nothing", string(redact.Cut([]byte("nothing"), []string{secret})))
	require.Empty(t, redact.Cut(nil, []string{secret}))
}
