package redact_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file looks for texts from which a secret does not go, or with which a document does.

func FuzzText(f *testing.F) {
	for _, secret := range confidential() {
		for _, escaped := range escapings() {
			f.Add("you sent: "+escaped(secret)+" (refused)", secret)
		}
	}
	for _, document := range documents() {
		f.Add(document, "fr3sh-v4lue")
	}
	f.Add(`{"a":"token=","b":"<secret>","c":"'token': [","d":"\u006eyJa.b.c","e":"\nQUJDREVGR0hJ"}`, "ABC")
	f.Fuzz(func(t *testing.T, text, secret string) {
		for _, cleaned := range []string{string(redact.Text([]byte(text), []string{secret})), string(redact.Cut([]byte(text), []string{secret}))} {
			// What stands for a secret may make one together with what is beside it.
			if secret != "" && !strings.ContainsAny(secret, redact.Mark+`"`) && strings.Contains(cleaned, secret) {
				t.Errorf("%q is left in %q of %q", secret, cleaned, text)
			}
		}
		if named := redact.Text([]byte(text), nil); json.Valid([]byte(text)) && !json.Valid(named) {
			t.Errorf("%s is no JSON any more: %s", text, named)
		}
	})
}
