package main

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
)

// This file makes the table.

// measurement is what came of one program: the size in bytes, and the times of its builds.
type measurement struct {
	name         string
	size         int64
	first, again []time.Duration
}

// table writes the measurements in Markdown; the first is what the others are held against.
func table(out io.Writer, found []measurement) error {
	base := found[0]
	var text strings.Builder
	fmt.Fprintf(&text, "%s, %s/%s; 1 MB is 1,000,000 bytes; times are medians of %d.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, len(base.first))
	fmt.Fprintf(&text, "| Program | Stripped size | Above %[1]s | First build | Ratio to %[1]s | Next build | Ratio to %[1]s |\n", base.name)
	text.WriteString("| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n")
	for _, m := range found {
		first, again := median(m.first), median(m.again)
		fmt.Fprintf(&text, "| %s | %.2f MB | %.2f MB | %.2f s | %.2f | %.2f s | %.2f |\n", m.name,
			megabytes(m.size), megabytes(m.size-base.size),
			first.Seconds(), float64(first)/float64(median(base.first)),
			again.Seconds(), float64(again)/float64(median(base.again)))
	}
	_, err := io.WriteString(out, text.String())
	return err
}

func megabytes(size int64) float64 { return float64(size) / 1e6 }

// median is the one in the middle, or what lies between the two in the middle.
func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
