package dcrtest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// This file writes values as some servers write them.

// like is the value of another member.
type like string

func asList(value any) any { return []any{value} }
func asText(value any) any { return fmt.Sprint(value) }

// asOneText is a list of one without its brackets.
func asOneText(value any) any {
	if list, ok := value.([]any); ok && len(list) == 1 {
		return list[0]
	}
	return value
}

func asJSONText(value any) any {
	text, err := json.Marshal(value)
	if err != nil { // it came as JSON
		return nil
	}
	return string(text)
}

// newUUID is a random UUID (RFC 9562 section 5.4).
func newUUID() string {
	text := hex.EncodeToString([]byte(rand.Text()))[:32]
	return text[:8] + "-" + text[8:12] + "-4" + text[13:16] + "-8" + text[17:20] + "-" + text[20:]
}

// jwt has the form of a JSON Web Token, and an end that can be read.
func jwt(ends time.Time) string {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return part(`{"alg":"RS256"}`) + "." + part(fmt.Sprintf(`{"exp":%d,"scope":["client.read"]}`, ends.Unix())) + "." + rand.Text()
}

func withSlashes() string { return "/" + rand.Text() + ".with/slash" }

// bcrypt has the form of a hash, and is none.
func bcrypt(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return "{bcrypt}$2a$10$" + base64.RawURLEncoding.EncodeToString(append(sum[:], sum[:8]...))[:53]
}

// normalized is a URL with a slash where it has no path.
func normalized(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Path != "" {
		return text
	}
	u.Path = "/"
	return u.String()
}

func normalize(members map[string]any) {
	for name, value := range members {
		text, isText := value.(string)
		if isText && strings.HasSuffix(name, "_uri") {
			members[name] = normalized(text)
		}
	}
	list, _ := members["redirect_uris"].([]any)
	for i, text := range textsOf(members, "redirect_uris") {
		list[i] = normalized(text)
	}
}
