package redact

import (
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
)

// This file cleans errors, and decides what of them may still be reached.

// Error returns err with a text that is cleaned like Text, if its text or that of anything below
// it has a secret in it. errors.Is still finds all that is below it. errors.As finds what is clean
// itself and has nothing below it that is not; whether it was a timeout is always told.
func Error(err error, values []string) error {
	if err == nil {
		return nil
	}
	s := search{finder: newFinder(values, false)}
	if s.isClean(err) {
		return err
	}
	clean := errors.Join(s.clean...)
	cleaned := scrubbedError{s.text(err), &err, &clean}
	var network net.Error
	if errors.As(err, &network) {
		return scrubbedNetError{cleaned, &network}
	}
	return cleaned
}

// search goes through an error and what is below it.
type search struct {
	finder *finder
	clean  []error // from the outermost on
}

func (s *search) text(err error) string {
	text := err.Error()
	return string(replaced([]byte(text), s.finder.find(text, layers)))
}

// isClean tells whether neither an error nor anything below it has a secret in its text, and keeps
// the outermost ones of which that is true.
func (s *search) isClean(err error) bool {
	kept := len(s.clean)
	clean := s.text(err) == err.Error()
	for _, below := range unwrapped(err) {
		if below != nil {
			clean = s.isClean(below) && clean
		}
	}
	if clean {
		s.clean = append(s.clean[:kept], err)
	}
	return clean
}

// unwrapped are the errors right below one. What was cleaned before tells no more than it did.
func unwrapped(err error) []error {
	switch err := err.(type) { //nolint:errorlint // this is what errors.Is and errors.As do
	case scrubbedNetError:
		return []error{*err.clean}
	case scrubbedError:
		return []error{*err.clean}
	case interface{ Unwrap() error }:
		return []error{err.Unwrap()}
	case interface{ Unwrap() []error }:
		return err.Unwrap()
	}
	return nil
}

// scrubbedError points at what is below it: fmt follows no pointer to an interface, also not
// where it prints unexported fields without asking their methods. It has no Unwrap, since there
// are programs that log every error of a chain; who looks for a certain one finds it.
type scrubbedError struct {
	text  string
	inner *error
	clean *error // what of it is clean, nil if nothing is
}

func (e scrubbedError) Error() string        { return e.text }
func (e scrubbedError) Is(target error) bool { return errors.Is(*e.inner, target) }

// As finds what is clean. It asks no method As of others, which could come up with anything.
func (e scrubbedError) As(target any) bool {
	into := reflect.ValueOf(target).Elem()
	found := ofType(*e.clean, into.Type())
	if found == nil {
		return false
	}
	into.Set(reflect.ValueOf(found))
	return true
}

// ofType is err, or the first error below it that has a type.
func ofType(err error, wanted reflect.Type) error {
	if err == nil || reflect.TypeOf(err).AssignableTo(wanted) {
		return err
	}
	for _, below := range unwrapped(err) {
		if found := ofType(below, wanted); found != nil {
			return found
		}
	}
	return nil
}

// Format keeps %#v and the like from printing what was scrubbed.
func (e scrubbedError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

// scrubbedNetError is one of the network. Who asks for a net.Error wants to know whether it was a
// timeout, not what it says.
type scrubbedNetError struct {
	scrubbedError
	network *net.Error
}

func (e scrubbedNetError) Timeout() bool { return (*e.network).Timeout() }

// Temporary is part of net.Error.
func (e scrubbedNetError) Temporary() bool {
	return (*e.network).Temporary() //nolint:staticcheck // whoever asks knows that it is deprecated
}
