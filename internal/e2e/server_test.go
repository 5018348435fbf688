package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// This file starts and stops the OAuth2 server that is not ours. How it is spoken to stands in
// oidc/server.mjs.

const (
	serverFolder = "../gallery/servers/oidcprovider"
	// patience is how long anything here may take that takes well below a second.
	patience = 30 * time.Second
)

// settings are what a test can choose about the server; the zero value is the strictest.
type settings struct {
	Clients            []metadata `json:"clients,omitempty"`
	RotateRefreshToken bool       `json:"rotateRefreshToken"`
	PKCERequired       bool       `json:"pkceRequired"`
	CodeSeconds        int        `json:"codeSeconds,omitempty"`
	AccessTokenSeconds int        `json:"accessTokenSeconds,omitempty"`
	ClientCredentials  bool       `json:"clientCredentials"`
	// PasswordGrant is the password that the server takes with any user name; "" leaves the
	// grant out.
	PasswordGrant          string                 `json:"passwordGrant,omitempty"`
	Registration           registration           `json:"registration"`
	RegistrationManagement registrationManagement `json:"registrationManagement"`
}

// registration is whether clients can be registered (RFC 7591), and with what.
type registration struct {
	Enabled bool `json:"enabled"`
	// InitialAccessToken is nil for everybody, a text that has to be shown, or true for a token
	// of the server's own, which server.InitialAccessToken then is.
	InitialAccessToken any `json:"initialAccessToken,omitempty"`
}

// registrationManagement is whether they can be changed (RFC 7592), and whether each change
// brings a new registration access token.
type registrationManagement struct {
	Enabled bool `json:"enabled"`
	Rotate  bool `json:"rotateRegistrationAccessToken"`
}

// metadata is one OAuth2 client by the names of RFC 7591.
type metadata map[string]any

// server is one running server.
type server struct {
	Issuer string
	// InitialAccessToken is "" unless the settings ask for one.
	InitialAccessToken string

	input   io.Writer
	answers chan string
	output  *collected
}

// startServer starts a server that ends with the test.
func startServer(t *testing.T, s settings) *server {
	t.Helper()
	ctx, kill := context.WithCancel(context.WithoutCancel(t.Context()))
	cmd := exec.CommandContext(ctx, "node", "server.mjs")
	cmd.Dir = serverFolder
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	running := &server{answers: make(chan string, 1), output: &collected{}}
	cmd.Stderr = running.output
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	answers, err := cmd.StdoutPipe()
	require.NoError(t, err)
	running.input = input
	require.NoError(t, cmd.Start())
	go running.listen(answers)
	t.Cleanup(func() {
		defer kill()
		require.NoError(t, input.Close()) // that ends it
		defer time.AfterFunc(5*time.Second, kill).Stop()
		for range running.answers { // Wait must not be called before everything is read
		}
		require.NoError(t, cmd.Wait(), "the OAuth2 server printed: %s", running.output)
	})
	running.ask(t, s, running)
	everything.learn("initial access token", running.InitialAccessToken)
	return running
}

func (s *server) listen(answers io.Reader) {
	defer close(s.answers)
	lines := bufio.NewScanner(answers)
	for lines.Scan() {
		s.answers <- lines.Text()
	}
}

// ask sends one line and reads the answer to it.
func (s *server) ask(t *testing.T, message, answer any) {
	t.Helper()
	require.NoError(t, json.NewEncoder(s.input).Encode(message))
	select {
	case line, ok := <-s.answers:
		require.True(t, ok, "the OAuth2 server ended and printed: %s", s.output)
		require.NoError(t, json.Unmarshal([]byte(line), answer))
	case <-time.After(patience):
		require.Fail(t, "the OAuth2 server does not answer", "it printed: %s", s.output)
	}
}

// advance sets the server's clock forward. Ours stays where it is.
func (s *server) advance(t *testing.T, d time.Duration) {
	t.Helper()
	var answer struct{ Ahead float64 }
	s.ask(t, map[string]any{"advance": d.Seconds()}, &answer)
	require.GreaterOrEqual(t, answer.Ahead, d.Seconds())
}

// revoke ends one access token. Revoking it the way of RFC 7009 would end the sign-in as well.
func (s *server) revoke(t *testing.T, access string) {
	t.Helper()
	var answer struct{ Revoked bool }
	s.ask(t, map[string]any{"revoke": access}, &answer)
	require.True(t, answer.Revoked)
}
