package redact

import (
	"bytes"
	"encoding/json"
	"io"
)

// This file takes secrets out of a JSON document that is whole, so that the rest stays JSON.

// WithoutSecrets returns the JSON document without the members that are named like a secret,
// at any depth. Order and numbers stay as they are. A text that is not JSON gives nil: what
// cannot be read cannot be cleaned.
func WithoutSecrets(document json.RawMessage) json.RawMessage {
	if len(document) == 0 {
		return nil
	}
	w := walker{in: json.NewDecoder(bytes.NewReader(document))}
	w.in.UseNumber()
	if w.value() != nil {
		return nil
	}
	if _, err := w.in.Token(); err != io.EOF {
		return nil
	}
	return w.out.Bytes()
}

// walker copies a JSON document token by token.
type walker struct {
	in  *json.Decoder
	out bytes.Buffer
}

func (w *walker) value() error {
	token, err := w.in.Token()
	if err != nil {
		return err
	}
	switch token {
	case json.Delim('{'):
		return w.object()
	case json.Delim('['):
		return w.array()
	}
	return w.scalar(token)
}

func (w *walker) object() error {
	w.out.WriteByte('{')
	for first := true; w.in.More(); {
		token, err := w.in.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		if isSecretName(name) {
			if err := w.skip(); err != nil {
				return err
			}
			continue
		}
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		if err := w.scalar(name); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.value(); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	_, err := w.in.Token()
	return err
}

func (w *walker) array() error {
	w.out.WriteByte('[')
	for first := true; w.in.More(); first = false {
		if !first {
			w.out.WriteByte(',')
		}
		if err := w.value(); err != nil {
			return err
		}
	}
	w.out.WriteByte(']')
	_, err := w.in.Token()
	return err
}

func (w *walker) scalar(token json.Token) error {
	encoder := json.NewEncoder(&w.out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(token); err != nil {
		return err
	}
	w.out.Truncate(w.out.Len() - 1) // Encode ends with a newline
	return nil
}

func (w *walker) skip() error {
	var dropped json.RawMessage
	return w.in.Decode(&dropped)
}
