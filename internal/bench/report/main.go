// Report makes the tables and the plots of docs/performance.md out of what the benchmarks print.
// From the root of the repository:
//
//	go test -run '^$' -bench . -benchmem ./internal/bench > results.txt
//	go run ./internal/bench/report -o docs < results.txt
//
// The output of several runs may be put together: the tables have the medians of all runs. They go
// to standard output, and the plots into the folder that -o names.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// This file goes from the results to the tables and the plots.

func main() {
	folder := flag.String("o", ".", "where the plots are written")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, folder string) error {
	found, err := read(in)
	if err != nil {
		return err
	}
	for _, table := range []string{verbs(found), start(found), parallel(found)} {
		if _, err := fmt.Fprintln(out, table); err != nil {
			return err
		}
	}
	for name, plot := range map[string]string{
		"performance-all.svg": walkPlot(found).svg(), "performance-parallel.svg": parallelPlot(found).svg(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(plot), 0o644); err != nil { //nolint:gosec // they are documentation
			return err
		}
	}
	return nil
}
