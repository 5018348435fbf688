package secrets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/providers/providertest"
)

// This file holds secrets that a server has just made and that nobody knows yet, in answers with
// which something is wrong.

const fresh = "fr3sh+s3cret/of=a&client"

// odd answers hold a fresh secret under NAME, and cannot be used, or not for what they came for.
func oddAnswers() map[string]string {
	return map[string]string{
		"no id":              `{"NAME":SECRET,"name":"n"}`,
		"wrong types":        `{"id":17,"client_id":17,"clientId":17,"NAME":SECRET,"name":{},"data":5,"entities":5}`,
		"cut off":            `{"id":"c","client_id":"c","clientId":"c","NAME":SECRET`,
		"in the secret":      `{"id":"c","client_id":"c","clientId":"c","NAME":"fr3sh+s3cret/of`,
		"list of clients":    `[{"id":"c","client_id":"c","clientId":"c","NAME":SECRET}]`,
		"in an envelope":     `{"result":{"client":{"NAME":SECRET}}}`,
		"as an object":       `{"NAME":{"value":SECRET}}`,
		"as a list":          `{"NAME":[SECRET]}`,
		"in a message":       `{"error":"x","message":"{\"NAME\":\"fr3sh+s3cret\/of=a&client\"}","errors":[{"detail":"made NAME=fr3sh+s3cret/of=a&client"}]}`,
		"two documents":      `{"NAME":SECRET} {"NAME":SECRET}`,
		"XML":                `<client><NAME>fr3sh+s3cret/of=a&amp;client</NAME></client>`,
		"form":               `client_id=c&NAME=fr3sh%2Bs3cret%2Fof%3Da%26client`,
		"page":               `<html><pre>{&quot;NAME&quot;:&quot;fr3sh+s3cret/of=a&amp;client&quot;}</pre>`,
		"a byte order mark":  "\ufeff" + `{"NAME":SECRET}`,
		"comment at its end": `{"NAME":SECRET} // made just now`,
	}
}

func TestAFreshSecretDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			p.wire.note(fresh)
			verbs := p.verbs()
			for kind, text := range oddAnswers() {
				body := ""
				for _, name := range []string{"secret", "clientSecret", "client_secret"} {
					body = strings.NewReplacer("NAME", name, "SECRET", fmt.Sprintf("%q", fresh)).Replace(text)
					p.fails(t, p.main(), verbs["Create"], always(http.StatusOK, body), kind, name)
				}
				for _, call := range []string{"Get", "Update", "RegenerateSecret"} {
					if verb, ok := verbs[call]; ok {
						p.fails(t, p.main(), verb, always(http.StatusOK, body), kind, call)
					}
				}
				p.fails(t, p.main(), verbs["Create"], always(http.StatusConflict, body), kind, http.StatusConflict)
				p.fails(t, p.main(), list, always(http.StatusInternalServerError, body), kind, http.StatusInternalServerError)
			}
			p.requireCleanLog(t)
		})
	}
}

func TestAFreshTokenDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			p.wire.note(fresh)
			for kind, text := range oddAnswers() {
				for _, name := range []string{"access_token", "refresh_token", "id_token", "token"} {
					body := strings.NewReplacer("NAME", name, "SECRET", fmt.Sprintf("%q", fresh)).Replace(text)
					for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
						p.fails(t, p.expired(t), list, func(r *http.Request, _ string) *http.Response {
							if !toToken(r) {
								return nil
							}
							return answerOf(status, body)
						}, kind, name, status)
					}
				}
			}
			p.requireCleanLog(t)
		})
	}
}

// always answers the API's requests.
func always(status int, body string) answer {
	return func(r *http.Request, _ string) *http.Response {
		if !toAPI(r) {
			return nil
		}
		return answerOf(status, body)
	}
}

func answerOf(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

// A server that does not do as it was told answers with the client and its secret.
func TestWhatWasNotAppliedDoesNotShow(t *testing.T) {
	for name, start := range places() {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			p.wire.answers(func(r *http.Request, _ string) *http.Response {
				if !toAPI(r) {
					return nil
				}
				response, err := p.wire.fake.RoundTrip(r)
				if err != nil {
					return nil
				}
				return renamed(p.wire, response)
			})
			client := p.client(t, p.main())
			created, err := client.Clients.Create(t.Context(), p.sample)
			require.ErrorIs(t, err, oauthclients.ErrNotApplied)
			var notApplied *oauthclients.NotAppliedError
			require.ErrorAs(t, err, &notApplied)
			for _, value := range []any{err, notApplied, created} {
				providertest.RequireHidden(t, value, p.wire.secrets()...)
			}
			p.wire.requireCleanLog(t)
		})
	}
}

// renamed gives every client another name.
func renamed(w *wire, response *http.Response) *http.Response {
	if w.noteAnswer(response) != nil {
		return response
	}
	body, _ := io.ReadAll(response.Body)
	var document any
	if json.Unmarshal(body, &document) == nil {
		rename(document)
		body, _ = json.Marshal(document)
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response
}

func rename(document any) {
	switch document := document.(type) {
	case map[string]any:
		if _, ok := document["name"]; ok {
			document["name"] = "Another"
		}
		for _, member := range document {
			rename(member)
		}
	case []any:
		for _, entry := range document {
			rename(entry)
		}
	}
}
