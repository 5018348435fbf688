package providertest

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"expvar"
	"fmt"
	html "html/template"
	"log"
	"log/slog"
	"text/template"

	"github.com/oauthclients/oauthclients"
)

// This file prints a value in every way that the standard library has.

// allVerbs are those of package fmt, and one that there is none of.
const allVerbs = "vTtbcdoOqxXUeEfFgGspwz"

// ways are those in which a value is printed.
type ways struct {
	verbs  string
	hidden string // verbs for the value in an unexported field, where fmt asks no method
	plain  bool   // it is data, to be encoded
}

// waysFor leaves out what the library says that it does not hide, since Go has no way to: a type
// with plain members in an unexported field, or under the verbs %p and %w, which ask no method.
func waysFor(value any) ways {
	const withoutPointer = "vTtbcdoOqxXUeEfFgGsz"
	switch value.(type) {
	case oauthclients.Login, *oauthclients.Login:
		return ways{verbs: withoutPointer, plain: true}
	case oauthclients.Record, *oauthclients.Record, oauthclients.RecordPage, *oauthclients.RecordPage, oauthclients.Call, *oauthclients.Call,
		oauthclients.Response, *oauthclients.Response, oauthclients.Endpoints, *oauthclients.Endpoints:
		return ways{verbs: withoutPointer}
	case oauthclients.AuthCode, *oauthclients.AuthCode:
		return ways{verbs: allVerbs, hidden: "v"}
	}
	return ways{verbs: allVerbs, hidden: allVerbs}
}

func (w ways) holders(value any) []any {
	held := make(chan any, 1)
	held <- value
	return []any{
		value, struct{ Held any }{value}, &struct{ Held any }{value}, []any{value}, [1]any{value}, map[string]any{"held": value},
		held, func() any { return value },
	}
}

func (w ways) print(said heard, value any) {
	for _, verb := range w.verbs {
		for _, flags := range []string{"", "+", "#"} {
			_, _ = fmt.Fprintf(said, "%"+flags+string(verb), value)
		}
	}
	_, _ = fmt.Fprint(said, value)
	_, _ = fmt.Fprintln(said, value)
	log.New(said, "", 0).Print(value)
}

// logAll logs value as an attribute, in a group, and as one of the logger's own.
func logAll(said heard, value any) {
	options := &slog.HandlerOptions{Level: slog.LevelDebug}
	for _, handler := range []slog.Handler{slog.NewTextHandler(said, options), slog.NewJSONHandler(said, options)} {
		logger := slog.New(handler)
		logger.Debug("printed", "value", value)
		logger.WithGroup("group").With("own", value).Info("printed", slog.Group("inner", slog.Any("value", value)))
	}
}

// encode adds what there is of an encoding; not every value has each. What writes in pieces is
// put together first: a secret may be in two of them.
func encode(said heard, value any) {
	document, _ := json.Marshal(value)
	_, _ = said.Write(document)
	document, _ = json.MarshalIndent(value, "", " ")
	_, _ = said.Write(document)
	document, _ = xml.Marshal(value)
	_, _ = said.Write(document)
	_, _ = fmt.Fprint(said, expvar.Func(func() any { return value }))
	var pieces bytes.Buffer
	_ = json.NewEncoder(&pieces).Encode(value)
	_ = gob.NewEncoder(&pieces).Encode(value)
	_ = template.Must(template.New("").Parse(textPage)).Execute(&pieces, value)
	_ = html.Must(html.New("").Parse(htmlPage)).Execute(&pieces, value)
	_, _ = said.Write(pieces.Bytes())
}

const (
	textPage = `{{.}} {{print .}} {{printf "%v %+v %#v %s %q %x" . . . . . .}} {{html .}} {{js .}} {{urlquery .}}`
	htmlPage = `<p title="{{.}}" data-x={{.}}>{{.}}<a href="/?q={{.}}" onclick="f({{.}})"></a><script>x = {{.}}; y = "{{.}}"</script>`
)
