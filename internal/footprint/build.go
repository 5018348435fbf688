package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// This file builds a program from a cache that holds the standard library.

// program is one of the programs that are compared.
type program struct {
	name   string
	folder string // in which go build runs, since the program may be of another module
	path   string
}

// programs returns what is compared; the others are held against the first.
func programs(top string) []program {
	return []program{
		{"raw", top, "./internal/footprint/programs/raw"},
		{"floor", top, "./internal/footprint/programs/floor"},
		{"library", top, "./internal/footprint/programs/library"},
		{"peer", filepath.Join(top, "internal", "peerbench"), "./programs/peer"},
	}
}

// repository is the folder with the go.mod of the working directory.
func repository(ctx context.Context) (string, error) {
	command := exec.CommandContext(ctx, "go", "env", "GOMOD")
	command.Stderr = os.Stderr
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	top := filepath.Dir(strings.TrimSpace(string(output)))
	if _, err := os.Stat(filepath.Join(top, "internal", "footprint", "programs")); err != nil {
		return "", fmt.Errorf("this is not the repository's root module: %w", err)
	}
	return top, nil
}

// builder builds in a folder of its own, and with caches of its own.
type builder struct {
	scratch string
	log     io.Writer // what is going on
}

// warm compiles the standard library into the cache from which every build starts. The flags are
// those of the builds, or go would compile it once more.
func (b *builder) warm(ctx context.Context, folder string) error {
	b.logf("compiling the standard library")
	return b.run(ctx, folder, b.warmed(), "build", "-trimpath", "std")
}

// built is what one build came to.
type built struct {
	size         int64         // of the stripped binary, in bytes
	first, again time.Duration // without and with the program's packages in the cache
}

// build builds a program twice: as nobody has built it before, and as somebody does who works on it.
func (b *builder) build(ctx context.Context, p program) (result built, err error) {
	cache, binary := filepath.Join(b.scratch, "cache"), filepath.Join(b.scratch, p.name)
	if err := os.CopyFS(cache, os.DirFS(b.warmed())); err != nil {
		return result, fmt.Errorf("copying the cache: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(cache)) }()
	for _, took := range []*time.Duration{&result.first, &result.again} {
		begin := time.Now()
		if err := b.run(ctx, p.folder, cache, "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, p.path); err != nil {
			return result, err
		}
		*took = time.Since(begin)
		info, err := os.Stat(binary)
		if err != nil {
			return result, err
		}
		result.size = info.Size()
		if err := os.Remove(binary); err != nil { // or the second build would find it up to date
			return result, err
		}
	}
	return result, nil
}

func (b *builder) warmed() string { return filepath.Join(b.scratch, "std") }

// run runs go in a folder and with a cache. Neither a go.work further up nor flags of the user's
// nor git must change what is built.
func (b *builder) run(ctx context.Context, folder, cache string, arguments ...string) error {
	command := exec.CommandContext(ctx, "go", arguments...) //nolint:gosec // the arguments are those above
	command.Dir = folder
	command.Env = append(os.Environ(), "GOCACHE="+cache, "GOFLAGS=-buildvcs=false", "GOWORK=off")
	command.Stdout, command.Stderr = b.log, b.log
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) } // go waits for its compilers
	if err := command.Run(); err != nil {
		return fmt.Errorf("go %s: %w", strings.Join(arguments, " "), err)
	}
	return nil
}

func (b *builder) logf(format string, arguments ...any) {
	_, _ = fmt.Fprintf(b.log, format+"\n", arguments...)
}
