package hostile

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file answers with members that come twice, and with clients that nobody asked for.

// otherValue is of the same type as value, so that either could count.
func otherValue(value json.RawMessage) string {
	switch value[0] {
	case '"':
		return `"2020-01-01T00:00:00Z"` // a text and a date
	case '[':
		return `[]`
	case '{':
		return `{"id":"someone else"}`
	case 't':
		return "false"
	}
	return "301"
}

func TestOfDoublesTheLastCounts(t *testing.T) {
	for _, v := range vendors() {
		right := read(t, &v, v.client)
		var decoded map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(v.client), &decoded))
		for member, value := range decoded {
			if string(value) == "null" {
				continue
			}
			other := otherValue(value)
			require.Equal(t, right, read(t, &v, with(v.client, fmt.Sprintf("%q:%s", member, other))), "%s: %s first", v.name, member)
			alone := read(t, &v, replaced(t, v.client, member, other))
			last := v.client[:len(v.client)-1] + fmt.Sprintf(",%q:%s}", member, other)
			require.Equal(t, alone, read(t, &v, last), "%s: %s last", v.name, member)
		}
	}
}

// read is all that Get tells of a client, its secret included, or the error.
func read(t *testing.T, v *vendor, body string) string {
	t.Helper()
	w := &wire{vendor: v, instead: func(s step, _ int, _ *http.Request) *answer {
		if s == stepRead {
			return text(200, body)
		}
		return nil
	}}
	client, err := v.connect(t, w).Clients.Get(t.Context(), id)
	if err != nil {
		requireSoundError(t, &outcome{err: err, what: body}, 200)
		return err.Error()
	}
	require.NotContains(t, string(client.Raw()), "s3cret")
	return describe(client)
}

func describe(c *oauthclients.OAuthClient) string {
	return fmt.Sprintf("%q %q %q %q %q %q %q %q %q %q %q %q %q %q %v %v %+v", c.ID, c.Secret.Reveal(), c.Name, c.Description, c.RedirectURIs,
		c.PostLogoutRedirectURIs, c.AllowedOrigins, c.GrantTypes, c.Scopes, c.ClientURI, c.LogoURI, c.PolicyURI, c.TermsURI, c.Status,
		c.CreatedAt, c.UpdatedAt, c.Extra)
}

// What is said of another client is not taken for the one that was asked for, and nothing is
// ever written to that other one: the server knows no such place, and counts who looks for it.
func TestAnswersAboutAnotherClient(t *testing.T) {
	for v, verb := range everyVerb() {
		t.Run(v.name+"/"+verb.name, func(t *testing.T) {
			if verb.step != stepRead && verb.step != stepWrite && verb.step != stepRegenerate {
				return // a new client has any id, a list has all of them
			}
			w := play(v, verb, func(right string) *answer {
				if verb.step == stepRegenerate { // also where the answer has no id by right
					right = v.client
				}
				return text(200, strings.ReplaceAll(right, id, otherID))
			})
			o := verb.call(t.Context(), v.connect(t, w), v)
			requireSound(t, verb, &o, 200)
			requireEnd(t, v, verb, verb.useless(v), &o, w)
			for _, client := range o.clients {
				require.Equal(t, id, client.ID)
				require.True(t, verb.name != "Create, its secret" || client.Secret.IsZero(), "a secret of another client")
			}
		})
	}
}

// The id in an answer may differ in case alone: most ids are hexadecimal numbers.
func TestTheCaseOfAnIDDoesNotCount(t *testing.T) {
	for _, v := range vendors() {
		w := &wire{vendor: &v, instead: func(s step, _ int, _ *http.Request) *answer {
			if s == stepRead {
				return text(200, strings.ReplaceAll(v.client, id, strings.ToUpper(id)))
			}
			return nil
		}}
		client, err := v.connect(t, w).Clients.Get(t.Context(), id)
		require.NoError(t, err, v.name)
		require.Equal(t, strings.ToUpper(id), client.ID)
	}
}
