package peerbench_test

import (
	"context"
	"log"
	"os"
	"testing"

	"github.com/oauthclients/oauthclients/internal/bench/stub"
)

// server is the stub, which all measurements share.
var server *stub.Process

func TestMain(m *testing.M) {
	stub.Serve()
	started, err := stub.Start(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	server = started
	status := m.Run()
	if err := server.Stop(); err != nil {
		log.Fatal(err)
	}
	os.Exit(status)
}
