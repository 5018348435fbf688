package e2e

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file asks the places without the library whether they are as their habits say. The other
// tests rest on it: that a client copes with both kinds says something only if both are there.

// answered is what a token endpoint says.
type answered struct {
	status int
	body   metadata
}

// post sends a form to the token endpoint. credential is for the header, "" for none.
func (c *consumer) post(t *testing.T, form url.Values, credential string) answered {
	t.Helper()
	request, err := http.NewRequestWithContext(
		t.Context(), http.MethodPost, c.address+c.token, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if credential != "" {
		request.Header.Set("Authorization", "Basic "+credential)
	}
	answer, err := c.wire.client().Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	got := answered{status: answer.StatusCode}
	require.NoError(t, json.NewDecoder(answer.Body).Decode(&got.body))
	return got
}

func TestHabits(t *testing.T) {
	for _, o := range places() {
		t.Run(o.name, func(t *testing.T) {
			c := newConsumer(t, o, byForm)
			form := url.Values{
				"grant_type": {"client_credentials"}, "client_id": {c.full.id}, "client_secret": {c.full.secret},
			}
			got := c.post(t, form, "")
			require.Equal(t, http.StatusOK, got.status)
			require.Equal(t, c.tokenType, got.body["token_type"])

			form.Set("grant_type", "password")
			form.Set("username", person)
			form.Set("password", c.password)
			got = c.post(t, form, "")
			require.Equal(t, http.StatusOK, got.status)
			require.Contains(t, got.body, "refresh_token")

			form.Set("password", secretText("wrong password"))
			got = c.post(t, form, "")
			require.Equal(t, c.deadGrant, got.status)
			require.Equal(t, "invalid_grant", got.body["error"])

			status, _ := c.signIn(t, c.begin(t).URL)
			require.Equal(t, o.wayBack, status)
		})
	}
}

// What the places are there for: none of them is like all the others.
func TestHabitsDiffer(t *testing.T) {
	tokenTypes, redirects, deadGrants, reuses := map[string]int{}, map[int]int{}, map[int]int{}, map[bool]int{}
	for _, o := range places() {
		tokenTypes[o.tokenType]++
		redirects[o.wayBack]++
		deadGrants[o.deadGrant]++
		reuses[o.reuseEndsSignIn]++
	}
	require.Equal(t, map[string]int{"bearer": 1, "Bearer": 2}, tokenTypes)
	require.Equal(t, map[int]int{http.StatusFound: 1, http.StatusSeeOther: 2}, redirects)
	require.Equal(t, map[int]int{http.StatusBadRequest: 2, http.StatusUnauthorized: 1}, deadGrants)
	require.Equal(t, map[bool]int{true: 2, false: 1}, reuses)
}

// A secret that the encoding changes: two places want it form-encoded inside HTTP Basic (RFC 6749
// section 2.3.1), one as it stands. The library keeps to the RFC, so that such a secret cannot be
// used in the header there; it is told so, once.
func TestHabitsOfBasic(t *testing.T) {
	for _, o := range places() {
		t.Run(o.name, func(t *testing.T) {
			c := newConsumer(t, o, byBasic, func(c *consumer) {
				c.full.id, c.full.secret = rand.Text(), secretText("client secret")
			})
			form := url.Values{"grant_type": {"client_credentials"}}
			encoded := c.post(t, form, basic(c.full.id, c.full.secret))
			plain := c.post(t, form, base64.StdEncoding.EncodeToString([]byte(c.full.id+":"+c.full.secret)))
			require.Equal(t, !o.rawBasic, encoded.status == http.StatusOK, encoded.status)
			require.Equal(t, o.rawBasic, plain.status == http.StatusOK, plain.status)

			c.seen.take()
			client := c.client(t, c.clientCredentials())
			if !o.rawBasic {
				requireIs(t, client, c.full.id)
				return
			}
			requireFails(t, client, oauthclients.ErrUnauthenticated, http.StatusUnauthorized, "invalid_client")
			c.seen.requireSent(t, "POST "+c.token)
		})
	}
}
