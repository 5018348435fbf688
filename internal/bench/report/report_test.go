package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const output = `goos: linux
BenchmarkGet/genesys/raw-2         	1	300000 ns/op	 9000 B/op	     100 allocs/op
BenchmarkGet/genesys/library-2     	1	300000 ns/op	 9900 B/op	     120 allocs/op
BenchmarkGet/genesys/ratio-2       	1	300000 ns/op	 105000 library-ns	 1.05 ratio	 100000 raw-ns
BenchmarkGet/genesys/ratio-2       	1	300000 ns/op	 207000 library-ns	 1.15 ratio	 180000 raw-ns
BenchmarkGet/genesys/ratio-2       	1	300000 ns/op	 107000 library-ns	 1.07 ratio	 120000 raw-ns
BenchmarkNew-2                     	1	12345 ns/op	 9000 B/op	     86 allocs/op
BenchmarkStampede/library-2        	1	60000000 ns/op	 1.000 tokens	 9000 B/op	     123456 allocs/op
BenchmarkParallel/goroutines=1-2	1	900000000 ns/op	 5000 default-calls/s	 0 default-conns	 4000 library-calls/s	 0 library-conns	 5000 raw-calls/s	 0 raw-conns	 0.80 ratio	 100 raw-allocs/op	 9000 raw-B/op	 120.0 library-allocs/op	 9900 library-B/op
BenchmarkParallel/goroutines=64-2	1	900000000 ns/op	 10000 default-calls/s	 3070 default-conns	 20000 library-calls/s	 0 library-conns	 20000 raw-calls/s	 1 raw-conns	 1.00 ratio	 100 raw-allocs/op	 9000 raw-B/op	 150.0 library-allocs/op	 4500 library-B/op
BenchmarkWalk/clients=100/raw-2    	1	1000000 ns/op
BenchmarkWalk/clients=100/library-2	1	1100000 ns/op
BenchmarkWalk/clients=1000/raw-2   	1	9000000 ns/op
BenchmarkWalk/clients=1000/library-2	1	11000000 ns/op
PASS
`

const tables = `| Work | Provider | By hand | Library | Ratio (range) | Allocations: by hand, library, ratio | kB: by hand, library, ratio |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
| Get | genesys | 120 µs | 107 µs | **1.07** (1.05–1.15) | 100, 120, **1.20** | 9, 9.9, **1.10** |

| Work | Time | Allocations | Token requests |
| --- | ---: | ---: | ---: |
| New | 12.3 µs | 86 |  |
| Stampede, library | 60.0 ms | 123,456 | 1 |

| Goroutines | By hand, net/http's pool | By hand, a larger pool | Library | Library to larger pool (range) | Allocations: larger pool, library, ratio | kB: larger pool, library, ratio |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: |
| 1 | 5,000 (0) | 5,000 (0) | 4,000 (0) | **0.80** (0.80–0.80) | 100, 120, **1.20** | 9, 9.9, **1.10** |
| 64 | 10,000 (3,070) | 20,000 (1) | 20,000 (0) | **1.00** (1.00–1.00) | 100, 150, **1.50** | 9, 4.5, **0.50** |

`

func TestTheTablesAndThePlots(t *testing.T) {
	folder := t.TempDir()
	var out strings.Builder
	require.NoError(t, run(strings.NewReader(output), &out, folder))
	require.Equal(t, tables, out.String())
	for _, name := range []string{"performance-all.svg", "performance-parallel.svg"} {
		picture, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		elements := elementsOf(t, string(picture))
		require.Equal(t, 2+1, elements["circle"], "a marker for each point, and one in the legend")
		require.Equal(t, 2+1+1, elements["rect"], "the same, and the background")
		require.Equal(t, 1, elements["title"])
	}
}

// elementsOf counts the elements of a document that must be XML.
func elementsOf(t *testing.T, document string) map[string]int {
	t.Helper()
	in, found := xml.NewDecoder(strings.NewReader(document)), map[string]int{}
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		if start, ok := token.(xml.StartElement); ok {
			found[start.Name.Local]++
		}
	}
}

func TestThePlotsAreAlwaysTheSame(t *testing.T) {
	found, err := read(strings.NewReader(output))
	require.NoError(t, err)
	all, parallel := walkPlot(found).svg(), parallelPlot(found).svg()
	for range 20 {
		require.Equal(t, all, walkPlot(found).svg())
		require.Equal(t, parallel, parallelPlot(found).svg())
	}
}

func TestInputThatCannotBeRead(t *testing.T) {
	for name, test := range map[string]struct{ input, says string }{
		"nothing":     {"PASS\n", "no benchmark"},
		"no number":   {"BenchmarkGet-2 1 x ns/op\n", `"BenchmarkGet-2 1 x ns/op"`},
		"half a pair": {"BenchmarkGet-2 1 2 ns/op 3\n", "no unit"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, run(strings.NewReader(test.input), io.Discard, t.TempDir()), test.says)
		})
	}
}

func TestNumbersAreShort(t *testing.T) {
	for ns, text := range map[float64]string{999: "999 ns", 1500: "1.50 µs", 123456: "123 µs", 45.6e6: "45.6 ms", 2e9: "2.00 s"} {
		require.Equal(t, text, duration(ns))
	}
	for value, text := range map[float64]string{0: "0", 9.87: "9.9", 1234: "1,234", 1234567: "1,234,567"} {
		require.Equal(t, text, count(value))
	}
}
