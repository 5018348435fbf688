package faultproxy

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"time"
)

// This file holds the answers that do not come to an end. They go on until the caller leaves.

// trickle is the time between two pieces of a body.
const trickle = 10 * time.Second

// Interim answers with a status below 200 and with nothing after it (RFC 9110 section 15.2). 101
// turns the connection into one of another protocol, in which nobody says anything.
func Interim(status int, executed bool) Fault {
	return Fault{serve: func(x *exchange) {
		if executed {
			x.execute()
		}
		if x.stream != nil { // where 101 is no end either (RFC 9113 section 8.6)
			x.w.WriteHeader(status)
			<-x.r.Context().Done()
			return
		}
		conn := x.connection()
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 %d %s\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n", status, http.StatusText(status))
		_, _ = io.Copy(io.Discard, conn) // until the caller leaves
	}}
}

// Endless sends the header and half of the body, and then nothing for ever.
func Endless(executed bool) Fault { return endless(executed, false, func(io.Writer) {}) }

// Trickle is Endless with another byte every ten seconds.
func Trickle(executed bool) Fault {
	return endless(executed, false, func(w io.Writer) { _, _ = w.Write([]byte(" ")) })
}

// TrickleGzip is Trickle with a compressed body.
func TrickleGzip(executed bool) Fault {
	return endless(executed, true, func(w io.Writer) { _, _ = w.Write([]byte(" ")) })
}

func endless(executed, packed bool, more func(io.Writer)) Fault {
	return Fault{serve: func(x *exchange) {
		body := []byte(`{"id":"a","name":`)
		if executed {
			answer := x.execute()
			body = answer.Body.Bytes()[:answer.Body.Len()/2]
		}
		x.w.Header().Set("Content-Type", "application/json")
		var out io.Writer = x.w
		flush := func() { _ = http.NewResponseController(x.w).Flush() } // the caller is there, or the context ends
		if packed {
			x.w.Header().Set("Content-Encoding", "gzip")
			writer := gzip.NewWriter(x.w)
			out, flush = writer, func() {
				_ = writer.Flush() // as above
				_ = http.NewResponseController(x.w).Flush()
			}
		}
		x.w.WriteHeader(http.StatusOK)
		_, _ = out.Write(body)
		for flush(); x.waits(trickle); flush() {
			more(out)
		}
	}}
}

// waits lets time pass; it reports false as soon as the caller has left.
func (x *exchange) waits(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.r.Context().Done():
		return false
	}
}
