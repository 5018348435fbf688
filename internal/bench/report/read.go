package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// This file reads what "go test -bench" prints.

// results has the values of every benchmark by its name and the unit, one for each run.
type results struct {
	names  []string // in the order in which they came
	values map[string]map[string][]float64
}

// processors is what stands behind a benchmark's name: the number of processors.
var processors = regexp.MustCompile(`-\d+$`)

func read(in io.Reader) (*results, error) {
	r := &results{values: map[string]map[string][]float64{}}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || !strings.HasPrefix(words[0], "Benchmark") {
			continue
		}
		name := processors.ReplaceAllString(strings.TrimPrefix(words[0], "Benchmark"), "")
		if err := r.add(name, words[2:]); err != nil { // words[1] is the number of iterations
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(r.names) == 0 {
		return nil, errors.New("there is no benchmark in the input")
	}
	return r, nil
}

// add takes pairs of a value and its unit.
func (r *results) add(name string, pairs []string) error {
	if r.values[name] == nil {
		r.names = append(r.names, name)
		r.values[name] = map[string][]float64{}
	}
	for pair := range slices.Chunk(pairs, 2) {
		value, err := strconv.ParseFloat(pair[0], 64)
		if err != nil {
			return err
		}
		if len(pair) < 2 {
			return errors.New("a value has no unit")
		}
		r.values[name][pair[1]] = append(r.values[name][pair[1]], value)
	}
	return nil
}

// has reports whether there is such a benchmark.
func (r *results) has(name string) bool { return r.values[name] != nil }

// median is that of all runs, 0 without any.
func (r *results) median(name, unit string) float64 {
	sorted := slices.Sorted(slices.Values(r.values[name][unit]))
	half := len(sorted) / 2
	switch {
	case len(sorted) == 0:
		return 0
	case len(sorted)%2 == 1:
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// spread is the smallest and the largest of all runs.
func (r *results) spread(name, unit string) (lowest, highest float64) {
	values := r.values[name][unit]
	if len(values) == 0 {
		return 0, 0
	}
	return slices.Min(values), slices.Max(values)
}
