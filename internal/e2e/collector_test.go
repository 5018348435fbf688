package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// This file holds the collector: what was shown during the run, and what must not be in it.

// collector keeps texts and secrets, and finds the ones in the others. It is asked once, at the
// end: a token that is learned late may have been shown before.
type collector struct {
	mu      sync.Mutex
	texts   []shownText
	secrets map[string]string // what it is, by the value
	// challenges are of code verifiers, which a program may keep to itself.
	challenges map[string]bool
	logs       collected
}

type shownText struct{ where, text string }

// learn adds a value that must not be seen. what names it, such as "access token".
func (c *collector) learn(what, value string) {
	if value == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.secrets == nil {
		c.secrets = map[string]string{}
	}
	c.secrets[value] = what
}

// learnChallenge adds a code verifier of which only the code challenge is known.
func (c *collector) learnChallenge(challenge string) {
	if challenge == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.challenges == nil {
		c.challenges = map[string]bool{}
	}
	c.challenges[challenge] = true
}

// show adds a text that somebody could see. where says who, such as "log".
func (c *collector) show(where, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, shownText{where, text})
}

// print adds a value in the forms in which a program prints it.
func (c *collector) print(where string, value any) {
	c.show(where, fmt.Sprintf("%v\n%+v\n%#v\n", value, value, value))
	c.logger().Info("printed", "value", value)
}

// logger returns a logger that logs everything into the collector.
func (c *collector) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(&c.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// leaks says which secrets are in which texts, and behind what.
func (c *collector) leaks() []string {
	texts := c.all()
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []string
	for value, what := range c.secrets {
		for form, encoded := range formsOf(value) {
			for where, text := range texts {
				if before, _, shows := strings.Cut(text, encoded); shows {
					found = append(found, fmt.Sprintf("%s, %s, in: %s, behind %q", what, form, where, end(before)))
				}
			}
		}
	}
	for where, text := range texts {
		if c.hasVerifier(text) {
			found = append(found, "code verifier, plain, in: "+where)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func end(text string) string { return text[max(0, len(text)-60):] }

// all are the texts by where they were shown.
func (c *collector) all() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	joined := map[string]*strings.Builder{}
	for _, t := range append(slices.Clone(c.texts), shownText{"log", c.logs.String()}) {
		if joined[t.where] == nil {
			joined[t.where] = &strings.Builder{}
		}
		joined[t.where].WriteString(t.text + "\n")
	}
	texts := map[string]string{}
	for where, text := range joined {
		texts[where] = text.String()
	}
	return texts
}

// verifierForm is RFC 7636 section 4.1.
var verifierForm = regexp.MustCompile(`[A-Za-z0-9._~-]{43,128}`)

// hasVerifier is for holders of the lock.
func (c *collector) hasVerifier(text string) bool {
	return slices.ContainsFunc(verifierForm.FindAllString(text, -1), func(candidate string) bool {
		sum := sha256.Sum256([]byte(candidate))
		return c.challenges[base64.RawURLEncoding.EncodeToString(sum[:])]
	})
}

// summary says what was searched, so that a run that collected nothing is seen.
func (c *collector) summary() string {
	texts := c.all()
	sizes := make([]string, 0, len(texts))
	for _, where := range slices.Sorted(maps.Keys(texts)) {
		sizes = append(sizes, fmt.Sprintf("%s %d", where, len(texts[where])))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("searched for %d secrets in bytes of: %s", len(c.secrets), strings.Join(sizes, ", "))
}

// formsOf lists the forms in which a value can show, by their names.
func formsOf(value string) map[string]string {
	raw := []byte(value)
	quoted, _ := json.Marshal(value)
	forms := map[string]string{
		"plain":              value,
		"in quotes":          inside(strconv.Quote(value)),
		"in JSON":            inside(string(quoted)),
		"escaped in a query": url.QueryEscape(value),
		"escaped in a path":  url.PathEscape(value),
		"hex":                hex.EncodeToString(raw),
	}
	for shift := range 3 {
		forms[fmt.Sprintf("base64 from byte %d", shift)] = insideBase64(raw, shift, base64.RawStdEncoding)
		forms[fmt.Sprintf("base64url from byte %d", shift)] = insideBase64(raw, shift, base64.RawURLEncoding)
	}
	maps.DeleteFunc(forms, func(name, form string) bool { return name != "plain" && form == value })
	return forms
}

func inside(quoted string) string { return quoted[1 : len(quoted)-1] }

// insideBase64 is what of value shows in the base64 of a longer text, such as "id:value" of
// HTTP Basic, that has it behind shift bytes more than a multiple of three. Characters that
// depend on the neighbours as well are left out.
func insideBase64(value []byte, shift int, encoding *base64.Encoding) string {
	encoded := encoding.EncodeToString(append(make([]byte, shift), value...))
	first := (shift*8 + 5) / 6
	last := (shift + len(value)) * 8 / 6
	return encoded[first:last]
}

// collected is a text that several goroutines write.
type collected struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (c *collected) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.Write(p)
}

func (c *collected) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.buf.String()
}
