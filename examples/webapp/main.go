// Webapp signs people in with sipgate and shows them the balance of their account: sipgate's
// tutorial "Building a third-party application" as a small web server.
//
//	go run ./examples/webapp
//
// needs no account: it starts a fake sipgate on a port of its own and prints what to open and
// whom to sign in as. With the variables of config.go it uses the real one.
//
// The parts to copy are signin.go, the sign-in and the sign-out, and session.go, what the server
// keeps of it. The rest is an ordinary web application.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// This file starts the server and ends it.

// The limits of one request. Answers wait for sipgate, which has its own limit in app.go.
const (
	headerTime   = 5 * time.Second
	readTime     = 10 * time.Second
	writeTime    = 30 * time.Second
	keepAlive    = 2 * time.Minute
	maxHeader    = 32 << 10
	shutdownTime = 15 * time.Second
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal does not wait for open requests
	code := exitCode(run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr), os.Stderr)
	stop()
	os.Exit(code)
}

// errUsage is a command line that cannot be; what is wrong with it has been said.
var errUsage = errors.New("wrong usage")

// exitCode says why the program ends, if it has not been said.
func exitCode(err error, errout io.Writer) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	_, _ = fmt.Fprintln(errout, "webapp:", err)
	return 1
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, getenv func(string) string, out, errout io.Writer) error {
	address, err := readFlags(args, out, errout)
	if err != nil {
		return err
	}
	listener, err := listen(ctx, address)
	if err != nil {
		return err
	}
	defer listener.Close() // for the ways out before the server owns it
	log := slog.New(slog.NewTextHandler(errout, nil))
	s, err := configure(getenv, listener.Addr())
	if err != nil {
		return err
	}
	defer s.close()
	handler, err := newApp(s.provider, s.auth, log)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(out, s.welcome); err != nil {
		return err
	}
	return serve(ctx, listener, handler, log)
}

// readFlags tells out how the program is used if that is asked for, and errout if args are wrong.
func readFlags(args []string, out, errout io.Writer) (address string, err error) {
	flags := flag.NewFlagSet("webapp", flag.ContinueOnError)
	flags.StringVar(&address, "addr", "127.0.0.1:8080", "the `host:port` to listen on")
	err = parse(flags, args, out, errout)
	return address, err
}

func parse(flags *flag.FlagSet, args []string, out, errout io.Writer) error {
	var said bytes.Buffer
	flags.SetOutput(&said)
	err := flags.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		_, _ = said.WriteTo(out)
		return err
	}
	if err == nil && flags.NArg() == 0 {
		return nil
	}
	if err == nil {
		_, _ = fmt.Fprintf(&said, "unknown argument %q\n", flags.Arg(0))
		flags.Usage()
	}
	_, _ = said.WriteTo(errout)
	return errUsage
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is in use; choose another port, such as -addr 127.0.0.1:8081", address)
	}
	return listener, err
}

// serve lets the requests that are being answered finish when ctx ends.
func serve(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: keepAlive, MaxHeaderBytes: maxHeader,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	return server.Shutdown(ending)
}
