// Footprint measures what a minimal program costs that creates one client: the size of its binary
// and the time to build it, with the standard library alone, with what this library is built on,
// with this library, and with a generated client. From the root of the repository:
//
//	go run ./internal/footprint
//
// The binaries are stripped. The first build is that of the packages that are not of the standard
// library, and the link: it starts from a cache in which the standard library is ready and nothing
// else. The next build finds all packages there, as every build on a machine but the first does.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
)

// This file runs the builds in turn; build.go is one build, table.go what comes out.

func main() {
	rounds := flag.Int("n", 5, "how often each program is built")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *rounds)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "footprint:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, rounds int) (err error) {
	if rounds < 1 {
		return fmt.Errorf("-n is %d; it must be at least 1", rounds)
	}
	top, err := repository(ctx)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "footprint-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	b := &builder{scratch: scratch, log: os.Stderr}
	if err := b.warm(ctx, top); err != nil {
		return err
	}
	found, err := measure(ctx, b, programs(top), rounds)
	if err != nil {
		return err
	}
	return table(os.Stdout, found)
}

// measure builds one program after the other, round by round, so that a machine that is slower for
// a while is so for all of them. The first round does not count: it fetches modules that are not
// there yet, and reads everything from the disk once.
func measure(ctx context.Context, b *builder, programs []program, rounds int) ([]measurement, error) {
	found := make([]measurement, len(programs))
	for round := range rounds + 1 {
		b.logf("round %d of %d", round, rounds)
		for i, p := range programs {
			result, err := b.build(ctx, p)
			if err != nil {
				return nil, err
			}
			found[i].name, found[i].size = p.name, result.size
			if round > 0 {
				found[i].first = append(found[i].first, result.first)
				found[i].again = append(found[i].again, result.again)
			}
		}
	}
	return found, nil
}
