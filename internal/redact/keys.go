package redact

import (
	"bytes"
	"encoding/json"
)

// This file knows JSON Web Keys (RFC 7517).

// WithoutPrivateKeys returns a JSON document whose keys lack the members that only their owner may have (RFC
// 7518 sections 6.2.2, 6.3.2 and 6.4.1). One without such members comes back as it is, and a text that is
// not JSON gives nil.
func WithoutPrivateKeys(document json.RawMessage) json.RawMessage {
	if len(document) == 0 {
		return nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if decoder.Decode(&value) != nil {
		return nil
	}
	if !dropPrivate(value) {
		return document
	}
	public, err := json.Marshal(value)
	if err != nil {
		return nil
	}
	return public
}

// HasPrivateKey reports whether there is a key in a JSON document with a member that only its owner may have.
func HasPrivateKey(document json.RawMessage) bool {
	var value any
	return json.Unmarshal(document, &value) == nil && dropPrivate(value)
}

// dropPrivate is true if there was something to drop.
func dropPrivate(value any) (dropped bool) {
	switch value := value.(type) {
	case []any:
		for _, entry := range value {
			dropped = dropPrivate(entry) || dropped
		}
	case map[string]any:
		if _, isKey := value["kty"].(string); isKey {
			for _, name := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
				if _, there := value[name]; there {
					delete(value, name)
					dropped = true
				}
			}
		}
		for _, inner := range value {
			dropped = dropPrivate(inner) || dropped
		}
	}
	return dropped
}
