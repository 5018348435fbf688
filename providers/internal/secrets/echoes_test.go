package secrets

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// This file holds the ways in which a server repeats the request: in the body, in every encoding,
// and in the header.

// echo makes the header and the body of an answer of the dump of a request.
type echo func(r *http.Request, dump string) (http.Header, string)

// echoes are the ways of repeating the whole.
func echoes() map[string]echo {
	body := func(of func(r *http.Request, dump string) string) echo {
		return func(r *http.Request, dump string) (http.Header, string) { return http.Header{}, of(r, dump) }
	}
	text := func(of func(dump string) string) echo {
		return body(func(_ *http.Request, dump string) string { return of(dump) })
	}
	return map[string]echo{
		"JSON":         body(members),
		"JSON in JSON": body(func(r *http.Request, dump string) string { return members(r, members(r, dump)) }),
		"ASCII":        body(func(r *http.Request, dump string) string { return everyLetter(members(r, dump)) }),
		"text":         text(func(dump string) string { return dump }),
		"HTML":         text(func(dump string) string { return "<html><pre>" + html.EscapeString(dump) + "</pre>" }),
		"form":         text(func(dump string) string { return url.Values{"error": {"x"}, "request": {dump}}.Encode() }),
		"base64": body(func(r *http.Request, dump string) string {
			return members(r, base64.StdEncoding.EncodeToString([]byte(dump)))
		}),
		"base64 in URL":  text(func(dump string) string { return base64.RawURLEncoding.EncodeToString([]byte(dump)) }),
		"hexadecimal":    body(func(r *http.Request, dump string) string { return members(r, hex.EncodeToString([]byte(dump))) }),
		"XML":            body(asXML),
		"shortened":      body(func(r *http.Request, dump string) string { return members(r, shortened(dump)) }),
		"header":         header,
		"several ways":   body(func(r *http.Request, dump string) string { return members(r, url.QueryEscape(html.EscapeString(dump))) }),
		"a single value": body(func(r *http.Request, _ string) string { return fmt.Sprintf("%q", r.Header) }),
	}
}

// members has text in the members that the errors of the providers are read from.
func members(r *http.Request, text string) string {
	fault := map[string]string{"title": text, "field": text, "code": text, "message": text}
	document, _ := json.Marshal(map[string]any{
		"error": text, "error_description": text, "message": text, "title": text, "code": text, "contextId": text, "errors": []any{fault}, "headers": r.Header,
	})
	return string(document)
}

// everyLetter writes the texts of a document as some servers write all that is not ASCII.
func everyLetter(document string) string {
	var out strings.Builder
	inString := false
	for i := 0; i < len(document); i++ {
		switch c := document[i]; {
		case c == '"':
			inString = !inString
			_ = out.WriteByte(c)
		case inString && c == '\\':
			_, _ = out.WriteString(document[i : i+2])
			i++
		case inString && i > 1 && document[i-1] != '"' && !strings.ContainsAny(document[i:min(len(document), i+20)], ":"):
			_, _ = fmt.Fprintf(&out, `\u%04x`, c)
		default:
			_ = out.WriteByte(c)
		}
	}
	return out.String()
}

func asXML(r *http.Request, dump string) string {
	var out strings.Builder
	_, _ = out.WriteString("<error><request>")
	_ = xml.EscapeText(&out, []byte(dump))
	_, _ = out.WriteString("</request>")
	for name := range r.Header {
		_, _ = fmt.Fprintf(&out, "<%s>", name)
		_ = xml.EscapeText(&out, []byte(r.Header.Get(name)))
		_, _ = fmt.Fprintf(&out, "</%s>", name)
	}
	return out.String()
}

// shortened cuts every line, in the middle of what is confidential.
func shortened(dump string) string {
	var lines []string
	for _, line := range strings.FieldsFunc(dump, func(r rune) bool { return r == '\r' || r == '\n' || r == '&' }) {
		if name, value, found := strings.Cut(line, " "); found && strings.HasPrefix(line, "Authorization") {
			line = name + " " + value[:len(value)*2/3]
		}
		lines = append(lines, line[:max(len(line)*3/4, min(len(line), 20))]+"…")
	}
	return strings.Join(lines, "\n")
}

// header repeats the request in every field that anybody might read.
func header(r *http.Request, dump string) (http.Header, string) {
	line := strings.NewReplacer("\r", " ", "\n", " ").Replace(dump)
	fields := http.Header{"Location": {"https://elsewhere.example.com/?" + url.QueryEscape(dump)}, "Content-Type": {"application/json; request=" + strconv.Quote(line)}}
	for _, name := range []string{
		"Www-Authenticate", "Set-Cookie", "X-Request-Id", "Inin-Correlation-Id", "X-Trace", "Warning", "Retry-After", "X-Ratelimit-Reset",
		"Inin-Ratelimit-Reset", "Server", "Link", "Content-Location", "Authorization",
	} {
		fields.Set(name, `Bearer error="invalid_token", error_description="you sent `+line+`"`)
	}
	return fields, ""
}

// with answers requests that match with a status and an echo.
func with(matches func(*http.Request) bool, status int, e echo) answer {
	return func(r *http.Request, dump string) *http.Response {
		if !matches(r) {
			return nil
		}
		fields, body := e(r, dump)
		return &http.Response{StatusCode: status, Status: strconv.Itoa(status) + " " + dump, Header: fields, Body: io.NopCloser(strings.NewReader(body))}
	}
}

// toToken tells requests for tokens, and those that trade one for another.
func toToken(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/token") }

// toAPI tells the others.
func toAPI(r *http.Request) bool { return !toToken(r) }
