package main

import (
	"fmt"
	"strconv"
	"strings"
)

// This file makes the tables, in Markdown.

// The units of the benchmarks.
const (
	perOp       = "ns/op"
	allocations = "allocs/op"
	bytes       = "B/op"
	perSecond   = "-calls/s" // behind the name of a side
	opened      = "-conns"   // the same
)

// verbs compares calls one after the other: the times from the benchmarks that take turns, the
// memory from those of one side.
func verbs(r *results) string {
	var rows []string
	for _, name := range r.names {
		work, isRatio := strings.CutSuffix(name, "/ratio")
		if !isRatio {
			continue
		}
		verb, provider, _ := strings.Cut(work, "/")
		lowest, highest := r.spread(name, "ratio")
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s | **%.2f** (%.2f–%.2f) | %s | %s |", verb, provider,
			duration(r.median(name, "raw-ns")), duration(r.median(name, "library-ns")), r.median(name, "ratio"), lowest, highest,
			beside(r, work, allocations, 1), beside(r, work, bytes, 1000)))
	}
	return table("| Work | Provider | By hand | Library | Ratio (range) | Allocations: by hand, library, ratio | kB: by hand, library, ratio |",
		"| --- | --- | ---: | ---: | ---: | ---: | ---: |", rows)
}

// beside has both sides' numbers and their ratio.
func beside(r *results, work, unit string, scale float64) string {
	return both(r.median(work+"/raw", unit), r.median(work+"/library", unit), scale)
}

func both(hand, library, scale float64) string {
	return fmt.Sprintf("%s, %s, **%.2f**", count(hand/scale), count(library/scale), library/hand)
}

// start compares what is paid once.
func start(r *results) string {
	var rows []string
	for _, name := range []string{"New", "Cold/raw", "Cold/library", "Stampede/raw", "Stampede/library"} {
		if !r.has(name) {
			continue
		}
		tokens := ""
		if r.values[name]["tokens"] != nil {
			tokens = count(r.median(name, "tokens"))
		}
		rows = append(rows, fmt.Sprintf("| %s | %s | %s | %s |", strings.ReplaceAll(name, "/", ", "),
			duration(r.median(name, perOp)), count(r.median(name, allocations)), tokens))
	}
	return table("| Work | Time | Allocations | Token requests |", "| --- | ---: | ---: | ---: |", rows)
}

// parallel compares throughput.
func parallel(r *results) string {
	var rows []string
	for _, n := range goroutines(r) {
		row, name := fmt.Sprintf("| %d |", n), parallelName(n)
		for _, side := range []string{"default", "raw", "library"} {
			row += fmt.Sprintf(" %s (%s) |", count(r.median(name, side+perSecond)), count(r.median(name, side+opened)))
		}
		lowest, highest := r.spread(name, "ratio")
		row += fmt.Sprintf(" **%.2f** (%.2f–%.2f) |", r.median(name, "ratio"), lowest, highest)
		rows = append(rows, fmt.Sprintf("%s %s | %s |", row, parallelBeside(r, name, allocations, 1), parallelBeside(r, name, bytes, 1000)))
	}
	return table("| Goroutines | By hand, net/http's pool | By hand, a larger pool | Library | Library to larger pool (range) "+
		"| Allocations: larger pool, library, ratio | kB: larger pool, library, ratio |",
		"| ---: | ---: | ---: | ---: | ---: | ---: | ---: |", rows)
}

// parallelBeside is beside for sides that are in one benchmark.
func parallelBeside(r *results, name, unit string, scale float64) string {
	return both(r.median(name, "raw-"+unit), r.median(name, "library-"+unit), scale)
}

// goroutines are the numbers that were measured.
func goroutines(r *results) []int {
	return numbers(r, parallelPrefix, "")
}

const parallelPrefix = "Parallel/goroutines="

func parallelName(goroutines int) string { return parallelPrefix + strconv.Itoa(goroutines) }

// numbers are those between prefix and suffix in the names.
func numbers(r *results, prefix, suffix string) (found []int) {
	for _, name := range r.names {
		digits, isOne := strings.CutPrefix(strings.TrimSuffix(name, suffix), prefix)
		if n, err := strconv.Atoi(digits); err == nil && isOne {
			found = append(found, n)
		}
	}
	return found
}

func table(heading, line string, rows []string) string {
	return heading + "\n" + line + "\n" + strings.Join(rows, "\n") + "\n"
}

// duration has three digits that count.
func duration(ns float64) string {
	for _, unit := range []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= unit.ns {
			return strconv.FormatFloat(ns/unit.ns, 'f', max(0, 2-digits(ns/unit.ns)), 64) + " " + unit.name
		}
	}
	return fmt.Sprintf("%.0f ns", ns)
}

// digits are those before the point, less one.
func digits(value float64) int { return len(strconv.Itoa(int(value))) - 1 }

// count has no more than one digit behind the point, and commas at thousands.
func count(value float64) string {
	text := strconv.FormatFloat(value, 'f', 0, 64)
	if value < 100 && value != float64(int(value)) {
		text = strconv.FormatFloat(value, 'f', 1, 64)
	}
	for at := len(text) - 3; at > 0 && !strings.Contains(text, "."); at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}
