// Package stub is the server that the benchmarks speak to. It answers as the vendors do, from
// bodies that are made beforehand, and runs in a process of its own, so that what is measured is
// the client alone.
package stub

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// This file starts the stub, and stops it with the process that started it.

// roleVariable tells a program that it is the stub.
const roleVariable = "OAUTHCLIENTS_BENCH_STUB"

// Serve makes the process the stub if [Start] has started it, and then returns only when the
// process that did so has ended. A program that calls Start calls Serve first.
func Serve() {
	if os.Getenv(roleVariable) == "" {
		return
	}
	if err := serve(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "stub:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it lives as long as the process
	if err != nil {
		return err
	}
	s := &server{address: "http://" + listener.Addr().String()}
	web := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: time.Minute,
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				s.conns.Add(1)
			}
		},
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the other process ends
		_ = web.Close()
	}()
	if _, err := fmt.Fprintln(os.Stdout, s.address); err != nil {
		return err
	}
	if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// Process is a running stub.
type Process struct {
	// URL is its address; the vendors' base URLs begin with it.
	URL string

	command *exec.Cmd
	input   io.Closer
}

// Start runs this very program once more, as the stub.
func Start(ctx context.Context) (*Process, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command := exec.CommandContext(ctx, executable) //nolint:gosec // it is this program
	command.Env = append(os.Environ(), roleVariable+"=1")
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	address, err := bufio.NewReader(output).ReadString('\n')
	if err != nil {
		return nil, errors.Join(err, input.Close(), command.Wait())
	}
	return &Process{URL: strings.TrimSpace(address), command: command, input: input}, nil
}

// Stop ends the stub.
func (p *Process) Stop() error { return errors.Join(p.input.Close(), p.command.Wait()) }

// Base is the base URL of a vendor's account with so many clients.
func (p *Process) Base(vendor string, estate int) string {
	return fmt.Sprintf("%s/%s/%d", p.URL, vendor, estate)
}

// Counts asks the stub for what it has seen.
func (p *Process) Counts(ctx context.Context) (c Counts, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/counts", http.NoBody)
	if err != nil {
		return c, err
	}
	response, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return c, err
	}
	defer func() { _ = response.Body.Close() }()
	err = json.NewDecoder(response.Body).Decode(&c)
	return c, err
}
