package gallery

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/oauthclients/oauthclients"
	"github.com/oauthclients/oauthclients/internal/recorded"
)

// This file records what the servers answer, for the fake that has their manners: dcrtest is tested against
// the files. A server whose answers have another shape now is noticed.

const recordsFolder = "../../providers/dcr/dcrtest/testdata/recorded"

// recordedAnswers is the case of every server that makes its file, or compares it.
func recordedAnswers(ctx context.Context, v *visit) error {
	got, err := v.record(ctx)
	if err != nil {
		return err
	}
	path := filepath.Join(recordsFolder, recorded.File(v.server.Name))
	if *update {
		return got.Write(path)
	}
	want, err := recorded.Read(path)
	if err != nil {
		return fmt.Errorf("%w: .ci/gallery -update", err)
	}
	lines := recorded.Differences(want.Answers, got.Answers)
	if want.Version != got.Version {
		lines = append(lines, fmt.Sprintf("the version is %s, and not %s", got.Version, want.Version))
	}
	if len(lines) > 0 {
		return fmt.Errorf("it answers otherwise than was recorded (.ci/gallery -update): %s", strings.Join(lines, "; "))
	}
	return nil
}

func (v *visit) record(ctx context.Context) (recorded.Record, error) {
	sent, err := v.registration(ctx)
	if err != nil {
		return recorded.Record{}, err
	}
	r := recorded.Record{
		Server: v.server.Name, Version: v.server.Version, Closed: sent.authorization != "",
		Asked: sent.members, Scope: strings.Join(v.manners().Scopes, " "),
	}
	place := recorded.Place{
		HTTP: &http.Client{Transport: http.DefaultTransport, Timeout: patience}, Issuer: v.running.Issuer, Registration: v.running.RegistrationEndpoint,
		SignIn: v.running.SignIn,
		Authorize: func(ctx context.Context) (string, error) {
			again, err := v.registration(ctx) // a token may be good for one registration
			return again.authorization, err
		},
	}
	r.Answers, err = place.Play(ctx, r)
	return r, err
}

// registration is what the library would send.
func (v *visit) registration(ctx context.Context) (caught, error) {
	net := &net{}
	client, err := v.client(oauthclients.WithHTTPClient(&http.Client{Transport: net}), oauthclients.WithRetry(oauthclients.RetryPolicy{MaxAttempts: 1}))
	if err != nil {
		return caught{}, err
	}
	want := v.want(v.manners().Methods[0])
	want.Name = "Order desk"
	if _, err = client.Clients.Create(ctx, want); net.members == nil {
		return caught{}, fmt.Errorf("the library registers nothing: %w", err)
	}
	return net.caught, nil
}

type caught struct {
	members       map[string]any
	authorization string
}

// net is a way to the server on which registrations do not come through.
type net struct{ caught }

// RoundTrip implements http.RoundTripper.
func (n *net) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json") {
		return http.DefaultTransport.RoundTrip(r)
	}
	defer r.Body.Close()
	n.authorization = r.Header.Get("Authorization")
	return nil, errors.Join(errors.New("it is caught"), json.NewDecoder(r.Body).Decode(&n.members))
}
