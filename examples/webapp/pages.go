package main

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"github.com/oauthclients/oauthclients/providers/sipgate"
)

// This file writes the pages. html/template escapes what is put into them.

//go:embed templates static
var files embed.FS

// view is what a template can show.
type view struct {
	Title   string
	Note    string // a line above the signed-out page
	Balance *sipgate.Balance
	ReadAt  time.Time
	Problem *problem
}

// pages are the parsed templates by the names of their files.
type pages struct {
	templates map[string]*template.Template
	log       *slog.Logger
}

func parsePages(log *slog.Logger) (pages, error) {
	p := pages{templates: map[string]*template.Template{}, log: log}
	for _, name := range []string{"signedout", "balance", "problem"} {
		page, err := template.ParseFS(files, "templates/base.html", "templates/"+name+".html")
		if err != nil {
			return p, err
		}
		p.templates[name] = page
	}
	return p, nil
}

func (p pages) signedOut(w http.ResponseWriter, note string) {
	p.write(w, http.StatusOK, "signedout", view{Title: "Sign in", Note: note})
}

func (p pages) balance(w http.ResponseWriter, b *sipgate.Balance, at time.Time) {
	p.write(w, http.StatusOK, "balance", view{Title: "Your balance", Balance: b, ReadAt: at.UTC()})
}

func (p pages) noBalance(w http.ResponseWriter, why problem) {
	p.write(w, why.Status, "balance", view{Title: why.Title, Problem: &why})
}

func (p pages) problem(w http.ResponseWriter, what problem) {
	p.write(w, what.Status, "problem", view{Title: what.Title, Problem: &what})
}

// write sends a page that is complete, or an error.
func (p pages) write(w http.ResponseWriter, status int, name string, v view) {
	var page bytes.Buffer
	if err := p.templates[name].ExecuteTemplate(&page, "base.html", v); err != nil {
		p.log.Error("a page could not be written", "page", name, "error", err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // a browser that left needs no page
}

// static serves the stylesheet and the icon, the same to everybody.
func static() http.Handler {
	files := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=3600")
		files.ServeHTTP(w, r)
	})
}
