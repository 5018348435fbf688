package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// This file watches what net/http does below one attempt. Over HTTP/2 it sends a request again by
// itself when the server resets the stream with PROTOCOL_ERROR or REFUSED_STREAM, or says GOAWAY:
// without a limit, and also one that the server has executed. Whether a request may be repeated is
// decided in retry.go alone.

// errGivenUp stands for the stream's own error, which net/http drops for its repetition.
var errGivenUp = errors.New("the HTTP/2 stream was given up by the server after the request was sent")

// watch is what one attempt is seen to do. Hooks may be called when the attempt is over, so that
// each attempt has one of its own.
type watch struct {
	trace httptrace.ClientTrace
	end   context.CancelFunc // ends the attempt

	asked    atomic.Bool // for a connection
	got      atomic.Bool // a connection
	http2    atomic.Bool // it speaks HTTP/2
	wrote    atomic.Bool // the request's header, on it
	repeated atomic.Bool // net/http was about to send the request again
}

// watched returns a context under which an attempt is watched; nil for one that needs none: a read
// over HTTP/1.1, which net/http repeats only on a connection that the server had closed before.
func (c *call) watched(ctx context.Context, end context.CancelFunc, request *http.Request) (context.Context, *watch) {
	plain := c.transport.isPlain(request)
	if c.request.Repeat == Read && plain {
		return ctx, nil
	}
	w := &watch{end: end}
	w.trace = httptrace.ClientTrace{GetConn: w.getConn, GotConn: w.gotConn, WroteHeaders: w.wroteHeaders}
	if !plain && (c.transport.foreign || request.URL.Scheme == "http") {
		w.trace.WroteHeaderField = w.wroteHeaderField
	}
	return httptrace.WithClientTrace(ctx, &w.trace), w
}

// isPlain is true of a request that cannot go over HTTP/2: that needs TLS, unless the transport
// was told otherwise or is not known.
func (t *Transport) isPlain(request *http.Request) bool {
	return !t.foreign && !t.plainHTTP2 && request.URL.Scheme == "http"
}

func (w *watch) getConn(string) { w.asked.Store(true) }

// gotConn is called for each stream over HTTP/2. A second one after the header went out is a
// repetition. Before net/http writes a header it looks whether the context has ended, so that the
// end that is set here comes in time.
func (w *watch) gotConn(info httptrace.GotConnInfo) {
	w.got.Store(true)
	if w.wrote.Load() && w.http2.Load() {
		w.repeated.Store(true)
		w.end()
		return
	}
	if secure, ok := info.Conn.(*tls.Conn); ok && secure.ConnectionState().NegotiatedProtocol == "h2" {
		w.http2.Store(true)
	}
}

// wroteHeaderField knows HTTP/2 by its pseudo-header fields (RFC 9113 section 8.3), where the
// connection does not tell.
func (w *watch) wroteHeaderField(name string, _ []string) {
	if strings.HasPrefix(name, ":") {
		w.http2.Store(true)
	}
}

func (w *watch) wroteHeaders() { w.wrote.Store(true) }

// failure is what an attempt failed with.
func (w *watch) failure(err error) error {
	if w != nil && w.repeated.Load() {
		return errGivenUp
	}
	return err
}

// hasTold reports whether the transport speaks to httptrace at all.
func (w *watch) hasTold() bool { return w != nil && w.asked.Load() }
