package transport_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/oauthclients/oauthclients/internal/transport"
)

// This file holds what the tests of this package share: a server inside the process, so that
// testing/synctest can turn the clock, and requests for it.

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	target = "https://api.example.test/v1/clients?cursor=c-0001"

	minWait = 500 * time.Millisecond
	maxWait = 70 * time.Second
)

// rule is one row of the retry table together with a method that it is for.
type rule struct {
	method string
	repeat transport.Repeat
}

// rules are all rows; the name says what the request stands for.
func rules() map[string]rule {
	return map[string]rule{
		"GET":    {http.MethodGet, transport.Read},
		"PUT":    {http.MethodPut, transport.Write},
		"DELETE": {http.MethodDelete, transport.Write},
		"create": {http.MethodPost, transport.Once},
		"code":   {http.MethodPost, transport.Code},
	}
}

func (r rule) request() *transport.Request {
	request := &transport.Request{
		Provider: "example", Operation: "Verb", Method: r.method, URL: target, Repeat: r.repeat,
		Gate: r.method, Limited: true, Header: http.Header{"Accept": {"application/json"}},
	}
	if r.method == http.MethodPost || r.method == http.MethodPut {
		request.Body = []byte(`{"name":"Order desk"}`)
	}
	return request
}

func get() *transport.Request { return rules()["GET"].request() }

func create() *transport.Request { return rules()["create"].request() }

// answer is what the server does with one request.
type answer func(r *http.Request) (*http.Response, error)

// server answers inside the process: the first request with the first answer, the last answer
// again for all that follow.
type server struct {
	answers []answer

	mu       sync.Mutex
	arrivals []arrival
	active   int
	busiest  int // most requests at the same time
}

// arrival is one request that reached the server.
type arrival struct {
	at     time.Time
	method string
	header http.Header
	body   string
}

func serve(answers ...answer) *server { return &server{answers: answers} }

func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		_ = r.Body.Close()
	}
	n := s.enter(arrival{time.Now(), r.Method, r.Header.Clone(), string(body)})
	defer s.exit()
	return s.answers[min(n, len(s.answers)-1)](r)
}

func (s *server) enter(a arrival) (index int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals = append(s.arrivals, a)
	s.active++
	s.busiest = max(s.busiest, s.active)
	return len(s.arrivals) - 1
}

func (s *server) exit() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.arrivals)
}

func (s *server) seen() []arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]arrival(nil), s.arrivals...)
}

// gap is the time between the first two requests.
func (s *server) gap(t *testing.T) time.Duration {
	t.Helper()
	seen := s.seen()
	require.Len(t, seen, 2)
	return seen[1].at.Sub(seen[0].at)
}

// status answers with a status, header fields as name, value pairs, and a small body.
func status(code int, header ...string) answer {
	return func(r *http.Request) (*http.Response, error) { return reply(r, code, "{}", header...), nil }
}

func reply(r *http.Request, code int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Add(header[i], header[i+1])
	}
	return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}
}

// fails answers with an error.
func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs leaves when the request is given up.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// after takes its time for an answer.
func after(d time.Duration, next answer) answer {
	return func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(d):
			return next(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
}

// over returns a transport to the server that tries three times.
func over(s http.RoundTripper, change ...func(*transport.Options)) *transport.Transport {
	options := transport.Options{
		HTTPClient: &http.Client{Transport: s},
		Policy:     transport.Policy{MaxAttempts: 3, MinWait: minWait, MaxWait: maxWait},
	}
	for _, c := range change {
		c(&options)
	}
	return transport.New(options)
}

func attempts(n int) func(*transport.Options) {
	return func(o *transport.Options) { o.Policy.MaxAttempts = n }
}

// start sends a request from a goroutine of its own.
func start(ctx context.Context, tr *transport.Transport, r *transport.Request) <-chan *transport.Outcome {
	outcome := make(chan *transport.Outcome, 1)
	go func() { outcome <- tr.Do(ctx, r) }()
	return outcome
}

// pass lets virtual time go by.
func pass(d time.Duration) { <-time.After(d) }
