package recorded

import (
	"bytes"
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file reads answers, and puts placeholders where something is secret or new each time.

// read is an answer as it came.
func read(answer *http.Response, text []byte) Answer {
	media, _, _ := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	got := Answer{Method: answer.Request.Method, Status: answer.StatusCode, Media: media, Challenge: challengeOf(answer.Header.Get("WWW-Authenticate"))}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if !strings.HasSuffix(media, "json") || decoder.Decode(&got.Body) != nil {
		got.Body, got.Text = nil, string(text)
	}
	return got
}

// parameter is one of a challenge (RFC 9110 section 11.6.1).
var parameter = regexp.MustCompile(`([\w-]+)\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s,]+)`)

func challengeOf(header string) string {
	scheme, rest, _ := strings.Cut(header, " ")
	names := []string{}
	for _, found := range parameter.FindAllStringSubmatch(rest, -1) {
		names = append(names, found[1])
	}
	slices.Sort(names)
	return strings.TrimSpace(scheme + " " + strings.Join(names, " "))
}

// placeholder stands for the values of members that are new each time.
func placeholder(name string) string {
	switch name {
	case "client_id":
		return "ID"
	case "client_secret":
		return "SECRET"
	case "registration_access_token", "access_token", "refresh_token", "id_token":
		return "TOKEN"
	case "session_state":
		return "SESSION"
	}
	return ""
}

// veil knows what must not be seen.
type veil struct{ known [][2]string }

func newVeil(issuer string) *veil {
	v := &veil{}
	if u, err := url.Parse(issuer); err == nil {
		v.learn("http://server.example", u.Scheme+"://"+u.Host)
		v.learn("server.example", u.Host)
	}
	return v
}

func (v *veil) learn(stands, value string) {
	if value != "" {
		v.known = append(v.known, [2]string{value, stands})
		slices.SortStableFunc(v.known, func(a, b [2]string) int { return cmp.Compare(len(b[0]), len(a[0])) })
	}
}

// look learns what an answer gives out.
func (v *veil) look(members map[string]any) {
	for name, value := range members {
		if text, isText := value.(string); isText && placeholder(name) != "" {
			v.learn(placeholder(name), text)
		}
	}
}

func (v *veil) cover(a *Answer) {
	a.Body = v.value("", a.Body)
	a.Text = texts.Short(v.text(a.Text), 100)
}

func (v *veil) value(name string, value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, one := range value {
			value[name] = v.value(name, one)
		}
	case []any:
		for i, one := range value {
			value[i] = v.value(name, one)
		}
		inOrder(value)
	case json.Number:
		return json.Number(number(name, value.String()))
	case string:
		if name == "scope" {
			words := strings.Fields(value)
			slices.Sort(words)
			value = strings.Join(words, " ")
		}
		return v.text(value)
	}
	return value
}

// inOrder sorts a list of texts: some servers answer sets, whose order is another each time.
func inOrder(list []any) {
	slices.SortStableFunc(list, func(a, b any) int {
		one, _ := a.(string)
		other, _ := b.(string)
		return cmp.Compare(one, other)
	})
}

const (
	// moment stands for every time.
	moment     = "1700000000"
	momentText = "2023-11-14T22:13:20Z"
)

// number: times are the one moment, and how long something lives is whole minutes.
func number(name, text string) string {
	const minute = 60
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err != nil:
	case n > 1e9:
		return moment
	case strings.HasSuffix(name, "expires_in"):
		return strconv.FormatInt((n+minute-1)/minute*minute, 10)
	}
	return text
}

var (
	uuid     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	timeText = regexp.MustCompile(`\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})`)
	seconds  = regexp.MustCompile(`^1\d{9}$`)
)

func (v *veil) text(text string) string {
	for _, known := range v.known {
		text = strings.ReplaceAll(text, known[0], known[1])
	}
	text = uuid.ReplaceAllString(text, "UUID")
	text = timeText.ReplaceAllString(text, momentText)
	return seconds.ReplaceAllString(text, moment)
}
