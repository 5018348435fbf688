package faultproxy

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

// This file holds the faults, in the order in which a request can meet them, and the rules that
// say which request meets which.

// Fault is what goes wrong with a request.
type Fault struct {
	door  door            // for what goes wrong before there is a request
	serve func(*exchange) // for the rest
	early bool            // it comes before the request's body
}

// Rule chooses the requests that a fault befalls.
type Rule struct {
	// Method and a part of the path; "" stands for any.
	Method, Path string
	// Skip lets that many matching requests pass first.
	Skip int
	// Times is how many requests the fault befalls, 0 for all.
	Times int
}

type rule struct {
	Rule
	fault *Fault
}

// Break adds a fault. The first rule that matches a request counts.
func (p *Proxy) Break(f Fault, r Rule) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Times == 0 {
		r.Times = -1 // counted down for ever
	}
	p.rules = append(p.rules, &rule{r, &f})
}

// Choose asks choose for the fault of each request that no rule matches; nil is none. It is
// asked for one request at a time, and twice for each: before there is a connection, where only
// faults of connections count, and when the request has arrived.
func (p *Proxy) Choose(choose func(r *http.Request, arrived bool) *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.choose = choose
}

// Heal drops all faults.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules, p.choose = nil, nil
}

func (p *Proxy) faultOf(r *http.Request, arrived bool) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, rule := range p.rules {
		if rule.Times == 0 || !rule.Matches(r.Method, r.URL.EscapedPath()) || (rule.fault.serve != nil) != arrived {
			continue
		}
		if rule.Skip > 0 {
			rule.Skip--
			continue
		}
		rule.Times--
		return rule.fault
	}
	if p.choose != nil {
		return p.choose(r, arrived)
	}
	return nil
}

// Matches says whether the rule is for a request of this method and path, escapes included.
func (r Rule) Matches(method, path string) bool {
	return (r.Method == "" || r.Method == method) && strings.Contains(path, r.Path)
}

// Refuse answers as if nobody listened.
func Refuse() Fault { return Fault{door: closedDoor} }

// ResetConnection resets the connection as soon as it is there; over TLS that is in the middle
// of the handshake.
func ResetConnection() Fault { return Fault{door: resettingDoor} }

// UnknownCA shows a certificate that the client does not trust. It is for NewTLS.
func UnknownCA() Fault { return Fault{door: untrustedDoor} }

// ResetUnread resets the connection when the request was read, before the server saw it.
func ResetUnread() Fault { return Fault{serve: func(x *exchange) { x.cut(true) }} }

// ResetExecuted resets the connection when the server has done what was asked.
func ResetExecuted() Fault {
	return Fault{serve: func(x *exchange) {
		x.execute()
		x.cut(true)
	}}
}

// CloseExecuted ends the connection in good order, without the answer.
func CloseExecuted() Fault {
	return Fault{serve: func(x *exchange) {
		x.execute()
		x.cut(false)
	}}
}

// ResetInBody resets the connection in the middle of the answer's body.
func ResetInBody() Fault { return Fault{serve: func(x *exchange) { x.half(true) }} }

// CloseInBody ends the connection in the middle of the answer's body.
func CloseInBody() Fault { return Fault{serve: func(x *exchange) { x.half(false) }} }

// CloseAfterwards hands the whole answer on and ends the connection without having said so, as
// a server does that has too many idle ones. The next request may be on its way by then.
func CloseAfterwards() Fault {
	return Fault{serve: func(x *exchange) {
		answer := x.execute()
		answer.Result().Header.Set("Content-Length", strconv.Itoa(answer.Body.Len()))
		x.pass(answer)
		_ = http.NewResponseController(x.w).Flush() // the caller is there: it waits for the answer
		x.cut(false)
	}}
}

// Hang never answers; the server does not see the request.
func Hang() Fault { return Fault{serve: func(x *exchange) { <-x.r.Context().Done() }} }

