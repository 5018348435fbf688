package faultproxy

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// This file holds one connection of HTTP/2 at the server's side, frame by frame. It knows no flow
// control for what it writes: no answer of a test is as large as a client's window.

// window is how much a client may send before anybody has read it.
const window = 1 << 30

// session is one connection. Its reader writes nothing: over a pipe a write waits for a read, and
// two ends that only write would wait for each other.
type session struct {
	proxy *Proxy
	conn  *tls.Conn
	in    *bufio.Reader

	writing sync.Mutex // from the first byte of a frame to the last
	out     *bufio.Writer
	framer  *http2.Framer
	packed  bytes.Buffer // a block of headers
	packer  *hpack.Encoder

	// What the server has begun it ends before the connection does, or before it says that it
	// leaves; after that it begins nothing. So a caller whose connection has ended finds at the
	// server what is there to stay.
	working sync.RWMutex
	last    uint32 // the last stream whose request is executed

	mu      sync.Mutex
	streams map[uint32]*stream // those that are not over
	leaving bool
}

func (s *session) prepare() {
	s.last = math.MaxUint32
	s.framer = http2.NewFramer(s.out, s.in)
	s.framer.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	s.packer = hpack.NewEncoder(&s.packed)
}

// serve reads frames until the connection ends.
func (s *session) serve() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	// No other frame may come before these (RFC 9113 section 3.4).
	err := s.write(func() error {
		if err := s.framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: window}); err != nil {
			return err
		}
		return s.framer.WriteWindowUpdate(0, window)
	})
	for err == nil {
		var frame http2.Frame
		if frame, err = s.framer.ReadFrame(); err == nil {
			s.take(ctx, frame)
		}
	}
}

// take does what a frame of the client asks for.
func (s *session) take(ctx context.Context, frame http2.Frame) {
	switch frame := frame.(type) {
	case *http2.MetaHeadersFrame:
		s.begin(ctx, frame)
	case *http2.DataFrame:
		if stream := s.find(frame.StreamID); stream != nil {
			stream.receive(frame.Data(), frame.StreamEnded())
		}
	case *http2.RSTStreamFrame:
		if stream := s.find(frame.StreamID); stream != nil {
			stream.leave()
		}
	case *http2.SettingsFrame:
		if !frame.IsAck() {
			s.aside(s.framer.WriteSettingsAck)
		}
	case *http2.PingFrame:
		if data := frame.Data; !frame.IsAck() {
			s.aside(func() error { return s.framer.WritePing(true, data) })
		}
	}
}

// begin starts a request, whose headers have arrived.
func (s *session) begin(ctx context.Context, frame *http2.MetaHeadersFrame) {
	ctx, leave := context.WithCancel(ctx)
	r, err := request(frame)
	if err != nil {
		leave()
		return // net/http writes no such thing
	}
	begun := &stream{session: s, id: frame.StreamID, leave: leave, whole: make(chan struct{}), header: http.Header{}}
	s.keep(begun)
	x := &exchange{proxy: s.proxy, w: begun, r: r.WithContext(ctx), number: s.proxy.arrived(r), stream: begun}
	begun.receive(nil, frame.StreamEnded())
	s.proxy.sessions.all.Go(func() { //nolint:contextcheck // the context is the request's
		defer s.drop(begun.id)
		begun.serve(x)
	})
}

// works begins the work on a request, and reports whether there is any.
func (s *session) works(id uint32) bool {
	s.working.RLock()
	return id <= s.last
}

// leaves ends the work on requests after last.
func (s *session) leaves(last uint32) {
	s.working.Lock()
	defer s.working.Unlock()
	s.last = min(s.last, last)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaving = true
}

func (s *session) find(id uint32) *stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.streams[id]
}

func (s *session) keep(begun *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.streams[begun.id] = begun
}

// drop forgets a stream that is over. With its last one the connection of a server that leaves ends:
// net/http does not always end it.
func (s *session) drop(id uint32) {
	s.mu.Lock()
	delete(s.streams, id)
	done := s.leaving && len(s.streams) == 0
	s.mu.Unlock()
	if done {
		_ = s.conn.Close() // it may have ended already
	}
}

// request is that of net/http for a block of headers (RFC 9113 section 8.3.1).
func request(frame *http2.MetaHeadersFrame) (*http.Request, error) {
	address, err := url.ParseRequestURI(frame.PseudoValue("path"))
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: frame.PseudoValue("method"), URL: address, RequestURI: frame.PseudoValue("path"), Host: frame.PseudoValue("authority"),
		Proto: "HTTP/2.0", ProtoMajor: 2, Header: http.Header{}, Body: http.NoBody,
	}
	for _, field := range frame.RegularFields() {
		r.Header.Add(field.Name, field.Value)
	}
	r.ContentLength, err = strconv.ParseInt(r.Header.Get("Content-Length"), 10, 64)
	if err != nil {
		r.ContentLength = 0 // of a request without a body
	}
	return r, nil
}

// write writes frames, all or none of which another goroutine's can be between.
func (s *session) write(frames func() error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return errors.Join(frames(), s.out.Flush())
}

// aside is write for the reader, which must not wait for it.
func (s *session) aside(frames func() error) {
	s.proxy.sessions.all.Go(func() { _ = s.write(frames) }) // a connection that is over ends the reader too
}

// headers writes a block of headers.
func (s *session) headers(id uint32, status int, h http.Header, last bool) error {
	return s.write(func() error {
		s.packed.Reset()
		err := s.packer.WriteField(hpack.HeaderField{Name: ":status", Value: strconv.Itoa(status)})
		for name, values := range h {
			for _, value := range values {
				err = errors.Join(err, s.packer.WriteField(hpack.HeaderField{Name: strings.ToLower(name), Value: value}))
			}
		}
		return errors.Join(err, s.framer.WriteHeaders(http2.HeadersFrameParam{
			StreamID: id, BlockFragment: s.packed.Bytes(), EndHeaders: true, EndStream: last,
		}))
	})
}
