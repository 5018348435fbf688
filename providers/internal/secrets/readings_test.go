package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"strconv"
	"strings"
)

// This file reads what a text says once its escapes and encodings are off. It is written apart
// from the library's own way, so that one does not repeat the faults of the other.

// readings are the text itself, and what is below one and two layers.
func readings(text string) []string {
	all := []string{text}
	for from, layer := 0, 0; layer < 2; layer++ {
		to := len(all)
		for _, outer := range all[from:to] {
			for _, inner := range []string{html.UnescapeString(outer), withoutPercent(outer), withoutBackslashes(outer), decodedWords(outer)} {
				if inner != outer && inner != "" {
					all = append(all, inner)
				}
			}
		}
		from = to
	}
	return all
}

func withoutPercent(text string) string {
	return replaced(text, '%', 2, func(digits string) (string, bool) {
		code, err := strconv.ParseUint(digits, 16, 8)
		return string([]byte{byte(code)}), err == nil
	})
}

func withoutBackslashes(text string) string {
	text = replaced(text, '\\', 5, func(escape string) (string, bool) {
		code, err := strconv.ParseUint(escape[1:], 16, 16)
		return string(rune(code)), err == nil && escape[0] == 'u'
	})
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\/`, `/`).Replace(text)
}

// replaced reads escapes that begin with a sign and go on for some characters.
func replaced(text string, sign byte, length int, read func(string) (string, bool)) string {
	parts := strings.Split(text, string(sign))
	for i, part := range parts {
		if i == 0 {
			continue
		}
		parts[i] = string(sign) + part
		if len(part) < length {
			continue
		}
		if char, ok := read(part[:length]); ok {
			parts[i] = char + part[length:]
		}
	}
	return strings.Join(parts, "")
}

// decodedWords has what the long words decode to, from each byte on.
func decodedWords(text string) string {
	var all strings.Builder
	words := strings.FieldsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '+' && r != '/' && r != '-' && r != '_'
	})
	for _, word := range words {
		if len(word) < 16 {
			continue
		}
		standard := strings.ReplaceAll(strings.ReplaceAll(word, "-", "+"), "_", "/")
		for skipped := range 4 {
			plain, _ := base64.RawStdEncoding.DecodeString(standard[skipped:])
			_, _ = all.Write(plain)
		}
		plain, _ := hex.DecodeString(word)
		_, _ = all.Write(plain)
	}
	return all.String()
}
