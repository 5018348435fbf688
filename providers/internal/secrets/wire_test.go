package secrets

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients"
)

// This file holds the way to a fake: it notes whatever passes that is confidential, and lets a
// test answer in the fake's place.

// wire is an http.RoundTripper. It is safe for concurrent use.
type wire struct {
	fake http.RoundTripper

	mu     sync.Mutex
	passed map[string]bool // confidential values
	log    bytes.Buffer
	answer answer
}

// answer replaces the fake's: to a request, of which dump is a copy. A nil answer leaves it to
// the fake.
type answer func(r *http.Request, dump string) *http.Response

// answers sets what is answered from now on.
func (w *wire) answers(a answer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.answer = a
}

func (w *wire) logger() *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write implements io.Writer for the log.
func (w *wire) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(line)
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	dump, err := httputil.DumpRequestOut(r, true)
	if err != nil {
		return nil, err
	}
	w.noteRequest(r, dump)
	w.mu.Lock()
	answer := w.answer
	w.mu.Unlock()
	if answer != nil {
		if response := answer(r, string(dump)); response != nil {
			response.Request = r
			return response, nil
		}
	}
	response, err := w.fake.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return response, w.noteAnswer(response)
}

// noteRequest takes the credentials out of a request.
func (w *wire) noteRequest(r *http.Request, dump []byte) {
	_, credentials, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	w.note(credentials, r.Header.Get("X-Signature"))
	if pair, err := base64.StdEncoding.DecodeString(credentials); err == nil {
		_, password, _ := strings.Cut(string(pair), ":")
		plain, _ := url.QueryUnescape(password)
		w.note(password, plain)
	}
	_, body, _ := strings.Cut(string(dump), "\r\n\r\n")
	form, err := url.ParseQuery(body)
	if err != nil || !strings.Contains(r.Header.Get("Content-Type"), "form") {
		return
	}
	for _, name := range []string{"password", "client_secret", "code", "code_verifier", "refresh_token", "token"} {
		w.note(form.Get(name))
	}
}

// issued finds the secrets in the answers of all fakes.
var issued = regexp.MustCompile(`"(?:access_token|refresh_token|id_token|client_secret|clientSecret|secret|response)" ?: ?"([^"]+)"`)

func (w *wire) noteAnswer(response *http.Response) error {
	body, err := io.ReadAll(response.Body)
	response.Body = io.NopCloser(bytes.NewReader(body))
	for _, found := range issued.FindAllSubmatch(body, -1) {
		w.note(string(found[1]))
	}
	return err
}

func (w *wire) note(values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.passed == nil {
		w.passed = map[string]bool{}
	}
	for _, value := range values {
		if value != "" {
			w.passed[value] = true
		}
	}
}

// secrets are all values that have passed so far.
func (w *wire) secrets() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Sorted(maps.Keys(w.passed))
}

// requireCleanLog looks at everything that was logged since it was last looked at.
func (w *wire) requireCleanLog(t *testing.T) {
	t.Helper()
	secrets := w.secrets()
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Contains(t, w.log.String(), `"level":"DEBUG"`)
	requireClean(t, w.log.String(), secrets)
	w.log.Reset()
}

// requireCleanError looks at what an error says: its text, its fields, its body.
func (w *wire) requireCleanError(t *testing.T, err error, about ...any) {
	t.Helper()
	text := ""
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		text += fmt.Sprintf("%v\n%+v\n%#v\n", inner, inner, inner)
	}
	var failed *oauthclients.Error
	if errors.As(err, &failed) {
		text += fmt.Sprintf("%v\n%+v\n%s", failed.LogValue(), *failed, failed.Body())
	}
	requireClean(t, text, w.secrets(), about...)
}

// requireClean reads text in the ways in which somebody can who wants to know.
func requireClean(t *testing.T, text string, secrets []string, about ...any) {
	t.Helper()
	for _, read := range readings(text) {
		for _, secret := range secrets {
			part := secret[:min(len(secret), 12)]
			if at := strings.Index(read, part); at >= 0 {
				require.Failf(t, "a secret shows", "%q: %.160q %v", part, read[max(0, at-60):], about)
			}
		}
	}
}
