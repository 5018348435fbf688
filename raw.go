package oauthclients

import (
	"bytes"
	"encoding/json"

	"github.com/oauthclients/oauthclients/internal/redact"
)

// This file keeps the provider's own JSON of a client and cuts it out of its page only when
// somebody asks: decoding every entry of a page twice would nearly double the cost of List.

// rawSource points at a provider's JSON. What it points at holds secrets, so the text is two
// pointers away: fmt follows one. The text is the driver's own, and not changed by anybody.
type rawSource struct {
	doc   *rawDocument
	index int // position in the list under member; unused for a single client
}

type rawDocument struct {
	body   *json.RawMessage
	member string // the list's member in body, "" when body itself is the list
	single bool   // body is one client
}

func rawOne(body json.RawMessage) rawSource {
	if body == nil {
		return rawSource{}
	}
	return rawSource{doc: &rawDocument{body: &body, single: true}}
}

func rawPage(body json.RawMessage, member string) *rawDocument {
	if body == nil {
		return nil
	}
	return &rawDocument{body: &body, member: member}
}

func (r rawSource) cut() json.RawMessage { return redact.WithoutSecrets(r.Whole()) }

// Whole has the secrets.
func (r rawSource) Whole() json.RawMessage {
	if r.doc == nil {
		return nil
	}
	if !r.doc.single {
		return r.doc.entry(r.index)
	}
	return *r.doc.body
}

// entry is nil only for a document that the driver could not have decoded either.
func (d *rawDocument) entry(index int) json.RawMessage {
	list := *d.body
	if d.member != "" {
		var envelope map[string]json.RawMessage
		if json.Unmarshal(list, &envelope) != nil {
			return nil
		}
		list = envelope[d.member]
	}
	var entries []json.RawMessage
	if json.Unmarshal(bytes.TrimSpace(list), &entries) != nil || index >= len(entries) {
		return nil
	}
	return entries[index]
}
