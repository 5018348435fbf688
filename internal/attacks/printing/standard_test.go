package printing

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"expvar"
	"fmt"
	htmltemplate "html/template"
	"log"
	"log/slog"
	"strings"
	texttemplate "text/template"
)

// This file has the tools of the standard library.

// tool writes a value in some way; an error says that it refuses.
type tool struct {
	name  string
	write func(v any) (string, error)
	// encodes: it gives the plain data of a value, for it to be read again.
	encodes bool
	// past: it reads values past their methods.
	past bool
}

func standard() []tool {
	return []tool{
		{name: "fmt", write: printed}, {name: "fmt, verbs that ask no value", write: unasked, past: true}, {name: "log", write: logged}, {name: "slog text", write: slogText}, {name: "slog JSON", write: slogJSON, encodes: true},
		{name: "encoding/json", write: jsoned, encodes: true}, {name: "encoding/xml", write: xmled, encodes: true},
		{name: "encoding/gob", write: gobbed, encodes: true}, {name: "text/template", write: textTemplate},
		{name: "html/template", write: htmlTemplate}, {name: "html/template, script", write: scriptTemplate, encodes: true},
		{name: "expvar", write: func(v any) (string, error) { return expvar.Func(func() any { return v }).String(), nil }, encodes: true},
	}
}

// printed is the value by every verb with every flag that changes what it prints.
func printed(v any) (string, error) {
	var all strings.Builder
	for _, verb := range "vTtbcdoOqxXUeEfFgGsz" {
		for _, flags := range []string{"", "+", "#", " "} {
			fmt.Fprintf(&all, "%"+flags+string(verb)+"\n", v)
		}
	}
	fmt.Fprint(&all, v)
	fmt.Fprintln(&all, v)
	all.WriteString(fmt.Errorf("wrapped: %v", v).Error())
	return all.String(), nil
}

// unasked is what fmt writes for %w of a value that is no error and for %p of one that is no
// pointer: it says so, and prints the value without asking it. go vet finds such programs.
func unasked(v any) (string, error) {
	wrapped, pointer := "%w", "%p"
	return fmt.Sprintf(wrapped, v) + fmt.Sprintf(pointer, v), nil
}

func logged(v any) (string, error) {
	var out bytes.Buffer
	logger := log.New(&out, "", 0)
	logger.Print(v)
	logger.Printf("%+v", v)
	return out.String(), nil
}

func slogText(v any) (string, error) {
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, nil)).Info("logged", "value", v, slog.Group("group", "value", v))
	return out.String(), nil
}

func slogJSON(v any) (string, error) {
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("logged", "value", v, slog.Group("group", "value", v))
	return out.String(), nil
}

func jsoned(v any) (string, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	indented, err := json.MarshalIndent(v, "", " ")
	return string(plain) + string(indented), err
}

func xmled(v any) (string, error) {
	out, err := xml.Marshal(v)
	return string(out), err
}

func gobbed(v any) (string, error) {
	var out bytes.Buffer
	err := gob.NewEncoder(&out).Encode(v)
	return out.String(), err
}

func textTemplate(v any) (string, error) {
	var out bytes.Buffer
	err := texttemplate.Must(texttemplate.New("").Parse(`{{.}} {{printf "%s %+v" . .}} {{print .}} {{html .}} {{js .}} {{urlquery .}}`)).Execute(&out, v)
	return out.String(), err
}

func htmlTemplate(v any) (string, error) {
	var out bytes.Buffer
	err := htmltemplate.Must(htmltemplate.New("").Parse(`<p title="{{.}}">{{.}}</p><a href="/?{{.}}">`)).Execute(&out, v)
	return out.String(), err
}

func scriptTemplate(v any) (string, error) {
	var out bytes.Buffer
	err := htmltemplate.Must(htmltemplate.New("").Parse(`<script>var v = {{.}};</script>`)).Execute(&out, v)
	return out.String(), err
}
