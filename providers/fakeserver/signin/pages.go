package signin

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
)

// This file holds the frame of the pages that people see.

// Pages are the HTML pages of one fake. They work without scripts and load nothing.
type Pages struct {
	templates *template.Template
	fault     error // of the templates, told by each page
	policy    string
}

// Page is what every page needs; the data of a template embeds it.
type Page struct {
	// Title is the page's heading, Lead a line below it.
	Title, Lead string
	// Alert is what went wrong, "" for nothing.
	Alert string
}

// Look is what tells the pages of one fake from those of another.
type Look struct {
	// Vendor is the name in the head of each page.
	Vendor string
	// Accent is the colour of buttons and links, in CSS.
	Accent string
	// Username and Password are what the fake takes, for the note at the foot. Label is what the
	// vendor calls the former.
	Username, Password, Label string
}

// NewPages parses a fake's templates. Each one is a page that begins with
// {{template "top" .}} and ends with {{template "bottom" .}}.
func NewPages(look Look, templates string) *Pages {
	sheet := ":root{--accent:" + look.Accent + "}" + stylesheet
	parsed, err := template.New("").Funcs(template.FuncMap{
		"look":  func() Look { return look },
		"style": func() template.CSS { return template.CSS(sheet) }, //nolint:gosec // of constants
	}).Parse(frame + templates)
	hash := sha256.Sum256([]byte(sheet))
	// There is no form-action: Chromium would block the redirect to the program after a form.
	return &Pages{templates: parsed, fault: err, policy: "default-src 'none'; img-src data:; base-uri 'none'; " +
		"frame-ancestors 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'"}
}

// Show answers with a page. Nobody may keep it, frame it or learn its address.
func (p *Pages) Show(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	err := p.fault
	if err == nil {
		err = p.templates.ExecuteTemplate(&page, name, data)
	}
	if err != nil {
		http.Error(w, "the page "+name+" cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	Private(w)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", p.policy)
	w.Header().Set("X-Frame-Options", "DENY")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // a browser that left needs no page
}

// Redirect sends the browser on. The address is not written into a body.
func Redirect(w http.ResponseWriter, location string) {
	Private(w)
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusFound)
}

// Private marks an answer that nobody may keep, and whose address stays secret.
func Private(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
}

// frame is the top and the bottom of each page. The elements are closed as in XML, so that
// ReadPage can read them.
const frame = `
{{- define "top" -}}
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex"/>
<title>{{.Title}} · fake {{look.Vendor}}</title>
<link rel="icon" href="data:,"/>
<style>{{style}}</style>
</head>
<body>
<header><strong>{{look.Vendor}}</strong><span>fake for tests</span></header>
<main>
<h1>{{.Title}}</h1>
{{with .Lead}}<p>{{.}}</p>{{end}}
{{with .Alert}}<p class="alert" role="alert">{{.}}</p>{{end}}
{{- end}}
{{- define "bottom" -}}
</main>
<footer>
<p>This is not {{look.Vendor}}. It is a fake for tests, and it knows one person:</p>
<dl>
<dt>{{look.Label}}</dt><dd><code>{{look.Username}}</code></dd>
<dt>Password</dt><dd><code>{{look.Password}}</code></dd>
</dl>
</footer>
</body>
</html>
{{- end}}
{{- define "credentials"}}
<label for="username">{{look.Label}}</label>
<input id="username" name="username" type="text" value="{{.Username}}" autocomplete="username" autofocus="autofocus" required="required"/>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required="required"/>
{{- end}}
`

const stylesheet = `*{box-sizing:border-box}
html{color-scheme:light;font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:#1d2530;background:#eef1f5}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:2rem 1rem;border-top:.375rem solid var(--accent)}
header,main,footer{width:100%;max-width:27rem}
header{display:flex;align-items:center;justify-content:space-between;margin-bottom:1rem}
header strong{font-size:1.5rem;letter-spacing:-.02em;color:var(--accent)}
header span{font-size:.75rem;font-weight:600;text-transform:uppercase;letter-spacing:.05em;color:#7a4b00;background:#ffe9b8;border-radius:99rem;padding:.2rem .75rem}
main>:last-child{margin-bottom:0}
main{background:#fff;border:1px solid #d9dfe7;border-radius:.75rem;padding:2rem;box-shadow:0 1px 2px #10203014,0 8px 24px #1020300f}
h1{font-size:1.375rem;line-height:1.25;margin:0 0 .75rem;overflow-wrap:anywhere;text-wrap:balance}
p{margin:0 0 1rem;overflow-wrap:anywhere}
.alert{background:#fdecea;color:#8c1d18;border:1px solid #f5c6c2;border-radius:.5rem;padding:.625rem .875rem}
label{display:block;font-weight:600;font-size:.875rem;margin-bottom:.25rem}
input{width:100%;font:inherit;color:inherit;padding:.5rem .75rem;border:1px solid #8a96a6;border-radius:.5rem;background:#fff;margin-bottom:1rem}
button{font:inherit;font-weight:600;padding:.5rem 1.25rem;border-radius:.5rem;border:1px solid var(--accent);background:var(--accent);color:#fff;cursor:pointer;flex:1}
button.second{background:#fff;color:var(--accent)}
button:hover{filter:brightness(.94)}
input:focus-visible,button:focus-visible{outline:3px solid color-mix(in srgb,var(--accent) 45%,white);outline-offset:1px}
.buttons{display:flex;gap:.75rem;margin-top:.5rem}
ul{list-style:none;margin:0 0 1.25rem;padding:0;border:1px solid #d9dfe7;border-radius:.5rem}
li{padding:.625rem .875rem;border-top:1px solid #d9dfe7}
li:first-child{border-top:0}
li code{display:block;color:#566273;font-size:.8125rem}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{font-size:.8125rem;color:#4a5565;margin-top:1.25rem}
footer p{margin-bottom:.375rem}
dl{margin:0;display:grid;grid-template-columns:auto 1fr;gap:.125rem .75rem}
dd{margin:0}
@media (max-width:24rem){main{padding:1.25rem}}`
