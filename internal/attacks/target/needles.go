package target

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// This file finds a secret in a text, in every form in which a program may write it.

// Needle is a secret that is looked for.
type Needle struct{ forms []string }

// NewNeedle looks for a secret. One that is short would be found everywhere.
func NewNeedle(secret string) Needle {
	var n Needle
	for _, form := range forms(secret) {
		if form = strings.ToLower(form); form != "" && !slices.Contains(n.forms, form) {
			n.forms = append(n.forms, form)
		}
	}
	return n
}

// In returns the form in which a text has the secret, "" if it has none. The text is in lower
// case: the case of letters is no matter.
func (n Needle) In(lower string) string {
	for _, form := range n.forms {
		if strings.Contains(lower, form) {
			return form
		}
	}
	return ""
}

// Shows is [Needle.In] of any text.
func Shows(text, secret string) string { return NewNeedle(secret).In(strings.ToLower(text)) }

func forms(secret string) []string {
	raw := []byte(secret)
	decimal := fmt.Sprintf("%d", raw)
	quoted, _ := json.Marshal(secret) // a string always has a JSON
	all := []string{
		secret, strings.Trim(string(quoted), `"`), strings.Trim(fmt.Sprintf("%+q", secret), `"`), url.QueryEscape(secret), url.PathEscape(secret),
		hex.EncodeToString(raw), fmt.Sprintf("% x", raw), "0x" + strings.ReplaceAll(fmt.Sprintf("% x", raw), " ", ", 0x"),
		strings.Trim(decimal, "[]"), strings.ReplaceAll(strings.Trim(decimal, "[]"), " ", ","), strings.ReplaceAll(strings.Trim(decimal, "[]"), " ", ", "),
	}
	return append(all, base64Forms(raw)...)
}

// base64Forms are the middles of the secret's base64 at each of the three places in a longer text
// at which it may begin.
func base64Forms(raw []byte) []string {
	var all []string
	for shift := range 3 {
		padded := append(make([]byte, shift), raw...)
		whole := len(padded) / 3 * 4
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			begin := (shift*8 + 5) / 6
			all = append(all, encoding.EncodeToString(padded)[begin:whole])
		}
	}
	return all
}
