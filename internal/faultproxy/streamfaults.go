package faultproxy

import (
	"net/http/httptest"

	"golang.org/x/net/http2"
)

// This file holds the faults that only HTTP/2 has.

// Codes returns every error code of RFC 9113 section 7.
func Codes() []Code {
	var all []Code
	for code := http2.ErrCodeNo; code <= http2.ErrCodeHTTP11Required; code++ {
		all = append(all, code)
	}
	return all
}

// Moment is how far a request has come.
type Moment int

const (
	// HeadersRead is between the request's headers and its body.
	HeadersRead Moment = iota
	// RequestRead is when the request has arrived, before the server sees it.
	RequestRead
	// RequestExecuted is when the server has done what was asked, before it answers.
	RequestExecuted
	// HalfAnswered is in the middle of the answer's body, or behind its headers if it has none.
	HalfAnswered
)

// ResetStream ends the stream of a request with an error code; the connection lives on.
func ResetStream(when Moment, code Code) Fault {
	return Fault{early: when == HeadersRead, serve: func(x *exchange) {
		x.reach(when)
		x.stream.abort(code)
	}}
}

// CutStream ends the connection, and with it all other requests on it.
func CutStream(when Moment, reset bool) Fault {
	return Fault{early: when == HeadersRead, serve: func(x *exchange) {
		x.reach(when)
		x.cut(reset)
	}}
}

// reach does of a request and its answer what comes before a moment.
func (x *exchange) reach(when Moment) {
	switch when {
	case RequestExecuted:
		x.execute()
	case HalfAnswered:
		x.firstHalf()
	case HeadersRead, RequestRead:
	}
}

// Leave is how a server says that it takes no further requests (RFC 9113 section 6.8).
type Leave struct {
	Code Code
	// Last says which requests the server claims to have looked at.
	Last Last
	// Executed says whether it has done what was asked, whatever it claims. To answer it must have.
	Executed bool
	// Then is what comes after that.
	Then Then
}

// Last is the last request that a server claims to have looked at.
type Last int

const (
	// LastNone is the number 0: it has looked at none, not even at earlier ones.
	LastNone Last = iota
	// LastBefore is the one before.
	LastBefore
	// LastThis is the request itself.
	LastThis
)

// Then is what a server does that has said that it leaves.
type Then int

const (
	// ThenNothing leaves the connection to the client.
	ThenNothing Then = iota
	// ThenAnswer answers the request.
	ThenAnswer
	// ThenClose ends the connection in good order.
	ThenClose
	// ThenReset resets it.
	ThenReset
)

// GoAway is a server that leaves.
func GoAway(l Leave) Fault {
	return Fault{serve: func(x *exchange) {
		var answer *httptest.ResponseRecorder
		if l.Executed || l.Then == ThenAnswer {
			answer = x.execute()
		}
		x.stream.goAway(x.stream.last(l.Last), l.Code)
		switch l.Then {
		case ThenClose, ThenReset:
			x.cut(l.Then == ThenReset)
		case ThenAnswer:
			x.pass(answer)
		case ThenNothing:
			x.stream.over = true
		}
	}}
}

// last is the number that stands for a request.
func (s *stream) last(l Last) uint32 {
	switch l {
	case LastThis:
		return s.id
	case LastBefore:
		return max(s.id, 2) - 2
	case LastNone:
	}
	return 0
}

// DieUnasked ends an open connection before its first request has arrived.
func DieUnasked(reset bool) Fault {
	if reset {
		return Fault{door: dyingDoor}
	}
	return Fault{door: endingDoor}
}
