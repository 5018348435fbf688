package oauthclients

import (
	"fmt"
	"io"
	"net/url"
)

// This file keeps what a driver and the core hand each other from showing its secrets: a driver
// may print, log or encode it, and then it says what it is, and no more. Encoders that ask no
// method find the tags of the fields, which leave out what may hold a secret.

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

func (p RecordPage) text() string {
	return fmt.Sprintf("oauthclients.RecordPage{Records: %d, %s}", len(p.Records), redacted)
}

// Format keeps a page, whose Body has the secrets of its clients, from being printed.
func (p RecordPage) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, p.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the secrets.
func (p RecordPage) MarshalText() ([]byte, error) { return []byte(p.text()), nil }

// text has the hosts alone: an address that nobody has checked yet may have a user and a query.
func (e Endpoints) text() string {
	host := "none"
	if base, err := url.Parse(e.BaseURL); err == nil && base.Host != "" {
		host = base.Host
	}
	return fmt.Sprintf("oauthclients.Endpoints{Host: %q, %s}", host, redacted)
}

// Format keeps addresses from being printed, which may hold a user and a query.
func (e Endpoints) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text()) }

// MarshalText implements [encoding.TextMarshaler], and so encoding/json, without the addresses.
func (e Endpoints) MarshalText() ([]byte, error) { return []byte(e.text()), nil }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (r Record) MarshalBinary() ([]byte, error) { return r.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (c Call) MarshalBinary() ([]byte, error) { return c.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (r Response) MarshalBinary() ([]byte, error) { return r.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (p RecordPage) MarshalBinary() ([]byte, error) { return p.MarshalText() }

// MarshalBinary implements [encoding.BinaryMarshaler], and so encoding/gob, without the secrets.
func (e Endpoints) MarshalBinary() ([]byte, error) { return e.MarshalText() }
