package faultproxy

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"golang.org/x/net/http2"
)

// This file holds one request and its answer on a connection of HTTP/2.

// stream is a request and, for what passes an answer on, an [http.ResponseWriter]. Its reader
// fills body until whole is closed.
type stream struct {
	session *session
	id      uint32
	body    bytes.Buffer
	whole   chan struct{}
	leave   context.CancelFunc // the caller is gone

	header http.Header
	begun  bool // the answer's headers are written
	over   bool // nothing more is to be written
}

// frameSize is how large a frame may be that no setting has allowed to be larger (RFC 9113
// section 6.5.2).
const frameSize = 16 << 10

// serve waits for the request's end, and for less if its fault comes before that.
func (s *stream) serve(x *exchange) {
	defer s.leave()
	fault := x.proxy.faultOf(x.r, true)
	if fault == nil || !fault.early {
		select {
		case <-s.whole:
		case <-x.r.Context().Done():
			return
		}
		if s.body.Len() > 0 {
			x.r.Body = io.NopCloser(bytes.NewReader(s.body.Bytes()))
		}
	}
	x.meet(fault)
	if x.r.Context().Err() == nil {
		s.finish()
	}
}

// receive takes a part of the body.
func (s *stream) receive(p []byte, last bool) {
	s.body.Write(p)
	if last {
		close(s.whole)
	}
}

// Header implements [http.ResponseWriter].
func (s *stream) Header() http.Header { return s.header }

// WriteHeader implements [http.ResponseWriter]: below 200 it is not the answer yet.
func (s *stream) WriteHeader(status int) {
	if s.begun || s.over {
		return
	}
	s.begun = status >= http.StatusOK
	_ = s.session.headers(s.id, status, s.header, false) // a caller that left needs no answer
}

// Write implements [http.ResponseWriter].
func (s *stream) Write(p []byte) (int, error) {
	s.WriteHeader(http.StatusOK)
	if s.over {
		return 0, http.ErrHandlerTimeout
	}
	for rest := p; len(rest) > 0; {
		n := min(len(rest), frameSize)
		if err := s.data(rest[:n], false); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}

// Flush implements [http.Flusher]: every frame is on its way already.
func (s *stream) Flush() {}

func (s *stream) data(p []byte, last bool) error {
	return s.session.write(func() error { return s.session.framer.WriteData(s.id, last, p) })
}

// finish ends the answer.
func (s *stream) finish() {
	s.WriteHeader(http.StatusOK)
	if !s.over {
		_ = s.data(nil, true) // a caller that left needs no end
	}
	s.over = true
}

// abort ends the stream (RFC 9113 section 6.4).
func (s *stream) abort(code Code) {
	s.over = true
	_ = s.session.write(func() error { return s.session.framer.WriteRSTStream(s.id, code) }) // as above
}

// goAway says that no stream after last was looked at (RFC 9113 section 6.8).
func (s *stream) goAway(last uint32, code Code) {
	s.session.leaves(last)
	_ = s.session.write(func() error { return s.session.framer.WriteGoAway(last, code, nil) }) // as above
}

// Code is an error code of HTTP/2.
type Code = http2.ErrCode
