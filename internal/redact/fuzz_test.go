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
	f.Add(`{"a":"token=","b":"<secret>","c":"'token': [","d":"\u006eyJa.b.c","e":"\nQUJDREVGR0hJSktM"}`, "ABCDEFGH")
	f.Fuzz(func(t *testing.T, text, secret string) {
		for _, cleaned := range []string{string(redact.Text([]byte(text), []string{secret})), string(redact.Cut([]byte(text), []string{secret}))} {
			// What stands for a secret may make one together with what is beside it.
			if len(secret) >= shortest && !strings.ContainsAny(secret, redact.Mark+`"`) && strings.Contains(cleaned, secret) {
				t.Errorf("%q is left in %q of %q", secret, cleaned, text)
			}
		}
		if named := redact.Text([]byte(text), nil); json.Valid([]byte(text)) && !json.Valid(named) {
			t.Errorf("%s is no JSON any more: %s", text, named)
		}
	})
}

// FuzzPieces compares with the obvious search: what it finds must not be left.
func FuzzPieces(f *testing.F) {
	for _, value := range []string{"0123456789-abcdefghij-KLMN", "aaaaaaaaaaaaaaaaaaab", "a-b c\td\ne\rf-g h-i j k l", "pa55w0rd", "                a", "abcabcabcabcabcabcabd"} {
		f.Add("you sent "+value+" twice: "+strings.ToUpper(value), value, "another-value-1")
		f.Add(strings.Join(strings.Split(value, ""), "\n")+strings.Join(strings.Split(value, ""), "-"), value, value[1:])
		f.Add(value[2:]+value[:len(value)-2]+value+value, value, "d0123456")
	}
	f.Add("abcdefghijklmnopqr", "abcdefghijklmnop", "ijklmnopqr")
	f.Fuzz(func(t *testing.T, text, one, other string) {
		if strings.ContainsAny(text+one+other, `\%&[]"`) { // escapes have tests of their own
			return
		}
		cleaned := string(redact.Text([]byte(text), []string{one, other}))
		rest := 0
		for _, kept := range strings.Split(cleaned, redact.Mark) {
			at := strings.Index(text[rest:], kept)
			if at < 0 {
				t.Fatalf("%q is no part of %q", kept, text)
			}
			rest += at + len(kept)
		}
		for _, value := range []string{one, other} {
			for _, kept := range strings.Split(cleaned, redact.Mark) {
				if piece := firstPiece(kept, value); piece != "" {
					t.Fatalf("%q of %q is left in %q of %q", piece, value, kept, text)
				}
			}
		}
	})
}

// firstPiece is the obvious search for pieces of a value.
func firstPiece(text, value string) string {
	switch text, value = lower(text), lower(value); {
	case len(value) < shortest:
		return ""
	case len(value) < 16:
		return pieceOf(text, value, len(value))
	case len(bare(value)) < shortest:
		return pieceOf(text, value, 12)
	default:
		return pieceOf(bare(text), bare(value), min(12, len(bare(value))))
	}
}

func pieceOf(text, value string, length int) string {
	for at := 0; at+length <= len(value); at++ {
		if strings.Contains(text, value[at:at+length]) {
			return value[at : at+length]
		}
	}
	return ""
}

func bare(text string) string {
	return strings.NewReplacer(" ", "", "-", "", "\n", "", "\r", "", "\t", "").Replace(text)
}
