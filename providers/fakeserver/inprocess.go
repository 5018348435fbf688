package fakeserver

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"syscall"
)

// This file carries a request to the server without a socket.

// inProcess is the transport of Server.HTTPClient. It behaves like a connection as far as its
// caller can see: it ends with the request's context and reports to httptrace.
type inProcess struct{ server *Server }

func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	served, err := serverSide(r)
	if err != nil {
		return nil, err
	}
	trace := httptrace.ContextClientTrace(r.Context())
	if trace != nil && trace.GetConn != nil {
		trace.GetConn(r.URL.Host)
	}
	fault := t.server.nextFault(served)
	if fault != nil && fault.Refuse {
		wait(r.Context(), fault.Delay)
		return nil, refusal(r)
	}
	if trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	return t.exchange(r, served, fault)
}

// refusal is what net/http says where nobody listens.
func refusal(r *http.Request) error {
	if err := r.Context().Err(); err != nil {
		return err
	}
	return &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
}

// exchange serves in a goroutine of its own, so that the caller can leave.
func (t inProcess) exchange(r, served *http.Request, fault *Fault) (*http.Response, error) {
	recorder := newRecorder()
	done := make(chan error, 1)
	go func() { done <- t.serve(recorder, served, fault) }()
	select {
	case err := <-done:
		if err != nil {
			return nil, err
		}
		return recorder.response(r), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

func (t inProcess) serve(recorder *recorder, r *http.Request, fault *Fault) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if cause != http.ErrAbortHandler { //nolint:errorlint // a panic value, not an error chain
				panic(cause) //nolint:forbidigo // a bug in a handler must not look like a fault
			}
			err = errNoAnswer
		}
	}()
	t.server.serve(recorder, r, fault)
	return nil
}

// serverSide is the request as a server sees it, with a body of its own. It reads and closes
// the caller's body in any case, as a RoundTripper must.
func serverSide(r *http.Request) (*http.Request, error) {
	var body []byte
	var err error
	if r.Body != nil {
		body, err = io.ReadAll(r.Body)
		err = errors.Join(err, r.Body.Close())
	}
	if err = errors.Join(r.Context().Err(), err); err != nil {
		return nil, err
	}
	served := r.Clone(r.Context())
	if served.URL.Path == "" {
		served.URL.Path = "/"
	}
	served.RequestURI = served.URL.RequestURI()
	served.Host = r.URL.Host
	served.RemoteAddr = "127.0.0.1:0"
	served.Body = io.NopCloser(bytes.NewReader(body))
	return served, nil
}

// recorder is a ResponseWriter that keeps the answer.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the status was written; later headers are lost
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}} }

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(p)
}

func (r *recorder) response(request *http.Request) *http.Response {
	r.WriteHeader(http.StatusOK)
	length := int64(r.body.Len())
	if request.Method == http.MethodHead {
		r.body.Reset()
	}
	return &http.Response{
		Status: strconv.Itoa(r.status) + " " + http.StatusText(r.status), StatusCode: r.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.sent, Body: io.NopCloser(&r.body), ContentLength: length,
		Request: request,
	}
}
