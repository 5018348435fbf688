package oauthclients

import (
	"fmt"
	"io"
)

// This file keeps what a driver and the core hand each other from showing its secrets: a driver
// may print or log it, and then it says what it is, and no more.

func (r Record) text() string { return "oauthclients.Record{" + redacted + "}" }

// Format keeps a record, whose Raw has the secrets, from being printed.
func (r Record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (r Record) MarshalText() ([]byte, error) { return []byte(r.text()), nil }

func (c Call) text() string {
	return fmt.Sprintf("oauthclients.Call{Operation: %q, Method: %q, %s}", c.Operation, c.Method, redacted)
}

// Format keeps a call, whose path, query, header and body may hold secrets, from being printed.
func (c Call) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (c Call) MarshalText() ([]byte, error) { return []byte(c.text()), nil }

func (r Response) text() string {
	return fmt.Sprintf("oauthclients.Response{Status: %d, %s}", r.Status, redacted)
}

// Format keeps an answer, which may hold secrets, from being printed.
func (r Response) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (r Response) MarshalText() ([]byte, error) { return []byte(r.text()), nil }