// HangExecuted never answers, and the server has done what was asked.
func HangExecuted() Fault {
	return Fault{serve: func(x *exchange) {
		x.execute()
		<-x.r.Context().Done()
	}}
}

// Delay hands the request on after a while.
func Delay(d time.Duration) Fault {
	return Fault{serve: func(x *exchange) {
		if x.waits(d) {
			x.pass(x.execute())
		}
	}}
}

// Answer is an answer that is not the server's, which does not see the request.
type Answer struct {
	Status int
	Header map[string]string
	Body   string
}

// Instead answers for the server.
func Instead(a Answer) Fault { return Fault{serve: func(x *exchange) { x.pass(a.recorded()) }} }

// InsteadExecuted answers for the server, after it has done what was asked.
func InsteadExecuted(a Answer) Fault {
	return Fault{serve: func(x *exchange) {
		x.execute()
		x.pass(a.recorded())
	}}
}

func (a Answer) recorded() *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	for name, value := range a.Header {
		answer.Header().Set(name, value)
	}
	answer.WriteHeader(a.Status)
	_, _ = answer.WriteString(a.Body) // into memory
	return answer
}

// Rewrite changes the server's answer: its headers and its body, before its status is sent.
func Rewrite(change func(h http.Header, body []byte) []byte) Fault {
	return Fault{serve: func(x *exchange) {
		answer := x.execute()
		body := change(answer.Result().Header, bytes.Clone(answer.Body.Bytes()))
		answer.Body = bytes.NewBuffer(body)
		x.pass(answer)
	}}
}

// Truncate cuts the body of the server's answer in two and sends the first half as the whole.
func Truncate() Fault {
	return Rewrite(func(h http.Header, body []byte) []byte {
		h.Del("Content-Length")
		return body[:len(body)/2]
	})
}

// Gzip compresses the server's answer.
func Gzip() Fault {
	return Rewrite(func(h http.Header, body []byte) []byte {
		h.Del("Content-Length")
		h.Set("Content-Encoding", "gzip")
		var packed bytes.Buffer
		writer := gzip.NewWriter(&packed)
		_, _ = writer.Write(body) // into memory
		_ = writer.Close()
		return packed.Bytes()
	})
}

// Informational sends answers of a 1xx status before the server's (RFC 9110 section 15.2).
func Informational(statuses ...int) Fault {
	return Fault{serve: func(x *exchange) {
		for _, status := range statuses {
			x.w.WriteHeader(status)
		}
		x.pass(x.execute())
	}}
}

// cut ends the connection.
func (x *exchange) cut(reset bool) {
	if conn := x.connection(); reset {
		resetConn(conn)
	} else {
		_ = conn.Close()
	}
}

// half sends the header and half of the body, and ends the connection.
func (x *exchange) half(reset bool) {
	x.firstHalf()
	x.cut(reset)
}

// firstHalf sends the header and half of the body.
func (x *exchange) firstHalf() {
	answer := x.execute()
	body := answer.Body.Bytes()
	for name, values := range answer.Result().Header {
		x.w.Header()[name] = values
	}
	// An answer without a body has nothing to break off in: it promises one.
	x.w.Header().Set("Content-Length", strconv.Itoa(max(len(body), 2)))
	status := answer.Code
	if status == http.StatusNoContent {
		status = http.StatusOK
	}
	x.w.WriteHeader(status)
	_, _ = x.w.Write(body[:len(body)/2])
	_ = http.NewResponseController(x.w).Flush() // the caller is there: it waits for the answer
}

func (x *exchange) connection() net.Conn {
	if x.stream != nil {
		x.stream.over = true
		x.stream.session.leaves(0)
		return x.stream.session.conn
	}
	conn, _, err := http.NewResponseController(x.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) //nolint:forbidigo // net/http's way to end a connection; HTTP/1.1 has the other one
	}
	return conn
}
