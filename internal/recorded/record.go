// Package recorded writes down what a server with dynamic client registration answers to one series of
// requests. The series goes to real servers, whose answers are kept as files, and to the fakes that stand for
// them: a fake whose answers have another shape has drifted from what is real.
//
// The requests are made by plain HTTP: some of them the library would not send.
package recorded

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// This file says what is kept, and keeps it.

// Record is what one server answered.
type Record struct {
	Server  string `json:"server"`
	Version string `json:"version"`
	// Closed: who registers a client needs a token.
	Closed bool `json:"closed"`
	// Asked is the registration, and Scope what the sign-in asks for.
	Asked   map[string]any `json:"asked"`
	Scope   string         `json:"scope,omitempty"`
	Answers []Answer       `json:"answers"`
}

// Answer is what came back. What is new each time has a placeholder.
type Answer struct {
	Name   string `json:"name"`
	Method string `json:"method"`
	Status int    `json:"status"`
	Media  string `json:"media,omitempty"`
	// Challenge is the scheme of WWW-Authenticate, and the names of its parameters.
	Challenge string `json:"challenge,omitempty"`
	// Body is what came as JSON, and Text the beginning of what came as something else.
	Body any    `json:"body,omitempty"`
	Text string `json:"text,omitempty"`
}

// File is the name of a server's file.
func File(server string) string {
	return strings.ReplaceAll(strings.ToLower(server), " ", "-") + ".json"
}

// Read reads a file.
func Read(path string) (Record, error) {
	var r Record
	text, err := os.ReadFile(path) //nolint:gosec // a test names it
	if err != nil {
		return r, fmt.Errorf("recorded: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&r); err != nil {
		return r, fmt.Errorf("recorded: %s: %w", path, err)
	}
	return r, nil
}

// Write writes a file, of which the same answers make the same bytes.
func (r Record) Write(path string) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return fmt.Errorf("recorded: %w", err)
	}
	return os.WriteFile(path, text.Bytes(), 0o644) //nolint:gosec // it has no secrets
}
