package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/oauthclients/oauthclients/providers/dcr/dcrtest"
)

// This file is the fake server for those who have no real one.

// runAtFake uses a fake server that only registers, as most servers of the protocol do. Its user signs in
// by itself, and what is kept of it ends with it.
func runAtFake(ctx context.Context, out io.Writer) (err error) {
	fake, err := startFake()
	if err != nil {
		return err
	}
	defer fake.Close()
	folder, err := os.MkdirTemp("", "mcp-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	return (&agent{resource: fake.Resource(), folder: folder, out: out, open: fake.Visit}).run(ctx)
}

func startFake() (*dcrtest.Server, error) {
	return dcrtest.Start(dcrtest.WithManner(dcrtest.MCPTypeScript), dcrtest.WithResource("/mcp", http.HandlerFunc(greet), "mcp:tools"))
}

func greet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	_, _ = io.WriteString(w, "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"serverInfo\":{\"name\":\"a fake server\",\"version\":\"1\"}}}\n\n")
}
