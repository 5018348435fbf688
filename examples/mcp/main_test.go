package main

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file runs the program as its user does.

func TestTheProgramWithoutArguments(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), nil, &out))
	require.Equal(t, "Connected to: a fake server 1\n", out.String())
	require.ErrorContains(t, run(t.Context(), []string{"a", "b"}, &out), "usage")
}

// The second run registers nothing and needs no sign-in.
func TestTheSecondRun(t *testing.T) {
	fake := dcrtest.NewServer(t, dcrtest.WithManner(dcrtest.MCPTypeScript), dcrtest.WithResource("/mcp", http.HandlerFunc(greet), "mcp:tools"))
	var out bytes.Buffer
	pages := []string(nil)
	a := &agent{resource: fake.Resource(), folder: t.TempDir(), out: &out, open: func(page string) error {
		pages = append(pages, page)
		return fake.Visit(page)
	}}
	for range 2 {
		require.NoError(t, a.run(t.Context()))
	}
	require.Equal(t, strings.Repeat("Connected to: a fake server 1\n", 2), out.String())
	require.Equal(t, 1, fake.Count(http.MethodPost, "/register"))
	require.Equal(t, 1, fake.Count(http.MethodPost, "/token"))
	require.Equal(t, 2, fake.Count(http.MethodPost, "/mcp"))
	require.Len(t, pages, 1)
	require.Contains(t, pages[0], "scope=mcp%3Atools")
	require.Contains(t, pages[0], "resource=http%3A%2F%2F127.0.0.1")
}

func TestWhatTheServerSaysOfItself(t *testing.T) {
	for body, want := range map[string]string{
		`{"result":{"serverInfo":{"name":"a","version":"2"}}}`: "a 2", `{}`: "", "x": "cannot be read",
	} {
		fake := dcrtest.NewServer(t, dcrtest.WithResource("/mcp", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(body)) // the test looks at what comes of it
		}), ""))
		var out bytes.Buffer
		err := (&agent{resource: fake.Resource(), folder: t.TempDir(), out: &out, open: fake.Visit}).run(t.Context())
		if err != nil {
			require.ErrorContains(t, err, want)
			continue
		}
		require.Equal(t, strings.TrimSpace("Connected to: "+want)+"\n", strings.TrimSpace(out.String())+"\n")
	}
}
