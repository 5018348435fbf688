package oauthclients

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/oauthclients/oauthclients/internal/texts"
)

// This file decodes the answers of calls.

// unreadable says what is wrong with an answer, and nothing of what is in it: the decoders of the
// standard library repeat what they cannot read.
func unreadable(cause error) error {
	var wrongType *json.UnmarshalTypeError
	var number *strconv.NumError
	var date *time.ParseError
	switch {
	case errors.As(cause, &wrongType):
		return fmt.Errorf("the member %q has another type than %s", texts.Line(wrongType.Field), wrongType.Type)
	case errors.As(cause, &number):
		return fmt.Errorf("a number cannot be read: %w", number.Err)
	case errors.As(cause, &date):
		return errors.New("a time cannot be read")
	}
	return cause
}

func decode(body []byte, result any) error {
	if result == nil {
		return notAPage(body)
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return errors.New("the answer has no body")
	}
	switch own := result.(type) {
	case *json.RawMessage:
		if !json.Valid(body) {
			return errors.New("the answer is not JSON")
		}
		*own = body
		return nil
	case json.Unmarshaler: // json.Unmarshal would go over the text twice before it calls this
		return own.UnmarshalJSON(bytes.TrimSpace(body))
	}
	return json.Unmarshal(body, result)
}

// notAPage is for calls whose answer says nothing but its status. A page is not the API's answer:
// something on the way, such as a network that wants a sign-in, answered for it with 200.
func notAPage(body []byte) error {
	if looksLikeHTML(body) {
		return errors.New("no content was expected")
	}
	return nil
}
