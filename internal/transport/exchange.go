package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/oauthclients/oauthclients/internal/ctxerr"
	"github.com/oauthclients/oauthclients/internal/flight"
)

// This file sends one attempt and reads what comes, up to its end.

// exchanged is an answer whose body was read.
type exchanged struct {
	response *http.Response
	body     []byte
	broken   error
}

// exchange ends with ctx. The transports of net/http see to that themselves. Any other is the user's
// own: it may hang, its body too, and it may panic, in a goroutine of ours for all it knows.
func (t *Transport) exchange(ctx context.Context, request *http.Request) (exchanged, error) {
	if !t.foreign {
		response, err := send(t.base, request)
		if err != nil {
			return exchanged{}, err
		}
		body, broken := readAnswer(response)
		return exchanged{response, body, broken}, nil
	}
	ctx, stop := lingering(ctx)
	defer stop()
	response, err := flight.Apart(ctx, func() (*http.Response, error) { return send(t.base, request) }, drop) //nolint:bodyclose // readApart closes it
	if err != nil {
		return exchanged{}, err
	}
	body, broken := readApart(ctx, response)
	return exchanged{response, body, broken}, nil
}

// grace is how long a transport that notices the end of its context has to come back by itself: an
// answer that it brings then counts.
const grace = 50 * time.Millisecond

// lingering is a context that ends a little after ctx, for the same reason.
func lingering(ctx context.Context) (context.Context, func()) {
	later, end := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { end(ctxerr.Of(ctx)) })
	})
	return later, func() {
		stop()
		end(nil)
	}
}

func send(base http.RoundTripper, request *http.Request) (*http.Response, error) {
	response, err := base.RoundTrip(request)
	if err == nil && response == nil {
		err = errors.New("the RoundTripper gave neither an answer nor an error")
	}
	return response, err
}

// drop is for an answer that comes when nobody waits for it any more.
func drop(response *http.Response) {
	if response != nil && response.Body != nil {
		_ = response.Body.Close()
	}
}

// readApart gives a body up when ctx ends, with what had come by then.
func readApart(ctx context.Context, r *http.Response) ([]byte, error) {
	if r.StatusCode < http.StatusOK || r.Body == nil {
		return readAnswer(r)
	}
	var came partly
	body := r.Body // the answer goes on its way while somebody may still read here
	_, err := flight.Apart(ctx, func() (struct{}, error) {
		_, err := io.Copy(&came, io.LimitReader(body, MaxBody+1))
		if closeErr := body.Close(); err == nil {
			err = closeErr
		}
		return struct{}{}, err
	}, nil)
	return capped(came.soFar(), err)
}

// partly is what has come of a body so far.
type partly struct {
	mu   sync.Mutex
	text []byte
}

func (p *partly) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = append(p.text, text...)
	return len(text), nil
}

// soFar stays as it is: what comes later is appended behind it.
func (p *partly) soFar() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clip(p.text)
}

// errTooLarge marks an answer that was cut at MaxBody.
var errTooLarge = errors.New("the answer is larger than 10 MiB")

// maxTrusted is how much room is made for an answer because it says that it is so large.
const maxTrusted = 1 << 20

// readAnswer reads no body of an answer below 200. That of 101 (Switching Protocols) is the
// connection itself, which nobody asked for and which never ends.
func readAnswer(r *http.Response) ([]byte, error) {
	if r.StatusCode < http.StatusOK && r.Body != nil {
		return nil, r.Body.Close()
	}
	return readAll(r)
}

func readAll(r *http.Response) ([]byte, error) {
	if r.Body == nil { // net/http.Client lets a RoundTripper leave it out
		return nil, nil
	}
	var text bytes.Buffer
	if r.ContentLength > 0 {
		text.Grow(int(min(r.ContentLength, maxTrusted)) + bytes.MinRead) // or it would grow to find the end
	}
	_, err := text.ReadFrom(io.LimitReader(r.Body, MaxBody+1))
	if closeErr := r.Body.Close(); err == nil {
		err = closeErr
	}
	return capped(text.Bytes(), err)
}

func capped(body []byte, err error) ([]byte, error) {
	if len(body) > MaxBody {
		return body[:MaxBody], errTooLarge
	}
	return body, err
}
